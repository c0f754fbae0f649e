package executions

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/live"
	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) liveRoutes() []rest.Route {
	const (
		tag   = "Live"
		about = "A server-sent event stream: first the event snapshot, then execution for each change and deleted ({id}) for each deletion. " +
			"A client that reconnects gets a new snapshot. "
	)
	stream := func(path, name, summary string, params []rest.Param, serve func(http.ResponseWriter, *http.Request) error) rest.Route {
		return rest.Route{
			Method: http.MethodGet, Path: path, Name: name, Needs: rest.InItsPath(access.Read, path), Tag: tag, Summary: summary, Params: params,
			Result: rest.Schema{"type": "string", "description": about}, Produces: "text/event-stream",
			Endless: true, Everywhere: true, Raw: serve,
		}
	}
	return []rest.Route{
		stream("/applications/{application}/executions/stream", "streamExecutions",
			"Stream changes of an application's executions; * streams the active ones of all applications",
			[]rest.Param{
				rest.Sized("limit", "executions per pipeline in the snapshot; default: 5", maxFollowed),
				rest.Text("type", "PIPELINE (default), ORCHESTRATION, or all"),
			}, a.streamExecutions),
		stream("/pipelines/{id}/stream", "streamPipeline", "Stream changes of a pipeline execution", nil, a.streamPipeline),
		stream("/pipelines/{id}/outline/stream", "streamPipelineOutline", "Stream changes of a pipeline execution, without the contents of its stages", nil, a.streamOutline),
		stream("/tasks/{id}/stream", "streamTask", "Stream changes of a task, as events named task", nil, a.streamTask),
	}
}

func (a *area) streamPipeline(w http.ResponseWriter, r *http.Request) error {
	return a.streamOne(w, r, "execution", "execution", func(ctx context.Context, id string) (any, error) {
		return a.shown.Find(ctx, id, model.PipelineExecution)
	})
}

// streamOutline reads what it needs alone: an execution may hold a lot that its
// graph does not show.
func (a *area) streamOutline(w http.ResponseWriter, r *http.Request) error {
	return a.streamOne(w, r, "execution", "outline", func(ctx context.Context, id string) (any, error) {
		e, err := a.outline(ctx, id)
		if err != nil {
			return nil, err
		}
		return a.outlineOf(ctx, e)
	})
}

func (a *area) streamTask(w http.ResponseWriter, r *http.Request) error {
	return a.streamOne(w, r, "task", "task", func(ctx context.Context, id string) (any, error) {
		e, err := a.shown.Find(ctx, id, model.OrchestrationExecution)
		if err != nil {
			return nil, err
		}
		return operation.View(e), nil
	})
}

func (a *area) streamOne(w http.ResponseWriter, r *http.Request, name, form string, show func(context.Context, string) (any, error)) error {
	id := r.PathValue("id")
	return a.live.Serve(w, r, live.View{
		Name: name, Key: form + " " + id, Show: show, Single: true,
		Filter: func(e events.Event) bool { return e.ExecutionID == id },
		Items: func(ctx context.Context) ([]live.Item, error) {
			shown, err := show(ctx, id)
			return []live.Item{{ID: id, Value: shown}}, err
		},
	})
}

func (a *area) streamExecutions(w http.ResponseWriter, r *http.Request) error {
	q := rest.QueryOf(r)
	limit := q.Size("limit", 5, 1, maxFollowed)
	var kinds []model.ExecutionType
	switch kind := strings.ToUpper(q.Text("type")); kind {
	case "", string(model.PipelineExecution):
		kinds = []model.ExecutionType{model.PipelineExecution}
	case string(model.OrchestrationExecution):
		kinds = []model.ExecutionType{model.OrchestrationExecution}
	case "ALL":
		kinds = []model.ExecutionType{model.PipelineExecution, model.OrchestrationExecution}
	default:
		q.Problemf("type: %q is not PIPELINE, ORCHESTRATION, or all", q.Text("type"))
	}
	if err := q.Err(); err != nil {
		return err
	}
	application := strings.ToLower(r.PathValue("application"))
	return a.live.Serve(w, r, live.View{
		Name: "execution", Key: fmt.Sprintf("summary %s %v %d", application, kinds, limit),
		Show: func(ctx context.Context, id string) (any, error) {
			e, err := a.shown.ExecutionOutline(ctx, id)
			if err != nil {
				return nil, err
			}
			numbers, err := a.shown.RunNumbers(ctx, []string{id})
			if err != nil {
				return nil, err
			}
			waits, err := a.waiting(ctx, e.Execution)
			if err != nil {
				return nil, err
			}
			return summaryOf(e.Execution, numbers[id], waits), nil
		},
		Filter: func(e events.Event) bool {
			if application != "*" && !strings.EqualFold(e.Application, application) {
				return false
			}
			return slices.Contains(kinds, e.Type)
		},
		Items: func(ctx context.Context) ([]live.Item, error) {
			var out []live.Item
			for _, kind := range kinds {
				found, err := a.snapshot(ctx, application, kind, limit)
				if err != nil {
					return nil, err
				}
				out = append(out, found...)
			}
			return out, nil
		},
	})
}

const (
	// maxFollowed is the most executions of each pipeline in a snapshot, and
	// maxSnapshot of all together.
	maxFollowed, maxSnapshot = 100, 5000
)

// snapshotTasks is how many tasks a snapshot holds for each of its limit.
const snapshotTasks = 4

// snapshot gives summaries of the latest executions, in the order of their start.
func (a *area) snapshot(ctx context.Context, application string, kind model.ExecutionType, limit int) ([]live.Item, error) {
	filter := store.ExecutionFilter{Type: kind, Application: application, Limit: maxSnapshot}
	switch {
	case application == "*":
		filter.Application = ""
		filter.Statuses = []model.Status{model.NotStarted, model.Running, model.Paused, model.Suspended, model.Buffered}
	case kind == model.PipelineExecution:
		filter.PerConfigLimit = limit
	default:
		filter.Limit = limit * snapshotTasks
	}
	found, err := a.shown.ExecutionRefs(ctx, filter)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, shown.ByStart)
	read, err := a.summaries(ctx, found)
	if err != nil {
		return nil, err
	}
	out := make([]live.Item, len(read))
	for i, e := range read {
		out[i] = live.Item{ID: e.ID, Value: e}
	}
	return out, nil
}
