package execution_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
)

type object = map[string]any

var waits = object{"refId": "1", "type": "wait", "name": "Wait", "waitTime": 1}

// service is a service on a database of its own, in which nothing runs what it
// starts.
func service(t *testing.T) (*execution.Service, *store.Store) {
	t.Helper()
	log := testlog.New(t, slog.LevelInfo)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), store.Options{Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	jobs, err := queue.New(t.Context(), st, queue.Options{Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	types := stage.NewRegistry(wait.Type())
	return execution.New(execution.Options{Store: st, Queue: jobs, Events: events.New(st, log), Types: types, Templates: templates{}, Logger: log}), st
}

// templates takes the stages of a pipeline with a template from the template.
type templates struct{}

func (templates) Templated(config object) bool { return config["template"] != nil }

func (templates) Expand(_ context.Context, config object) (object, error) {
	if config["template"] == "broken" {
		return nil, fault.New(fault.Invalid, "the template is broken")
	}
	return model.Merge(config, object{"stages": config["template"]}), nil
}

// save stores a pipeline of the application shop.
func save(t *testing.T, st *store.Store, kind string, p object) model.Pipeline {
	t.Helper()
	var saved model.Pipeline
	err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		saved, err = tx.SavePipeline(ctx, kind, model.Merge(object{"application": "shop"}, p), "someone", 0)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// latest are the executions of a pipeline.
func latest(t *testing.T, st *store.Store, id string) []*model.Execution {
	t.Helper()
	found, err := st.Executions(t.Context(), store.ExecutionFilter{Type: model.PipelineExecution, ConfigIDs: []string{id}, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestStoredPipelinesAreFound(t *testing.T) {
	t.Parallel()
	s, st := service(t)
	first := save(t, st, store.PipelineKind, object{"name": "Deploy", "stages": []any{waits}})
	named := save(t, st, store.PipelineKind, object{"name": first.ID(), "stages": []any{waits}})
	for name, tc := range map[string]struct {
		application, nameOrID string
		want                  string // the pipeline's name; "" if there is none
	}{
		"by name":                          {"shop", "Deploy", "Deploy"},
		"by name, in another case":         {"SHOP", "Deploy", "Deploy"},
		"a name before an id":              {"shop", first.ID(), named.Name()},
		"by id":                            {"shop", named.ID(), named.Name()},
		"by id alone":                      {"", first.ID(), "Deploy"},
		"by id, of another application":    {"garden", named.ID(), ""},
		"a name that differs in case":      {"shop", "deploy", ""},
		"a name, where an id is asked for": {"", "Deploy", ""},
		"neither":                          {"shop", "Nothing", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := s.StartStored(t.Context(), execution.Stored{Application: tc.application, NameOrID: tc.nameOrID}, access.Principal{Name: "ann"})
			if tc.want == "" {
				if fault.KindOf(err) != fault.NotFound {
					t.Errorf("got %v, %v", e, err)
				}
				return
			}
			if err != nil || e.Name != tc.want {
				t.Errorf("got %v, %v", e, err)
			}
		})
	}
}

func TestAStoredPipelineIsStartedWithItsTrigger(t *testing.T) {
	t.Parallel()
	s, st := service(t)
	p := save(t, st, store.PipelineKind, object{
		"name": "Deploy", "stages": []any{waits}, "notifications": []any{object{"address": "team"}},
		"parameterConfig": []any{object{"name": "version", "default": "1"}, object{"name": "zone", "default": "a"}},
	})
	who := access.Principal{Name: "ann", Origin: "deck", AllowedAccounts: []string{"prod"}, Roles: []string{"dev"}}
	e, err := s.StartStored(t.Context(), execution.Stored{
		Application: "shop", NameOrID: "Deploy", ExecutionID: "01HZZZZZZZZZZZZZZZZZZZZZZZ",
		Trigger: object{"parameters": object{"version": "2"}, "notifications": []any{object{"address": "ann"}}},
	}, who)
	if err != nil {
		t.Fatal(err)
	}
	parameters := model.Object(e.Trigger, "parameters")
	switch {
	case e.ID != "01HZZZZZZZZZZZZZZZZZZZZZZZ", e.PipelineConfigID != p.ID():
		t.Errorf("execution %s of %s", e.ID, e.PipelineConfigID)
	case e.Trigger.Type() != "manual", e.Trigger["user"] != "ann", parameters["version"] != "2", parameters["zone"] != "a":
		t.Errorf("trigger %v", e.Trigger)
	case e.Authentication.User != "ann", !slices.Equal(e.Authentication.AllowedAccounts, who.AllowedAccounts), e.Origin != "deck":
		t.Errorf("%+v by %s", e.Authentication, e.Origin)
	case len(e.Notifications) != 2:
		t.Errorf("notifications %v", e.Notifications)
	}
	if found := latest(t, st, p.ID()); len(found) != 1 || found[0].ID != e.ID {
		t.Errorf("stored: %v", found)
	}
}

// What refuses a start is told once, with every problem, whoever starts; it is
// stored as a failed execution if there is something to show of it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	unknown := object{"refId": "1", "type": "wiat", "name": "Wait"}
	for name, tc := range map[string]struct {
		pipeline object
		trigger  object
		want     string
		stored   bool
	}{
		"an unknown type": {
			pipeline: object{"stages": []any{unknown}}, stored: true,
			want: `stages[0] (Wait): there is no stage type "wiat"; did you mean "wait"?`,
		},
		"two unknown types": {
			pipeline: object{"stages": []any{unknown, object{"refId": "2", "type": "zzzzzzzz"}}}, stored: true, want: "(and 1 more)",
		},
		"a known alias": {pipeline: object{"stages": []any{object{"refId": "1", "type": "mine", "alias": "wait"}}}},
		"stages that don't fit together": {
			pipeline: object{"stages": []any{object{"refId": "1", "type": "wait", "requisiteStageRefIds": []any{"2"}}}}, want: `names "2"`,
		},
		"stages that are none": {pipeline: object{"stages": "none"}, want: "stages must be a list of objects"},
		"a long name":          {pipeline: object{"stages": []any{model.Merge(waits, object{"name": strings.Repeat("n", 1001)})}}, want: "name has 1001 bytes, and 1000 is the limit"},
		"disabled":             {pipeline: object{"stages": []any{waits}, "disabled": true}, want: "Pipeline is disabled and cannot be started.", stored: true},
		"a required parameter": {
			pipeline: object{"stages": []any{waits}, "parameterConfig": []any{object{"name": "version", "required": true}}},
			want:     `parameter "version" is required and has no value`, stored: true,
		},
		"a template that is broken":       {pipeline: object{"template": "broken"}, want: "the template is broken", stored: true},
		"a template with an unknown type": {pipeline: object{"template": []any{unknown}}, want: `there is no stage type "wiat"`, stored: true},
		"a template whose stages don't fit together": {
			pipeline: object{"template": []any{object{"refId": "1"}}}, want: "type is missing",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, st := service(t)
			p := save(t, st, store.PipelineKind, model.Merge(object{"name": "Deploy"}, tc.pipeline))
			e, err := s.StartStored(t.Context(), execution.Stored{NameOrID: p.ID(), Trigger: tc.trigger}, access.Principal{})
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("got %v, want %q", err, tc.want)
			}
			found := latest(t, st, p.ID())
			if stored := len(found) == 1 && e != nil && found[0].ID == e.ID && found[0].Status == model.Terminal; stored != tc.stored {
				t.Errorf("stored: %v, %v", found, e)
			}

			// The same as a child of another pipeline.
			parent := &model.Execution{ID: "parent", Application: "shop", Name: "Parent", Trigger: model.Trigger{"type": "manual"}}
			launcher := &execution.Launcher{Service: s}
			id, _, err := launcher.StartChild(t.Context(), childpipeline.ChildRequest{
				ParentExecution: parent, PipelineConfigID: p.ID(), CorrelationID: "once",
			})
			switch {
			case tc.pipeline["disabled"] == true:
				if !errors.Is(err, childpipeline.ErrDisabled) {
					t.Errorf("as a child: %v", err)
				}
			case tc.stored:
				if child, lost := s.Get(t.Context(), id); err != nil || lost != nil || child.Status != model.Terminal {
					t.Errorf("as a child: %v, %v, %v", id, err, lost)
				}
			case err == nil || !strings.Contains(err.Error(), tc.want):
				t.Errorf("as a child: %v", err)
			}
		})
	}
}

func TestWhatBelongsToNoPipelineIsOnlyRefused(t *testing.T) {
	t.Parallel()
	s, _ := service(t)
	for name, tc := range map[string]struct {
		start func() (*model.Execution, error)
		want  string
	}{
		"a whole pipeline": {func() (*model.Execution, error) {
			return s.Start(t.Context(), object{"application": "shop", "name": "x", "stages": []any{object{"refId": "1", "type": "wiat"}}}, access.Principal{})
		}, `there is no stage type "wiat"`},
		"a trigger that is none": {func() (*model.Execution, error) {
			return s.Start(t.Context(), object{"application": "shop", "trigger": "manual"}, access.Principal{})
		}, "trigger must be an object"},
		"a long name": {func() (*model.Execution, error) {
			return s.Start(t.Context(), object{"application": "shop", "name": strings.Repeat("n", 1001), "stages": []any{}}, access.Principal{})
		}, "name has 1001 bytes, and 1000 is the limit"},
		"a long id": {func() (*model.Execution, error) {
			return s.Start(t.Context(), object{"application": "shop", "id": strings.Repeat("n", 1001), "stages": []any{}}, access.Principal{})
		}, "id has 1001 bytes, and 1000 is the limit"},
		"a long correlation id": {func() (*model.Execution, error) {
			return s.Start(t.Context(), object{"application": "shop", "stages": []any{}, "trigger": object{"correlationId": strings.Repeat("n", 1001)}}, access.Principal{})
		}, "trigger.correlationId has 1001 bytes"},
		"a task's long parent": {func() (*model.Execution, error) {
			trigger := object{"parentExecution": object{"id": strings.Repeat("n", 1001)}}
			return s.StartOperation(t.Context(), object{"application": "shop", "job": []any{object{"type": "wait"}}, "trigger": trigger}, access.Principal{})
		}, "trigger.parentExecution.id has 1001 bytes"},
		"a task of an application with a long name": {func() (*model.Execution, error) {
			return s.StartOperation(t.Context(), object{"application": strings.Repeat("a", 1001), "job": []any{object{"type": "wait"}}}, access.Principal{})
		}, "application has 1001 bytes, and 1000 is the limit"},
		"a task without jobs": {func() (*model.Execution, error) {
			return s.StartOperation(t.Context(), object{"application": "shop"}, access.Principal{})
		}, "job is missing"},
		"a task whose jobs are none": {func() (*model.Execution, error) {
			return s.StartOperation(t.Context(), object{"job": object{}}, access.Principal{})
		}, "job is missing"},
		"a task of an unknown type": {func() (*model.Execution, error) {
			return s.StartOperation(t.Context(), object{"job": []any{object{"type": "wiat"}}}, access.Principal{})
		}, `there is no stage type "wiat"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if e, err := tc.start(); e != nil || fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, %v", e, err)
			}
		})
	}
}

func TestChildrenAreStartedOnce(t *testing.T) {
	t.Parallel()
	s, st := service(t)
	p := save(t, st, store.PipelineKind, object{
		"name": "Child", "stages": []any{waits}, "parameterConfig": []any{object{"name": "a", "default": "A"}, object{"name": "b", "default": "B"}, object{"name": "c", "default": "C"}},
	})
	strategy := save(t, st, store.StrategyKind, object{"name": "Roll", "stages": []any{waits}})
	parent := &model.Execution{
		ID: "parent", Application: "shop", Name: "Parent", PipelineConfigID: "parents", Origin: "deck", Trigger: model.Trigger{"type": "manual"},
		Authentication: &model.Authentication{User: "ann", AllowedAccounts: []string{"prod"}},
	}
	request := childpipeline.ChildRequest{
		ParentExecution: parent, ParentStage: &model.Stage{ID: "stage"}, PipelineConfigID: p.ID(), CorrelationID: "once", User: "ann",
		Parameters: object{"b": "2", "c": nil, "d": "4"},
	}
	launcher := &execution.Launcher{Service: s}
	id, name, err := launcher.StartChild(t.Context(), request)
	if err != nil || name != "Child" {
		t.Fatal(name, err)
	}
	if again, _, err := launcher.StartChild(t.Context(), request); err != nil || again != id {
		t.Errorf("started twice: %s, %v", again, err)
	}
	child, err := launcher.Execution(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	parameters := model.Object(child.Trigger, "parameters")
	if parameters["a"] != "A" || parameters["b"] != "2" || parameters["c"] != nil || parameters["d"] != "4" {
		t.Errorf("parameters %v", parameters)
	}
	if child.Authentication.User != "ann" || !slices.Equal(child.Authentication.AllowedAccounts, []string{"prod"}) || child.Origin != "deck" ||
		child.RootID != "parent" || child.Trigger["parentPipelineStageId"] != "stage" {
		t.Errorf("child %+v of %v", child.Authentication, child.Trigger)
	}

	request.PipelineConfigID, request.Strategy, request.Application, request.CorrelationID = strategy.ID(), true, "shop", "other"
	if _, name, err := launcher.StartChild(t.Context(), request); err != nil || name != "Roll" {
		t.Errorf("the strategy: %s, %v", name, err)
	}
	request.Application = "garden"
	if _, _, err := launcher.StartChild(t.Context(), request); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another application's strategy: %v", err)
	}
	request.PipelineConfigID, request.Strategy = "nothing", false
	if _, _, err := launcher.StartChild(t.Context(), request); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no pipeline: %v", err)
	}
}
