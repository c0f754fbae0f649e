package client

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Execution is a run of a pipeline or of a task as the server gives it. Every
// key that came is kept; the methods read the ones that are needed.
type Execution map[string]any

// ID is the execution's id.
func (e Execution) ID() string { return model.String(e, "id") }

// Status is the execution's status.
func (e Execution) Status() model.Status { return model.Status(model.String(e, "status")) }

// Application is the name of the application it belongs to.
func (e Execution) Application() string { return model.String(e, "application") }

// Title is the pipeline's name, or the task's description.
func (e Execution) Title() string {
	if name := model.String(e, "name"); name != "" {
		return name
	}
	return model.String(e, "description")
}

// Type tells pipelines from tasks.
func (e Execution) Type() model.ExecutionType {
	return model.ExecutionType(model.String(e, "type"))
}

// User is who started it.
func (e Execution) User() string {
	if user := model.String(model.Object(e, "authentication"), "user"); user != "" {
		return user
	}
	return model.String(model.Object(e, "trigger"), "user")
}

// Times are when it was made, started and ended, in milliseconds since the
// epoch; 0 where unset.
func (e Execution) Times() (build, start, end int64) {
	build, _ = model.Int(e, "buildTime")
	start, _ = model.Int(e, "startTime")
	end, _ = model.Int(e, "endTime")
	return build, start, end
}

