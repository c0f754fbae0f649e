package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/server"
)

const validateLong = `Validate checks pipelines without a server: how the stages fit together, the fields of
each stage against the schema of its type, whether expressions can be parsed, and
whether the stages and parameters that they refer to exist.

An error would make the pipeline fail; a warning is probably a mistake. The exit code
is 1 if there is an error. Stage types that are added by a server's configuration are
unknown here. Templates, executions, files with several pipelines, and the like are
recognized and checked as such.`

// finding is a problem with where it was found.
type finding struct {
	File     string `json:"file"`
	Pipeline string `json:"pipeline,omitempty"`
	pipelinecheck.Problem
}

func validatePipelines(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "validate FILE...", Short: "Check pipelines, without a server", Long: validateLong, Args: cobra.MinimumNArgs(1),
		Example: `  gennaker pipeline validate pipelines/*.yaml
  gennaker pipeline get shop Deploy -o json | gennaker pipeline validate -
  gennaker pipeline validate deploy.json -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.checkOutput(); err != nil {
				return err
			}
			catalogue, err := server.NewCatalogue()
			if err != nil {
				return err
			}
			checker := pipelinecheck.New(catalogue)
			found, checked := []finding{}, map[pipelinecheck.Kind]int{}
			var bad []string
			for _, path := range args {
				first := len(found)
				documents, problem := readDocuments(path, cmd.InOrStdin())
				if problem != nil {
					found = append(found, finding{path, "", *problem})
				}
				for _, document := range documents {
					kind, problems := checker.CheckDocument(document)
					checked[kind]++
					for _, problem := range problems {
						found = append(found, finding{path, model.String(document, "name"), problem})
					}
				}
				if countErrors(found[first:]) > 0 {
					bad = append(bad, path)
				}
			}
			if err := r.printFindings(cmd, found, checked); err != nil {
				return err
			}
			return verdict(bad, len(args), countErrors(found))
		},
	}
}

// generators are the kinds of files that pipelines are made from, by extension.
var generators = map[string]string{
	".jsonnet": "Jsonnet, which generates pipelines", ".libsonnet": "Jsonnet, which generates pipelines",
	".module": "a fragment that pipeline files include",
	".tf":     "Terraform, which generates pipelines",
}

// readDocuments reads the documents of a file. One that must be rendered first,
// as pipelines as code often must, is no error.
func readDocuments(path string, stdin io.Reader) ([]map[string]any, *pipelinecheck.Problem) {
	data, err := cli.ReadFile(path, stdin)
	if err != nil {
		return nil, &pipelinecheck.Problem{Severity: pipelinecheck.Error, Message: err.Error()}
	}
	documents, err := cli.Objects(data)
	switch {
	case err == nil && len(documents) == 0:
		return nil, &pipelinecheck.Problem{Severity: pipelinecheck.Warning, Message: "it contains no pipeline: it is an empty list"}
	case err == nil:
		return documents, nil
	case generators[filepath.Ext(path)] != "":
		return nil, &pipelinecheck.Problem{
			Severity: pipelinecheck.Warning,
			Message:  fmt.Sprintf("it is %s: check the result (%v)", generators[filepath.Ext(path)], err),
		}
	case bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%")):
		return nil, &pipelinecheck.Problem{
			Severity: pipelinecheck.Warning,
			Message:  "it is a template, as its {{...}} show: render it, and check the result (" + err.Error() + ")",
		}
	}
	return nil, &pipelinecheck.Problem{Severity: pipelinecheck.Error, Message: fmt.Sprintf("read %s: %v", path, err)}
}

// valid says how many documents of each kind are valid.
func valid(checked map[pipelinecheck.Kind]int) string {
	var parts []string
	all := 0
	for _, kind := range slices.Sorted(maps.Keys(checked)) {
		n := checked[kind]
		all += n
		word := string(kind)
		if n != 1 {
			if word += "s"; kind == pipelinecheck.KindTemplateV1 || kind == pipelinecheck.KindConfigurationV1 {
				word = strings.Replace(string(kind), " of ", "s of ", 1)
			}
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, word))
	}
	verb := "are"
	if all == 1 {
		verb = "is"
	}
	return strings.Join(parts, ", ") + " " + verb + " valid."
}

func (r *remote) printFindings(cmd *cobra.Command, found []finding, checked map[pipelinecheck.Kind]int) error {
	return r.print(cmd, found, func() cli.Table {
		t := cli.Table{Header: []string{"SEVERITY", "FILE", "PATH", "MESSAGE"}, Empty: valid(checked)}
		for _, f := range found {
			path := f.Path
			if f.Stage != "" {
				path += " (" + f.Stage + ")"
			}
			t.Rows = append(t.Rows, []string{string(f.Severity), f.File, path, f.Message})
		}
		return t
	})
}

func countErrors(found []finding) int {
	n := 0
	for _, f := range found {
		if f.Severity == pipelinecheck.Error {
			n++
		}
	}
	return n
}

// verdict sums up: bad are the files that have errors.
func verdict(bad []string, files, errorCount int) error {
	count := "an error"
	if errorCount != 1 {
		count = fmt.Sprintf("%d errors", errorCount)
	}
	switch {
	case len(bad) == 0:
		return nil
	case files == 1:
		return fmt.Errorf("%s has %s", bad[0], count)
	case len(bad) == 1:
		return fmt.Errorf("1 of %d files has %s: %s", files, count, bad[0])
	}
	return fmt.Errorf("%d of %d files have errors", len(bad), files)
}
