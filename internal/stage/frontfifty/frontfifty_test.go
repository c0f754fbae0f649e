package frontfifty

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
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

// memory is a store in maps; err, where set, is what everything answers.
type memory struct {
	applications map[string]model.Application
	pipelines    map[string]model.Pipeline
	projects     map[string]object
	err          error
	asOf         map[int64]model.Pipeline // earlier revisions, by updateTs
	expected     []int64                  // what SavePipeline was told to expect
	order        map[string]int64
	clock        int64
}

func newMemory() *memory {
	return &memory{applications: map[string]model.Application{}, pipelines: map[string]model.Pipeline{}, projects: map[string]object{}, clock: 1000}
}

func missing(id string) error { return fault.New(fault.NotFound, "%s is not there", id) }

func (m *memory) Application(_ context.Context, name string) (model.Application, error) {
	if app, ok := m.applications[strings.ToLower(name)]; ok || m.err != nil {
		return app, m.err
	}
	return nil, missing(name)
}

func (m *memory) SaveApplication(_ context.Context, app model.Application, user string) (model.Application, error) {
	app = model.Merge(app, object{"lastModifiedBy": user})
	m.applications[strings.ToLower(app.Name())] = app
	return app, m.err
}

func (m *memory) DeleteApplication(_ context.Context, name, _ string) error {
	delete(m.applications, strings.ToLower(name))
	return m.err
}

func (m *memory) Pipeline(_ context.Context, id string) (model.Pipeline, error) {
	if p, ok := m.pipelines[id]; ok || m.err != nil {
		return p, m.err
	}
	return nil, missing(id)
}

func (m *memory) PipelineAsOf(_ context.Context, id string, updateTs int64) (model.Pipeline, error) {
	if p, ok := m.asOf[updateTs]; ok || m.err != nil {
		return p, m.err
	}
	return nil, missing(id)
}

func (m *memory) SavePipeline(_ context.Context, kind string, p model.Pipeline, user string, expect int64) (model.Pipeline, error) {
	if m.err != nil {
		return nil, m.err
	}
	for _, other := range m.pipelines {
		if other.Name() == p.Name() && other.ID() != p.ID() {
			return nil, fault.New(fault.Invalid, "the name %s is taken", p.Name()).With("name: taken")
		}
	}
	m.expected = append(m.expected, expect)
	m.clock++
	p = model.Merge(p, object{"updateTs": fmt.Sprint(m.clock), "lastModifiedBy": user})
	if kind == strategyKind {
		p["kind"] = kind
	}
	m.pipelines[p.ID()] = p
	return p, nil
}

func (m *memory) ReorderPipelines(_ context.Context, _, _ string, indices map[string]int64, _ string) error {
	m.order = indices
	return m.err
}

func (m *memory) DeletePipeline(_ context.Context, _, _, name, _ string) error {
	for id, p := range m.pipelines {
		if p.Name() == name {
			delete(m.pipelines, id)
			return m.err
		}
	}
	return missing(name)
}

func (m *memory) Project(_ context.Context, id string) (map[string]any, error) {
	if p, ok := m.projects[id]; ok || m.err != nil {
		return p, m.err
	}
	return nil, missing(id)
}

func (m *memory) SaveProject(_ context.Context, project map[string]any, _ string) (map[string]any, error) {
	m.projects[model.String(project, "id")] = project
	return project, m.err
}

func (m *memory) DeleteProject(_ context.Context, id, _ string) error {
	if _, ok := m.projects[id]; !ok {
		return missing(id)
	}
	delete(m.projects, id)
	return m.err
}

type left []string

func (l left) ApplicationDependencies(context.Context, string) ([]string, error) { return l, nil }

// run runs all tasks of a type as the engine would, merging what they answer.
func run(t *testing.T, m *memory, kind string, c object, dependencies ...string) (object, model.Status, error) {
	t.Helper()
	registry := stage.NewRegistry(Types(m, left(dependencies))...)
	s := &model.Stage{ID: "S1", Type: kind, Context: c}
	view := engine.View{Stage: s, Execution: &model.Execution{ID: "E1", Authentication: &model.Authentication{User: "me"}}}
	definition, ok := registry.Definition(s)
	if !ok {
		t.Fatalf("no type %s", kind)
	}
	specs, err := definition.Tasks(view)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range specs {
		task, ok := registry.Task(s, spec.Class)
		if !ok {
			t.Fatalf("%s has no implementation", spec.Class)
		}
		result, err := task.Run(t.Context(), stage.Input{View: view, Now: time.UnixMilli(5000)})
		if err != nil {
			return s.Context, model.Terminal, err
		}
		s.Context = model.Merge(s.Context, result.Context)
		if result.Status != model.Succeeded {
			return s.Context, result.Status, nil
		}
	}
	return s.Context, model.Succeeded, nil
}

