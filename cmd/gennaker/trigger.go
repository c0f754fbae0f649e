package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func triggerCommand() *cobra.Command {
	return group("trigger", "Show what started pipelines, what didn't, and why",
		"An event is what triggers listen to: a push, a webhook, a time. The server keeps each event\nwith what it decided on each trigger.",
		listEvents, explainEvent, replayEvent, triggerWebhooks)
}

func listEvents(r *remote) *cobra.Command {
	var (
		filter   client.EventFilter
		pipeline string
	)
	cmd := &cobra.Command{
		Use: "events [APPLICATION]", Short: "List the events that came, newest first", Args: cobra.MaximumNArgs(1),
		Long: "Events lists what came. With an APPLICATION, it lists only events that a trigger of the\n" +
			"application's pipelines was compared with, and says of each why it didn't start.",
		Example:           "  gennaker trigger events\n  gennaker trigger events shop --pipeline Deploy\n  gennaker trigger events --type git --started false",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) (err error) {
			if len(args) > 0 {
				filter.Application = args[0]
			}
			if pipeline != "" {
				if filter.PipelineID, err = pipelineID(ctx, c, filter.Application, pipeline); err != nil {
					return err
				}
			}
			found, err := c.Events(ctx, filter)
			if err != nil {
				return err
			}
			return r.print(cmd, found, func() cli.Table { return eventTable(found) })
		}),
	}
	cmd.Flags().StringVar(&pipeline, "pipeline", "", "only events that a trigger of this pipeline of APPLICATION (`NAME`) was compared with")
	cmd.Flags().StringVar(&filter.Type, "type", "", "only events of this `TYPE`: git, webhook, cron, ...")
	cmd.Flags().StringVar(&filter.Source, "source", "", "only events from this `SOURCE`, such as github")
	cmd.Flags().StringVar(&filter.Started, "started", "", "`true`: only events that started something; false: only those that started nothing")
	cmd.Flags().IntVar(&filter.Limit, "limit", 20, "maximum number of events")
	return cmd
}

// pipelineID finds a pipeline of an application by its name.
func pipelineID(ctx context.Context, c *client.Client, application, name string) (string, error) {
	if application == "" {
		return "", usageError{fmt.Errorf("--pipeline: name its application too: gennaker trigger events APPLICATION --pipeline %s", name)}
	}
	p, err := c.Config(ctx, client.Pipelines, application, name)
	if err != nil {
		return "", err
	}
	return model.String(p, "id"), nil
}

func eventTable(found []client.Event) cli.Table {
	t := cli.Table{Header: []string{"ID", "RECEIVED", "TYPE", "SOURCE", "ABOUT", "STARTED", "WHY NOT"}, Empty: "No events found."}
	for _, e := range found {
		var reasons []string
		for _, d := range e.Decisions {
			if d.Reason != "" {
				reasons = append(reasons, d.PipelineName+": "+d.Reason)
			}
		}
		t.Rows = append(t.Rows, []string{
			e.ID, cli.Time(e.Received), e.Type, e.Source, e.Summary, fmt.Sprintf("%d of %d", e.Started, e.Triggers), strings.Join(reasons, "; "),
		})
	}
	return t
}

func explainEvent(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "why EVENT", Short: "Explain why an event started a pipeline, or didn't", Args: cobra.ExactArgs(1),
		Example: "  gennaker trigger why 01JD4Z3M8W6Q2V5X7Y9A0B1C2D",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			e, err := c.Event(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, e, func() cli.Table { return whyTable(e) })
		}),
	}
}

// outcomes are what became of a trigger, in words.
var outcomes = map[string]string{
	"STARTS": "started", "DIFFERS": "no match", "DISABLED": "disabled", "QUIET": "quiet period", "DENIED": "not allowed", "REFUSED": "can't start",
}

func whyTable(e client.Event) cli.Table {
	t := cli.Table{
		Header: []string{"APPLICATION", "PIPELINE", "TRIGGER", "OUTCOME", "EXECUTION", "WHY"},
		Empty:  fmt.Sprintf("No trigger listens to such an event (%s from %s: %s).", e.Type, e.Source, e.Summary),
	}
	for _, d := range e.Decisions {
		why := d.Reason
		if why == "" {
			matched := make([]string, 0, len(d.Checks))
			for _, c := range d.Checks {
				if c.Got != "" {
					matched = append(matched, c.What+" "+strconv.Quote(c.Got))
				}
			}
			why = strings.Join(matched, ", ")
		}
		outcome := outcomes[d.Outcome]
		if outcome == "" {
			outcome = d.Outcome
		}
		t.Rows = append(t.Rows, []string{d.Application, d.PipelineName, d.TriggerType, outcome, d.ExecutionID, why})
	}
	return t
}

func replayEvent(r *remote) *cobra.Command {
	var pipeline string
	cmd := &cobra.Command{
		Use: "replay EVENT", Short: "Have an event happen again, with the triggers as they are now", Args: cobra.ExactArgs(1),
		Example: "  gennaker trigger replay 01JD4Z3M8W6Q2V5X7Y9A0B1C2D",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			id, executions, err := c.ReplayEvent(ctx, args[0], pipeline)
			if err != nil {
				return err
			}
			value := map[string]any{"eventId": id, "executionIds": executions}
			return r.print(cmd, value, func() cli.Table {
				t := cli.Table{Header: []string{"EXECUTION"}, Empty: "It started nothing: see \"gennaker trigger why " + id + "\"."}
				for _, execution := range executions {
					t.Rows = append(t.Rows, []string{execution})
				}
				return t
			})
		}),
	}
	cmd.Flags().StringVar(&pipeline, "pipeline-id", "", "only for the pipeline with this `ID`, whether or not it listened then")
	return cmd
}
