package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/gennaker/gennaker/internal/demo"
)

const demoLong = `Demo shows Gennaker at work in seconds, with nothing to install. It starts a
Kubernetes sandbox (a real control plane with simulated nodes) and a server, creates
an application and a pipeline through the REST API, and runs the pipeline: deploy,
wait, check, scale, and ask for approval. Everything stays up for you to try until
you press Ctrl-C, and nothing is left behind.

"./dev demo" builds what the demo needs and runs it.`

func demoCommand() *cobra.Command {
	var o demo.Options
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try Gennaker with a Kubernetes sandbox and a sample pipeline",
		Long:  demoLong,
		Example: `  gennaker demo
  gennaker demo --auto-approve --exit    # for scripts`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Sandbox == "" {
				var err error
				if o.Sandbox, err = besideThisProgram("sandbox"); err != nil {
					return err
				}
			}
			o.Out = cmd.OutOrStdout()
			if isTerminal(cmd.OutOrStdout()) {
				o.Width = widthOf(cmd.OutOrStdout())
				if isTerminal(cmd.InOrStdin()) {
					o.In = cmd.InOrStdin()
				}
			}
			return demo.Run(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Sandbox, "sandbox", os.Getenv("GENNAKER_SANDBOX"), "`PATH` of the sandbox program (default \"sandbox\" in this program's directory) [$GENNAKER_SANDBOX]")
	flags.StringVar(&o.Listen, "listen", "", "`ADDRESS` for the server (default 127.0.0.1:8084, or a free port if that is taken)")
	flags.BoolVar(&o.AutoApprove, "auto-approve", false, "approve the manual judgment; the default without a terminal")
	flags.BoolVar(&o.Exit, "exit", false, "exit when the pipeline has ended, with code 0 if it succeeded")
	return cmd
}

// besideThisProgram is the path of a program in this one's directory.
func besideThisProgram(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find %s: %w", name, err)
	}
	return filepath.Join(filepath.Dir(self), name), nil
}

// widthOf tells how wide a terminal is, each time it is asked.
func widthOf(stream any) func() int {
	return func() int {
		if f, ok := stream.(*os.File); ok {
			if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
				return width
			}
		}
		return 80
	}
}

// isTerminal tells whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