func coded(t *testing.T, value any) string {
	t.Helper()
	data, err := model.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(data)
}

func TestTypesAreAsOrcas(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"createApplication": "createApplication", "updateApplication": "updateApplication", "upsertApplication": "upsertApplication",
		"deleteApplication": "verifyNoDependencies deleteApplication", "savePipeline": "savePipeline waitForPipelineSave",
		"updatePipeline": "updatePipeline", "deletePipeline": "deletePipeline", "reorderPipelines": "reorderPipelines",
		"upsertProject": "upsertProject", "deleteProject": "deleteProject",
	}
	for _, kind := range Types(newMemory(), nil) {
		specs, err := kind.Definition.Tasks(engine.View{})
		if err != nil {
			t.Fatal(err)
		}
		var tasks []string
		for _, spec := range specs {
			tasks = append(tasks, spec.Name)
			if kind.Tasks[spec.Class] == nil || !strings.HasPrefix(spec.Class, "com.netflix.spinnaker.orca.") {
				t.Errorf("%s: task %s of class %s", kind.Name, spec.Name, spec.Class)
			}
		}
		if got := strings.Join(tasks, " "); got != want[kind.Name] {
			t.Errorf("%s: tasks %s, want %s", kind.Name, got, want[kind.Name])
		}
		delete(want, kind.Name)
		var schema object
		if err := model.Unmarshal(kind.Schema, &schema); err != nil || schema["type"] != "object" || kind.Label == "" || kind.Description == "" {
			t.Errorf("%s: schema %v %v", kind.Name, schema, err)
		}
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
}

func TestUpsertApplication(t *testing.T) {
	t.Parallel()
	m := newMemory()
	c, status, err := run(t, m, "createApplication", object{"application": object{
		"name": " Demo ", "email": "a@b", "cloudProviders": list{"kubernetes", "aws"}, "instancePort": 80,
	}, "user": "somebody else"})
	if err != nil || status != model.Succeeded || c["notification.type"] != "upsertapplication" || c["application.name"] != "Demo" {
		t.Fatalf("create: %s %v %v", status, c, err)
	}
	app := m.applications["demo"]
	if app["name"] != "demo" || app["cloudProviders"] != "kubernetes,aws" || app["lastModifiedBy"] != "me" || app["permissions"] == nil {
		t.Errorf("created: %v", app)
	}
	_, _, err = run(t, m, "updateApplication", object{"application": object{
		"name": "demo", "email": nil, "description": "d", "instancePort": nil, "permissions": object{"READ": list{"a"}},
	}})
	app = m.applications["demo"]
	if err != nil || app["email"] != "a@b" || app["description"] != "d" || app["instancePort"] != nil || model.Object(app, "permissions")["READ"] == nil {
		t.Errorf("updated: %v %v", app, err)
	}
	c, _, _ = run(t, m, "upsertApplication", object{"application": object{"name": "demo", "permissions": nil}})
	if model.Object(m.applications["demo"], "permissions")["READ"] == nil || model.Object(c, "previousState")["description"] != "d" {
		t.Errorf("permissions that aren't given: %v, previous state %v", m.applications["demo"], c["previousState"])
	}
}

func TestApplicationNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, providers string
		good            bool
	}{
		{"demo-1", "kubernetes", true},
		{"1demo", "kubernetes", false},
		{"de_mo", "kubernetes", false},
		{"de_mo.x", "aws", true},
		{"de-mo", "aws", false},
		{"de-mo", "aws, unknown", false},
		{"部署", "tencentcloud", true},
		{strings.Repeat("x", 64), "kubernetes", false},
		{strings.Repeat("x", 64), "unknown", true},
		{"any/thing", "", true},
	} {
		problems := checkApplication(model.Application{"name": c.name, "email": "a@b", "cloudProviders": c.providers})
		if (len(problems) == 0) != c.good {
			t.Errorf("%s for %q: %v", c.name, c.providers, problems)
		}
	}
}

