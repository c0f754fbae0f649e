package cluster

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/gennaker/gennaker/sandbox/internal/pki"
	"github.com/gennaker/gennaker/sandbox/internal/realnode"
)

// The users that get a kubeconfig beside the components.
const (
	adminUser    = "sandbox-admin"
	readOnlyUser = "sandbox-viewer"
)

// serviceIP is the address of the API server's service inside the cluster.
const serviceIP = "10.96.0.1"

// credential is a certificate to make, with a kubeconfig if it has a path.
type credential struct {
	file       string
	id         pki.Identity
	server     string
	kubeconfig string
}

// credentials lists what everyone involved needs.
func (c *cluster) credentials() []credential {
	l, server := c.layout, c.addresses.serverURL()
	hosts := []string{host, "localhost"}
	serverHosts := slices.Concat(hosts, []string{serviceIP, "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"})
	// The controllers may do everything, so that they can start while the
	// API server is still creating the roles.
	masters := []string{"system:masters"}
	list := []credential{
		{file: "kubelet-client", id: pki.Identity{User: kubeletClient, Groups: masters}},
		{file: "front-proxy", id: pki.Identity{User: "front-proxy"}},
		{file: "simulated-kubelet", id: pki.Identity{User: "simulated-kubelet", Hosts: hosts}},
		{file: "controller-manager", id: pki.Identity{User: "system:kube-controller-manager", Groups: masters}, server: server, kubeconfig: l.pki("controller-manager.kubeconfig")},
		{file: "scheduler", id: pki.Identity{User: "system:kube-scheduler", Groups: masters}, server: server, kubeconfig: l.pki("scheduler.kubeconfig")},
		{file: "admin", id: pki.Identity{User: adminUser, Groups: masters}, server: server, kubeconfig: l.kubeconfig},
		{file: "viewer", id: pki.Identity{User: readOnlyUser}, server: server, kubeconfig: l.kubeconfig + ReadOnlySuffix},
	}
	if c.node != nil {
		serverHosts = append(serverHosts, c.node.HostIP())
		fromNode := c.addresses.serverURLAt(c.node.HostIP())
		kubelet := pki.Identity{User: "system:node:" + realnode.Name, Groups: []string{"system:nodes"}, Hosts: []string{realnode.Name, c.node.NodeIP()}}
		list = append(list,
			credential{file: "kubelet", id: kubelet, server: fromNode, kubeconfig: l.pki("kubelet.kubeconfig")},
			credential{file: "kube-proxy", id: pki.Identity{User: "system:kube-proxy"}, server: fromNode, kubeconfig: l.pki("kube-proxy.kubeconfig")})
		c.node.KubeletCert, c.node.KubeletKey, c.node.CertificateCA = l.pki("kubelet.crt"), l.pki("kubelet.key"), l.pki("ca.crt")
		c.node.KubeletKubeconfig, c.node.ProxyKubeconfig = l.pki("kubelet.kubeconfig"), l.pki("kube-proxy.kubeconfig")
	}
	return append(list, credential{file: "apiserver", id: pki.Identity{User: "kube-apiserver", Hosts: serverHosts}})
}

// writeCredentials makes the authority, or takes that of a kept run, and from
// it all certificates, keys and kubeconfigs.
func (c *cluster) writeCredentials() (*pki.Authority, error) {
	dir := c.layout.path(pkiDir)
	authority, err := pki.LoadAuthority(dir)
	if errors.Is(err, os.ErrNotExist) {
		authority, err = newAuthority(dir)
	}
	if err != nil {
		return nil, err
	}
	for _, one := range c.credentials() {
		pair, err := authority.Issue(one.id)
		if err != nil {
			return nil, err
		}
		if err := pair.Save(dir, one.file); err != nil {
			return nil, err
		}
		if one.kubeconfig == "" {
			continue
		}
		if err := authority.WriteKubeconfig(one.kubeconfig, one.server, one.id.User, pair); err != nil {
			return nil, err
		}
	}
	return authority, nil
}

func newAuthority(dir string) (*pki.Authority, error) {
	authority, err := pki.NewAuthority()
	if err != nil {
		return nil, err
	}
	signing, err := pki.NewSigningKey()
	if err != nil {
		return nil, err
	}
	if err := signing.Save(dir, "service-account"); err != nil {
		return nil, err
	}
	if err := authority.Save(dir); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return authority, nil
}
