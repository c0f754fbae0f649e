package simulator

import (
	"net/netip"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestNetworkGivesEveryPodItsOwnAddress(t *testing.T) {
	t.Parallel()
	names := nodeNames(MaxNodes)
	n := newNetwork(names)
	seen := map[string]bool{}
	for _, node := range []string{names[0], names[1], names[MaxNodes-1]} {
		cidr := netip.MustParsePrefix(n.podCIDR(node))
		if !podNetwork.Overlaps(cidr) || cidr != cidr.Masked() {
			t.Errorf("%s: pod network %s", node, cidr)
		}
		if ip := netip.MustParseAddr(n.nodeIP(node)); !nodeNetwork.Contains(ip) {
			t.Errorf("%s: address %s", node, ip)
		}
		for range 1000 {
			ip := n.podIP(&corev1.Pod{Spec: corev1.PodSpec{NodeName: node}})
			if seen[ip] || !cidr.Contains(netip.MustParseAddr(ip)) {
				t.Fatalf("%s: bad address %s", node, ip)
			}
			seen[ip] = true
		}
	}
}

func TestNetworkStaysInsideTheNode(t *testing.T) {
	t.Parallel()
	n := newNetwork(nodeNames(2))
	cidr := netip.MustParsePrefix(n.podCIDR("node-1"))
	for range 3 * podsPerNode {
		ip := netip.MustParseAddr(n.podIP(&corev1.Pod{Spec: corev1.PodSpec{NodeName: "node-1"}}))
		if !cidr.Contains(ip) || ip == cidr.Addr() {
			t.Fatalf("address %s is not of %s", ip, cidr)
		}
	}
}

func TestNetworkSparesAddressesOfAnEarlierRun(t *testing.T) {
	t.Parallel()
	n := newNetwork(nodeNames(2))
	n.keep(&corev1.Pod{Spec: corev1.PodSpec{NodeName: "node-2"}, Status: corev1.PodStatus{PodIP: "10.128.16.7"}})
	n.keep(&corev1.Pod{Spec: corev1.PodSpec{NodeName: "node-2"}, Status: corev1.PodStatus{PodIP: "192.168.0.1"}})
	if got := n.podIP(&corev1.Pod{Spec: corev1.PodSpec{NodeName: "node-2"}}); got != "10.128.16.8" {
		t.Errorf("got %s", got)
	}
	host := &corev1.Pod{Spec: corev1.PodSpec{NodeName: "node-2", HostNetwork: true}}
	if got := n.podIP(host); got != "10.127.0.2" {
		t.Errorf("host network: got %s", got)
	}
}
