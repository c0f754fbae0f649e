package runmultiple

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
)

type (
	object = map[string]any
	list   = []any
)

// world has pipelines named "p..." and notes which were started.
type world struct {
	status   map[string]model.Status // by app
	started  []string
	keys     map[string]string
	requests map[string]childpipeline.ChildRequest
	canceled []string
	err      error
}

func (w *world) PipelineID(_ context.Context, application, name string) (string, error) {
	if !strings.HasPrefix(name, "p") {
		return "", fault.New(fault.NotFound, "no")
	}
	return application + "/" + name, w.err
}

func (w *world) StartChild(_ context.Context, r childpipeline.ChildRequest) (id, name string, err error) {
	if strings.HasSuffix(r.PipelineConfigID, "off") {
		return "", "", childpipeline.ErrDisabled
	}
	if w.keys == nil {
		w.keys, w.requests = map[string]string{}, map[string]childpipeline.ChildRequest{}
	}
	app := model.String(r.ParentExecution.Trigger, "executionIdentifier")
	if _, known := w.keys[r.CorrelationID]; !known {
		w.started = append(w.started, app)
		w.keys[r.CorrelationID], w.requests["run-"+app] = "run-"+app, r
	}
	return w.keys[r.CorrelationID], "", nil
}

func (w *world) Execution(_ context.Context, id string) (*model.Execution, error) {
	r, ok := w.requests[id]
	if !ok {
		return nil, fault.New(fault.NotFound, "no execution %s", id)
	}
	status := w.status[strings.TrimPrefix(id, "run-")]
	if status == "" {
		status = model.Succeeded
	}
	return &model.Execution{ID: id, Status: status, StartTime: 1, EndTime: 2, Trigger: model.Trigger{
		"parameters": r.Parameters, "parentExecution": object{"trigger": object(r.ParentExecution.Trigger)},
	}}, nil
}

func (w *world) Cancel(_ context.Context, id, _, _ string) error {
	w.canceled = append(w.canceled, id)
	return nil
}

// run runs the tasks of a stage as the engine would.
func run(t *testing.T, w *world, context object) (*model.Stage, model.Status, error) {
	t.Helper()
	kind := Type(Options{Launcher: w, Pipelines: w})
	s := &model.Stage{ID: "S", Type: kind.Name, Context: context, StartTime: 7}
	in := stage.Input{View: engine.View{Stage: s, Execution: &model.Execution{
		ID: "E", Application: "app", Trigger: model.Trigger{"type": "manual"}, Stages: []*model.Stage{s},
	}}}
	specs, err := kind.Definition.Tasks(in.View)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(specs); i++ {
		result, err := kind.Tasks[specs[i].Class].Run(t.Context(), in)
		if err != nil {
			return s, model.Terminal, err
		}
		s.Context, s.Outputs = model.Merge(s.Context, result.Context), model.Merge(s.Outputs, result.Outputs)
		switch result.Status {
		case model.Succeeded:
		case model.Redirect:
			i = slices.IndexFunc(specs, func(spec engine.TaskSpec) bool { return spec.Loop }) - 1
		default:
			return s, result.Status, nil
		}
	}
	return s, model.Succeeded, nil
}

const bundle = `
bundle_web:
  rollback_onfailure: true
  db: {child_pipeline: p1, arguments: {app: db, size: 3}}
  cache: {child_pipeline: p1, arguments: {app: cache}}
  api: {child_pipeline: p2, depends_on: [db, cache]}
  web: {child_pipeline: p3, depends_on: [api]}
`

