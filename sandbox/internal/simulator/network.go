package simulator

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// MaxNodes is how many simulated nodes have addresses of their own.
const MaxNodes = 2000

var (
	nodeNetwork = netip.MustParsePrefix("10.127.0.0/16") // the nodes
	podNetwork  = netip.MustParsePrefix("10.128.0.0/9")  // the pods: a /20 a node
)

// podsPerNode is how many addresses a node's pod network has.
const podsPerNode = 1 << 12

// network hands out the addresses of simulated nodes and pods. They lead
// nowhere.
type network struct {
	mu    sync.Mutex
	index map[string]int // of a node, by its name
	last  map[string]int // the last address given on a node
}

func newNetwork(names []string) *network {
	n := &network{index: map[string]int{}, last: map[string]int{}}
	for i, name := range names {
		n.index[name] = i
	}
	return n
}

// nodeIP is the address of a node.
func (n *network) nodeIP(node string) string {
	return offset(nodeNetwork, n.index[node]+1).String()
}

// podCIDR is the network of the pods on a node.
func (n *network) podCIDR(node string) string {
	return fmt.Sprintf("%s/20", offset(podNetwork, n.index[node]*podsPerNode))
}

// podIP is the address for a pod that has none yet. Addresses of a node are
// given in turn and so come back only after thousands of pods.
func (n *network) podIP(pod *corev1.Pod) string {
	node := pod.Spec.NodeName
	if pod.Spec.HostNetwork {
		return n.nodeIP(node)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.last[node] = n.last[node]%(podsPerNode-2) + 1
	return offset(podNetwork, n.index[node]*podsPerNode+n.last[node]).String()
}

// keep makes a pod that already has an address not lose it to a new one.
func (n *network) keep(pod *corev1.Pod) {
	ip, err := netip.ParseAddr(pod.Status.PodIP)
	if err != nil || !podNetwork.Contains(ip) {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	used := int(toNumber(ip)-toNumber(podNetwork.Addr())) % podsPerNode
	n.last[pod.Spec.NodeName] = max(n.last[pod.Spec.NodeName], used)
}

func offset(network netip.Prefix, by int) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], toNumber(network.Addr())+uint32(by))
	return netip.AddrFrom4(b)
}

func toNumber(ip netip.Addr) uint32 {
	b := ip.As4()
	return binary.BigEndian.Uint32(b[:])
}
