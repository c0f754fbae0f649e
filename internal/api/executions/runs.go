package executions

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/label"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// runsPage is how many runs a page holds if the client doesn't say, and maxRuns at most.
	runsPage, maxRuns = 50, 500
)

func (a *area) runRoutes() []rest.Route {
	return []rest.Route{{
		Method: http.MethodGet, Path: "/runs", Name: "searchRuns", Needs: rest.Anyone, Tag: "Executions",
		Summary: "Search the runs of all pipelines, of any age, newest first",
		Params: []rest.Param{
			rest.Text("q", "words that must all occur, ignoring case, in a run's id, pipeline, user, trigger, parameters, artifacts, images, or commits; #7 finds the run with number 7"),
			rest.Text("application", "only those of this application"),
			rest.Text("pipelineConfigIds", "only executions of the pipelines with these ids, separated by commas"),
			rest.Text("pipelineName", "only executions of pipelines with this name"),
			rest.Text("statuses", "only these statuses, separated by commas"),
			rest.Text("triggers", "only these types of trigger, separated by commas"),
			rest.Text("user", "only those that this user started"),
			rest.Integer("from", "only those created at or after this time, in milliseconds since the epoch"),
			rest.Integer("to", "only those created at or before this time, in milliseconds since the epoch"),
			rest.Sized("size", "maximum number; default: 50", maxRuns),
			rest.Text("after", "the value of next from the previous page"),
		},
		Result: rest.Ref("Runs"), Serve: a.searchRuns,
	}}
}

// runs is a page of a search.
type runs struct {
	Runs []summary `json:"runs"`
	// Next is what to ask for after this page; "" if there is no more.
	Next string `json:"next,omitempty"`
}

func (a *area) searchRuns(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	size := q.Size("size", runsPage, 1, maxRuns)
	filter := store.ExecutionFilter{
		Type: model.PipelineExecution, ConfigIDs: q.IDs("pipelineConfigIds"), Name: q.Text("pipelineName"), Search: q.Text("q"), Application: q.Text("application"), User: q.Text("user"),
		Statuses: q.Statuses(), TriggerTypes: q.List("triggers"), Limit: size + 1,
		BuildTimeFrom: q.Integer("from", 0, 0), BuildTimeTo: q.Integer("to", 0, 0), After: placeOf(q, "after"),
	}
	if filter.BuildTimeTo > 0 && filter.BuildTimeFrom > filter.BuildTimeTo {
		q.Problemf("from must not be after to: from=%d, to=%d", filter.BuildTimeFrom, filter.BuildTimeTo)
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.shown.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	var out runs
	if len(found) > size {
		found = found[:size]
		out.Next = placeText(found[size-1].Place)
	}
	out.Runs, err = a.summaries(r.Context(), found)
	return out, err
}

// summaries reads what lists show of executions, in the order given. One that was
// deleted meanwhile is left out.
func (a *area) summaries(ctx context.Context, found []store.ExecutionRef) ([]summary, error) {
	out := make([]summary, 0, len(found))
	// In parts: an execution is much larger than its summary.
	for start := 0; start < len(found); start += rest.MostRead {
		ids := make([]string, 0, rest.MostRead)
		for _, e := range found[start:min(start+rest.MostRead, len(found))] {
			ids = append(ids, e.ID)
		}
		read, err := a.shown.Executions(ctx, store.ExecutionFilter{IDs: ids, Bare: true})
		if err != nil {
			return nil, err
		}
		numbers, err := a.shown.RunNumbers(ctx, ids)
		if err != nil {
			return nil, err
		}
		waits, err := a.waiting(ctx, read...)
		if err != nil {
			return nil, err
		}
		byID := make(map[string]*model.Execution, len(read))
		for _, e := range read {
			byID[e.ID] = e
		}
		for _, id := range ids {
			if e, ok := byID[id]; ok {
				out = append(out, summaryOf(e, numbers[id], waits))
			}
		}
	}
	return out, nil
}

// titleOf is a run's title; tasks have their description.
func titleOf(e *model.Execution) string {
	if e.Type != model.PipelineExecution {
		return ""
	}
	return label.Title(e.Trigger)
}

// placeText is a place in a list as clients give it back.
func placeText(p store.Place) string {
	return strconv.FormatInt(p.BuildTime, 36) + "-" + strconv.FormatInt(p.Seq, 36)
}

func placeOf(q *rest.Query, name string) store.Place {
	text := q.Text(name)
	if text == "" {
		return store.Place{}
	}
	built, seq, _ := strings.Cut(text, "-")
	var p store.Place
	var err error
	if p.BuildTime, err = strconv.ParseInt(built, 36, 64); err == nil {
		p.Seq, err = strconv.ParseInt(seq, 36, 64)
	}
	if err != nil || p == (store.Place{}) {
		q.Problemf("%s: %q is not the next of a page", name, text)
	}
	return p
}
