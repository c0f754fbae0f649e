package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func executionCommand() *cobra.Command {
	return group("execution", "List, show, and control executions of pipelines",
		"An execution is one run of a pipeline. Its ID is printed by \"pipeline start\" and\n\"execution list\".",
		listExecutions, searchExecutions, getExecution, cancelExecution, pauseExecution, resumeExecution, restartExecution, judgeExecution, deleteExecution)
}

func listExecutions(r *remote) *cobra.Command {
	var (
		pipeline string
		statuses []string
		limit    = 5
	)
	cmd := &cobra.Command{
		Use: "list APPLICATION", Short: "List the latest executions of an application's pipelines", Args: cobra.ExactArgs(1),
		Example:           "  gennaker execution list shop\n  gennaker execution list shop --pipeline Deploy --status RUNNING,PAUSED",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			known, err := knownStatuses(statuses)
			if err != nil {
				return err
			}
			filter := client.Filter{Application: args[0], Limit: limit, Statuses: known}
			if pipeline != "" {
				p, err := findPipeline(ctx, c, args[0], pipeline)
				if err != nil {
					return err
				}
				filter.ConfigIDs = []string{p.ID()}
			}
			found, err := c.Executions(ctx, filter)
			if err != nil {
				return err
			}
			return r.print(cmd, found, func() cli.Table { return executionsTable(found, "PIPELINE", "No executions found.") })
		}),
	}
	cmd.Flags().StringVar(&pipeline, "pipeline", "", "only the pipeline with this `NAME` or id")
	cmd.Flags().StringSliceVar(&statuses, "status", nil, "only executions with this `STATUS`; separate several with commas: RUNNING, SUCCEEDED, TERMINAL, ...")
	cmd.Flags().IntVar(&limit, "limit", limit, "maximum number of executions per pipeline")
	_ = cmd.RegisterFlagCompletionFunc("status", cobra.FixedCompletions(statusNames(), cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("pipeline", func(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return r.names(fixed(), pipelineNames)(cmd, args, text)
	})
	return cmd
}

func statusNames() []string {
	var out []string
	for _, s := range model.Statuses() {
		out = append(out, string(s))
	}
	return out
}

func executionsTable(found []client.Execution, title, empty string) cli.Table {
	t := cli.Table{Header: []string{"ID", title, "STATUS", "STARTED", "TOOK", "BY"}, Empty: empty}
	for _, e := range found {
		build, start, end := e.Times()
		if start == 0 {
			start = build
		}
		took := cli.Duration(start, end, time.Now())
		if end == 0 && e.Status().Complete() {
			took = ""
		}
		t.Rows = append(t.Rows, []string{e.ID(), e.Title(), string(e.Status()), cli.Time(start), took, e.User()})
	}
	return t
}

func getExecution(r *remote) *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "get ID", Short: "Show an execution, or watch it", Args: cobra.ExactArgs(1),
		Long:    "Get shows an execution with its stages. With --watch, it shows the progress until the\nexecution ends, and fails if the execution did not succeed.",
		Example: "  gennaker execution get 01KAJXG1ZC3YJ2X5DVKSRC3E5E --watch",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if watch {
				return r.follow(ctx, c, cmd, model.PipelineExecution, args[0], 0)
			}
			e, err := c.Execution(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, e, func() cli.Table { return executionTable(e) })
		}),
	}
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

func executionTable(e client.Execution) cli.Table {
	t := cli.Table{Rows: [][]string{
		{"id", e.ID()}, {"application", e.Application()}, {"name", e.Title()}, {"status", string(e.Status())}, {"by", e.User()},
	}}
	build, start, end := e.Times()
	t.Rows = append(t.Rows, []string{"created", cli.Time(build)}, []string{"took", cli.Duration(start, end, time.Now())})
	for _, s := range e.Stages() {
		if s.ParentID() != "" && !s.Status().Failure() {
			continue
		}
		start, end := s.Times()
		t.Rows = append(t.Rows, []string{"stage", strings.TrimSpace(fmt.Sprintf("%s  %s (%s)  %s", s.Status(), s.Name(), s.Type(), cli.Duration(start, end, time.Now())))})
	}
	if e.Status().Complete() && e.Status() != model.Succeeded {
		for _, reason := range e.Reasons() {
			t.Rows = append(t.Rows, []string{"reason", reason})
		}
	}
	return t
}

// steer makes a command that does one thing to an execution.
func steer(r *remote, use, short, done string, run func(ctx context.Context, c *client.Client, id string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: cobra.ExactArgs(1),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if err := run(ctx, c, args[0]); err != nil {
				return err
			}
			r.sayf(cmd, "%s %s.", done, args[0])
			return nil
		}),
	}
}