func TestFailuresOfApplications(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind string
		app  any
		want string
	}{
		"no application": {"createApplication", nil, "application.name"},
		"blank name":     {"createApplication", object{"name": " "}, "application.name"},
		"no email":       {"createApplication", object{"name": "x"}, "non-empty email"},
		"delete nothing": {"deleteApplication", object{}, "application.name"},
	} {
		_, status, err := run(t, newMemory(), c.kind, object{"application": c.app})
		if status != model.Terminal || err == nil || !strings.Contains(err.Error(), c.want) || stage.IsRetryable(err) {
			t.Errorf("%s: %s %v", name, status, err)
		}
	}
	m := newMemory()
	m.err = fault.New(fault.Unavailable, "the database is gone")
	if _, _, err := run(t, m, "createApplication", object{"application": object{"name": "x", "email": "a@b"}}); !stage.IsRetryable(err) {
		t.Errorf("a passing failure: %v", err)
	}
}

func TestDeleteApplicationVerifiesFirst(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.applications["demo"] = model.Application{"name": "demo"}
	c, status, err := run(t, m, "deleteApplication", object{"application": object{"name": "Demo"}}, "clusters")
	details := model.Object(model.Object(c, "exception"), "details")
	if err != nil || status != model.Terminal || details["error"] != "Application has outstanding dependencies" ||
		fmt.Sprint(details["errors"]) != "[Application is associated with one or more clusters]" || len(m.applications) != 1 {
		t.Fatalf("with clusters: %s %v %v", status, c, err)
	}
	for range 2 { // also when it is gone already
		c, status, err = run(t, m, "deleteApplication", object{"application": object{"name": "Demo"}})
		if err != nil || status != model.Succeeded || c["notification.type"] != "deleteapplication" || len(m.applications) != 0 {
			t.Fatalf("without: %s %v %v", status, c, err)
		}
	}
}

func TestSavePipelineIsIdempotent(t *testing.T) {
	t.Parallel()
	m := newMemory()
	job := object{"pipeline": coded(t, object{
		"application": "demo", "name": " p ", "lastModified": 5, "updateTs": "5",
		"triggers": list{object{"type": "cron", "id": "copied"}, object{"type": "git"}},
	})}
	c, status, err := run(t, m, "savePipeline", job)
	if err != nil || status != model.Succeeded || c["pipeline.name"] != "p" || c["application"] != "demo" {
		t.Fatalf("save: %s %v %v", status, c, err)
	}
	id := model.String(c, "pipeline.id")
	saved := m.pipelines[id]
	crons := model.Objects(saved, "triggers")
	if id == "" || crons[0]["id"] == "copied" || crons[1]["id"] != nil || saved["lastModified"] != nil {
		t.Errorf("saved: %v", saved)
	}
	if _, _, err := run(t, m, "savePipeline", job); err != nil || len(m.pipelines) != 1 {
		t.Errorf("after a crash: %v %v", m.pipelines, err)
	}
}

