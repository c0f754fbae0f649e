package planner_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/rollback"
	"github.com/gennaker/gennaker/internal/rollback/planner"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// clusters are workloads by account and name.
type clusters map[string]rollback.Workload

func (c clusters) Workload(_ context.Context, account, location, name string) (rollback.Workload, error) {
	w := c[account+" "+name]
	w.Account, w.Location, w.Name = account, location, name
	return w, nil
}

// past is a history of executions, newest first, with what their stages brought.
type past struct {
	executions []*model.Execution
	brought    map[string][]manifest.Brought
	// asked counts the queries for what stages brought.
	asked int
}

func (p *past) add(id string, started int64, status model.Status, brought ...manifest.Brought) {
	e := &model.Execution{ID: id, Application: "shop", Name: "Deploy", Stages: []*model.Stage{
		{ID: "s", Name: "Deploy", Type: "deployManifest", Status: status, StartTime: started},
		{ID: "w", Name: "Wait", Type: "wait", Status: status, StartTime: started},
	}}
	p.executions = append([]*model.Execution{e}, p.executions...)
	if p.brought == nil {
		p.brought = map[string][]manifest.Brought{}
	}
	p.brought[id] = brought
}

func (p *past) ExecutionOutline(_ context.Context, id string) (*store.Outline, error) {
	for _, e := range p.executions {
		if e.ID == id {
			return &store.Outline{Execution: e}, nil
		}
	}
	return nil, store.ErrNotFound
}

func (p *past) Executions(context.Context, store.ExecutionFilter) ([]*model.Execution, error) {
	return p.executions, nil
}

func (*past) RunNumbers(_ context.Context, ids []string) (map[string]int64, error) {
	return map[string]int64{ids[0]: 7}, nil
}

func (p *past) Brought(_ context.Context, stages []store.StageKey) (map[store.StageKey][]manifest.Brought, error) {
	p.asked++
	out := map[store.StageKey][]manifest.Brought{}
	for _, key := range stages {
		if key.StageID != "s" {
			return nil, fmt.Errorf("stage %s deploys nothing", key.StageID)
		}
		out[key] = p.brought[key.ExecutionID]
	}
	return out, nil
}

func everybody(context.Context, string) error { return nil }

func web(account, name, before, after string) manifest.Brought {
	return manifest.Brought{Account: account, Namespace: "default", Name: name, Before: before, After: after}
}

func revision(id string, number int64, current bool) rollback.Revision {
	return rollback.Revision{ID: id, Name: "web-" + id, Number: number, First: number, Current: current, Images: []string{"r.example.com/team/web:" + id}}
}

// A stage goes back as a whole: by one task that names the revisions.
func TestStage(t *testing.T) {
	t.Parallel()
	history := &past{}
	history.add("one", 1, model.Succeeded, web("prod", "deployment web", "none", "a"), web("prod", "deployment api", "none", "x"))
	history.add("two", 2, model.Succeeded, web("prod", "deployment web", "a", "b"), web("prod", "deployment api", "x", "y"),
		manifest.Brought{Account: "prod", Namespace: "default", Name: "service web"},
		manifest.Brought{Account: "prod", Namespace: "default", Name: "configMap web-v001", Versioned: true})
	// The same names in another cluster have a history of their own.
	history.add("elsewhere", 3, model.Succeeded, web("test", "deployment web", "b", "c"))
	p := planner.New(clusters{
		"prod deployment web": {Revisions: []rollback.Revision{revision("a", 1, false), revision("b", 2, true)}},
		"prod deployment api": {Revisions: []rollback.Revision{revision("x", 4, false), revision("y", 5, true)}},
	}, history)
	plan, err := p.Stage(t.Context(), "two", "s", everybody)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Verdict != rollback.Ready || plan.Running || plan.Application != "shop" {
		t.Errorf("the plan is %+v", plan)
	}
	if want := "Roll back deployment web to web:a (revision 1), deployment api to web:x (revision 4)"; plan.Description != want {
		t.Errorf("the task is called %q, want %q", plan.Description, want)
	}
	if len(plan.Jobs) != 2 || plan.Jobs[0]["type"] != "undoRolloutManifest" || plan.Jobs[0]["revision"] != int64(1) || plan.Jobs[1]["revision"] != int64(4) ||
		plan.Jobs[1]["manifestName"] != "deployment api" || plan.Jobs[1]["account"] != "prod" || plan.Jobs[1]["location"] != "default" {
		t.Errorf("the jobs are %v", plan.Jobs)
	}
	if got := []rollback.Verdict{plan.Objects[2].Verdict, plan.Objects[3].Verdict}; got[0] != rollback.NotChanged || got[1] != rollback.Versioned {
		t.Errorf("the others are %v", got)
	}

	// The first is superseded, and says by which run.
	plan, err = p.Stage(t.Context(), "one", "s", everybody)
	if err != nil {
		t.Fatal(err)
	}
	if by := plan.Objects[0].SupersededBy; plan.Verdict != rollback.Superseded || len(plan.Jobs) != 0 || by == nil || by.ID != "two" || by.Number != 7 {
		t.Errorf("the plan is %+v", plan)
	}
}