func cancelExecution(r *remote) *cobra.Command {
	var (
		reason string
		force  bool
	)
	cmd := steer(r, "cancel ID", "Cancel an execution", "Canceled", func(ctx context.Context, c *client.Client, id string) error {
		e, err := c.Execution(ctx, id)
		if err != nil {
			return err
		}
		if e.Status().Complete() {
			return fault.New(fault.Conflict, "execution %s has already ended with status %s, so there is nothing to cancel", id, e.Status())
		}
		return c.Cancel(ctx, id, reason, force)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "`TEXT` to show with the execution")
	cmd.Flags().BoolVar(&force, "force", false, "cancel even if the execution is stuck")
	return cmd
}

func pauseExecution(r *remote) *cobra.Command {
	return steer(r, "pause ID", "Pause an execution", "Paused", func(ctx context.Context, c *client.Client, id string) error {
		return c.Pause(ctx, id)
	})
}

func resumeExecution(r *remote) *cobra.Command {
	return steer(r, "resume ID", "Resume a paused execution", "Resumed", func(ctx context.Context, c *client.Client, id string) error {
		return c.Resume(ctx, id)
	})
}

func deleteExecution(r *remote) *cobra.Command {
	return steer(r, "delete ID", "Delete an execution that has ended", "Deleted", func(ctx context.Context, c *client.Client, id string) error {
		return c.DeleteExecution(ctx, id)
	})
}

// stageNames completes the stages of the execution that stands before.
func stageNames(ctx context.Context, c *client.Client, args []string) ([]string, error) {
	e, err := c.Execution(ctx, args[0])
	var out []string
	for _, s := range e.Stages() {
		if s.ParentID() == "" {
			out = append(out, s.Name())
		}
	}
	return out, err
}

func restartExecution(r *remote) *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "restart ID [STAGE]", Short: "Run a stage and the stages after it again", Args: cobra.RangeArgs(1, 2),
		Long:              "Restart runs a stage and all stages after it again. STAGE is the stage's name, refId,\nor id; the default is the stage that failed.",
		ValidArgsFunction: r.names(fixed(), stageNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			e, err := c.Execution(ctx, args[0])
			if err != nil {
				return err
			}
			s, err := stageToRestart(e, args[1:])
			if err != nil {
				return err
			}
			if err := c.Restart(ctx, e.ID(), s.ID()); err != nil {
				return err
			}
			if watch {
				_, _, end := e.Times()
				return r.follow(ctx, c, cmd, model.PipelineExecution, e.ID(), end)
			}
			r.sayf(cmd, "Restarted %s of %s.", s.Name(), e.ID())
			return nil
		}),
	}
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

func stageToRestart(e client.Execution, args []string) (client.Stage, error) {
	if len(args) > 0 {
		if s, ok := e.Stage(args[0]); ok {
			return s, nil
		}
		return nil, fmt.Errorf("the execution has no stage %q; its stages are %s", args[0], stageList(e, func(client.Stage) bool { return true }))
	}
	halted := func(s client.Stage) bool { return s.Status().Halt() }
	for _, s := range e.Stages() {
		if s.ParentID() == "" && s.Status() == model.Terminal {
			return s, nil
		}
	}
	if list := stageList(e, halted); list != "" {
		return nil, usageError{fmt.Errorf("name the stage to restart: %s", list)}
	}
	return nil, usageError{errors.New("name the stage to restart, because no stage has failed")}
}

func stageList(e client.Execution, wanted func(client.Stage) bool) string {
	var out []string
	for _, s := range e.Stages() {
		if s.ParentID() == "" && wanted(s) {
			out = append(out, fmt.Sprintf("%q", s.Name()))
		}
	}
	return strings.Join(out, ", ")
}

func judgeExecution(r *remote) *cobra.Command {
	var (
		stage, input string
		watch        bool
	)
	cmd := &cobra.Command{
		Use: "judge ID continue|stop", Short: "Answer a manual judgment", Args: cobra.ExactArgs(2),
		Example:           "  gennaker execution judge 01KAJXG1ZC3YJ2X5DVKSRC3E5E continue\n  gennaker execution judge 01KAJXG1ZC3YJ2X5DVKSRC3E5E continue --stage \"Which region?\" --input eu",
		ValidArgsFunction: r.names(fixed(), fixed("continue", "stop")),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			answer := strings.ToLower(args[1])
			if answer != "continue" && answer != "stop" {
				return usageError{fmt.Errorf("unknown answer %q: use continue or stop", args[1])}
			}
			e, err := c.Execution(ctx, args[0])
			if err != nil {
				return err
			}
			s, err := waitingJudgment(e, stage)
			if err != nil {
				return err
			}
			fields := map[string]any{"judgmentStatus": answer}
			if input != "" {
				fields["judgmentInput"] = input
			}
			if err := c.UpdateStage(ctx, e.ID(), s.ID(), fields); err != nil {
				return err
			}
			if watch {
				return r.follow(ctx, c, cmd, model.PipelineExecution, e.ID(), 0)
			}
			r.sayf(cmd, "Answered %s of %s: %s.", s.Name(), e.ID(), answer)
			return nil
		}),
	}
	cmd.Flags().StringVar(&stage, "stage", "", "`NAME`, refId, or id of the judgment, if several are waiting")
	cmd.Flags().StringVar(&input, "input", "", "`VALUE` to choose, if the judgment has options")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

// waitingJudgment finds the judgment that waits for a person.
func waitingJudgment(e client.Execution, which string) (client.Stage, error) {
	var waiting []client.Stage
	var names []string
	for _, s := range e.Stages() {
		if s.Type() == "manualJudgment" && s.Status() == model.Running {
			waiting, names = append(waiting, s), append(names, fmt.Sprintf("%q", s.Name()))
		}
	}
	if which != "" {
		for _, s := range waiting {
			if strings.EqualFold(s.Name(), which) || s.ID() == which || model.String(s, "refId") == which {
				return s, nil
			}
		}
		return nil, fmt.Errorf("no judgment %q is waiting in %s", which, e.ID())
	}
	switch len(waiting) {
	case 0:
		return nil, fmt.Errorf("no judgment is waiting in %s, whose status is %s", e.ID(), e.Status())
	case 1:
		return waiting[0], nil
	}
	return nil, usageError{fmt.Errorf("several judgments are waiting; choose one with --stage: %s", strings.Join(names, ", "))}
}
