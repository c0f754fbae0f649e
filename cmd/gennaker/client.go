package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/version"
)

// The environment variables of the client.
const (
	endpointVariable = "GENNAKER_ENDPOINT"
	userVariable     = "GENNAKER_USER"
	tokenVariable    = "GENNAKER_TOKEN" //nolint:gosec // the name of a variable, no secret
	usernameVariable = "GENNAKER_USERNAME"
	passwordVariable = "GENNAKER_PASSWORD" //nolint:gosec // the name of a variable, no secret
)

const defaultEndpoint = "http://localhost:8084"

const connectionHelp = `
--endpoint or $GENNAKER_ENDPOINT names the server, which can also be the Gate of a
Spinnaker. If it requires a login, set $GENNAKER_TOKEN (a bearer token), or
$GENNAKER_USERNAME and $GENNAKER_PASSWORD.`

// clientCommands are the commands that ask a server.
func clientCommands() []*cobra.Command {
	return []*cobra.Command{
		applicationCommand(), pipelineCommand(), executionCommand(), taskCommand(), triggerCommand(), accountCommand(), artifactCommand(), manifestCommand(), importCommand(),
	}
}

// remote is what the commands of a group are told about the server and the
// output.
type remote struct {
	endpoint, user, output string
	timeout                time.Duration
}

// group makes a command that has others, with the flags that they share.
func group(use, short, long string, makers ...func(*remote) *cobra.Command) *cobra.Command {
	r := &remote{}
	name, _, _ := strings.Cut(use, " ")
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Long:  long + "\n" + connectionHelp,
		Args:  subcommandOnly,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		Aliases:                    []string{name + "s"},
		SuggestionsMinimumDistance: 2,
	}
	r.register(cmd)
	for _, one := range makers {
		cmd.AddCommand(one(r))
	}
	return cmd
}

func (r *remote) register(cmd *cobra.Command) {
	flags := cmd.PersistentFlags()
	flags.SortFlags = false
	r.registerServer(flags)
	flags.StringVarP(&r.output, "output", "o", "table", "output `FORMAT`: table, json, or yaml")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(cli.Formats(), cobra.ShellCompDirectiveNoFileComp))
}

// registerServer registers the flags that say how to reach the server.
func (r *remote) registerServer(flags *pflag.FlagSet) {
	flags.StringVar(&r.endpoint, "endpoint", cmp.Or(os.Getenv(endpointVariable), defaultEndpoint), "`URL` of the server [$"+endpointVariable+"]")
	flags.StringVar(&r.user, "user", os.Getenv(userVariable), "`NAME` of the user to act as, if the server trusts it [$"+userVariable+"]")
	flags.DurationVar(&r.timeout, "timeout", 30*time.Second, "time limit of a request")
}

// connect makes the client that the flags and the environment ask for.
func (r *remote) connect() (*client.Client, error) {
	if err := r.checkOutput(); err != nil {
		return nil, err
	}
	return r.client()
}

func (r *remote) client() (*client.Client, error) {
	c, err := client.New(client.Options{
		Endpoint: r.endpoint, User: r.user, Timeout: r.timeout, UserAgent: "gennaker/" + version.Get().Version,
		Token: os.Getenv(tokenVariable), Username: os.Getenv(usernameVariable), Password: os.Getenv(passwordVariable),
	})
	if err != nil {
		return nil, usageError{fmt.Errorf("--endpoint: %w", err)}
	}
	return c, nil
}

func (r *remote) checkOutput() error {
	if formats := cli.Formats(); !slices.Contains(formats, r.output) {
		return usageError{fmt.Errorf("--output: %q is not one of %s", r.output, strings.Join(formats, ", "))}
	}
	return nil
}

// do makes a command's function of one that asks the server.
func (r *remote) do(run func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		c, err := r.connect()
		if err != nil {
			return err
		}
		return run(cmd.Context(), c, cmd, args)
	}
}

func (r *remote) print(cmd *cobra.Command, value any, table func() cli.Table) error {
	return cli.Print(cmd.OutOrStdout(), r.output, value, table)
}

// sayf prints a sentence for people, and nothing for programs.
func (r *remote) sayf(cmd *cobra.Command, format string, args ...any) {
	if r.output == "table" {
		fmt.Fprintf(cmd.OutOrStdout(), format+"\n", args...)
	}
}

// follow watches an execution to its end and shows it. What does not succeed is
// an error, with the reasons.
func (r *remote) follow(ctx context.Context, c *client.Client, cmd *cobra.Command, kind model.ExecutionType, id string, endedAt int64) error {
	out := cmd.OutOrStdout()
	if r.output != "table" {
		out = cmd.ErrOrStderr() // the output is the execution alone
	}
	progress := cli.NewProgress(out, isTerminal(out))
	e, err := c.WatchAgain(ctx, kind, id, endedAt, progress.Tell)
	if err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("stopped watching %s, which is still running", id)
		}
		return err
	}
	progress.End(e)
	if r.output != "table" {
		if err := r.print(cmd, e, nil); err != nil {
			return err
		}
	}
	return failed(e)
}

// failed is the error of an execution that did not succeed.
func failed(e client.Execution) error {
	if e.Status() == model.Succeeded {
		return nil
	}
	message := fmt.Sprintf("%s ended %s", e.ID(), e.Status())
	switch reasons := e.Reasons(); len(reasons) {
	case 0:
	case 1:
		message += ": " + reasons[0]
	default:
		message += ":\n  " + strings.Join(reasons, "\n  ")
	}
	return errors.New(message)
}

// completeTime bounds what the shell waits for when it completes names.
const completeTime = 2 * time.Second

// names completes arguments with names from the server: each position has a
// function of its own.
func (r *remote) names(list ...func(ctx context.Context, c *client.Client, args []string) ([]string, error)) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= len(list) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		c, err := r.connect()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completeTime)
		defer cancel()
		found, err := list[len(args)](ctx, c, args)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

func applicationNames(ctx context.Context, c *client.Client, _ []string) ([]string, error) {
	apps, err := c.Applications(ctx)
	var out []string
	for _, app := range apps {
		out = append(out, app.Name())
	}
	return out, err
}

// pipelineNames names the pipelines of the application that stands before.
func pipelineNames(ctx context.Context, c *client.Client, args []string) ([]string, error) {
	configs, err := c.Configs(ctx, client.Pipelines, args[len(args)-1])
	var out []string
	for _, config := range configs {
		out = append(out, config.Name())
	}
	return out, err
}

// fixed completes an argument from a list.
func fixed(values ...string) func(context.Context, *client.Client, []string) ([]string, error) {
	return func(context.Context, *client.Client, []string) ([]string, error) { return values, nil }
}

// oneInput reads the single object of --file.
func oneInput(path string, stdin io.Reader) (map[string]any, error) {
	if path == "" {
		return map[string]any{}, nil
	}
	return cli.ReadObject(path, stdin)
}

// fileFlag adds the flag that names a file of input.
func fileFlag(cmd *cobra.Command, into *string, what string) {
	cmd.Flags().StringVarP(into, "file", "f", "", "`FILE` with "+what+", in JSON or YAML; - reads standard input")
	_ = cmd.MarkFlagFilename("file", "json", "yaml", "yml")
}
