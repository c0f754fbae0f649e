package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fetch"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
)

const expressionLong = `Evaluate shows the value of an expression in a past execution, as returned by
GET /pipelines/{id}. The expression sees what a stage of this execution sees. A server
is only contacted for functions such as #pipelineId and #applicationMetadata.

With --batch, it evaluates a list of cases, [{"id": ..., "expr": ...}, ...], and
prints a JSON list with the result of each: class, result, failureCount,
totalEvaluated, and expressionEvaluationSummary.
` + connectionHelp

func expressionCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "expression",
		Short: "Try out pipeline expressions",
		Args:  subcommandOnly,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(evaluateCommand())
	return cmd
}

// evaluation is what "expression evaluate" is told.
type evaluation struct {
	remote
	execution, stage, batch   string
	allowUnknown, relaxedURLs bool
}

func evaluateCommand() *cobra.Command {
	var e evaluation
	cmd := &cobra.Command{
		Use:   "evaluate [TEXT]",
		Short: "Evaluate an expression, or a list of them, in a past execution",
		Long:  expressionLong,
		Example: `  curl -s localhost:8084/pipelines/01KAJ... > execution.json
  gennaker expression evaluate --execution execution.json '${trigger.user}'
  gennaker expression evaluate --execution execution.json --stage Deploy '${#stage("Build").status}'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if e.execution == "" {
				return usageError{errors.New("set --execution to a file with the response of GET /pipelines/{id}")}
			}
			if (len(args) == 1) == (e.batch != "") {
				return usageError{errors.New("give either an expression or --batch")}
			}
			results, err := e.run(cmd.Context(), args)
			if err != nil {
				return err
			}
			encoder := json.NewEncoder(cmd.OutOrStdout())
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if e.batch != "" {
				return encoder.Encode(results)
			}
			return show(encoder, results[0])
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&e.execution, "execution", "", "`FILE` with the execution's JSON")
	flags.StringVar(&e.stage, "stage", "", "`NAME` of the stage to evaluate in (default: the last one)")
	flags.StringVar(&e.batch, "batch", "", "`FILE` with a JSON list of cases")
	flags.BoolVar(&e.allowUnknown, "allow-unknown-keys", false, "treat unknown names as null, as stages do")
	flags.BoolVar(&e.relaxedURLs, "relaxed-urls", false, "let URL functions read any URL, including this machine's")
	e.registerServer(flags)
	return cmd
}

// run evaluates the expression or the batch.
func (e evaluation) run(ctx context.Context, args []string) ([]expression.BatchResult, error) {
	text, err := os.ReadFile(e.execution)
	if err != nil {
		return nil, fmt.Errorf("read the execution: %w", err)
	}
	batch := expression.Batch{Execution: text, Stage: e.stage, AllowUnknownKeys: e.allowUnknown}
	if err := e.complete(&batch); err != nil {
		return nil, err
	}
	if e.batch == "" {
		expr, err := json.Marshal(args[0])
		if err != nil {
			return nil, err
		}
		batch.Cases = []expression.BatchCase{{ID: json.RawMessage(`0`), Expr: expr}}
	} else if batch.Cases, err = readCases(e.batch); err != nil {
		return nil, err
	}
	strict, relaxed, err := e.evaluators()
	if err != nil {
		return nil, err
	}
	return expression.RunBatch(ctx, batch, strict, relaxed)
}

// complete takes the user, and the stage where none is named, from the
// execution.
func (e evaluation) complete(batch *expression.Batch) error {
	var exec model.Execution
	if err := model.Unmarshal(batch.Execution, &exec); err != nil {
		return fmt.Errorf("read the execution %s: %w", e.execution, err)
	}
	batch.User = exec.User()
	if batch.Stage != "" {
		return nil
	}
	if len(exec.Stages) == 0 {
		return fmt.Errorf("the execution %s has no stages", e.execution)
	}
	batch.Stage = exec.Stages[len(exec.Stages)-1].Name
	return nil
}

func readCases(path string) ([]expression.BatchCase, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the cases: %w", err)
	}
	var cases []expression.BatchCase
	if err := json.Unmarshal(text, &cases); err != nil {
		return nil, fmt.Errorf("read the cases in %s: want a list of objects with id and expr: %w", path, err)
	}
	return cases, nil
}

// evaluators are one that reads URLs as the server does by default, and one
// that reads any.
func (e evaluation) evaluators() (strict, relaxed *expression.Evaluator, err error) {
	restricted := httpguard.DefaultConfig()
	open := restricted
	open.RejectLocalhost, open.RejectLinkLocal, open.RejectVerbatimIPs = false, false, false
	client, err := e.client()
	if err != nil {
		return nil, nil, err
	}
	if strict, err = evaluator(restricted, client); err != nil {
		return nil, nil, err
	}
	if relaxed, err = evaluator(open, client); err != nil {
		return nil, nil, err
	}
	if e.relaxedURLs {
		strict = relaxed
	}
	return strict, relaxed, nil
}

func evaluator(config httpguard.Config, c *client.Client) (*expression.Evaluator, error) {
	guard, err := httpguard.New(config)
	if err != nil {
		return nil, err
	}
	return expression.New(expression.Options{Outside: expression.Outside{
		URLs:      fetch.New(guard),
		Pipelines: lookups{c}, Applications: lookups{c},
	}}), nil
}

// show prints the result of a single expression; a failure is an error.
func show(encoder *json.Encoder, r expression.BatchResult) error {
	if r.FailureCount > 0 {
		if err := encoder.Encode(r.Summary); err != nil {
			return err
		}
		return errors.New("the expression could not be evaluated")
	}
	return encoder.Encode(r.Result)
}

// lookups is what functions in expressions ask of the server.
type lookups struct{ client *client.Client }

// PipelineID implements expression.PipelineLookup.
func (l lookups) PipelineID(ctx context.Context, application, name string) (string, bool, error) {
	all, err := l.client.Configs(ctx, client.Pipelines, application)
	if err != nil {
		return "", false, lookupFailure(err)
	}
	for _, p := range all {
		if p.Name() == name {
			return p.ID(), true, nil
		}
	}
	return "", false, nil
}

// Application implements expression.ApplicationLookup.
func (l lookups) Application(ctx context.Context, name string) (map[string]any, error) {
	app, err := l.client.Application(ctx, name)
	return app, lookupFailure(err)
}

// lookupFailure is an error of the server under the name that the real
// evaluator has for it.
func lookupFailure(err error) error {
	if err == nil {
		return nil
	}
	var (
		refused  *client.Error
		mismatch *json.UnmarshalTypeError
	)
	class := expression.ExceptionNetwork
	switch {
	case errors.As(err, &refused):
		class = expression.ExceptionHTTP
	case errors.As(err, &mismatch):
		class = expression.ExceptionMismatch
	}
	return &expression.Failure{Class: class, Message: err.Error(), At: -1}
}
