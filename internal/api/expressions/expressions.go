// Package expressions is the area of the API that evaluates expressions in
// executions.
package expressions

import (
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	shown     *shown.Reader
	evaluator *expression.Evaluator
}

// New returns the area. Without an evaluator nothing is evaluated by this process.
func New(reader *shown.Reader, evaluator *expression.Evaluator) rest.Area {
	a := &area{shown: reader, evaluator: evaluator}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Expressions"
	wanted := rest.RequiredParam(rest.Text("expression", "the text to evaluate, including ${}"))
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/evaluateExpression", Name: "evaluateExpressionForExecution", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Evaluate an expression in an execution", Params: []rest.Param{wanted},
			Result: rest.Ref("Evaluation"), Serve: a.evaluate,
		},
		{
			Method: http.MethodGet, Path: "/pipelines/{id}/{stageId}/evaluateExpression", Name: "evaluateExpressionForExecutionAtStage", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Evaluate an expression in the context of a stage of an execution", Params: []rest.Param{wanted},
			Result: rest.Ref("Evaluation"), Serve: a.evaluate,
		},
		{
			Method: http.MethodPost, Path: "/pipelines/{id}/evaluateExpression", Name: "evaluateExpressionForExecutionViaPOST", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Evaluate an expression in an execution; the body is the text, or an object with the field expression",
			Body:    rest.RequiredBody(rest.Schema{}), Result: rest.Ref("Evaluation"), Serve: a.evaluateBody,
		},
		{
			Method: http.MethodPost, Path: "/pipelines/{id}/evaluateVariables", Name: "evaluateVariables", Needs: rest.OnExecution(access.Read), Tag: tag,
			Summary: "Evaluate variables in an execution, as an evaluateVariables stage does",
			Params: []rest.Param{
				rest.Text("requisiteStageRefIds", "the refIds of the stages before it, separated by commas"),
				rest.Text("executionId", "ignored: the path decides"),
				rest.Text("spelVersion", "v2, v3, or v4; default: the execution's"),
			},
			Body: rest.RequiredBody(rest.ListOf(rest.Schema{"type": "object"})), Result: rest.Ref("Evaluation"), Serve: a.evaluateVariables,
		},
		{
			Method: http.MethodGet, Path: "/capabilities/expressions", Name: "getExpressionCapabilities", Needs: rest.Anyone, Tag: tag,
			Summary: "List the functions of expressions, and the versions of the evaluator", Result: rest.Ref("ExpressionCapabilities"),
			Serve: func(*http.Request) (any, error) {
				if a.evaluator == nil {
					return functionsAndVersions{Functions: []function{}, SpelEvaluators: []version{}}, nil
				}
				return capabilities(), nil
			},
		},
	}
}

func (a *area) evaluate(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	expr := q.Text("expression")
	if err := q.Err(); err != nil {
		return nil, err
	}
	return a.evaluateText(r, expr)
}

// evaluateBody takes the text as Gate does: as it is, or in an object.
func (a *area) evaluateBody(r *http.Request) (any, error) {
	body, err := rest.ReadAll(r)
	if err != nil {
		return nil, err
	}
	expr := string(body)
	var object struct {
		Expression string `json:"expression"`
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), rest.JSONType) && json.Unmarshal(body, &object) == nil {
		expr = object.Expression
	}
	return a.evaluateText(r, expr)
}

func (a *area) evaluateText(r *http.Request, expr string) (any, error) {
	if expr == "" {
		return nil, fault.New(fault.Invalid, "expression is missing")
	}
	if a.evaluator == nil {
		return nil, fault.New(fault.Unavailable, "expressions are not evaluated by this process")
	}
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	var stage *model.Stage
	if id := r.PathValue("stageId"); id != "" {
		if stage = e.StageByID(id); stage == nil {
			return nil, fault.New(fault.NotFound, "Stage %s not found in execution %s", id, e.ID)
		}
	}
	memory := roomFor(r)
	result, detail := a.inExecution(expression.WithRoom(r.Context(), memory.take), e, stage, expr)
	return evaluation(result, detail), memory.tight
}

func (a *area) evaluateVariables(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	after := strings.FieldsFunc(q.Text("requisiteStageRefIds"), func(c rune) bool { return strings.ContainsRune(",; \t", c) })
	version := q.Text("spelVersion")
	if err := q.Err(); err != nil {
		return nil, err
	}
	var variables []any
	if _, err := rest.ReadBody(r, &variables); err != nil {
		return nil, err
	}
	if a.evaluator == nil {
		return nil, fault.New(fault.Unavailable, "expressions are not evaluated by this process")
	}
	e, err := a.shown.Find(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	memory := roomFor(r)
	result, detail := a.variables(expression.WithRoom(r.Context(), memory.take), e, after, version, variables)
	return evaluation(result, detail), memory.tight
}

const (
	// largeEvaluation is how many bytes of memory a large evaluation takes, with its
	// answer, and largeResult how many its results may have.
	largeEvaluation = 64 << 20
	largeResult     = 16 << 20
)

// room has large evaluations of a request wait for memory.
type room struct {
	held *rest.Reservation
	// tight is why there was none in time.
	tight error
}

func roomFor(r *http.Request) *room {
	held, _ := rest.ReservationOf(r.Context())
	return &room{held: held}
}

func (r *room) take(ctx context.Context) (int, error) {
	r.tight = r.held.Take(ctx, largeEvaluation)
	return largeResult, r.tight
}

// evaluation is a result in Orca's shape; null and empty parts are left out.
func evaluation(result any, detail map[string]any) map[string]any {
	out := map[string]any{}
	if result != nil {
		out["result"] = result
	}
	if len(detail) > 0 {
		out["detail"] = detail
	}
	return out
}
