package executions

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// failedStage is a stage that made an execution fail: Orca's
// FailedStageExecution, whose unset fields are null.
type failedStage struct {
	ParentPipelineExecutionID   *string      `json:"parentPipelineExecutionId"`
	ParentPipelineExecutionName *string      `json:"parentPipelineExecutionName"`
	ParentPipelineApplication   *string      `json:"parentPipelineApplication"`
	ParentPipelineExecutionURL  *string      `json:"parentPipelineExecutionUrl"`
	PipelineExecutionID         string       `json:"pipelineExecutionId"`
	PipelineExecutionName       string       `json:"pipelineExecutionName"`
	PipelineApplication         string       `json:"pipelineApplication"`
	PipelineExecutionURL        string       `json:"pipelineExecutionUrl"`
	StageID                     string       `json:"stageId"`
	StageName                   string       `json:"stageName"`
	StageType                   string       `json:"stageType"`
	StageStatus                 model.Status `json:"stageStatus"`
	StageException              string       `json:"stageException"`
	ChildPipelineExecutionID    *string      `json:"childPipelineExecutionId"`
	ChildPipelineExecutionName  *string      `json:"childPipelineExecutionName"`
	ChildPipelineApplication    *string      `json:"childPipelineApplication"`
	ChildPipelineExecutionURL   *string      `json:"childPipelineExecutionUrl"`
}

func failedStageParams() []rest.Param {
	return []rest.Param{
		rest.RequiredParam(rest.Text("executionId", "the execution that failed")),
		rest.Text("deckOrigin", "the base of links, for example https://deck.example.com"),
		rest.Sized("limit", "maximum number; default: 1", rest.MaxItems),
	}
}

// noException is what Orca says where a stage tells no reason.
const noException = "NOT_FOUND_CHECK_UI"

// failedStages walks down from an execution through the child pipelines that
// failed, and collects the stages at the bottom.
func (a *area) failedStages(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	id, origin, limit := q.Text("executionId"), strings.TrimSpace(q.Text("deckOrigin")), q.Size("limit", 1, 1, rest.MaxItems)
	if id == "" {
		q.Problemf("executionId is required")
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	out, seen := []failedStage{}, map[string]bool{}
	for queue := []string{id}; len(queue) > 0 && len(out) < limit; queue = queue[1:] {
		if seen[queue[0]] {
			continue
		}
		seen[queue[0]] = true
		e, err := a.shown.Find(r.Context(), queue[0], model.PipelineExecution)
		if errors.Is(err, store.ErrNotFound) || fault.KindOf(err) == fault.NotFound {
			continue // a child may have been cleaned up
		}
		if err != nil {
			return nil, err
		}
		for i, stage := range e.Stages {
			if !stage.Status.Failure() || len(out) >= limit {
				continue
			}
			if child := model.String(stage.Context, "executionId"); child != "" && strings.EqualFold(stage.Type, "pipeline") {
				queue = append(queue, child)
				continue
			}
			out = append(out, newFailedStage(e, stage, i, origin))
		}
	}
	return out, nil
}

func newFailedStage(e *model.Execution, stage *model.Stage, index int, origin string) failedStage {
	details := "runJobConfig"
	if strings.EqualFold(stage.Type, "pipeline") {
		details = "pipelineConfig"
	}
	out := failedStage{
		PipelineExecutionID: e.ID, PipelineExecutionName: e.Name, PipelineApplication: e.Application,
		PipelineExecutionURL: fmt.Sprintf("%s/#/applications/%s/executions/details/%s?stage=%d&step=0&details=%s",
			origin, e.Application, e.ID, index, details),
		StageID: stage.ID, StageName: stage.Name, StageType: stage.Type, StageStatus: stage.Status,
		StageException: noException,
	}
	if sentences := stage.Failures(); len(sentences) > 0 {
		out.StageException = sentences[0]
	}
	if parent := model.Object(e.Trigger, "parentExecution"); parent != nil {
		out.ParentPipelineExecutionID = rest.OrNull(model.String(parent, "id"))
		out.ParentPipelineExecutionName = rest.OrNull(model.String(parent, "name"))
		out.ParentPipelineApplication = rest.OrNull(model.String(parent, "application"))
	}
	return out
}
