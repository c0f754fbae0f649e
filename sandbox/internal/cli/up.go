package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/sandbox/internal/cluster"
)

func upCommand() *cobra.Command {
	var options cluster.Options
	var endWithInput bool
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run a sandbox in the foreground until interrupted",
		Long: `Up runs a sandbox in the foreground. It prints the line "ready" on standard
output once the sandbox can be used: its nodes take pods, and the default service
account exists. Everything else it has to say goes to standard error.

SIGTERM or SIGINT ends it, with exit code 0 and nothing left behind: no process,
no kubeconfig, no runtime file (unless --keep). When a component dies, up says
which and why, and ends with exit code 1.

Beside FILE it writes FILE.readonly: the kubeconfig of a user who may view most
things in the cluster and change nothing.

With --real-node there is a node that really runs pods, as far as this machine can
have one: see check-real. It is the only one unless --nodes is given too.`,
		Example: `  sandbox up --dir /tmp/one --kubeconfig /tmp/one.kubeconfig
  sandbox up --nodes 5
  sandbox up --real-node`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if options.RealNode && !cmd.Flags().Changed("nodes") {
				options.Nodes = 0
			}
			options.Log = cmd.ErrOrStderr()
			ctx, cancel := context.WithCancel(cmd.Context())
			defer cancel()
			if endWithInput {
				go func() {
					_, _ = io.Copy(io.Discard, cmd.InOrStdin())
					cancel()
				}()
			}
			return cluster.Run(ctx, options, func(string) {
				fmt.Fprintln(cmd.OutOrStdout(), "ready")
			})
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&options.Dir, "dir", "", "directory for runtime files (default: a temporary one)")
	flags.StringVar(&options.Kubeconfig, "kubeconfig", "", "`FILE` to write the administrator's kubeconfig to (default: kubeconfig in the directory)")
	flags.IntVar(&options.Nodes, "nodes", 2, "number of simulated nodes")
	flags.BoolVar(&options.RealNode, "real-node", false, "run a real node (needs root, containerd, runc and CNI plugins); --nodes is then 0 by default")
	flags.BoolVar(&options.Keep, "keep", false, "keep the runtime files when it ends; up with the same --dir --keep goes on with them")
	flags.BoolVar(&endWithInput, "end-with-input", false, "end also when standard input ends: give it a pipe, and the sandbox can't outlive you")
	flags.BoolVarP(&options.Verbose, "verbose", "v", false, "say what has been reached, and when")
	return cmd
}
