package cluster

import "fmt"

// host is where everything listens.
const host = "127.0.0.1"

// kubeletClient is the user as whom the API server calls kubelets.
const kubeletClient = "sandbox-apiserver-kubelet-client"

// addresses are the ports of one run.
type addresses struct {
	etcdClient, etcdPeer, apiServer int
}

func (a addresses) etcdURL() string   { return fmt.Sprintf("http://%s:%d", host, a.etcdClient) }
func (a addresses) peerURL() string   { return fmt.Sprintf("http://%s:%d", host, a.etcdPeer) }
func (a addresses) serverURL() string { return a.serverURLAt(host) }

func (a addresses) serverURLAt(host string) string {
	return fmt.Sprintf("https://%s:%d", host, a.apiServer)
}

func etcdFlags(l *layout, a addresses) []string {
	return []string{
		"--name=sandbox",
		"--data-dir=" + l.path(etcdDir),
		"--unsafe-no-fsync", // a sandbox's data need not survive a power cut
		"--log-level=warn",
		// With the usual second the only member may take that long to elect itself.
		"--heartbeat-interval=20",
		"--election-timeout=200",
		"--listen-client-urls=" + a.etcdURL(),
		"--advertise-client-urls=" + a.etcdURL(),
		"--listen-peer-urls=" + a.peerURL(),
		"--initial-advertise-peer-urls=" + a.peerURL(),
		"--initial-cluster=sandbox=" + a.peerURL(),
		"--force-new-cluster=" + fmt.Sprint(l.reused()), // a kept run had another peer address
	}
}

// apiServerFlags takes the address under which pods of a real node find the
// API server; there may be none.
func apiServerFlags(l *layout, a addresses, fromPods string) []string {
	reconciler := "lease"
	if fromPods == "" {
		// Never used, but without it the server looks for a public address of
		// this machine, which may have none.
		reconciler, fromPods = "none", "192.0.2.1"
	}
	return []string{
		"--etcd-servers=" + a.etcdURL(),
		"--bind-address=" + host,
		fmt.Sprintf("--secure-port=%d", a.apiServer),
		"--advertise-address=" + fromPods,
		"--endpoint-reconciler-type=" + reconciler,
		"--tls-cert-file=" + l.pki("apiserver.crt"),
		"--tls-private-key-file=" + l.pki("apiserver.key"),
		"--client-ca-file=" + l.pki("ca.crt"),
		"--cert-dir=" + l.path(workDir),
		"--service-cluster-ip-range=10.96.0.0/16",
		"--authorization-mode=Node,RBAC",
		"--allow-privileged",
		"--enable-admission-plugins=NodeRestriction",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + l.pki("service-account.crt"),
		"--service-account-signing-key-file=" + l.pki("service-account.key"),
		"--kubelet-certificate-authority=" + l.pki("ca.crt"),
		"--kubelet-client-certificate=" + l.pki("kubelet-client.crt"),
		"--kubelet-client-key=" + l.pki("kubelet-client.key"),
		// Simulated nodes have an internal DNS name at which this machine
		// answers for them; real ones have none.
		"--kubelet-preferred-address-types=InternalDNS,InternalIP",
		"--requestheader-client-ca-file=" + l.pki("ca.crt"),
		"--requestheader-allowed-names=front-proxy",
		"--requestheader-username-headers=X-Remote-User",
		"--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + l.pki("front-proxy.crt"),
		"--proxy-client-key-file=" + l.pki("front-proxy.key"),
		"--enable-priority-and-fairness=false", // one user; saves start-up time
		"--max-requests-inflight=2000",
		"--max-mutating-requests-inflight=1000",
		"--profiling=false",
	}
}

func controllerManagerFlags(l *layout) []string {
	return []string{
		"--kubeconfig=" + l.pki("controller-manager.kubeconfig"),
		"--secure-port=0",
		"--leader-elect=false",
		"--service-account-private-key-file=" + l.pki("service-account.key"),
		"--root-ca-file=" + l.pki("ca.crt"),
		"--cluster-signing-cert-file=" + l.pki("ca.crt"),
		"--cluster-signing-key-file=" + l.pki("ca.key"),
		// Without these its own client limit makes it take five seconds to start.
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
		// Simulated nodes send no heartbeats, to be quiet when idle.
		"--node-monitor-grace-period=24h",
		"--profiling=false",
	}
}

func schedulerFlags(l *layout) []string {
	return []string{
		"--kubeconfig=" + l.pki("scheduler.kubeconfig"),
		"--secure-port=0",
		"--leader-elect=false",
		"--kube-api-qps=1000",
		"--kube-api-burst=2000",
		"--profiling=false",
	}
}
