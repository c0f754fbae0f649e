package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
	"github.com/gennaker/gennaker/internal/server"
)

const validateLong = `Validate checks pipelines without a server: how the stages fit together, each
stage's fields by the schema of its type, whether expressions can be parsed, and
whether the stages and parameters that they name are there.

An error fails when the pipeline runs, a warning probably isn't meant. The exit
code is 1 where there is an error. Stage types that a server's configuration adds
are not known here.`

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
			found, checked := []finding{}, 0
			for _, path := range args {
				pipelines, err := cli.ReadObjects(path, cmd.InOrStdin())
				if err != nil {
					found = append(found, finding{path, "", pipelinecheck.Problem{Severity: pipelinecheck.Error, Message: err.Error()}})
					continue
				}
				for _, p := range pipelines {
					checked++
					for _, problem := range checker.Check(p) {
						found = append(found, finding{path, model.String(p, "name"), problem})
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

func (r *remote) printFindings(cmd *cobra.Command, found []finding, checked int) error {
	return r.print(cmd, found, func() cli.Table {
		word := "pipelines are"
		if checked == 1 {
			word = "pipeline is"
		}
		t := cli.Table{Header: []string{"SEVERITY", "FILE", "PATH", "MESSAGE"}, Empty: fmt.Sprintf("%d %s valid.", checked, word)}
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
		return errors.New("there is an error")
	}
	return fmt.Errorf("there are %d errors", bad)
}
