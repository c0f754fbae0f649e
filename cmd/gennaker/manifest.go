package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func manifestCommand() *cobra.Command {
	return group("manifest", "Work with Kubernetes manifests",
		"A manifest is a Kubernetes object as a deployManifest stage deploys it, with versions,\nannotations, and the images and ConfigMaps that it is bound to.",
		planManifests, rollbackManifests)
}

const planLong = `Plan shows what a deployManifest stage with these manifests would change, without
changing anything. The result comes from the cluster itself: a dry run of server-side
apply. The contents of Secrets are hidden.

The exit codes are those of kubectl diff: 0 no changes, 1 changes, 2 an error, such as
a manifest that the cluster rejects.`

// The exit codes of plans: kubectl diff's.
const (
	exitDifferent  = 1
	exitPlanFailed = 2
)

func planManifests(r *remote) *cobra.Command {
	var (
		files                           []string
		account, namespace, application string
		inventory                       string
	)
	cmd := &cobra.Command{
		Use: "plan -f FILE --account ACCOUNT", Short: "Show what deploying manifests would change", Long: planLong, Args: cobra.NoArgs,
		Example: `  gennaker manifest plan -f deploy/ --account prod --namespace shop
  kustomize build . | gennaker manifest plan -f - --account prod`,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			switch {
			case len(files) == 0:
				return usageError{errors.New("--file is missing: name a file or directory with manifests, or - for standard input")}
			case account == "":
				return usageError{errors.New("--account is missing: \"gennaker account list\" lists the accounts")}
			}
			texts, err := manifestTexts(files, cmd.InOrStdin())
			if err != nil {
				return codedError{err, exitPlanFailed}
			}
			plan, err := c.PlanManifests(ctx, map[string]any{
				"account": account, "manifests": texts, "namespaceOverride": namespace, "application": application,
				"inventory": inventory, "prune": inventory != "",
			})
			if err != nil {
				return codedError{err, exitPlanFailed}
			}
			return r.showPlan(cmd, plan)
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringArrayVarP(&files, "file", "f", nil, "`FILE` or directory with manifests in YAML or JSON; - reads standard input; can be repeated")
	flags.StringVar(&account, "account", "", "`NAME` of the Kubernetes account")
	flags.StringVarP(&namespace, "namespace", "n", "", "`NAMESPACE` of all namespaced objects (default: their own)")
	flags.StringVar(&application, "application", "", "`APPLICATION` that the objects belong to, as in the stage")
	flags.StringVar(&inventory, "inventory", "", "also show what a stage with the inventory of this `NAME` would prune")
	return cmd
}

const rollbackLong = `Rollback applies again what a pipeline's deployManifest stage deployed earlier: in the
last successful execution before the current one, or in the execution given with --to.
Names, versions, and images are those of that execution. With --prune, objects that
newer deployments added are deleted; the stage must prune, too.

It runs as a task with a rollbackManifests stage, which pipelines can use as well.`

func rollbackManifests(r *remote) *cobra.Command {
	var (
		to           string
		prune, watch bool
	)
	cmd := &cobra.Command{
		Use: "rollback APPLICATION PIPELINE [STAGE]", Short: "Deploy an earlier state of a stage again", Long: rollbackLong, Args: cobra.RangeArgs(2, 3),
		Example: `  gennaker manifest rollback shop Deploy --watch
  gennaker manifest rollback shop Deploy "Deploy to production" --to 01JD8Y2V --prune`,
		ValidArgsFunction: r.names(applicationNames, pipelineNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			job := map[string]any{"type": "rollbackManifests", "name": "Rollback", "pipeline": args[1], "toExecution": to, "prune": prune}
			if len(args) > 2 {
				job["stage"] = args[2]
			}
			id, err := c.StartTask(ctx, map[string]any{
				"application": args[0], "description": "Roll back what " + args[1] + " has deployed", "job": []any{job},
			})
			if err != nil {
				return err
			}
			return r.started(ctx, c, cmd, model.OrchestrationExecution, id, watch)
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&to, "to", "", "`ID` of the execution to roll back to")
	flags.BoolVar(&prune, "prune", false, "delete objects that newer deployments added")
	flags.BoolVarP(&watch, "watch", "w", false, "show the progress until it ends")
	return cmd
}

// showPlan prints a plan; its error is the exit code.
func (r *remote) showPlan(cmd *cobra.Command, plan map[string]any) error {
	if r.output == "table" {
		fmt.Fprint(cmd.OutOrStdout(), model.String(plan, "text"))
	} else if err := r.print(cmd, plan, nil); err != nil {
		return codedError{err, exitPlanFailed}
	}
	refused, _ := model.Int(model.Object(plan, "summary"), "errors")
	switch {
	case refused > 0:
		return codedError{fmt.Errorf("the cluster would reject %d of the changes", refused), exitPlanFailed}
	case model.Bool(plan, "different", false):
		return codedError{nil, exitDifferent}
	}
	return nil
}

// manifestTexts reads files, and those of folders by their names.
func manifestTexts(paths []string, stdin io.Reader) ([]string, error) {
	var out []string
	for _, path := range paths {
		members := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if members, err = manifestFiles(path); err != nil {
				return nil, err
			}
		}
		for _, member := range members {
			data, err := cli.ReadFile(member, stdin)
			if err != nil {
				return nil, err
			}
			out = append(out, string(data))
		}
	}
	return out, nil
}

func manifestFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		kinds := []string{".yaml", ".yml", ".json"}
		if !e.IsDir() && slices.Contains(kinds, strings.ToLower(filepath.Ext(e.Name()))) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s has no .yaml, .yml, or .json files", dir)
	}
	return out, nil
}
