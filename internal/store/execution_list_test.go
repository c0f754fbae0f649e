package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// population makes executions of many shapes, in the order they are stored in.
func population(n int) []*model.Execution {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	out := make([]*model.Execution, n)
	for i := range out {
		e := newExecution(fmt.Sprintf("e%03d", i), "1", "2")
		e.Application = pick("demo", "Demo", "other")
		e.PipelineConfigID = pick("c1", "c2", "c3", "")
		e.Name = pick("Deploy", "deploy it", "100%_\\done", "Bake")
		e.Description, e.CancellationReason = `"stages":null`, `"stages":null`
		after, before := newStage(e.ID+"-after", "2>1"), newStage(e.ID+"-before", "1<1")
		after.ParentStageID, after.SyntheticStageOwner = e.Stages[1].ID, model.StageAfter
		before.ParentStageID, before.SyntheticStageOwner = e.Stages[0].ID, model.StageBefore
		e.Stages = append(e.Stages, after, before)
		e.BuildTime = int64(1000 + r.IntN(n/2)) // some at the same time
		e.Status = model.Statuses()[r.IntN(len(model.Statuses()))]
		if r.IntN(4) == 0 {
			e.Type = model.OrchestrationExecution
		}
		e.Trigger["type"] = pick("manual", "webhook", "cron")
		e.Trigger["eventId"] = pick("", "ev1", "ev2")
		e.Trigger["parentPipelineId"] = pick("", "e000")
		e.Trigger["correlationId"] = pick("", fmt.Sprintf("corr%d", i))
		out[i] = e
	}
	return out
}

// matching is what the filter means, told in Go.
func matching(all []*model.Execution, f store.ExecutionFilter) []*model.Execution {
	var out []*model.Execution
	has := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	is := func(want, v string) bool { return want == "" || want == v }
	for _, e := range all {
		if is(string(f.Type), string(e.Type)) &&
			is(strings.ToLower(f.Application), strings.ToLower(e.Application)) &&
			has(f.ConfigIDs, e.PipelineConfigID) && has(f.IDs, e.ID) &&
			(len(f.Statuses) == 0 || slices.Contains(f.Statuses, e.Status)) && is(f.Name, e.Name) &&
			strings.Contains(strings.ToLower(e.Name), strings.ToLower(f.NameContains)) &&
			has(f.TriggerTypes, e.Trigger.Type()) && is(f.EventID, model.String(e.Trigger, "eventId")) &&
			is(f.CorrelationID, e.Trigger.CorrelationID()) && is(f.ParentID, e.Trigger.ParentExecutionID()) &&
			e.BuildTime >= f.BuildTimeFrom && (f.BuildTimeTo == 0 || e.BuildTime <= f.BuildTimeTo) &&
			(f.PerConfigLimit == 0 || e.PipelineConfigID != "") {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *model.Execution) int { return cmp.Compare(a.BuildTime, b.BuildTime) })
	if !f.OldestFirst {
		slices.Reverse(out)
	}
	if f.PerConfigLimit > 0 {
		seen := map[string]int{}
		out = slices.DeleteFunc(out, func(e *model.Execution) bool {
			seen[e.PipelineConfigID]++
			return seen[e.PipelineConfigID] > f.PerConfigLimit
		})
	}
	return out
}

