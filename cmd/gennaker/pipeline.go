package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func pipelineCommand() *cobra.Command {
	return group("pipeline", "List, change, check, and start pipelines",
		"A pipeline belongs to an application. PIPELINE is its name or id.",
		listPipelines, getPipeline, savePipelines, deletePipeline, startPipeline, pipelineHistory, validatePipelines)
}

func listPipelines(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list APPLICATION", Short: "List an application's pipelines", Args: cobra.ExactArgs(1),
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			found, err := c.Configs(ctx, client.Pipelines, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, found, func() cli.Table {
				t := cli.Table{Header: []string{"NAME", "ID", "STAGES", "CHANGED", "BY"}, Empty: "The application " + args[0] + " has no pipelines."}
				for _, p := range found {
					name := p.Name()
					if p.Disabled() {
						name += " (disabled)"
					}
					at, _ := model.Int(p, "updateTs")
					t.Rows = append(t.Rows, []string{name, p.ID(), strconv.Itoa(len(model.List(p, "stages"))), cli.Time(at), model.String(p, "lastModifiedBy")})
				}
				return t
			})
		}),
	}
}

// findPipeline finds a pipeline by its name, else by its id.
func findPipeline(ctx context.Context, c *client.Client, application, name string) (model.Pipeline, error) {
	found, err := c.Config(ctx, client.Pipelines, application, name)
	if err == nil || !client.IsNotFound(err) {
		return found, err
	}
	all, listErr := c.Configs(ctx, client.Pipelines, application)
	if listErr != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID() == name || strings.EqualFold(p.Name(), name) {
			return p, nil
		}
	}
	return nil, err
}

func getPipeline(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "get APPLICATION PIPELINE", Short: "Show a pipeline", Args: cobra.ExactArgs(2),
		Example:           "  gennaker pipeline get shop Deploy\n  gennaker pipeline get shop Deploy -o yaml > deploy.yaml",
		ValidArgsFunction: r.names(applicationNames, pipelineNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			p, err := findPipeline(ctx, c, args[0], args[1])
			if err != nil {
				return err
			}
			return r.print(cmd, p, func() cli.Table { return pipelineTable(p) })
		}),
	}
}

func pipelineTable(p model.Pipeline) cli.Table {
	t := cli.Table{Rows: [][]string{{"name", p.Name()}, {"application", p.Application()}, {"id", p.ID()}}}
	for _, parameter := range model.Objects(p, "parameterConfig") {
		text := model.String(parameter, "name")
		if model.Bool(parameter, "required", false) {
			text += " (required)"
		}
		if def := model.String(parameter, "default"); def != "" {
			text += " = " + def
		}
		t.Rows = append(t.Rows, []string{"parameter", text})
	}
	for _, trigger := range model.Objects(p, "triggers") {
		text := model.String(trigger, "type")
		if !model.Bool(trigger, "enabled", true) {
			text += " (off)"
		}
		t.Rows = append(t.Rows, []string{"trigger", text})
	}
	for i, s := range model.Objects(p, "stages") {
		ref := model.String(s, "refId")
		if ref == "" {
			ref = strconv.Itoa(i + 1)
		}
		text := fmt.Sprintf("%s: %s (%s)", ref, model.String(s, "name"), model.String(s, "type"))
		if after := model.Strings(s, "requisiteStageRefIds"); len(after) > 0 {
			text += " after " + strings.Join(after, ", ")
		}
		t.Rows = append(t.Rows, []string{"stage", text})
	}
	return t
}

