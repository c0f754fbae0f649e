package executions

import (
	"encoding/base64"
	"math"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) searchRoutes() []rest.Route {
	params := []rest.Param{
		rest.Text("triggerTypes", "only executions with these types of trigger, separated by commas"),
		rest.Text("pipelineName", "only executions of the pipeline with this name"),
		rest.Text("eventId", "only those started by this event"),
		rest.Text("trigger", "only those whose trigger has these fields: a base64-encoded JSON object; texts must match as a whole, ignoring case, or as a regular expression"),
		rest.Integer("triggerTimeStartBoundary", "only those created at or after this time, in milliseconds since the epoch"),
		rest.Integer("triggerTimeEndBoundary", "only those created at or before this time, in milliseconds since the epoch"),
		rest.Text("statuses", "only these statuses, separated by commas"),
		rest.Integer("startIndex", "the index of the first one to return; default: 0"),
		rest.Sized("size", "maximum number; default: 10", rest.MaxItems),
		rest.Boolean("reverse", "oldest first"),
		rest.Boolean("expand", "include the stages' contexts, outputs, and tasks"),
	}
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/applications/{application}/executions/search", Name: "searchForPipelineExecutionsByTrigger", Needs: rest.OnApplication(access.Read), Everywhere: true,
			Tag: "Executions", Summary: "Search an application's executions, newest first; * searches all applications",
			Params: params, Result: rest.ListOf(rest.Ref("Execution")), Serve: a.searchExecutions,
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/pipelines/search", Name: "searchForPipelinesByTrigger", Needs: rest.OnApplication(access.Read), Everywhere: true,
			Tag: "Executions", Summary: "The same, at Orca's path",
			Params: params, Result: rest.ListOf(rest.Ref("Execution")), Serve: a.searchExecutions,
		},
	}
}

// searchPage is how many executions a search looks at in one go when it has to
// compare triggers itself.
const searchPage = 200

func (a *area) searchExecutions(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	start, size := q.Count("startIndex", 0, 0), q.Size("size", 10, 1, rest.MaxItems)
	from := q.Integer("triggerTimeStartBoundary", 0, 0)
	to := q.Integer("triggerTimeEndBoundary", math.MaxInt64, 0)
	reverse, expand := q.Boolean("reverse", false), q.Boolean("expand", false)
	filter := store.ExecutionFilter{
		Type: model.PipelineExecution, Name: q.Text("pipelineName"), EventID: q.Text("eventId"),
		BuildTimeFrom: from, Statuses: q.Statuses(), OldestFirst: reverse,
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	if from > to {
		return nil, fault.New(fault.Invalid,
			"triggerTimeStartBoundary must be <= triggerTimeEndBoundary: triggerTimeStartBoundary=%d, triggerTimeEndBoundary=%d", from, to)
	}
	if to != math.MaxInt64 {
		filter.BuildTimeTo = to
	}
	if application := r.PathValue("application"); application != "*" {
		filter.Application = application
	}
	if q.Text("triggerTypes") != "*" {
		filter.TriggerTypes = q.List("triggerTypes")
	}
	wanted, err := decodeTrigger(q.Text("trigger"))
	if err != nil {
		return nil, err
	}
	found, err := a.search(r, filter, wanted, start, size)
	if err != nil {
		return nil, err
	}
	return a.shown.List(found, expand), nil
}

func decodeTrigger(encoded string) (map[string]any, error) {
	if encoded == "" {
		return nil, nil
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil, fault.New(fault.Invalid, "trigger must be base64: %w", err)
	}
	var wanted map[string]any
	if err := limit.Unmarshal(data, &wanted); err != nil {
		return nil, fault.New(fault.Invalid, "trigger must be a JSON object in base64: %w", err)
	}
	return wanted, nil
}

// search returns a part of the executions that match. The store knows all but
// the comparison of triggers, so only that reads more than what is returned.
func (a *area) search(r *http.Request, filter store.ExecutionFilter, wanted map[string]any, start, size int) ([]store.ExecutionRef, error) {
	if len(wanted) == 0 {
		filter.Offset, filter.Limit = start, size
		return a.shown.ExecutionRefs(r.Context(), filter)
	}
	var out []store.ExecutionRef
	filter.Limit, filter.WithoutStages = searchPage, true
	for skipped := 0; len(out) < size; {
		page, err := a.shown.Executions(r.Context(), filter)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if !triggerMatches(map[string]any(e.Trigger), wanted) {
				continue
			}
			if skipped < start {
				skipped++
				continue
			}
			if out = append(out, store.ExecutionRef{ID: e.ID}); len(out) == size {
				break
			}
		}
		if len(page) < filter.Limit {
			break
		}
		filter.Offset += len(page)
	}
	return out, nil
}
