package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func searchExecutions(r *remote) *cobra.Command {
	var (
		search   client.Search
		statuses []string
		since    time.Duration
	)
	cmd := &cobra.Command{
		Use: "search [WORD...]", Short: "Search the executions of all pipelines, of any age",
		Long: "Search finds executions by what they carry: every word must be in the execution's id,\n" +
			"pipeline, user, trigger, parameters, artifacts, images or commits. #7 is the number of a\npipeline's run. The newest come first.",
		Example: "  gennaker execution search nginx:1.27\n  gennaker execution search 3f2c1a9 --application shop --since 720h\n  gennaker execution search --user ann@example.com --status TERMINAL",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			var err error
			if search.Statuses, err = knownStatuses(statuses); err != nil {
				return err
			}
			if since < 0 {
				return usageError{fmt.Errorf("--since: must not be negative")}
			}
			if since > 0 {
				search.From = time.Now().Add(-since)
			}
			search.Words = strings.Join(args, " ")
			found, more, err := c.Search(ctx, search)
			if err != nil {
				return err
			}
			if err := r.print(cmd, found, func() cli.Table { return foundTable(found) }); err != nil {
				return err
			}
			if more {
				_, err = fmt.Fprintf(cmd.ErrOrStderr(), "There are more: use --limit, or more words.\n")
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&search.Application, "application", "", "only executions of this `APPLICATION`")
	cmd.Flags().StringVar(&search.Pipeline, "pipeline", "", "only pipelines with this `NAME`")
	cmd.Flags().StringVar(&search.User, "user", "", "only executions that this `USER` started")
	cmd.Flags().StringSliceVar(&statuses, "status", nil, "only executions with this `STATUS`; separate several with commas: RUNNING, SUCCEEDED, TERMINAL, ...")
	cmd.Flags().DurationVar(&since, "since", 0, "only executions of the last `DURATION`, such as 24h")
	cmd.Flags().IntVar(&search.Limit, "limit", 20, "maximum number of executions")
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(statusNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("application", func(cmd *cobra.Command, _ []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return r.names(applicationNames)(cmd, nil, text)
	})
	return cmd
}

// knownStatuses are the values of --status as the API has them.
func knownStatuses(given []string) ([]string, error) {
	var out []string
	for _, status := range given {
		known, ok := model.ParseStatus(strings.ToUpper(status))
		if !ok {
			return nil, usageError{fmt.Errorf("--status: unknown status %q", status)}
		}
		out = append(out, string(known))
	}
	return out, nil
}

func foundTable(found []client.Execution) cli.Table {
	t := cli.Table{Header: []string{"ID", "APPLICATION", "PIPELINE", "TITLE", "STATUS", "STARTED", "BY"}, Empty: "No executions found."}
	for _, e := range found {
		build, start, _ := e.Times()
		if start == 0 {
			start = build
		}
		name := e.Title()
		if number := model.String(e, "number"); number != "" {
			name += " #" + number
		}
		t.Rows = append(t.Rows, []string{e.ID(), e.Application(), name, model.String(e, "title"), string(e.Status()), cli.Time(start), model.String(e, "user")})
	}
	return t
}
