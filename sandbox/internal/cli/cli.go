// Package cli is the sandbox's command line.
package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Main runs the command line and returns the process's exit code.
func Main() int {
	// The Kubernetes packages register flags of their own here, which cobra
	// would show and accept.
	pflag.CommandLine = pflag.NewFlagSet("sandbox", pflag.ContinueOnError)

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	root := &cobra.Command{
		Use:   "sandbox",
		Short: "A real Kubernetes control plane with simulated nodes, in one program",
		Long: `Sandbox runs a real Kubernetes control plane (etcd, kube-apiserver,
kube-controller-manager, kube-scheduler) on this machine, with simulated nodes
that bring pods up and complete jobs in an instant. It needs nothing installed,
listens on free ports of the loopback interface only, so that any number can run
side by side, and leaves nothing behind.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.AddCommand(upCommand(), checkRealCommand(), versionCommand())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		return 1
	}
	return 0
}