// Versions get the traffic by two jobs; those without pods get some first.
func TestVersions(t *testing.T) {
	t.Parallel()
	history := &past{}
	brought := func(before, after string) manifest.Brought {
		return manifest.Brought{Account: "prod", Namespace: "default", Name: "replicaSet " + after, Versioned: true, Before: before, After: after}
	}
	history.add("one", 1, model.Succeeded, brought("none", "web-v000"))
	history.add("two", 2, model.Running, brought("web-v000", "web-v001"))
	version := func(name string, number, wanted int64, current bool) rollback.Revision {
		return rollback.Revision{ID: name, Name: name, Number: number, First: number, Wanted: wanted, Available: wanted, Current: current, Images: []string{"web"}}
	}
	p := planner.New(clusters{"prod replicaSet web-v001": {ByTraffic: true, Revisions: []rollback.Revision{
		version("web-v000", 0, 0, false), version("web-v001", 1, 3, true),
	}}}, history)
	plan, err := p.Stage(t.Context(), "two", "s", everybody)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, job := range plan.Jobs {
		got += model.String(job, "type") + " " + model.String(job, "manifestName") + "; "
	}
	const want = "scaleManifest replicaSet web-v000; enableManifest replicaSet web-v000; disableManifest replicaSet web-v001; "
	if got != want || plan.Jobs[0]["replicas"] != int64(3) || !plan.Running {
		t.Errorf("the jobs are %s, want %s: %+v", got, want, plan)
	}
}

func TestWorkload(t *testing.T) {
	t.Parallel()
	history := &past{}
	history.add("bad", 2, model.Terminal, web("prod", "deployment web", "a", "b"))
	p := planner.New(clusters{"prod deployment web": {App: "shop", Revisions: []rollback.Revision{
		revision("a", 1, false), revision("b", 2, false), revision("c", 3, true),
	}}}, history)
	plan, err := p.Workload(t.Context(), "prod", "default", "deployment web")
	if err != nil {
		t.Fatal(err)
	}
	o := plan.Objects[0]
	if plan.Verdict != rollback.Ready || o.Target.Number != 1 || len(o.Revisions) != 3 || o.Revisions[0].Number != 3 || !o.Revisions[1].Failed || o.Revisions[2].Failed {
		t.Errorf("the plan is %+v", plan)
	}
	if _, err := p.Workload(t.Context(), "prod", "default", "deployment gone"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("what isn't there answers %v", err)
	}
}

// A stage fails if one of its objects does. What the others have become is good
// nevertheless, and is gone back to.
func TestGoodObjectsOfFailedStages(t *testing.T) {
	t.Parallel()
	history := &past{}
	good := web("prod", "deployment web", "none", "a")
	good.Stable = true
	history.add("half", 1, model.Terminal, good, web("prod", "deployment api", "none", "x"))
	history.add("next", 2, model.Succeeded, web("prod", "deployment web", "a", "b"), web("prod", "deployment api", "x", "y"))
	p := planner.New(clusters{
		"prod deployment web": {App: "shop", Revisions: []rollback.Revision{revision("a", 1, false), revision("b", 2, true)}},
		"prod deployment api": {App: "shop", Revisions: []rollback.Revision{revision("x", 1, false), revision("y", 2, true)}},
	}, history)
	plan, err := p.Stage(t.Context(), "next", "s", everybody)
	if err != nil {
		t.Fatal(err)
	}
	if w, api := plan.Objects[0], plan.Objects[1]; w.Verdict != rollback.Ready || w.Target.Number != 1 || api.Verdict != rollback.NoneGood {
		t.Errorf("the plan is %+v", plan)
	}
}

// However many deployments an application has had, what they brought is read at once.
func TestHistoryIsReadAtOnce(t *testing.T) {
	t.Parallel()
	history := &past{}
	for i := range 60 {
		history.add(fmt.Sprint(i), int64(i+1), model.Succeeded, web("prod", "deployment web", fmt.Sprint(i-1), fmt.Sprint(i)))
	}
	p := planner.New(clusters{"prod deployment web": {App: "shop", Revisions: []rollback.Revision{revision("58", 1, false), revision("59", 2, true)}}}, history)
	plan, err := p.Workload(t.Context(), "prod", "default", "deployment web")
	if err != nil || plan.Verdict != rollback.Ready {
		t.Fatalf("the plan is %+v, %v", plan, err)
	}
	if history.asked != 1 {
		t.Errorf("a workload's roll back asks %d times", history.asked)
	}
	history.asked = 0
	if _, err := p.Stage(t.Context(), "59", "s", everybody); err != nil {
		t.Fatal(err)
	}
	if history.asked != 2 { // for the stage itself, as its accounts must be allowed, and for the others
		t.Errorf("a stage's roll back asks %d times", history.asked)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	history := &past{}
	history.add("one", 1, model.Succeeded, web("prod", "deployment web", "none", "a"))
	p := planner.New(clusters{}, history)
	denied := fault.New(fault.Forbidden, "not you")
	for want, ask := range map[string]func() error{
		"not you": func() error {
			_, err := p.Stage(t.Context(), "one", "s", func(context.Context, string) error { return denied })
			return err
		},
		"has no stage x":          func() error { _, err := p.Stage(t.Context(), "one", "x", everybody); return err },
		"only deployManifest":     func() error { _, err := p.Stage(t.Context(), "one", "w", everybody); return err },
		store.ErrNotFound.Error(): func() error { _, err := p.Stage(t.Context(), "none", "s", everybody); return err },
	} {
		if err := ask(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("it answers %v, want %s", err, want)
		}
	}
}
