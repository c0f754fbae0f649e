// Package realnode runs one real Kubernetes node beside the simulated ones:
// containerd, kubelet and kube-proxy, with a network of their own.
//
// The node lives in Linux namespaces (mount, network, PID, host name, IPC)
// under one init process, much like a container. So any number of nodes run
// side by side with the same ports and paths, none changes anything of the
// machine that outlives it, and when its init dies, for whatever reason, the
// kernel ends every process of the node, with all its mounts and links.
package realnode

import (
	"fmt"
	"path/filepath"
)

// Component is the name under which the sandbox binary becomes a node's init.
const Component = "real-node"

// Name is the name of the node in the cluster.
const Name = "real-1"

// Label marks real nodes, and them alone.
const Label = "sandbox.gennaker.io/real"

// Plan is all that a node's init has to know. It goes there as JSON.
type Plan struct {
	Index int    // tells nodes on one machine apart
	Dir   string // the node's files
	Logs  string // directory for logs
	Keep  string // the sandbox's directory, which stays visible inside
	Tools Tools

	KubeletKubeconfig, ProxyKubeconfig     string
	KubeletCert, KubeletKey, CertificateCA string
	RegistryPort                           int
}

// network is the part of 10.126.0.0/16 that belongs to the node.
func (p *Plan) network(last int) string { return fmt.Sprintf("10.126.%d.%d", p.Index, last) }

// HostIP is the machine's address on the link to the node.
func (p *Plan) HostIP() string { return p.network(1) }

// NodeIP is the node's address.
func (p *Plan) NodeIP() string { return p.network(2) }

// PodCIDR is the network of the node's pods.
func (p *Plan) PodCIDR() string { return p.network(128) + "/25" }

// LoadBalancerCIDR is where services have addresses that this machine reaches.
func (p *Plan) LoadBalancerCIDR() string { return fmt.Sprintf("198.18.%d.0/24", p.Index) }

// link is the name of the machine's end of the link to the node; the other
// end has one more letter until it is inside.
func (p *Plan) link() string { return fmt.Sprintf("gsbx%d", p.Index) }

func (p *Plan) peer() string { return p.link() + "p" }

// cgroup is the name of the control group of the node's pods.
func (p *Plan) cgroup() string { return fmt.Sprint(cgroupPrefix, p.Index) }

func (p *Plan) path(elements ...string) string {
	return filepath.Join(append([]string{p.Dir}, elements...)...)
}

func (p *Plan) containerdSocket() string { return "/run/containerd/containerd.sock" }

// cgroupPrefix starts the names of the control groups of nodes; their index
// follows.
const cgroupPrefix = "gennaker-sandbox-"

// planFile is where the plan is for the node's init to read.
const planFile = "plan.json"
