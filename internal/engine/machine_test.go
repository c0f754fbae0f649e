package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/model"
)

// fake is a stage type for tests: its plan comes from the stage's context.
//
//	tasks: number of tasks (1 by default)
//	before, after, onFailure: contexts of synthetic stages, run one after
//	another, or side by side with parallel: true
//	planError: the plan fails with this text
type fake struct{}

func (fake) Tasks(v View) ([]TaskSpec, error) {
	if text := model.String(v.Stage.Context, "planError"); text != "" {
		return nil, fmt.Errorf("%s", text)
	}
	n, ok := model.Int(v.Stage.Context, "tasks")
	if !ok {
		n = 1
	}
	specs := make([]TaskSpec, n)
	for i := range specs {
		specs[i] = TaskSpec{Name: fmt.Sprintf("task%d", i+1), Class: "fake", Loop: model.Bool(v.Stage.Context, "loop", false)}
	}
	return specs, nil
}

func (fake) synthetic(v View, key string) []Synthetic {
	var out []Synthetic
	for i, context := range model.Objects(v.Stage.Context, key) {
		s := Synthetic{Type: "fake", Name: fmt.Sprintf("%s %d", key, i+1), Context: context}
		if i > 0 && !model.Bool(v.Stage.Context, "parallel", false) {
			s.Requires = []int{i - 1}
		}
		out = append(out, s)
	}
	return out
}

func (f fake) BeforeStages(v View) ([]Synthetic, error)    { return f.synthetic(v, "before"), nil }
func (f fake) AfterStages(v View) ([]Synthetic, error)     { return f.synthetic(v, "after"), nil }
func (f fake) OnFailureStages(v View) ([]Synthetic, error) { return f.synthetic(v, "onFailure"), nil }
func (f fake) CanManuallySkip(c map[string]any) bool       { return model.Bool(c, "skippable", false) }

func (fake) KeepChild(c map[string]any, id string) (map[string]any, bool) {
	return model.Merge(c, map[string]any{"kept": true}), model.String(c, "child") == id
}

type fakes struct{}

func (fakes) Definition(s *model.Stage) (Definition, bool) {
	if s.Type == windowType {
		return window{}, true
	}
	return fake{}, s.Type == "fake"
}

// window has one task and nothing else.
type window struct{}

func (window) Tasks(View) ([]TaskSpec, error) { return []TaskSpec{{Name: "wait", Class: "fake"}}, nil }

// sim runs an execution with tasks that answer what their stage's context
// says: "result" (SUCCEEDED by default) after "runs" runs of RUNNING.
type sim struct {
	*Machine
	t   *testing.T
	now time.Time
	log []string
}

func simulate(t *testing.T, gate StartGate, stages ...map[string]any) *sim {
	t.Helper()
	list := make([]any, len(stages))
	for i, s := range stages {
		list[i] = model.Merge(map[string]any{"type": "fake"}, s)
	}
	now := time.UnixMilli(1_000_000)
	e := NewPipeline(map[string]any{"application": "a", "name": "p", "id": "c", "stages": list}, access.Principal{Name: "u"}, now)
	return &sim{Machine: NewMachine(e, fakes{}, Literal{}, gate), t: t, now: now}
}

// tick runs every task that can be run once, and tells whether there was any.
func (s *sim) tick() bool {
	s.now = s.now.Add(time.Second)
	s.Advance(s.now)
	refs := s.Runnable()
	for _, ref := range refs {
		s.log = append(s.log, ref.Stage.Name)
		context := ref.Stage.Context
		out := Outcome{Status: model.Succeeded}
		if status, ok := model.ParseStatus(model.String(context, "result")); ok {
			out.Status = status
		}
		if text := model.String(context, "error"); text != "" {
			out.Exception = Exception(fmt.Errorf("%s", text), ref.Task.Name, 1, false)
		}
		if runs, _ := model.Int(context, "runs"); runs > 0 {
			out = Outcome{Status: model.Running, Context: map[string]any{"runs": runs - 1}}
		}
		if key := model.String(context, "output"); key != "" {
			out.Outputs = map[string]any{key: ref.Stage.Name, "stageTimeoutMs": 5}
		}
		s.Apply(ref.Key(), out, s.now)
	}
	s.Advance(s.now)
	return len(refs) > 0
}

