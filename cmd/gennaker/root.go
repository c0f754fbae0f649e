package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/version"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2 // the command line or the configuration is wrong
)

const rootLong = `Gennaker is a software delivery platform that speaks Spinnaker: the same
pipelines, the same REST API, and the same semantics, in one program.

Try it:                   gennaker demo
Run the server:           gennaker serve
Check the configuration:  gennaker config validate gennaker.yaml

Exit codes: 0 success, 1 failure, 2 invalid command line or configuration.`

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := &cobra.Command{
		Use:           "gennaker",
		Short:         "A software delivery platform that speaks Spinnaker",
		Long:          rootLong,
		Version:       version.Get().Version,
		Args:          subcommandOnly,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,

		SuggestionsMinimumDistance: 2,
	}
	root.AddCommand(serveCommand(), agentCommand(), demoCommand(), configCommand(), expressionCommand(), versionCommand())
	root.AddCommand(clientCommands()...)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{fmt.Errorf("%w; %s --help lists the flags", err, cmd.CommandPath())}
	})
	markArgErrors(root)

	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	var (
		usage usageError
		cfg   *config.Error
		coded codedError
	)
	if errors.As(err, &coded) && coded.error == nil {
		return coded.code // it has said all there is to say
	}
	fmt.Fprintln(errs, "gennaker:", err)
	if errors.As(err, &coded) {
		return coded.code
	}
	if errors.As(err, &usage) || errors.As(err, &cfg) {
		return exitUsage
	}
	return exitFailed
}

// codedError ends the command with an exit code of its own: in silence where it
// holds no error.
type codedError struct {
	error
	code int
}

func (e codedError) Error() string {
	if e.error == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.error.Error()
}

func (e codedError) Unwrap() error { return e.error }

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// markArgErrors has the commands' complaints about their arguments count as
// mistakes on the command line.
func markArgErrors(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			switch {
			case err == nil:
				return nil
			case cmd.HasSubCommands():
				return usageError{err}
			}
			return usageError{fmt.Errorf("%s got %s; usage: %s", cmd.CommandPath(), given(args), cmd.UseLine())}
		}
	}
	for _, sub := range cmd.Commands() {
		markArgErrors(sub)
	}
}

// given counts arguments.
func given(args []string) string {
	switch len(args) {
	case 0:
		return "no argument"
	case 1:
		return fmt.Sprintf("the argument %q", args[0])
	}
	return fmt.Sprintf("%d arguments", len(args))
}

// subcommandOnly refuses what is no subcommand, and names the one that may have
// been meant.
func subcommandOnly(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return fmt.Errorf("%s has no command %q; did you mean %q?", cmd.CommandPath(), args[0], near[0])
	}
	return fmt.Errorf("%s has no command %q; %s --help lists them", cmd.CommandPath(), args[0], cmd.CommandPath())
}