// Stages lists the stages.
func (e Execution) Stages() []Stage {
	list := model.Objects(e, "stages")
	out := make([]Stage, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// Stage finds a stage by its id, refId or name; stages that the engine has
// added come last.
func (e Execution) Stage(which string) (Stage, bool) {
	for _, field := range []string{"id", "refId", "name"} {
		for _, own := range []bool{true, false} {
			for _, s := range e.Stages() {
				if strings.EqualFold(model.String(s, field), which) && (s.ParentID() == "") == own {
					return s, true
				}
			}
		}
	}
	return nil, false
}

// Stage is a stage of an execution.
type Stage map[string]any

// ID is the stage's id.
func (s Stage) ID() string { return model.String(s, "id") }

// Name is the stage's name, or its type where it has none.
func (s Stage) Name() string {
	if name := model.String(s, "name"); name != "" {
		return name
	}
	return s.Type()
}

// Type is the stage's type.
func (s Stage) Type() string { return model.String(s, "type") }

// Status is the stage's status.
func (s Stage) Status() model.Status { return model.Status(model.String(s, "status")) }

// ParentID is the id of the stage that this one was added to by the engine.
func (s Stage) ParentID() string { return model.String(s, "parentStageId") }

// Context is the stage's context.
func (s Stage) Context() map[string]any { return model.Object(s, "context") }

// Tasks lists the stage's tasks.
func (s Stage) Tasks() []map[string]any { return model.Objects(s, "tasks") }

// Times are when the stage started and ended, in milliseconds since the epoch.
func (s Stage) Times() (start, end int64) {
	start, _ = model.Int(s, "startTime")
	end, _ = model.Int(s, "endTime")
	return start, end
}

// Filter says which executions are wanted.
type Filter struct {
	// Application is needed, unless ConfigIDs are given.
	Application string
	ConfigIDs   []string
	Statuses    []string
	// Limit is how many of each pipeline.
	Limit int
}

// Executions lists runs of pipelines, as the server orders them.
func (c *Client) Executions(ctx context.Context, f Filter) ([]Execution, error) {
	r := get("applications", f.Application, "pipelines").with("expand", "false")
	if len(f.ConfigIDs) > 0 {
		r = get("executions").with("pipelineConfigIds", strings.Join(f.ConfigIDs, ",")).with("expand", "false")
	}
	r = r.with("statuses", strings.Join(f.Statuses, ","))
	if f.Limit > 0 {
		r = r.with("limit", strconv.Itoa(f.Limit))
	}
	return fetch[[]Execution](ctx, c, r)
}

// Search says which executions are looked for; what is left out doesn't matter.
type Search struct {
	// Words must all be found in what the execution carries.
	Words                       string
	Application, Pipeline, User string
	Statuses                    []string
	From                        time.Time
	// Limit is how many are wanted; 0 leaves it to the server.
	Limit int
}

// mostRuns is how many runs the server gives at once.
const mostRuns = 500

// Search finds runs of any age, newest first, and tells whether there are more. Only
// Gennaker can do it, not Spinnaker's Gate.
func (c *Client) Search(ctx context.Context, s Search) (found []Execution, more bool, err error) {
	r := get("runs").with("q", s.Words).with("application", s.Application).with("pipelineName", s.Pipeline).
		with("user", s.User).with("statuses", strings.Join(s.Statuses, ","))
	if !s.From.IsZero() {
		r = r.with("from", strconv.FormatInt(max(s.From.UnixMilli(), 0), 10))
	}
	found = []Execution{}
	for {
		if s.Limit > 0 {
			r = r.with("size", strconv.Itoa(min(s.Limit-len(found), mostRuns)))
		}
		page, err := fetch[struct {
			Runs []Execution `json:"runs"`
			Next string      `json:"next"`
		}](ctx, c, r)
		if err != nil {
			return nil, false, err
		}
		found = append(found, page.Runs...)
		if page.Next == "" || len(page.Runs) == 0 || len(found) >= s.Limit {
			return found, page.Next != "", nil
		}
		r = r.with("after", page.Next)
	}
}

// Execution reads a run of a pipeline.
func (c *Client) Execution(ctx context.Context, id string) (Execution, error) {
	return fetch[Execution](ctx, c, get("pipelines", id))
}

// Start starts a stored pipeline with a trigger, and returns the execution's
// id.
func (c *Client) Start(ctx context.Context, application, pipeline string, trigger map[string]any) (string, error) {
	var answer map[string]any
	err := c.do(ctx, request{
		method: http.MethodPost, segments: []string{"pipelines", application, pipeline}, body: trigger,
	}, &answer)
	if err != nil {
		return "", err
	}
	return idOf(model.String(answer, "ref"))
}

// Cancel cancels an execution.
func (c *Client) Cancel(ctx context.Context, id, reason string, force bool) error {
	r := put("pipelines", id, "cancel").with("reason", reason)
	if force {
		r = r.with("force", "true")
	}
	return c.do(ctx, r, nil)
}

// Pause pauses an execution.
func (c *Client) Pause(ctx context.Context, id string) error {
	return c.do(ctx, put("pipelines", id, "pause"), nil)
}

// Resume lets a paused execution go on.
func (c *Client) Resume(ctx context.Context, id string) error {
	return c.do(ctx, put("pipelines", id, "resume"), nil)
}

// DeleteExecution deletes an execution that has ended.
func (c *Client) DeleteExecution(ctx context.Context, id string) error {
	return c.do(ctx, request{method: http.MethodDelete, segments: []string{"pipelines", id}}, nil)
}

// Restart runs a stage and all that comes after it again.
func (c *Client) Restart(ctx context.Context, id, stageID string) error {
	r := put("pipelines", id, "stages", stageID, "restart")
	r.body = map[string]any{"skip": false}
	return c.do(ctx, r, nil)
}

// UpdateStage merges fields into a running stage's context.
func (c *Client) UpdateStage(ctx context.Context, id, stageID string, fields map[string]any) error {
	return c.do(ctx, request{
		method: http.MethodPatch, segments: []string{"pipelines", id, "stages", stageID}, body: fields,
	}, nil)
}

func put(segments ...string) request { return request{method: http.MethodPut, segments: segments} }

// Tasks lists an application's ad-hoc tasks, newest first.
func (c *Client) Tasks(ctx context.Context, application string, statuses []string, limit int) ([]Execution, error) {
	r := get("applications", application, "tasks").with("statuses", strings.Join(statuses, ","))
	if limit > 0 {
		r = r.with("limit", strconv.Itoa(limit))
	}
	return fetch[[]Execution](ctx, c, r)
}

// Task reads an ad-hoc task; its execution is within it.
func (c *Client) Task(ctx context.Context, id string) (Execution, error) {
	return fetch[Execution](ctx, c, get("tasks", id))
}

// StartTask starts an ad-hoc task and returns its id.
func (c *Client) StartTask(ctx context.Context, task map[string]any) (string, error) {
	var answer map[string]any
	if err := c.do(ctx, request{method: http.MethodPost, segments: []string{"tasks"}, body: task}, &answer); err != nil {
		return "", err
	}
	return idOf(model.String(answer, "ref"))
}

// idOf is the id in a reference such as /tasks/01KAJ....
func idOf(ref string) (string, error) {
	id := ref[strings.LastIndex(ref, "/")+1:]
	if id == "" {
		return "", fmt.Errorf("the server started something and didn't say what: it answered with the reference %q", ref)
	}
	return id, nil
}

// taskTime bounds the tasks that save something.
const taskTime = 5 * time.Minute

// RunTask runs an ad-hoc task of one job and waits for its end. The error has
// the reason of a task that fails.
func (c *Client) RunTask(ctx context.Context, application, description string, job map[string]any) error {
	if c.options.User != "" {
		job = model.Merge(map[string]any{"user": c.options.User}, job)
	}
	id, err := c.StartTask(ctx, map[string]any{
		"application": application, "description": description, "job": []any{job},
	})
	if err != nil {
		return err
	}
	return c.await(ctx, "/tasks/"+id)
}

func (c *Client) await(ctx context.Context, ref string) error {
	id, err := idOf(ref)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, taskTime)
	defer cancel()
	e, err := c.Watch(ctx, model.OrchestrationExecution, id, nil)
	if err != nil {
		return err
	}
	if e.Status() == model.Succeeded {
		return nil
	}
	if reasons := e.Reasons(); len(reasons) > 0 {
		return fmt.Errorf("%s", strings.Join(reasons, "\n  "))
	}
	return fmt.Errorf("the task %s ended %s", id, e.Status())
}
