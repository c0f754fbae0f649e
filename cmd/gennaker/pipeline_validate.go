package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
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
			for _, path := range args {
				documents, err := readDocuments(path, cmd.InOrStdin())
				if err != nil {
					found = append(found, finding{path, "", *err})
					continue
				}
				for _, document := range documents {
					kind, problems := checker.CheckDocument(document)
					checked[kind]++
					for _, problem := range problems {
						found = append(found, finding{path, model.String(document, "name"), problem})
					}
				}
			}
			if err := r.printFindings(cmd, found, checked); err != nil {
				return err
			}
			return verdict(found)
		},
	}
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
	case err == nil:
		return documents, nil
	case bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%")):
		return nil, &pipelinecheck.Problem{
			Severity: pipelinecheck.Warning,
			Message:  "it is text to be rendered first, as the {{...}} in it show: check the result (" + err.Error() + ")",
		}
	}
	return nil, &pipelinecheck.Problem{Severity: pipelinecheck.Error, Message: fmt.Sprintf("read %s: %v", path, err)}
}

// valid says how many documents of each kind are valid.
func valid(checked map[pipelinecheck.Kind]int) string {
	if len(checked) == 0 {
		checked = map[pipelinecheck.Kind]int{pipelinecheck.KindPipeline: 0}
	}
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

func verdict(found []finding) error {
	bad := 0
	for _, f := range found {
		if f.Severity == pipelinecheck.Error {
			bad++
		}
	}
	switch bad {
	case 0:
		return nil
	case 1:
		return errors.New("found one error")
	}
	return fmt.Errorf("found %d errors", bad)
}
