package realnode

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gennaker/gennaker/sandbox/internal/images"
)

// writeConfigs writes the configuration of everything that runs in the node.
func writeConfigs(p *Plan) error {
	for file, content := range map[string]string{
		p.path("containerd.toml"): containerdConfig(p),
		// All images come from the sandbox's registry, whatever host they name:
		// there is no other to be reached.
		p.path("registries", "_default", "hosts.toml"): registryConfig(p),
		p.path("cni", "10-sandbox.conflist"):           networkConfig(p),
		p.path("kubelet.yaml"):                         kubeletConfig(p),
		p.path("kube-proxy.yaml"):                      proxyConfig(p),
		p.path("resolv.conf"):                          "", // there is no DNS in a sandbox
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("real node: %w", err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			return fmt.Errorf("real node: %w", err)
		}
	}
	plan, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("real node: %w", err)
	}
	return os.WriteFile(p.path(planFile), plan, 0o600)
}

func containerdConfig(p *Plan) string {
	return fmt.Sprintf(`version = 2
root = %q
state = "/run/containerd"
[grpc]
  address = %q
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  # Where the capability to lower it is missing, every pod would fail.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = %q
    conf_dir = %q
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = %q
`, p.path("containerd"), p.containerdSocket(), images.Pause, p.Tools.CNI, p.path("cni"), p.path("registries"))
}

func registryConfig(p *Plan) string {
	url := fmt.Sprintf("http://%s:%d", p.HostIP(), p.RegistryPort)
	return fmt.Sprintf("server = %q\n[host.%q]\n  capabilities = [\"pull\", \"resolve\"]\n", url, url)
}

func networkConfig(p *Plan) string {
	return fmt.Sprintf(`{"cniVersion": "1.0.0", "name": "sandbox", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": %q}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}
]}
`, p.PodCIDR())
}

func kubeletConfig(p *Plan) string {
	return fmt.Sprintf(`apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://%s
cgroupDriver: cgroupfs
cgroupRoot: /%s
failCgroupV1: false
failSwapOn: false
oomScoreAdj: 0
tlsCertFile: %q
tlsPrivateKeyFile: %q
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: %q}, webhook: {enabled: true}}
authorization: {mode: Webhook}
# The machine's disk is others' too; how full it is must not end our pods.
evictionHard: {memory.available: "100Mi", nodefs.available: "0%%", nodefs.inodesFree: "0%%", imagefs.available: "0%%", imagefs.inodesFree: "0%%"}
imageGCHighThresholdPercent: 100
serializeImagePulls: false
nodeStatusUpdateFrequency: 4s
registerWithTaints: []
resolvConf: %q
volumePluginDir: %q
makeIPTablesUtilChains: false
# Nobody answers there. Without an address, though, the kubelet warns at every pod.
clusterDNS: [%q]
clusterDomain: cluster.local
`, p.containerdSocket(), p.cgroup(), p.KubeletCert, p.KubeletKey, p.CertificateCA, p.path("resolv.conf"), p.path("kubelet", "plugins"), p.HostIP())
}

func kubeletFlags(p *Plan) []string {
	return []string{
		"--config=" + p.path("kubelet.yaml"),
		"--kubeconfig=" + p.KubeletKubeconfig,
		"--root-dir=" + p.path("kubelet"),
		"--hostname-override=" + Name,
		"--node-ip=" + p.NodeIP(),
		"--node-labels=" + Label + "=true",
	}
}

func proxyConfig(p *Plan) string {
	return fmt.Sprintf(`apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: %s
clusterCIDR: %q
hostnameOverride: %s
clientConnection: {kubeconfig: %q}
conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
metricsBindAddress: 127.0.0.1:10249
healthzBindAddress: 127.0.0.1:10256
`, p.Tools.ProxyMode, p.PodCIDR(), Name, p.ProxyKubeconfig)
}