func TestExecutions(t *testing.T) {
	t.Parallel()
	all := population(400)
	running := []model.Status{model.Running, model.NotStarted, model.Paused}
	filters := map[string]store.ExecutionFilter{
		"all":                     {},
		"application, any case":   {Application: "DEMO"},
		"application and type":    {Application: "demo", Type: model.PipelineExecution, Limit: 30},
		"application, both types": {Application: "demo", Limit: 20, Offset: 5},
		"both types, oldest":      {Application: "demo", Limit: 20, Offset: 5, OldestFirst: true},
		"type":                    {Type: model.OrchestrationExecution},
		"pipelines":               {ConfigIDs: []string{"c1", "c3"}, Limit: 25},
		"ids":                     {IDs: []string{"e001", "e399", "nope"}},
		"ids of an application":   {IDs: []string{"e001", "e002", "e003"}, Application: "demo"},
		"running":                 {Application: "demo", Statuses: running},
		"running, of a type":      {Application: "demo", Type: model.PipelineExecution, Statuses: running[:1]},
		"done":                    {Statuses: []model.Status{model.Succeeded, model.Terminal}},
		"running or done":         {Statuses: []model.Status{model.Running, model.Terminal}},
		"redirect":                {Statuses: []model.Status{model.Redirect}},
		"name":                    {Name: "Deploy"},
		"part of a name":          {NameContains: "DEPLOY"},
		"wildcards are text":      {NameContains: "%_\\"},
		"trigger types":           {TriggerTypes: []string{"cron", "webhook"}},
		"event":                   {EventID: "ev1"},
		"correlation":             {CorrelationID: "corr7"},
		"parent":                  {ParentID: "e000"},
		"time":                    {BuildTimeFrom: 1050, BuildTimeTo: 1060},
		"oldest first":            {BuildTimeFrom: 1050, OldestFirst: true, Limit: 10, Offset: 3},
		"offset alone":            {Offset: 390},
		"beyond the end":          {Offset: 1000, Limit: 5},
		"per pipeline":            {Application: "demo", PerConfigLimit: 2},
		"per pipeline, oldest":    {Application: "demo", PerConfigLimit: 2, OldestFirst: true},
		"per pipeline, of these":  {ConfigIDs: []string{"c2", "nope"}, PerConfigLimit: 3},
		"per pipeline, paged":     {PerConfigLimit: 5, Limit: 4, Offset: 2},
		"per pipeline, running":   {Application: "demo", PerConfigLimit: 3, Statuses: running},
		"per pipeline, no match":  {Application: "nope", PerConfigLimit: 3},
		"nothing":                 {Application: "nope"},
	}
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, all...)
		for name, f := range filters {
			want := []string{}
			for _, e := range matching(all, f) {
				want = append(want, e.ID)
			}
			f.Limit, f.Offset = 0, 0
			if n, err := st.CountExecutions(t.Context(), f); f.PerConfigLimit == 0 && (n != len(want) || err != nil) {
				t.Errorf("%s: counted %d, %v; want %d", name, n, err, len(want))
			}
			f = filters[name]
			want = want[min(f.Offset, len(want)):]
			if f.Limit > 0 {
				want = want[:min(f.Limit, len(want))]
			}
			list, err := st.Executions(t.Context(), f)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got := []string{}
			for _, e := range list {
				got = append(got, e.ID)
				if len(e.Stages) != 4 || e.Stages[0].RefID != "1<1" {
					t.Errorf("%s: %s has stages %v", name, e.ID, stageIDs(e))
				}
			}
			raw, err := st.ExecutionsJSON(t.Context(), f)
			if err != nil || len(raw) != len(list) {
				t.Fatalf("%s: %d documents, %v", name, len(raw), err)
			}
			for i, document := range raw {
				if want, err := model.Marshal(list[i]); err != nil || string(document.JSON) != string(want) {
					t.Fatalf("%s: document\n%s\nwant\n%s (%v)", name, document.JSON, want, err)
				}
				if document.ID != list[i].ID || document.ConfigID != list[i].PipelineConfigID || document.StartTime != list[i].StartTime {
					t.Fatalf("%s: document %+v of execution %+v", name, document, list[i])
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s:\n got %v\nwant %v", name, got, want)
			}
		}
		raw, err := st.ExecutionsJSON(t.Context(), store.ExecutionFilter{Limit: 1, Bare: true})
		if err != nil || len(raw) != 1 {
			t.Fatalf("bare: %v, %v", raw, err)
		}
		var stripped model.Execution
		if err := model.Unmarshal(raw[0].JSON, &stripped); err != nil {
			t.Fatal(err)
		}
		for _, s := range stripped.Stages {
			if len(s.Context)+len(s.Outputs)+len(s.Tasks) != 0 || s.ID == "" || s.RefID == "" {
				t.Errorf("a bare stage is %+v", s)
			}
		}
		bare, err := st.Executions(t.Context(), store.ExecutionFilter{Limit: 1, Bare: true})
		if err != nil || len(bare) != 1 || !reflect.DeepEqual(bare[0], &stripped) {
			t.Errorf("bare: %+v, %v; as a document: %+v", bare, err, stripped)
		}
		without, err := st.Executions(t.Context(), store.ExecutionFilter{WithoutStages: true, Limit: 3})
		if err != nil || len(without) != 3 || len(without[0].Stages) != 0 {
			t.Errorf("without stages: %v, %v", without, err)
		}
	})
}

func TestExecutionsOfVeryManyPipelines(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		var ids []string
		var all []*model.Execution
		for i := range 450 {
			e := newExecution(fmt.Sprintf("e%03d", i))
			e.PipelineConfigID = fmt.Sprintf("config-%d", i)
			ids, all = append(ids, e.PipelineConfigID), append(all, e)
		}
		insert(t, st, all...)
		list, err := st.Executions(t.Context(), store.ExecutionFilter{ConfigIDs: ids, PerConfigLimit: 1, Limit: 440})
		if err != nil || len(list) != 440 || list[0].ID != "e449" {
			t.Errorf("%d executions, %v", len(list), err)
		}
	})
}