func (s *sim) finish() *sim {
	s.t.Helper()
	for range 200 {
		if !s.tick() {
			return s
		}
	}
	s.t.Fatalf("the execution does not end: %s", s.statuses())
	return s
}

// statuses is the state of everything, for comparing.
func (s *sim) statuses() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:", s.exec.Status)
	for _, st := range s.exec.Stages {
		fmt.Fprintf(&b, " %s=%s", st.RefID, st.Status)
	}
	return b.String()
}

func stageOf(ref, requires string, context ...any) map[string]any {
	m := map[string]any{"refId": ref, "name": "stage " + ref, "requisiteStageRefIds": []any{}}
	var list []any
	for r := range strings.FieldsSeq(requires) {
		list = append(list, r)
	}
	if list != nil {
		m["requisiteStageRefIds"] = list
	}
	for i := 0; i+1 < len(context); i += 2 {
		m[context[i].(string)] = context[i+1]
	}
	return m
}

func TestRuns(t *testing.T) {
	t.Parallel()
	child := func(kv ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i+1 < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1]
		}
		return m
	}
	list := func(items ...any) []any { return items }
	for name, tc := range map[string]struct {
		stages []map[string]any
		want   string
	}{
		"one after another": {
			[]map[string]any{stageOf("1", ""), stageOf("2", "1")},
			"SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED",
		},
		"fan out and join": {
			[]map[string]any{stageOf("1", ""), stageOf("2", "1", "runs", 3), stageOf("3", "1"), stageOf("4", "2 3")},
			"SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED 3=SUCCEEDED 4=SUCCEEDED",
		},
		"no stages": {nil, "TERMINAL:"},
		"failure ends everything": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL"), stageOf("2", "", "runs", 9), stageOf("3", "2")},
			"TERMINAL: 1=TERMINAL 2=CANCELED 3=NOT_STARTED",
		},
		"ignore the failure": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL", "failPipeline", false, "continuePipeline", true), stageOf("2", "1")},
			"SUCCEEDED: 1=FAILED_CONTINUE 2=SUCCEEDED",
		},
		"halt this branch": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL", "failPipeline", false, "continuePipeline", false), stageOf("2", "1"), stageOf("3", "", "runs", 2), stageOf("4", "3")},
			"SUCCEEDED: 1=STOPPED 2=NOT_STARTED 3=SUCCEEDED 4=SUCCEEDED",
		},
		"halt this branch, then fail": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL", "failPipeline", false, "completeOtherBranchesThenFail", true), stageOf("2", "", "runs", 2), stageOf("3", "2"), stageOf("4", "1 3")},
			"TERMINAL: 1=STOPPED 2=SUCCEEDED 3=SUCCEEDED 4=NOT_STARTED",
		},
		"disabled stage is skipped and counts as done": {
			[]map[string]any{stageOf("1", "", "stageEnabled", map[string]any{"type": "expression", "expression": "false"}), stageOf("2", "1")},
			"SUCCEEDED: 1=SKIPPED 2=SUCCEEDED",
		},
		"condition that can't be decided skips": {
			[]map[string]any{stageOf("1", "", "stageEnabled", map[string]any{"type": "expression", "expression": "what?"}), stageOf("2", "1")},
			"SUCCEEDED: 1=SKIPPED 2=SUCCEEDED",
		},
		"stage with nothing in it is skipped": {
			[]map[string]any{stageOf("1", "", "tasks", 0), stageOf("2", "1")},
			"SUCCEEDED: 1=SKIPPED 2=SUCCEEDED",
		},
		"unknown type fails": {
			[]map[string]any{stageOf("1", "", "type", "nope"), stageOf("2", "1")},
			"TERMINAL: 1=TERMINAL 2=NOT_STARTED",
		},
		"plan that fails, ignored": {
			[]map[string]any{stageOf("1", "", "planError", "no", "continuePipeline", true, "failPipeline", false), stageOf("2", "1")},
			"SUCCEEDED: 1=FAILED_CONTINUE 2=SUCCEEDED",
		},
		"before, tasks, after": {
			[]map[string]any{stageOf("1", "", "before", list(child(), child()), "after", list(child(), child())), stageOf("2", "1")},
			"SUCCEEDED: 1<1=SUCCEEDED 1<2=SUCCEEDED 1=SUCCEEDED 1>2=SUCCEEDED 1>1=SUCCEEDED 2=SUCCEEDED",
		},
		"before-stage fails its parent": {
			[]map[string]any{stageOf("1", "", "before", list(child("result", "TERMINAL"), child())), stageOf("2", "1")},
			"TERMINAL: 1<1=TERMINAL 1<2=NOT_STARTED 1=TERMINAL 2=NOT_STARTED",
		},
		"failed before-stage takes its parallel siblings along": {
			[]map[string]any{stageOf("1", "", "parallel", true, "before", list(child("result", "TERMINAL"), child("runs", 9)))},
			"TERMINAL: 1<1=TERMINAL 1<2=CANCELED 1=TERMINAL",
		},
		"child's ignored failure ends its parent": {
			[]map[string]any{stageOf("1", "", "before", list(child("result", "TERMINAL", "continuePipeline", true), child()), "continuePipeline", true), stageOf("2", "1")},
			"SUCCEEDED: 1<1=FAILED_CONTINUE 1<2=NOT_STARTED 1=FAILED_CONTINUE 2=SUCCEEDED",
		},
		"siblings that may go on after a failure do": {
			[]map[string]any{stageOf("1", "", "before", list(child("result", "TERMINAL", "continuePipeline", true, "allowSiblingStagesToContinueOnFailure", true), child())), stageOf("2", "1")},
			"SUCCEEDED: 1<1=FAILED_CONTINUE 1<2=SUCCEEDED 1=FAILED_CONTINUE 2=SUCCEEDED",
		},
		"after-stage fails its parent": {
			[]map[string]any{stageOf("1", "", "after", list(child("result", "TERMINAL"), child())), stageOf("2", "1")},
			"TERMINAL: 1=TERMINAL 1>2=NOT_STARTED 1>1=TERMINAL 2=NOT_STARTED",
		},
		"failure stages run, one after another, and the stage stays failed": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL", "parallel", true, "onFailure", list(child(), child())), stageOf("2", "1")},
			"TERMINAL: 1=TERMINAL 1>2=SUCCEEDED 1>1=SUCCEEDED 2=NOT_STARTED",
		},
		"failure stages of a stage that could not begin its tasks": {
			[]map[string]any{stageOf("1", "", "before", list(child("result", "TERMINAL"), child()), "onFailure", list(child()))},
			"TERMINAL: 1<1=TERMINAL 1=TERMINAL 1>1=SUCCEEDED",
		},
		"failing failure stage": {
			[]map[string]any{stageOf("1", "", "result", "TERMINAL", "onFailure", list(child("result", "TERMINAL"), child()))},
			"TERMINAL: 1=TERMINAL 1>2=NOT_STARTED 1>1=TERMINAL",
		},
		"nested synthetic stages": {
			[]map[string]any{stageOf("1", "", "before", list(child("before", list(child()), "after", list(child()))))},
			"SUCCEEDED: 1<1<1=SUCCEEDED 1<1=SUCCEEDED 1<1>1=SUCCEEDED 1=SUCCEEDED",
		},
		"execution window first": {
			[]map[string]any{stageOf("1", "", "restrictExecutionDuringTimeWindow", true, "before", list(child()))},
			"SUCCEEDED: 1<1=SUCCEEDED 1<2=SUCCEEDED 1=SUCCEEDED",
		},
		"expired stage is skipped": {
			[]map[string]any{stageOf("1", "", "startTimeExpiry", 5), stageOf("2", "1")},
			"SUCCEEDED: 1=SKIPPED 2=SUCCEEDED",
		},
		"failed expressions fail where they are to": {
			[]map[string]any{stageOf("1", "", "failOnFailedExpressions", true, "expressionEvaluationSummary", map[string]any{"x": list(child("description", "no x"))})},
			"TERMINAL: 1=TERMINAL",
		},
		"tasks go on after one that says so": {
			[]map[string]any{stageOf("1", "", "tasks", 3, "result", "FAILED_CONTINUE")},
			"SUCCEEDED: 1=FAILED_CONTINUE",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulate(t, GateOpen, tc.stages...).finish()
			if got := s.statuses(); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if got := s.changes.Happened; len(tc.stages) > 0 && got[len(got)-1].Status == model.Running {
				t.Errorf("the last happening is %+v", got[len(got)-1])
			}
		})
	}
}