func TestLevels(t *testing.T) {
	t.Parallel()
	w := &world{}
	s, status, err := run(t, w, object{"yamlConfig": bundle})
	if err != nil || status != model.Succeeded {
		t.Fatalf("got %s, %v, %v", status, err, s.Context)
	}
	if want := []string{"cache", "db", "api", "web"}; !slices.Equal(w.started, want) {
		t.Errorf("started %v", w.started)
	}
	if r := w.requests["run-db"]; r.PipelineConfigID != "app/p1" || model.String(r.Parameters, "size") != "3" || len(r.ParentExecution.Stages[0].Context) != 0 {
		t.Errorf("got %v", r)
	}
	done := model.Objects(s.Outputs, "executionsList")
	if len(done) != 4 || done[1]["executionIdentifier"] != "db" || done[1]["status"] != "SUCCEEDED" || done[1]["id"] != "run-db" {
		t.Errorf("got %v", done)
	}
	if len(model.List(s.Context, keyOrder))+len(model.List(s.Context, keyOutputs)) != 0 {
		t.Errorf("the context keeps %v", s.Context)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		status  map[string]model.Status
		ignore  bool
		want    model.Status
		started int
		done    int
	}{
		{"one fails", map[string]model.Status{"db": model.Terminal}, false, model.Terminal, 2, 2},
		{"one is cancelled", map[string]model.Status{"db": model.Canceled}, false, model.Canceled, 2, 2},
		{"one runs", map[string]model.Status{"db": model.Terminal, "cache": model.Running}, false, model.Running, 2, -1},
		{"later ones all the same", map[string]model.Status{"db": model.Terminal}, true, model.Succeeded, 4, 4},
		{"the last one", map[string]model.Status{"web": model.Terminal}, true, model.Terminal, 4, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := &world{status: test.status}
			s, status, err := run(t, w, object{"yamlConfig": bundle, "ignoreUncompleted": test.ignore})
			if err != nil || status != test.want || len(w.started) != test.started {
				t.Fatalf("got %s, %v, started %v", status, err, w.started)
			}
			if done := model.List(s.Outputs, "executionsList"); test.done >= 0 && len(done) != test.done {
				t.Errorf("done: %v", done)
			}
			if status == model.Running && s.Outputs["executionStatuses"] == nil {
				t.Errorf("outputs %v", s.Outputs)
			}
		})
	}
}

func TestStarting(t *testing.T) {
	t.Parallel()
	one := func(pipeline string) list {
		return list{object{"bundle_web": object{"a": object{"child_pipeline": pipeline}, "b": object{"child_pipeline": "p"}}}}
	}
	s, status, err := run(t, &world{}, object{"yamlConfig": one("other")})
	want := object{"details": object{"errors": list{`a: the application app has no pipeline "other"`}}}
	if err != nil || status != model.Terminal || !reflect.DeepEqual(s.Context["exception"], want) || len(model.List(s.Outputs, "executionsList")) != 1 {
		t.Errorf("got %s, %v, %v", status, err, s)
	}
	s, status, err = run(t, &world{}, object{"yamlConfig": list{object{"bundle_web": object{"a": object{"child_pipeline": "poff"}}}}})
	want = object{"details": object{"errors": list{`a: the pipeline "poff" is disabled`, "Child Pipelines were not executed"}}}
	if err != nil || status != model.Terminal || !reflect.DeepEqual(s.Context["exception"], want) {
		t.Errorf("got %s, %v, %v", status, err, s.Context)
	}
	if _, _, err = run(t, &world{err: errors.New("away")}, object{"yamlConfig": one("p")}); err == nil || stage.IsRetryable(err) {
		t.Errorf("duplicates: got %v", err)
	}
	if _, _, err = run(t, &world{err: errors.New("away")}, object{"yamlConfig": one("p2")}); !stage.IsRetryable(err) {
		t.Errorf("got %v", err)
	}
}

