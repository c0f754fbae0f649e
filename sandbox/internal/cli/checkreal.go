package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/sandbox/internal/realnode"
)

func checkRealCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check-real",
		Short: "Say whether this machine can run a real node",
		Long: `Check-real ends with exit code 0 when "up --real-node" would work on this machine,
and otherwise with 1 and the reason.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := realnode.Check(); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "a real node can run here")
			return nil
		},
	}
}