func TestFailureIsInTheContext(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "error", "it broke")).finish()
	stage := s.exec.Stages[0]
	details := model.Object(model.Object(stage.Context, "exception"), "details")
	if errs := model.Strings(details, "errors"); len(errs) != 1 || errs[0] != "it broke" {
		t.Errorf("details are %v", details)
	}
	if stage.Tasks[0].TaskExceptionDetails["exception"] == nil {
		t.Error("the task does not have its exception")
	}
}

func TestFailedExpressionsAreToldOnce(t *testing.T) {
	t.Parallel()
	summary := map[string]any{
		"x": []any{map[string]any{"description": "no x"}}, "y": []any{map[string]any{"description": "no y"}},
	}
	s := simulate(t, GateOpen, stageOf("1", "", "error", "nothing was done: no x", "expressionEvaluationSummary", summary)).finish()
	details := model.Object(model.Object(s.exec.Stages[0].Context, "exception"), "details")
	if got := model.Strings(details, "errors"); !slices.Equal(got, []string{"nothing was done: no x", "no y"}) {
		t.Errorf("errors are %q", got)
	}
}

func TestOutputsAreReadDownstreamWithoutTheTimeout(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "output", "x"), stageOf("2", "1", "output", "x"), stageOf("3", "2")).finish()
	v := s.View(s.exec.StageByRef("3"))
	if got, _ := v.Get("x"); got != "stage 2" {
		t.Errorf("x is %v, want the nearest ancestor's", got)
	}
	if _, ok := v.Get("stageTimeoutMs"); ok {
		t.Error("stageTimeoutMs was handed on")
	}
}

