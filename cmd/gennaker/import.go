package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/importer"
	"github.com/gennaker/gennaker/internal/server"
	"github.com/gennaker/gennaker/internal/version"
)

const importLong = `Import copies applications, pipelines, strategies, templates, projects, and
notification settings from a running Spinnaker's Gate to a Gennaker server. Pipelines
keep their ids. Import creates and updates, and never deletes. It skips what is
already the same, so you can run it repeatedly.

Pipelines that can't run here are imported too, and reported with the reason, such as
an unknown stage type or trigger. Anything that can't be read or saved is listed at the
end; the rest is imported, and the exit code is 1.

If the Spinnaker requires a login, set $GENNAKER_FROM_TOKEN (a bearer token), or
$GENNAKER_FROM_USERNAME and $GENNAKER_FROM_PASSWORD.
`

func importCommand() *cobra.Command {
	var (
		r            = &remote{}
		from, user   string
		only         []string
		applications []string
		dryRun       bool
	)
	cmd := &cobra.Command{
		Use: "import --from URL", Short: "Copy applications and pipelines from a running Spinnaker", Args: cobra.NoArgs,
		Long: importLong + connectionHelp,
		Example: `  gennaker import --from https://gate.example.com --dry-run
  gennaker import --from https://gate.example.com --application shop,cart
  gennaker import --from http://localhost:8085 --only applications,pipelines -o json > report.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			to, err := r.connect()
			if err != nil {
				return err
			}
			if from == "" {
				return usageError{errors.New("set --from to the URL of the Spinnaker's Gate")}
			}
			o, err := importOptions(only, applications)
			if err != nil {
				return err
			}
			source, err := client.New(client.Options{
				Endpoint: from, User: user, Timeout: r.timeout, UserAgent: "gennaker/" + version.Get().Version,
				Token: os.Getenv("GENNAKER_FROM_TOKEN"), Username: os.Getenv("GENNAKER_FROM_USERNAME"), Password: os.Getenv("GENNAKER_FROM_PASSWORD"),
			})
			if err != nil {
				return usageError{fmt.Errorf("--from: %w", err)}
			}
			o.From, o.To, o.DryRun = source, to, dryRun
			return r.runImport(cmd.Context(), cmd, o)
		},
	}
	r.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "`URL` of the Gate to copy from")
	flags.StringVar(&user, "from-user", "", "`NAME` of the user to act as there, if it is trusted")
	flags.BoolVar(&dryRun, "dry-run", false, "report the changes without making them")
	flags.StringSliceVar(&only, "only", nil, "`KINDS` to import, separated by commas: applications, pipelines (with strategies), templates, projects, notifications")
	flags.StringSliceVar(&applications, "application", nil, "`NAMES` of the applications to import with everything that belongs to them, separated by commas")
	var kinds []string
	for _, kind := range importer.Kinds() {
		kinds = append(kinds, string(kind))
	}
	_ = cmd.RegisterFlagCompletionFunc("only", cobra.FixedCompletions(kinds, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func importOptions(only, applications []string) (importer.Options, error) {
	o := importer.Options{Applications: applications}
	for _, kind := range only {
		if !slices.Contains(importer.Kinds(), importer.Kind(kind)) {
			return o, usageError{fmt.Errorf("--only: unknown kind %q; the kinds are applications, pipelines, templates, projects, and notifications", kind)}
		}
		o.Only = append(o.Only, importer.Kind(kind))
	}
	catalogue, err := server.NewCatalogue()
	o.Platform = catalogue
	return o, err
}

func (r *remote) runImport(ctx context.Context, cmd *cobra.Command, o importer.Options) error {
	out := cmd.OutOrStdout()
	if r.output == "table" {
		o.Tell = func(item importer.Item) {
			if line := importLine(item); line != "" {
				fmt.Fprintln(out, line)
			}
		}
	}
	report, err := importer.Run(ctx, o)
	if err != nil && report == nil {
		return err
	}
	if r.output == "table" {
		fmt.Fprintln(out, importSummary(report))
	} else if err := r.print(cmd, report, nil); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if failures := report.Count(importer.Failed); failures > 0 {
		var lines []string
		for _, item := range report.Items {
			if item.Action == importer.Failed {
				lines = append(lines, importName(item)+": "+strings.ReplaceAll(item.Error, "\n", "\n  "))
			}
		}
		return fmt.Errorf("%d could not be imported:\n  %s", failures, strings.Join(lines, "\n  "))
	}
	return nil
}

func importName(item importer.Item) string {
	if item.Application != "" && item.Application != item.Name {
		return fmt.Sprintf("%s %s/%s", item.Kind, item.Application, item.Name)
	}
	return item.Kind + " " + item.Name
}

// importLine is an item for people; "" where there is nothing to tell.
func importLine(item importer.Item) string {
	if item.Action == importer.Unchanged && len(item.CannotRun) == 0 {
		return ""
	}
	line := fmt.Sprintf("%-9s  %s", item.Action, importName(item))
	if item.Error != "" {
		first, _, _ := strings.Cut(item.Error, "\n")
		line += ": " + first
	}
	lines := []string{line}
	if len(item.CannotRun) > 0 {
		lines = append(lines, "cannot run here: "+strings.Join(item.CannotRun, "; "))
	}
	return strings.Join(append(lines, item.Notes...), "\n             ")
}

func importSummary(report *importer.Report) string {
	format := "Imported: %d created, %d updated, %d unchanged"
	if report.DryRun {
		format = "Would import: %d to create, %d to update, %d unchanged"
	}
	text := fmt.Sprintf(format, report.Count(importer.Create), report.Count(importer.Update), report.Count(importer.Unchanged))
	if n := report.Count(importer.Skip); n > 0 {
		text += fmt.Sprintf(", %d skipped", n)
	}
	if n := report.Count(importer.Failed); n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	cannot := 0
	for _, item := range report.Items {
		if len(item.CannotRun) > 0 {
			cannot++
		}
	}
	if cannot > 0 {
		text += fmt.Sprintf("; %d cannot run here as they are", cannot)
	}
	return text + "."
}