func TestCronTriggerIDs(t *testing.T) {
	t.Parallel()
	fresh := func(n int) string { return fmt.Sprintf("new-%d", n) }
	triggers := list{object{"type": "cron", "id": "a"}, object{"type": "CRON"}, object{"type": "git", "id": "g"}, "odd"}
	for name, c := range map[string]struct {
		pipeline model.Pipeline
		want     string
	}{
		"known":       {model.Pipeline{"id": "x", "triggers": triggers}, "[a new-1 g]"},
		"new":         {model.Pipeline{"triggers": triggers}, "[new-0 new-1 g]"},
		"asked":       {model.Pipeline{"id": "x", regenerateKey: true, "triggers": triggers}, "[new-0 new-1 g]"},
		"no triggers": {model.Pipeline{"id": "x"}, "[]"},
	} {
		got := preparePipeline(c.pipeline, fresh)
		ids := []string{}
		for _, trigger := range model.Objects(got, "triggers") {
			ids = append(ids, model.String(trigger, "id"))
		}
		if fmt.Sprint(ids) != c.want || got[regenerateKey] != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestStaleCheck(t *testing.T) {
	t.Parallel()
	m := newMemory()
	m.pipelines["x"] = model.Pipeline{"id": "x", "application": "demo", "name": "p", "updateTs": "70"}
	save := func(more object) error {
		_, _, err := run(t, m, "savePipeline", object{"staleCheck": true, "pipeline": coded(t, model.Merge(object{
			"id": "x", "application": "demo", "name": "p", "description": fmt.Sprint(len(m.expected)),
		}, more))})
		return err
	}
	for _, field := range []string{"updateTs", "lastModified"} {
		if err := save(object{field: 69}); err == nil || !strings.Contains(err.Error(), "submitted updateTs 69 does not match stored updateTs 70") {
			t.Errorf("stale by %s: %v", field, err)
		}
	}
	if err := save(object{"updateTs": "70"}); err != nil || !slices.Equal(m.expected, []int64{70}) {
		t.Errorf("fresh: %v %v", err, m.expected)
	}
	if err := save(nil); err != nil || !slices.Equal(m.expected, []int64{70, 0}) {
		t.Errorf("without a time: %v %v", err, m.expected)
	}
	// The same again, as after a crash: it is what is stored.
	last := model.Merge(m.pipelines["x"], object{"updateTs": "1"})
	if _, _, err := run(t, m, "savePipeline", object{"staleCheck": true, "pipeline": last}); err != nil || len(m.expected) != 2 {
		t.Errorf("again: %v %v", err, m.expected)
	}
}

// TestStaleSwitches saves what was read at 70, where another was saved at 80.
func TestStaleSwitches(t *testing.T) {
	t.Parallel()
	base := object{"id": "x", "application": "demo", "name": "p", "index": 1, "stages": list{object{"refId": "1", "type": "wait"}}}
	locked := object{"ui": true}
	for name, c := range map[string]struct {
		now, submitted object
		stale          bool
	}{
		"disabled, then enabled":            {object{"disabled": true}, object{"disabled": false}, false},
		"disabled, then locked by the same": {object{"disabled": true}, object{"disabled": true, "locked": locked}, false},
		"locked, then unlocked":             {object{"locked": locked, "triggers": list{}}, object{"appConfig": object{}}, false},
		"moved, then edited":                {object{"index": 5}, object{"description": "new"}, false},
		"disabled, then edited":             {object{"disabled": true}, object{"disabled": true, "description": "new"}, false},
		"disabled by another, then edited":  {object{"disabled": true}, object{"description": "new"}, true},
		"edited by another, then disabled":  {object{"description": "theirs"}, object{"disabled": true}, true},
		"edited by another, then edited":    {object{"description": "theirs"}, object{"description": "new"}, true},
		"edited and disabled by another":    {object{"description": "theirs", "disabled": true}, object{"disabled": true}, true},
		"locked otherwise, then edited":     {object{"locked": locked}, object{"locked": object{"ui": false}, "description": "new"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMemory()
			m.pipelines["x"] = model.Merge(model.Merge(base, c.now), object{"updateTs": "80"})
			m.asOf = map[int64]model.Pipeline{70: model.Merge(base, object{"updateTs": "70"})}
			submitted := model.Merge(model.Merge(base, c.submitted), object{"updateTs": "70"})
			_, _, err := run(t, m, "savePipeline", object{"staleCheck": true, "pipeline": coded(t, submitted)})
			if stale := err != nil && strings.Contains(err.Error(), "is stale"); stale != c.stale || (err != nil) != c.stale {
				t.Errorf("%v, want stale %v", err, c.stale)
			}
			if !c.stale && !slices.Equal(m.expected, []int64{80}) {
				t.Errorf("saved over %v", m.expected)
			}
		})
	}
}

func TestSavesThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		job  object
		want string
	}{
		"nothing":       {object{}, "pipeline is missing"},
		"not base64":    {object{"pipeline": "{}"}, "base64"},
		"not JSON":      {object{"pipeline": base64.StdEncoding.EncodeToString([]byte("x"))}, "not the JSON"},
		"a list":        {object{"pipeline": list{}}, "not the JSON"},
		"no name":       {object{"pipeline": object{"application": "a"}}, "requires name and application"},
		"taken":         {object{"pipeline": object{"application": "a", "name": "taken"}}, "is taken"},
		"bulk: nothing": {object{"isBulkSavingPipelines": true}, "pipelines is missing"},
	} {
		m := newMemory()
		m.pipelines["t"] = model.Pipeline{"id": "t", "name": "taken"}
		_, status, err := run(t, m, "savePipeline", c.job)
		if status != model.Terminal || err == nil || !strings.Contains(err.Error(), c.want) || stage.IsRetryable(err) {
			t.Errorf("%s: %s %v", name, status, err)
		}
	}
	// Of several, one that fails doesn't end the others.
	_, status, err := run(t, newMemory(), "savePipeline", object{"isSavingMultiplePipelines": true, "pipeline": object{"name": "x"}})
	if err != nil || status != model.FailedContinue {
		t.Errorf("of several: %s %v", status, err)
	}
	// A fault's sentences reach the user.
	m := newMemory()
	m.pipelines["t"] = model.Pipeline{"id": "t", "name": "taken"}
	_, _, err = run(t, m, "savePipeline", object{"pipeline": object{"application": "a", "name": "taken"}})
	var failure *stage.Error
	if !errors.As(err, &failure) || !slices.Equal(failure.Errors, []string{"the name taken is taken", "name: taken"}) {
		t.Errorf("sentences: %+v", failure)
	}
}