func savePipelines(r *remote) *cobra.Command {
	var (
		file, application, name string
		unchanged               bool
	)
	cmd := &cobra.Command{
		Use: "save -f FILE", Short: "Create or replace pipelines", Args: cobra.NoArgs,
		Long: "Save stores the pipeline in a file, or all of them if the file has several, as a list\nor as YAML documents. A pipeline without an id replaces the one with the same name, if\nthere is one.",
		Example: `  gennaker pipeline save -f deploy.yaml
  gennaker pipeline get shop Deploy -o json | jq '.disabled = true' | gennaker pipeline save -f - --if-unchanged
  gennaker pipeline save -f deploy.yaml --application shop-test`,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			if file == "" {
				return usageError{errors.New("--file is missing; - reads standard input")}
			}
			all, err := cli.ReadObjects(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			if name != "" && len(all) > 1 {
				return usageError{fmt.Errorf("--name: there are %d pipelines in %s", len(all), file)}
			}
			var saved []model.Pipeline
			for _, p := range all {
				if application != "" && model.String(p, "application") != application {
					p["application"] = application
					delete(p, "id") // it is another pipeline
				}
				if name != "" && model.String(p, "name") != name {
					p["name"] = name
					delete(p, "id")
				}
				one, err := r.savePipeline(ctx, c, cmd, p, unchanged)
				if err != nil {
					if len(all) > 1 {
						return fmt.Errorf("%s: %w", model.String(p, "name"), err)
					}
					return err
				}
				saved = append(saved, one)
			}
			if r.output == "table" {
				return nil
			}
			if len(saved) == 1 {
				return r.print(cmd, saved[0], nil)
			}
			return r.print(cmd, saved, nil)
		}),
	}
	fileFlag(cmd, &file, "the pipeline, or several")
	cmd.Flags().StringVarP(&application, "application", "a", "", "`NAME` of the application; overrides the file")
	cmd.Flags().StringVarP(&name, "name", "n", "", "`NAME` of the pipeline; overrides the file")
	cmd.Flags().BoolVar(&unchanged, "if-unchanged", false, "fail if someone saved the pipeline after the file was read from the server (compares updateTs)")
	_ = cmd.RegisterFlagCompletionFunc("application", r.names(applicationNames))
	return cmd
}

func (r *remote) savePipeline(ctx context.Context, c *client.Client, cmd *cobra.Command, p model.Pipeline, unchanged bool) (model.Pipeline, error) {
	verb := "Saved"
	if p.ID() == "" && p.Name() != "" && p.Application() != "" {
		existing, err := c.Config(ctx, client.Pipelines, p.Application(), p.Name())
		switch {
		case err == nil:
			verb, p["id"] = "Replaced", existing.ID()
		case client.IsNotFound(err):
			verb = "Created"
		default:
			return nil, err
		}
	}
	warnings, err := c.SaveConfig(ctx, client.Pipelines, p, unchanged)
	if err != nil {
		return nil, err
	}
	for _, warning := range warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning:", warning)
	}
	saved, err := c.Config(ctx, client.Pipelines, p.Application(), p.Name())
	if err != nil {
		return nil, err
	}
	r.sayf(cmd, "%s the pipeline %s of %s (%s).", verb, saved.Name(), saved.Application(), saved.ID())
	return saved, nil
}

func deletePipeline(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "delete APPLICATION PIPELINE", Short: "Delete a pipeline", Args: cobra.ExactArgs(2),
		ValidArgsFunction: r.names(applicationNames, pipelineNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			p, err := findPipeline(ctx, c, args[0], args[1])
			if err != nil {
				return err
			}
			if err := c.DeleteConfig(ctx, client.Pipelines, p.Application(), p.Name()); err != nil {
				return err
			}
			r.sayf(cmd, "Deleted the pipeline %s of %s.", p.Name(), p.Application())
			return nil
		}),
	}
}

