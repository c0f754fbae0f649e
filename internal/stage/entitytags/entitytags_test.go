package entitytags_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/entitytags"
)

type (
	object = map[string]any
	list   = []any
)

// memory keeps documents and counts the saves.
type memory struct {
	documents map[string]object
	saves     int
	err       error
}

func (m *memory) EntityTags(_ context.Context, id string) (map[string]any, error) {
	if document, ok := m.documents[id]; ok || m.err != nil {
		return document, m.err
	}
	return nil, fault.New(fault.NotFound, "no tags %s", id)
}

func (m *memory) SaveEntityTags(_ context.Context, tags map[string]any) error {
	m.documents[model.String(tags, "id")] = tags
	m.saves++
	return m.err
}

func (m *memory) DeleteEntityTags(_ context.Context, id string) error {
	delete(m.documents, id)
	return m.err
}

func run(t *testing.T, m *memory, kind string, c object) error {
	t.Helper()
	types := stage.NewRegistry(entitytags.Types(m)...)
	s := &model.Stage{Type: kind, Context: c}
	view := engine.View{Stage: s, Execution: &model.Execution{Authentication: &model.Authentication{User: "me"}}}
	definition, ok := types.Definition(s)
	if !ok {
		t.Fatalf("no type %s", kind)
	}
	specs, err := definition.Tasks(view)
	if err != nil || len(specs) != 2 || specs[0].Name != kind {
		t.Fatalf("got %v, %v", specs, err)
	}
	for _, spec := range specs {
		task, _ := types.Task(s, spec.Class)
		result, err := task.Run(t.Context(), stage.Input{View: view, Now: time.UnixMilli(5000)})
		if err != nil {
			return err
		}
		if result.Status != model.Succeeded {
			t.Errorf("%s: %v", spec.Name, result)
		}
	}
	return nil
}

func tag(name string, value any) object { return object{"name": name, "value": value} }

func reference() object {
	return object{"cloudProvider": "Kubernetes", "entityType": "serverGroup", "entityId": "replicaSet web-v001", "account": "k8s", "region": nil}
}

const id = "kubernetes:servergroup:replicaset web-v001:k8s:*"

// values are the tags by name.
func values(document object) object {
	out := object{}
	for _, tag := range model.Objects(document, "tags") {
		out[model.String(tag, "name")] = tag["value"]
	}
	return out
}

func TestUpsert(t *testing.T) {
	t.Parallel()
	m := &memory{documents: map[string]object{}}
	first := object{"entityRef": reference(), "tags": list{tag("Note", "hello"), tag("note", "again"), tag("alert", object{"level": 1})}}
	if err := run(t, m, "upsertEntityTags", first); err != nil {
		t.Fatal(err)
	}
	got := m.documents[id]
	if want := (object{"note": "hello", "alert": object{"level": 1}}); !reflect.DeepEqual(values(got), want) {
		t.Errorf("got %v", got)
	}
	tags, metadata := model.Objects(got, "tags"), model.Objects(got, "tagsMetadata")
	if tags[0]["valueType"] != "literal" || tags[1]["valueType"] != "object" || tags[0]["namespace"] != "default" ||
		len(metadata) != 2 || metadata[0]["createdBy"] != "me" || got["lastModified"] != int64(5000) || got["lastModifiedBy"] != "me" {
		t.Errorf("got %v", got)
	}
	if ref := model.Object(got, "entityRef"); ref["entityType"] != "servergroup" || ref["accountId"] != "k8s" {
		t.Errorf("got %v", ref)
	}
	steps := []struct {
		name  string
		tags  list
		whole bool
		want  object
		saves int
	}{
		{"the same again", list{tag("NOTE", "hello")}, false, object{"note": "hello", "alert": object{"level": 1}}, 1},
		{"another value", list{tag("note", "bye")}, false, object{"note": "bye", "alert": object{"level": 1}}, 2},
		{"these alone", list{tag("note", "bye")}, true, object{"note": "bye"}, 3},
		{"these alone again", list{tag("note", "bye")}, true, object{"note": "bye"}, 3},
	}
	for _, step := range steps {
		if err := run(t, m, "upsertEntityTags", object{"id": id, "tags": step.tags, "isPartial": !step.whole}); err != nil {
			t.Fatal(err)
		}
		if got := m.documents[id]; !reflect.DeepEqual(values(got), step.want) || m.saves != step.saves || model.Object(got, "entityRef") == nil ||
			len(model.List(got, "tagsMetadata")) != len(step.want) {
			t.Errorf("%s: %d saves, %v", step.name, m.saves, got)
		}
	}
}

func TestBulkUpsert(t *testing.T) {
	t.Parallel()
	m := &memory{documents: map[string]object{}}
	err := run(t, m, "bulkUpsertEntityTags", object{"entityTags": list{
		object{"tags": list{tag("a", 1)}}, object{"id": "x", "tags": list{tag("a", 1)}}, object{"id": "y", "tags": list{object{}}},
	}})
	var failure *stage.Error
	if !errors.As(err, &failure) || strings.Join(failure.Errors, "; ") != "entityTags[0]: entityRef.cloudProvider is missing; entityTags[2]: tags[0].name is missing" {
		t.Errorf("got %v", err)
	}
	if len(m.documents) != 1 || m.documents["x"] == nil {
		t.Errorf("got %v", m.documents)
	}
	if err := run(t, m, "bulkUpsertEntityTags", object{"entityTags": list{object{"id": "z", "tags": list{tag("a", 1)}}}}); err != nil {
		t.Error(err)
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		context object
		left    object
	}{
		{"one", object{"id": "x", "tags": list{"A"}}, object{"b": 2}},
		{"none of them", object{"id": "x", "tags": list{"c"}}, object{"a": 1, "b": 2}},
		{"each", object{"id": "x", "tags": list{"a", "b", "c"}}, nil},
		{"all", object{"id": "x", "deleteAll": true}, nil},
		{"others", object{"id": "y", "tags": list{"a"}}, object{"a": 1, "b": 2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m := &memory{documents: map[string]object{"x": {"id": "x", "tags": list{tag("a", 1), tag("b", 2)}, "tagsMetadata": list{object{"name": "a"}}}}}
			if err := run(t, m, "deleteEntityTags", test.context); err != nil {
				t.Fatal(err)
			}
			got, ok := m.documents["x"]
			if ok != (test.left != nil) || ok && !reflect.DeepEqual(values(got), test.left) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	away := &memory{err: fault.New(fault.Unavailable, "away")}
	denied := &memory{err: fault.New(fault.Forbidden, "not yours")}
	for _, kind := range []string{"upsertEntityTags", "deleteEntityTags"} {
		c := object{"id": "x", "tags": list{tag("a", 1)}}
		if err := run(t, away, kind, c); !stage.IsRetryable(err) {
			t.Errorf("%s: %v", kind, err)
		}
		if err := run(t, denied, kind, c); err == nil || stage.IsRetryable(err) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := run(t, away, "deleteEntityTags", object{}); err == nil || err.Error() != "id is missing" {
		t.Errorf("got %v", err)
	}
	if _, err := stage.NewValidator(stage.NewRegistry(entitytags.Types(away)...)); err != nil {
		t.Error(err)
	}
}
