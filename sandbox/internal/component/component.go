// Package component is the child side of a sandbox: it runs one Kubernetes
// component per process, all from the one sandbox binary.
//
// The components are not run side by side in one process because three of them
// install the process-wide signal handler, which panics when it is installed
// twice, and because they share global feature gates, flags and loggers.
package component

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo" // client metrics, as in the upstream binaries
	_ "k8s.io/component-base/metrics/prometheus/version"  // build metrics, as in the upstream binaries
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kubeproxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// The names of the components that a sandbox can run.
const (
	Etcd              = "etcd"
	APIServer         = "kube-apiserver"
	ControllerManager = "kube-controller-manager"
	Scheduler         = "kube-scheduler"
	Kubelet           = "kubelet"
	KubeProxy         = "kube-proxy"
)

// command is the hidden first argument that turns the sandbox binary into one
// of its components.
const command = "component"

// Args returns the command line (without the program's own name) that runs a
// component with the given flags.
func Args(name string, flags []string) []string {
	return append([]string{command, name}, flags...)
}

// Requested reports whether a command line asks for a component, and which.
func Requested(argv []string) (name string, args []string, ok bool) {
	if len(argv) < 3 || argv[1] != command {
		return "", nil, false
	}
	return argv[2], argv[2:], true
}

// Main runs a component until it ends and returns its exit code. args[0] is
// the component's name. The process also ends when its standard input does:
// that is a pipe held open by the sandbox that started it, so no component
// outlives its sandbox, however that died.
func Main(name string, args []string) int {
	go EndWithInput(os.Stdin)
	os.Args = args // the components read their own command line from here
	var cmd *cobra.Command
	switch name {
	case Etcd:
		etcdmain.Main(args)
		return 0
	case APIServer:
		cmd = apiserver.NewAPIServerCommand()
	case ControllerManager:
		cmd = controllermanager.NewControllerManagerCommand()
	case Scheduler:
		cmd = scheduler.NewSchedulerCommand()
	case KubeProxy:
		cmd = kubeproxy.NewProxyCommand()
	case Kubelet:
		ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
		defer stop()
		cmd = kubelet.NewKubeletCommand(ctx)
	default:
		fmt.Fprintf(os.Stderr, "sandbox: unknown component %q\n", name)
		return 2
	}
	return cli.Run(cmd)
}

// EndWithInput ends the process at once when in is closed by its writer.
func EndWithInput(in io.Reader) {
	_, _ = io.Copy(io.Discard, in)
	os.Exit(3)
}
