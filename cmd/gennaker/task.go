package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func taskCommand() *cobra.Command {
	return group("task", "List, show, and start ad-hoc tasks",
		"A task runs stages outside of a pipeline, such as saving an application or scaling a\ndeployment.",
		listTasks, getTask, startTask)
}

func listTasks(r *remote) *cobra.Command {
	var (
		statuses []string
		limit    = 20
	)
	cmd := &cobra.Command{
		Use: "list APPLICATION", Short: "List an application's tasks, newest first", Args: cobra.ExactArgs(1),
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			found, err := c.Tasks(ctx, args[0], statuses, limit)
			if err != nil {
				return err
			}
			return r.print(cmd, found, func() cli.Table {
				all := make([]client.Execution, len(found))
				for i, t := range found {
					all[i] = model.Merge(model.Object(t, "execution"), t)
				}
				return executionsTable(all, "TASK", "There are no such tasks.")
			})
		}),
	}
	cmd.Flags().StringSliceVar(&statuses, "status", nil, "only tasks with this `STATUS`; separate several with commas")
	cmd.Flags().IntVar(&limit, "limit", limit, "maximum number of tasks")
	return cmd
}

func getTask(r *remote) *cobra.Command {
	var watch bool
	cmd := &cobra.Command{
		Use: "get ID", Short: "Show a task, or watch it", Args: cobra.ExactArgs(1),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if watch {
				return r.follow(ctx, c, cmd, model.OrchestrationExecution, args[0], 0)
			}
			t, err := c.Task(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, t, func() cli.Table {
				return executionTable(model.Merge(t, model.Object(t, "execution")))
			})
		}),
	}
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

const startTaskExample = `  gennaker task start --watch -f - <<END
  application: shop
  description: Scale the frontend
  job:
    - {type: scaleManifest, account: prod, manifestName: deployment frontend, location: shop, replicas: 3}
  END`

func startTask(r *remote) *cobra.Command {
	var (
		file  string
		watch bool
	)
	cmd := &cobra.Command{
		Use: "start -f FILE", Short: "Start a task", Args: cobra.NoArgs, Example: startTaskExample,
		Long: "Start runs a task: an object with application, description, and job, which is a list\nof stages. It prints the task's id, or shows the progress with --watch.",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{errors.New("--file is missing; - reads standard input")}
			}
			task, err := cli.ReadObject(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			if model.String(task, "description") == "" {
				task["description"] = describe(task)
			}
			id, err := c.StartTask(ctx, task)
			if err != nil {
				return err
			}
			return r.started(ctx, c, cmd, model.OrchestrationExecution, id, watch)
		}),
	}
	fileFlag(cmd, &file, "the task")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

// describe names a task by the types of its jobs.
func describe(task map[string]any) string {
	var types []string
	for _, job := range model.Objects(task, "job") {
		types = append(types, model.String(job, "type"))
	}
	return strings.Join(types, ", ")
}
