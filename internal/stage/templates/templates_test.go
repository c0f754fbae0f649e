package templates

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

type (
	object = map[string]any
	list   = []any
)

// shelf notes what it is asked, and answers with err.
type shelf struct {
	asked      []string
	err        error
	dependents []map[string]any
	problems   map[string][]string
}

func (s *shelf) note(parts ...any) error {
	s.asked = append(s.asked, strings.ReplaceAll(strings.TrimSpace(fmt.Sprintln(parts...)), " ", "/"))
	return s.err
}

func (s *shelf) CreateV2(_ context.Context, t map[string]any, tag, user string) error {
	return s.note("create", t["id"], tag, user)
}

func (s *shelf) UpdateV2(_ context.Context, id string, t map[string]any, tag, user string) error {
	return s.note("update", id, t["id"], tag, user)
}

func (s *shelf) DeleteV2(_ context.Context, id, tag, digest, user string) error {
	return s.note("delete", id, tag, digest, user)
}

func (s *shelf) CreateV1(_ context.Context, t map[string]any, user string) error {
	return s.note("create1", t["id"], user)
}

func (s *shelf) UpdateV1(_ context.Context, id string, t map[string]any, user string) error {
	return s.note("update1", id, t["id"], user)
}

func (s *shelf) DeleteV1(_ context.Context, id, user string) error {
	return s.note("delete1", id, user)
}

func (s *shelf) Affected(context.Context, map[string]any, string) ([]map[string]any, error) {
	return s.dependents, nil
}

func (s *shelf) PlanDependents(context.Context, map[string]any, []map[string]any) map[string][]string {
	return s.problems
}

func coded(t *testing.T, value any) string {
	t.Helper()
	data, err := model.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(data)
}

// run runs all tasks of a type as the engine would, and plans what comes after.
func run(t *testing.T, s *shelf, kind string, c object) (after []engine.Synthetic, out object, status model.Status, err error) {
	t.Helper()
	registry := stage.NewRegistry(Types(s, s)...)
	st := &model.Stage{ID: "S1", Type: kind, Context: c}
	view := engine.View{Stage: st, Execution: &model.Execution{ID: "E1", Authentication: &model.Authentication{User: "me"}}}
	definition, ok := registry.Definition(st)
	if !ok {
		t.Fatalf("no type %s", kind)
	}
	specs, err := definition.Tasks(view)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range specs {
		task, ok := registry.Task(st, spec.Class)
		if !ok {
			t.Fatalf("%s has no implementation", spec.Class)
		}
		result, err := task.Run(t.Context(), stage.Input{View: view, Now: time.UnixMilli(5000)})
		if err != nil {
			return nil, st.Context, model.Terminal, err
		}
		st.Context = model.Merge(st.Context, result.Context)
		if result.Status != model.Succeeded {
			return nil, st.Context, result.Status, nil
		}
	}
	if planner, ok := definition.(engine.AfterPlanner); ok {
		if after, err = planner.AfterStages(view); err != nil {
			t.Fatal(err)
		}
	}
	return after, st.Context, model.Succeeded, nil
}