func startPipeline(r *remote) *cobra.Command {
	var (
		file          string
		parameters    []string
		watch, dryRun bool
	)
	cmd := &cobra.Command{
		Use: "start APPLICATION PIPELINE", Aliases: []string{"execute"}, Short: "Start a pipeline", Args: cobra.ExactArgs(2),
		Long: "Start runs a pipeline and prints the id of the execution. With --watch, it shows the\nprogress until the execution ends, and fails if the execution did not succeed. Ctrl-C\nstops watching, not the execution.",
		Example: `  gennaker pipeline start shop Deploy -p version=1.2.3 --watch
  gennaker pipeline start shop Deploy -p notes=@notes.txt
  gennaker pipeline start shop Deploy -f trigger.json     # with artifacts and other fields of a trigger
  id=$(gennaker pipeline start shop Deploy -o json | jq -r .id)`,
		ValidArgsFunction: r.names(applicationNames, pipelineNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			trigger, err := oneInput(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			given, err := cli.Pairs(parameters, cmd.InOrStdin())
			if err != nil {
				return usageError{fmt.Errorf("--parameter: %w", err)}
			}
			if len(given) > 0 {
				trigger["parameters"] = model.Merge(model.Object(trigger, "parameters"), given)
			}
			if model.String(trigger, "type") == "" {
				trigger["type"] = "manual"
			}
			if r.user != "" && model.String(trigger, "user") == "" {
				trigger["user"] = r.user
			}
			if dryRun {
				trigger["dryRun"] = true
			}
			id, err := c.Start(ctx, args[0], args[1], trigger)
			if err != nil {
				return err
			}
			return r.started(ctx, c, cmd, model.PipelineExecution, id, watch)
		}),
	}
	fileFlag(cmd, &file, "the trigger")
	cmd.Flags().StringArrayVarP(&parameters, "parameter", "p", nil, "`NAME=VALUE` of a parameter; with NAME=@FILE, the value is read from a file")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "run the stages without any effects")
	_ = cmd.RegisterFlagCompletionFunc("parameter", r.parameterNames)
	return cmd
}

// started tells the id of what was started, and watches it where that is asked.
func (r *remote) started(ctx context.Context, c *client.Client, cmd *cobra.Command, kind model.ExecutionType, id string, watch bool) error {
	if watch {
		return r.follow(ctx, c, cmd, kind, id, 0)
	}
	return r.print(cmd, map[string]any{"id": id}, func() cli.Table { return cli.Table{Rows: [][]string{{id}}} })
}

// parameterNames completes the parameters of the pipeline that is named.
func (r *remote) parameterNames(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	const none = cobra.ShellCompDirectiveNoFileComp
	c, err := r.connect()
	if err != nil || len(args) < 2 {
		return nil, none
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), completeTime)
	defer cancel()
	p, err := findPipeline(ctx, c, args[0], args[1])
	if err != nil {
		return nil, none
	}
	var out []cobra.Completion
	for _, parameter := range model.Objects(p, "parameterConfig") {
		out = append(out, model.String(parameter, "name")+"=")
	}
	return out, none | cobra.ShellCompDirectiveNoSpace
}

func pipelineHistory(r *remote) *cobra.Command {
	limit := 20
	cmd := &cobra.Command{
		Use: "history APPLICATION PIPELINE", Short: "List a pipeline's revisions, newest first", Args: cobra.ExactArgs(2),
		Example:           "  gennaker pipeline history shop Deploy\n  gennaker pipeline history shop Deploy -o json | jq '.[1]' | gennaker pipeline save -f -   # go back",
		ValidArgsFunction: r.names(applicationNames, pipelineNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			p, err := findPipeline(ctx, c, args[0], args[1])
			if err != nil {
				return err
			}
			revisions, err := c.ConfigHistory(ctx, p.ID(), limit)
			if err != nil {
				return err
			}
			return r.print(cmd, revisions, func() cli.Table {
				t := cli.Table{Header: []string{"CHANGED", "BY", "NAME", "STAGES"}, Empty: "No revisions."}
				for _, p := range revisions {
					at, _ := model.Int(p, "updateTs")
					t.Rows = append(t.Rows, []string{cli.Time(at), model.String(p, "lastModifiedBy"), p.Name(), strconv.Itoa(len(model.List(p, "stages")))})
				}
				return t
			})
		}),
	}
	cmd.Flags().IntVar(&limit, "limit", limit, "maximum number of revisions")
	return cmd
}
