package realnode

import (
	"encoding/json"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlansDoNotOverlap(t *testing.T) {
	t.Parallel()
	var before []netip.Prefix
	for _, index := range []int{0, 1, 255} {
		p := &Plan{Index: index}
		link := netip.PrefixFrom(netip.MustParseAddr(p.HostIP()), 30).Masked()
		if !link.Contains(netip.MustParseAddr(p.NodeIP())) {
			t.Errorf("%s and %s are not on one link", p.HostIP(), p.NodeIP())
		}
		own := []netip.Prefix{link, netip.MustParsePrefix(p.PodCIDR()), netip.MustParsePrefix(p.LoadBalancerCIDR())}
		for _, network := range own {
			if network != network.Masked() {
				t.Errorf("%s is not a network", network)
			}
			for _, other := range before {
				if network.Overlaps(other) {
					t.Errorf("%s and %s overlap", network, other)
				}
			}
			before = append(before, network)
		}
		if len(p.peer()) > 15 {
			t.Errorf("%s is too long a name for a link", p.peer())
		}
	}
}

func TestWriteConfigs(t *testing.T) {
	t.Parallel()
	p := &Plan{Index: 7, Dir: t.TempDir(), RegistryPort: 5000, Tools: Tools{CNI: "/plugins", ProxyMode: "iptables"}}
	if err := writeConfigs(p); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"containerd.toml":                `bin_dir = "/plugins"`,
		"registries/_default/hosts.toml": `http://10.126.7.1:5000`,
		"cni/10-sandbox.conflist":        `"subnet": "10.126.7.128/25"`,
		"kubelet.yaml":                   `cgroupRoot: /gennaker-sandbox-7`,
		"kube-proxy.yaml":                `mode: iptables`,
	} {
		got, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil || !strings.Contains(string(got), want) || strings.Contains(string(got), "%!") {
			t.Errorf("%s: %v\n%s", file, err, got)
		}
	}
	data, err := os.ReadFile(filepath.Join(p.Dir, planFile))
	if err != nil {
		t.Fatal(err)
	}
	var again Plan
	if err := json.Unmarshal(data, &again); err != nil || again != *p {
		t.Errorf("read back %+v, %v", again, err)
	}
}

func TestFindToolsSaysWhatIsMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findTools()
	if err == nil {
		t.Fatal("found programs where there are none")
	}
	for _, want := range []string{"containerd", "runc", "apt-get install"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}
