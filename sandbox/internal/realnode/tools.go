package realnode

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Tools are the programs that a node needs and the sandbox doesn't bring.
type Tools struct {
	Containerd string
	CNI        string // the directory of the network plugins
	ProxyMode  string // of kube-proxy: nftables or iptables
}

// pluginDirs are where distributions put the network plugins.
var pluginDirs = []string{"/usr/lib/cni", "/opt/cni/bin", "/usr/libexec/cni"}

var plugins = []string{"bridge", "host-local", "loopback", "portmap"}

// findTools finds the programs, or says which are missing and how to get them.
func findTools() (Tools, error) {
	var t Tools
	var missing []string
	need := func(program string) string {
		path, err := exec.LookPath(program)
		if err != nil {
			missing = append(missing, program)
		}
		return path
	}
	t.Containerd = need("containerd")
	need("containerd-shim-runc-v2")
	need("runc")
	need("iptables") // the bridge plugin uses it
	t.ProxyMode = "nftables"
	if _, err := exec.LookPath("nft"); err != nil {
		t.ProxyMode = "iptables"
	}
	for _, dir := range pluginDirs {
		if hasAll(dir, plugins) {
			t.CNI = dir
			break
		}
	}
	if t.CNI == "" {
		missing = append(missing, "CNI plugins ("+strings.Join(plugins, ", ")+")")
	}
	if len(missing) > 0 {
		return t, fmt.Errorf("missing: %s; on Debian: apt-get install --no-install-recommends containerd runc containernetworking-plugins iptables nftables",
			strings.Join(missing, ", "))
	}
	return t, nil
}

func hasAll(dir string, programs []string) bool {
	for _, program := range programs {
		if _, err := os.Stat(filepath.Join(dir, program)); errors.Is(err, os.ErrNotExist) {
			return false
		}
	}
	return true
}
