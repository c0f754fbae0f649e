package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Expressions evaluates expressions in executions that have been.
type Expressions interface {
	// Evaluate evaluates a text with expressions at a stage, or, where it is
	// nil, in the execution as a whole. detail says what could not be
	// evaluated; it is empty where all could.
	Evaluate(ctx context.Context, e *model.Execution, stage *model.Stage, text string) (result any, detail map[string]any)
	// Capabilities tells what expressions may use.
	Capabilities() ExpressionCapabilities
	// Variables evaluates the variables of an evaluateVariables stage that
	// would come after the stages of the given refIds.
	Variables(ctx context.Context, e *model.Execution, after []string, version string, variables []any) (result any, detail map[string]any)
}

// ExpressionCapabilities are what expressions may use, in Orca's shape.
type ExpressionCapabilities struct {
	Functions      []ExpressionFunction  `json:"functions"`
	SpelEvaluators []ExpressionEvaluator `json:"spelEvaluators"`
}

// ExpressionFunction is a function, with the parameters that are given.
type ExpressionFunction struct {
	Name        string                `json:"name"`
	Description string                `json:"description"`
	Parameters  []ExpressionParameter `json:"parameters"`
}

// ExpressionParameter is a parameter of a function.
type ExpressionParameter struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Type        string `json:"type"`
}

// ExpressionEvaluator is a version of the evaluator: what pipelines name as
// their spelEvaluator.
type ExpressionEvaluator struct {
	VersionKey  string `json:"versionKey"`
	Description string `json:"description"`
	Deprecated  bool   `json:"deprecated"`
}

func (s *server) expressionRoutes() []route {
	const tag = "Expressions"
	wanted := needed(text("expression", "the text to evaluate, with its ${}"))
	return []route{
		{
			method: http.MethodGet, path: "/pipelines/{id}/evaluateExpression", name: "evaluateExpressionForExecution", needs: onExecution(access.Read), tag: tag,
			summary: "Evaluate an expression in an execution", params: []param{wanted},
			result: ref("Evaluation"), serve: s.evaluate,
		},
		{
			method: http.MethodGet, path: "/pipelines/{id}/{stageId}/evaluateExpression", name: "evaluateExpressionForExecutionAtStage", needs: onExecution(access.Read), tag: tag,
			summary: "Evaluate an expression as a stage of an execution would see it", params: []param{wanted},
			result: ref("Evaluation"), serve: s.evaluate,
		},
		{
			method: http.MethodPost, path: "/pipelines/{id}/evaluateExpression", name: "evaluateExpressionForExecutionViaPOST", needs: onExecution(access.Read), tag: tag,
			summary: "Evaluate an expression in an execution; the body is the text, or an object with the field expression",
			body:    needs(schema{}), result: ref("Evaluation"), serve: s.evaluateBody,
		},
		{
			method: http.MethodPost, path: "/pipelines/{id}/evaluateVariables", name: "evaluateVariables", needs: onExecution(access.Read), tag: tag,
			summary: "Evaluate variables as an evaluateVariables stage of an execution would",
			params: []param{
				text("requisiteStageRefIds", "the refIds of the stages it would come after, with commas between"),
				text("executionId", "not looked at: the path says it"),
				text("spelVersion", "v2, v3 or v4; the execution's where it isn't given"),
			},
			body: needs(listOf(schema{"type": "object"})), result: ref("Evaluation"), serve: s.evaluateVariables,
		},
		{
			method: http.MethodGet, path: "/capabilities/expressions", name: "getExpressionCapabilities", needs: anyone, tag: tag,
			summary: "List the functions of expressions, and the versions of the evaluator", result: ref("ExpressionCapabilities"),
			serve: func(*http.Request) (any, error) {
				if s.expressions == nil {
					return ExpressionCapabilities{Functions: []ExpressionFunction{}, SpelEvaluators: []ExpressionEvaluator{}}, nil
				}
				return s.expressions.Capabilities(), nil
			},
		},
	}
}

func (s *server) evaluate(r *http.Request) (any, error) {
	q := queryOf(r)
	expr := q.text("expression")
	if err := q.err(); err != nil {
		return nil, err
	}
	return s.evaluateText(r, expr)
}

// evaluateBody takes the text as Gate does: as it is, or in an object.
func (s *server) evaluateBody(r *http.Request) (any, error) {
	body, err := s.readAll(r)
	if err != nil {
		return nil, err
	}
	expr := string(body)
	var object struct {
		Expression string `json:"expression"`
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), jsonType) && json.Unmarshal(body, &object) == nil {
		expr = object.Expression
	}
	return s.evaluateText(r, expr)
}

func (s *server) evaluateText(r *http.Request, expr string) (any, error) {
	if expr == "" {
		return nil, fault.New(fault.Invalid, "expression is missing")
	}
	if s.expressions == nil {
		return nil, fault.New(fault.Unavailable, "expressions are not evaluated by this process")
	}
	e, err := s.execution(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	var stage *model.Stage
	if id := r.PathValue("stageId"); id != "" {
		if stage = e.StageByID(id); stage == nil {
			return nil, fault.New(fault.NotFound, "Stage %s not found in execution %s", id, e.ID)
		}
	}
	memory := room{held: reservationOf(r)}
	result, detail := s.expressions.Evaluate(expression.WithRoom(r.Context(), memory.take), e, stage, expr)
	return evaluation(result, detail), memory.tight
}

func (s *server) evaluateVariables(r *http.Request) (any, error) {
	q := queryOf(r)
	after := strings.FieldsFunc(q.text("requisiteStageRefIds"), func(c rune) bool { return strings.ContainsRune(",; \t", c) })
	version := q.text("spelVersion")
	if err := q.err(); err != nil {
		return nil, err
	}
	var variables []any
	if _, err := s.readBody(r, &variables); err != nil {
		return nil, err
	}
	if s.expressions == nil {
		return nil, fault.New(fault.Unavailable, "expressions are not evaluated by this process")
	}
	e, err := s.execution(r.Context(), r.PathValue("id"), model.PipelineExecution)
	if err != nil {
		return nil, err
	}
	memory := room{held: reservationOf(r)}
	result, detail := s.expressions.Variables(expression.WithRoom(r.Context(), memory.take), e, after, version, variables)
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
	held *reservation
	// tight is why there was none in time.
	tight error
}

func (r *room) take(ctx context.Context) (int, error) {
	r.tight = r.held.take(ctx, r.held.decoding, largeEvaluation)
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