func TestContextMayNameThePipeline(t *testing.T) {
	t.Parallel()
	m := newMemory()
	c, _, err := run(t, m, "savePipeline", object{"pipeline.id": "given", "pipeline": object{"application": "a", "name": "n"}})
	if err != nil || c["pipeline.id"] != "given" || m.pipelines["given"] == nil {
		t.Errorf("saved: %v %v", c, err)
	}
}

func TestStrategiesAndDeletion(t *testing.T) {
	t.Parallel()
	m := newMemory()
	job := object{"isStrategy": true, "pipeline": object{"application": "a", "name": "s"}}
	if _, _, err := run(t, m, "updatePipeline", job); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.pipelines {
		if p["kind"] != strategyKind {
			t.Errorf("saved as %v", p["kind"])
		}
	}
	for range 2 {
		c, status, err := run(t, m, "deletePipeline", job)
		if err != nil || status != model.Succeeded || c["notification.type"] != "deletepipeline" || len(m.pipelines) != 0 {
			t.Errorf("deletion: %s %v %v", status, c, err)
		}
	}
}

func TestReorder(t *testing.T) {
	t.Parallel()
	for _, job := range []object{
		{"idsToIndices": coded(t, object{"a": 1, "b": 0}), "application": coded(t, "demo"), "isStrategy": coded(t, false)},
		{"idsToIndices": object{"a": 1, "b": 0}, "application": "demo", "isStrategy": false},
	} {
		m := newMemory()
		c, _, err := run(t, m, "reorderPipelines", job)
		if err != nil || c["application"] != "demo" || !maps.Equal(m.order, map[string]int64{"a": 1, "b": 0}) {
			t.Errorf("order: %v %v %v", m.order, c, err)
		}
	}
	for want, job := range map[string]object{
		"idsToIndices is missing":       {"application": "demo"},
		"application is missing":        {"idsToIndices": object{}},
		"must be a whole number, not x": {"application": "demo", "idsToIndices": object{"a": "x"}},
	} {
		if _, _, err := run(t, newMemory(), "reorderPipelines", job); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if !flag(object{"isStrategy": coded(t, true)}, "isStrategy") || flag(object{"isStrategy": "?"}, "isStrategy") {
		t.Error("a flag in base64")
	}
}

func TestProjects(t *testing.T) {
	t.Parallel()
	m := newMemory()
	job := object{"project": object{"name": "p", "email": "a@b"}}
	for range 2 {
		if _, _, err := run(t, m, "upsertProject", job); err != nil || len(m.projects) != 1 {
			t.Fatalf("create: %v %v", m.projects, err)
		}
	}
	for id, p := range m.projects {
		if p["createTs"] != int64(5000) || p["config"] == nil || p["lastModifiedBy"] != "me" {
			t.Errorf("project %s: %v", id, p)
		}
		p["createTs"] = int64(1)
		_, _, err := run(t, m, "upsertProject", object{"project": object{"id": id, "name": "q"}})
		if err != nil || m.projects[id]["name"] != "q" || m.projects[id]["createTs"] != int64(1) {
			t.Errorf("changed: %v %v", m.projects[id], err)
		}
		for range 2 {
			if _, _, err := run(t, m, "deleteProject", object{"project": object{"id": id}}); err != nil || len(m.projects) != 0 {
				t.Errorf("deletion: %v", err)
			}
		}
	}
	for want, c := range map[string]struct {
		kind string
		job  object
	}{
		"requires a name": {"upsertProject", object{"project": object{}}},
		"is not there":    {"upsertProject", object{"project": object{"name": "x", "id": "none"}}},
		"project.id":      {"deleteProject", object{}},
	} {
		if _, _, err := run(t, newMemory(), c.kind, c.job); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("e30=")
	f.Add("%%%")
	f.Add("bnVsbA==")
	f.Fuzz(func(t *testing.T, text string) {
		var pipeline model.Pipeline
		err := decode(object{"pipeline": text}, "pipeline", &pipeline)
		if err != nil && err.Error() == "" {
			t.Error("a failure without a word")
		}
		if err == nil {
			preparePipeline(pipeline, func(int) string { return "id" })
		}
	})
}