func TestTypesAreAsOrcas(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"createV2PipelineTemplate": "createPipelineTemplate", "updateV2PipelineTemplate": "planDependentPipelines updatePipelineTemplate",
		"deleteV2PipelineTemplate": "deletePipelineTemplate", "createPipelineTemplate": "createPipelineTemplate",
		"updatePipelineTemplate": "planDependentPipelines updatePipelineTemplate", "deletePipelineTemplate": "deletePipelineTemplate",
	}
	types := Types(&shelf{}, &shelf{})
	if _, err := stage.NewValidator(stage.NewRegistry(types...)); err != nil {
		t.Fatal(err)
	}
	for _, kind := range types {
		specs, err := kind.Definition.Tasks(engine.View{Stage: &model.Stage{}})
		if err != nil {
			t.Fatal(err)
		}
		var tasks []string
		for _, spec := range specs {
			tasks = append(tasks, spec.Name)
			if kind.Tasks[spec.Class] == nil || !strings.HasPrefix(spec.Class, "com.netflix.spinnaker.orca.pipelinetemplate.tasks.") {
				t.Errorf("%s: task %s of class %s", kind.Name, spec.Name, spec.Class)
			}
		}
		if got := strings.Join(tasks, " "); got != want[kind.Name] {
			t.Errorf("%s: tasks %s, want %s", kind.Name, got, want[kind.Name])
		}
		delete(want, kind.Name)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestSavesAndDeletions(t *testing.T) {
	t.Parallel()
	template := object{"id": "a", "schema": "v2"}
	for _, c := range []struct {
		kind             string
		context          object
		asked, note, key string
	}{
		{"createV2PipelineTemplate", object{"pipelineTemplate": coded(t, template), "tag": "stable"}, "create/a/stable/me", createNote, "a:stable"},
		{"createV2PipelineTemplate", object{"pipelineTemplate": template, "user": "other"}, "create/a//me", createNote, "a"},
		{"updateV2PipelineTemplate", object{"pipelineTemplate": coded(t, template), "id": "a"}, "update/a/a//me", updateNote, "a"},
		{"deleteV2PipelineTemplate", object{"pipelineTemplateId": "a", "digest": "x"}, "delete/a//x/me", deleteNote, ""},
		{"createPipelineTemplate", object{"pipelineTemplate": coded(t, template)}, "create1/a/me", createNote, "a"},
		{"updatePipelineTemplate", object{"pipelineTemplate": coded(t, template), "id": "a"}, "update1/a/a/me", updateNote, "a"},
		{"deletePipelineTemplate", object{"pipelineTemplateId": "a"}, "delete1/a/me", deleteNote, ""},
	} {
		s := &shelf{}
		_, out, status, err := run(t, s, c.kind, c.context)
		if err != nil || status != model.Succeeded || strings.Join(s.asked, ";") != c.asked || out["notification.type"] != c.note {
			t.Errorf("%s: %v %s %v %v", c.kind, s.asked, status, out, err)
		}
		if c.key != "" && out["pipelineTemplate.id"] != c.key || c.key == "" && out["pipeline.id"] != "a" {
			t.Errorf("%s: %v", c.kind, out)
		}
	}
}

func TestWhatCantBeSaved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind    string
		context object
		want    string
	}{
		{"createV2PipelineTemplate", object{}, "Missing required task parameter (pipelineTemplate)"},
		{"createV2PipelineTemplate", object{"pipelineTemplate": 5}, "base64"},
		{"createV2PipelineTemplate", object{"pipelineTemplate": "{}"}, "base64"},
		{"createPipelineTemplate", object{"pipelineTemplate": coded(t, list{})}, "not the JSON object"},
		{"updateV2PipelineTemplate", object{"pipelineTemplate": coded(t, object{})}, "(id)"},
		{"updatePipelineTemplate", object{"pipelineTemplate": coded(t, object{})}, "(id)"},
		{"deleteV2PipelineTemplate", object{}, "(pipelineTemplateId)"},
		{"deletePipelineTemplate", object{}, "(pipelineTemplateId)"},
	} {
		_, _, _, err := run(t, &shelf{}, c.kind, c.context)
		if err == nil || !strings.Contains(err.Error(), c.want) || stage.IsRetryable(err) {
			t.Errorf("%s: %v, want %s", c.kind, err, c.want)
		}
	}
}

func TestFaultsOfTheStore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		delete bool
		status model.Status
		again  bool
	}{
		{fault.New(fault.Invalid, "bad").With("id is missing"), false, model.Terminal, false},
		{fault.New(fault.Unavailable, "away"), false, model.Terminal, true},
		{fault.New(fault.NotFound, "gone"), true, model.Succeeded, false},
		{fault.New(fault.Invalid, "in use"), true, model.Terminal, false},
	} {
		kind, context := "createV2PipelineTemplate", object{"pipelineTemplate": object{"id": "a"}}
		if c.delete {
			kind, context = "deleteV2PipelineTemplate", object{"pipelineTemplateId": "a"}
		}
		_, _, status, err := run(t, &shelf{err: c.err}, kind, context)
		if status != c.status || stage.IsRetryable(err) != c.again {
			t.Errorf("%v: %s %v", c.err, status, err)
		}
	}
}

func TestUpdatesLookAfterDependents(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"updateV2PipelineTemplate", "updatePipelineTemplate"} {
		s := &shelf{
			dependents: []map[string]any{{"id": "p", "name": "${ kept }"}, {"id": "q"}},
			problems:   map[string][]string{"p": {"Missing variable values for: x"}},
		}
		job := object{"id": "a", "pipelineTemplate": object{"id": "a"}}
		_, out, status, err := run(t, s, kind, job)
		if err != nil || status != model.Terminal || len(s.asked) != 0 {
			t.Fatalf("%s: a template that breaks a pipeline: %s %v %v", kind, status, s.asked, err)
		}
		sentences := model.Strings(model.Object(model.Object(out, "exception"), "details"), "errors")
		if len(sentences) != 1 || sentences[0] != "pipeline p: Missing variable values for: x" || len(model.List(model.Object(out, "pipelineTemplate.dependentErrors"), "p")) != 1 {
			t.Errorf("%s: %v", kind, out)
		}
		after, _, status, err := run(t, s, kind, model.Merge(job, object{"skipPlanDependents": "true"}))
		if err != nil || status != model.Succeeded || len(s.asked) != 1 {
			t.Errorf("%s: without a plan: %s %v %v", kind, status, s.asked, err)
		}
		if kind == "updateV2PipelineTemplate" {
			if len(after) != 0 {
				t.Errorf("pipelines of version 2 don't change: %v", after)
			}
			continue
		}
		if len(after) != 2 || after[0].Type != "updatePipeline" || after[0].Name != "updateDependentPipeline" || len(after[1].Requires) != 1 {
			t.Fatalf("after: %+v", after)
		}
		text, err := base64.StdEncoding.DecodeString(model.String(after[0].Context, "pipeline"))
		if err != nil || string(text) != `{"id":"p","name":"${ kept }"}` {
			t.Errorf("the first pipeline: %s %v", text, err)
		}
	}
}