func TestAdvanceIsSettled(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "before", []any{map[string]any{}}), stageOf("2", "1"))
	for s.tick() {
		s.Take()
		s.Advance(s.now)
		if s.Dirty() {
			t.Fatalf("a second Advance at the same time changed something: %s", s.statuses())
		}
	}
}

func TestLoop(t *testing.T) {
	t.Parallel()
	s := simulate(t, GateOpen, stageOf("1", "", "tasks", 2, "loop", true))
	s.Advance(s.now)
	first := s.Runnable()[0]
	s.Apply(first.Key(), Outcome{Status: model.Succeeded}, s.now)
	s.Advance(s.now)
	second := s.Runnable()[0]
	s.Apply(second.Key(), Outcome{Status: model.Redirect}, s.now)
	s.Advance(s.now)
	if got := s.Runnable(); len(got) != 1 || got[0].Task.ID != "1" {
		t.Fatalf("after REDIRECT %v is run, want the loop's first task", got)
	}
	s.finish()
	if s.exec.Status != model.Succeeded {
		t.Errorf("ended %s", s.statuses())
	}
}

func TestLargeGraphIsQuick(t *testing.T) {
	t.Parallel()
	var stages []map[string]any
	for i := range 1000 {
		requires := ""
		if i > 0 {
			requires = fmt.Sprint(i - 1)
		}
		stages = append(stages, stageOf(fmt.Sprint(i), requires))
	}
	s := simulate(t, GateOpen, stages...)
	for s.tick() {
		s.log = nil
	}
	if s.exec.Status != model.Succeeded {
		t.Errorf("ended %s", s.exec.Status)
	}
}