func TestConfigurationsThatAreWrong(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{
		"":                    "yamlConfig: it must contain an object with bundle_web",
		"[]":                  "yamlConfig: it is empty",
		"a: [":                "yamlConfig: it is no YAML",
		"web: {}":             "yamlConfig: bundle_web is missing",
		"bundle_web: {}":      "yamlConfig: bundle_web has no apps",
		"bundle_web: {a: 1}":  "yamlConfig: bundle_web.a must be an object",
		"bundle_web: {a: {}}": "yamlConfig: bundle_web.a.child_pipeline is missing",
		"{bundle_web: {a: {child_pipeline: p, depends_on: [z]}}}":                                          "yamlConfig: bundle_web.a.depends_on refers to z, which doesn't exist",
		"{bundle_web: {a: {child_pipeline: p, depends_on: [b]}, b: {child_pipeline: q, depends_on: [a]}}}": "yamlConfig: these apps depend on each other in a circle: a, b",
		"{bundle_web: {a: {child_pipeline: p, arguments: {x: 1}}, b: {child_pipeline: p, arguments: {x: 1}}}}": "Detected two or more duplicated arguments and calling the same child_pipeline. " +
			"You would have the same execution: a and b",
	} {
		if _, _, err := run(t, &world{}, object{"yamlConfig": config}); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v", config, err)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	w := &world{status: map[string]model.Status{"db": model.Running}}
	s, _, err := run(t, w, object{"yamlConfig": bundle})
	if err != nil {
		t.Fatal(err)
	}
	s.Context[keyIDs] = append(model.List(s.Context, keyIDs), "gone")
	in := stage.Input{View: engine.View{Execution: &model.Execution{}, Stage: s}}
	if _, err := Type(Options{Launcher: w, Pipelines: w}).Cancel(t.Context(), in); err != nil || !slices.Equal(w.canceled, []string{"run-db"}) {
		t.Errorf("cancelled %v, %v", w.canceled, err)
	}
}

func TestSummaryHasWhatWasDeployed(t *testing.T) {
	t.Parallel()
	deploy := func(name, kind string, end int64) *model.Stage {
		return &model.Stage{
			Type: "deployManifest", Name: "Deploy it", Status: model.Succeeded, EndTime: end,
			Context: object{"deploy.account.name": "k8s"},
			Outputs: object{
				"manifests":                list{object{"kind": kind, "metadata": object{"name": name}}},
				"outputs.createdArtifacts": list{object{"name": name, "location": "prod"}},
			},
		}
	}
	e := &model.Execution{ID: "x", Trigger: model.Trigger{"parameters": object{"app": "db"}}, Stages: []*model.Stage{
		deploy("my-db-2", "Deployment", 5), deploy("my-db-1", "Deployment", 4), deploy("my-db-3", "Service", 6), deploy("web", "Deployment", 7),
		{Type: "wait", Name: "Deploy", EndTime: 9}, {Type: "deployManifest", Name: "Deploy", EndTime: 9},
	}}
	want := object{"account": "k8s", "manifestName": "Deployment my-db-2", "location": "prod"}
	if got := summary(e)["artifactCreated"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestSchema(t *testing.T) {
	t.Parallel()
	kind := Type(Options{})
	if _, err := stage.NewValidator(stage.NewRegistry(kind)); err != nil {
		t.Error(err)
	}
	preparer, ok := kind.Definition.(engine.RestartPreparer)
	if got := preparer.PrepareForRestart(object{keyIDs: list{"x"}, keyLevel: 1, "yamlConfig": "y"}); !ok || len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(bundle)
	f.Add("bundle_web: {a: {child_pipeline: p, depends_on: a}}")
	for _, bomb := range limittest.YAMLBombs() {
		f.Add("bundle_web:\n  x: " + bomb)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var (
			apps []app
			err  error
		)
		limittest.Bounded(t, len(text), 2000, func() { apps, err = read(text) })
		if err != nil {
			return
		}
		levels, err := order(apps)
		n := 0
		for _, level := range levels {
			n += len(level)
		}
		if err == nil && n != len(apps) {
			t.Fatalf("%d apps, %d in levels", len(apps), n)
		}
	})
}

// A small document must not become a large one.
func TestAliasesThatMultiply(t *testing.T) {
	t.Parallel()
	text := "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := range 8 {
		text += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	if _, err := read(text); err == nil || !strings.Contains(err.Error(), "the YAML aliases expand to more than") {
		t.Errorf("got %v", err)
	}
}
