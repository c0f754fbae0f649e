// Package gatetest is a Spinnaker's Gate for tests: it answers as a recorded
// one did, and keeps what is saved to it.
package gatetest

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

//go:embed testdata/*.json
var recorded embed.FS

// Gate is the server. Its fields may be changed before it is asked.
type Gate struct {
	URL string
	// Broken are paths that answer 500, as when a service behind Gate is down.
	Broken map[string]bool
	// Missing are paths that answer 404, as those that an older Gate lacks.
	Missing map[string]bool
	// Warning is what it says of every pipeline that is saved; "" for nothing.
	Warning string

	mu            sync.Mutex
	applications  []map[string]any
	configs       map[string][]map[string]any // by flavour
	templates     []map[string]any
	projects      []map[string]any
	notifications map[string]map[string]any
	tasks         map[string][]string // the statuses that are still to come
	writes        []string
}

// New starts a Gate with the recorded applications, or an empty one.
func New(t testing.TB, empty bool) *Gate {
	t.Helper()
	g := &Gate{
		Broken: map[string]bool{}, Missing: map[string]bool{}, configs: map[string][]map[string]any{},
		notifications: map[string]map[string]any{}, tasks: map[string][]string{},
	}
	if !empty {
		read(t, "applications", &g.applications)
		var pipelines, strategies []map[string]any
		read(t, "pipelines", &pipelines)
		read(t, "strategies", &strategies)
		g.configs["pipelineConfigs"], g.configs["strategyConfigs"] = pipelines, strategies
		read(t, "templates", &g.templates)
		read(t, "projects", &g.projects)
		read(t, "notifications", &g.notifications)
	}
	server := httptest.NewServer(g.handler())
	t.Cleanup(server.Close)
	g.URL = server.URL
	return g
}

func read(t testing.TB, name string, into any) {
	t.Helper()
	data, err := recorded.ReadFile("testdata/" + name + ".json")
	if err == nil {
		err = model.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Writes lists what was asked of it that changes something.
func (g *Gate) Writes() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.writes...)
}

// Change changes a pipeline as a person would.
func (g *Gate) Change(id string, change func(map[string]any)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.configs["pipelineConfigs"] {
		if model.String(p, "id") == id {
			change(p)
		}
	}
}

// Load replaces all things of a kind: applications, pipelineConfigs,
// strategyConfigs, templates or projects.
func (g *Gate) Load(kind string, things ...map[string]any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if list := g.of(kind); list != nil {
		*list = things
		return
	}
	g.configs[kind] = things
}

// Stored lists the things of a kind, as they were saved.
func (g *Gate) Stored(kind string) []map[string]any {
	g.mu.Lock()
	defer g.mu.Unlock()
	if list := g.of(kind); list != nil {
		return append([]map[string]any(nil), *list...)
	}
	return append([]map[string]any(nil), g.configs[kind]...)
}

// of is where the things of a kind are; nil for pipelines and strategies.
func (g *Gate) of(kind string) *[]map[string]any {
	switch kind {
	case "applications":
		return &g.applications
	case "templates":
		return &g.templates
	case "projects":
		return &g.projects
	}
	return nil
}

func (g *Gate) handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(pattern string, answer func(r *http.Request) (any, int)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			g.mu.Lock()
			defer g.mu.Unlock()
			if g.Broken[r.URL.Path] {
				refuse(w, r, http.StatusInternalServerError, "Failed to connect to orca")
				return
			}
			if g.Missing[r.URL.Path] {
				refuse(w, r, http.StatusNotFound, "No message available")
				return
			}
			if r.Method == http.MethodPost && r.URL.Path == "/pipelines" && g.Warning != "" {
				w.Header().Set("Warning", fmt.Sprintf("199 - %q", g.Warning))
			}
			if r.Method != http.MethodGet {
				g.writes = append(g.writes, r.Method+" "+r.URL.Path)
			}
			value, status := answer(r)
			if status >= http.StatusBadRequest {
				refuse(w, r, status, fmt.Sprint(value))
				return
			}
			reply(w, status, value)
		})
	}
	handle("GET /version", func(*http.Request) (any, int) { return map[string]any{"version": "6.62.0"}, 200 })
	handle("GET /applications", func(*http.Request) (any, int) { return g.applications, 200 })
	handle("GET /applications/{app}", g.application)
	handle("GET /applications/{app}/{flavour}", g.applicationConfigs)
	handle("POST /{root}", g.saveConfig)
	handle("POST /tasks", g.startTask)
	handle("GET /tasks/{id}", g.task)
	handle("GET /v2/pipelineTemplates", func(*http.Request) (any, int) { return g.templates, 200 })
	handle("POST /v2/pipelineTemplates/create", g.saveTemplate)
	handle("POST /v2/pipelineTemplates/update/{id}", g.saveTemplate)
	handle("GET /projects", func(*http.Request) (any, int) { return g.projects, 200 })
	handle("GET /notifications/application/{app}", func(r *http.Request) (any, int) {
		if found, ok := g.notifications[r.PathValue("app")]; ok {
			return found, 200
		}
		return map[string]any{}, 200
	})
	handle("POST /notifications/application/{app}", func(r *http.Request) (any, int) {
		g.notifications[r.PathValue("app")] = body(r)
		return nil, 200
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusNotFound, "No message available")
	})
	return mux
}

func (g *Gate) application(r *http.Request) (any, int) {
	for _, app := range g.applications {
		if strings.EqualFold(model.String(app, "name"), r.PathValue("app")) {
			return map[string]any{"name": app["name"], "attributes": app, "clusters": map[string]any{}}, 200
		}
	}
	return "Application not found (id: " + r.PathValue("app") + ")", 404
}

func (g *Gate) applicationConfigs(r *http.Request) (any, int) {
	out := []map[string]any{}
	for _, config := range g.configs[r.PathValue("flavour")] {
		if strings.EqualFold(model.String(config, "application"), r.PathValue("app")) {
			out = append(out, config)
		}
	}
	return out, 200
}

func (g *Gate) saveConfig(r *http.Request) (any, int) {
	flavour := map[string]string{"pipelines": "pipelineConfigs", "strategies": "strategyConfigs"}[r.PathValue("root")]
	if flavour == "" {
		return "No message available", 404
	}
	config := stamped(body(r))
	for i, existing := range g.configs[flavour] {
		if existing["id"] == config["id"] {
			g.configs[flavour][i] = config
			return nil, 200
		}
	}
	g.configs[flavour] = append(g.configs[flavour], config)
	return nil, 200
}

func (g *Gate) saveTemplate(r *http.Request) (any, int) {
	g.templates = replace(g.templates, stamped(body(r)), "id")
	return map[string]any{}, 200
}

func (g *Gate) startTask(r *http.Request) (any, int) {
	job := model.Objects(body(r), "job")[0]
	id := fmt.Sprintf("01TASK%d", len(g.tasks))
	g.tasks[id] = []string{"NOT_STARTED", "RUNNING", "SUCCEEDED"}
	switch model.String(job, "type") {
	case "createApplication", "updateApplication":
		app := stamped(model.Object(job, "application"))
		if model.String(app, "email") == "" {
			g.tasks[id] = []string{"RUNNING", "TERMINAL"}
			break
		}
		g.applications = replace(g.applications, app, "name")
	case "upsertProject":
		project := stamped(model.Object(job, "project"))
		if project["id"] == nil {
			project["id"] = "made-" + model.String(project, "name")
		}
		g.projects = replace(g.projects, project, "id")
	}
	return map[string]any{"ref": "/tasks/" + id}, 200
}

func (g *Gate) task(r *http.Request) (any, int) {
	id := r.PathValue("id")
	left := g.tasks[id]
	if len(left) == 0 {
		return "Task not found", 404
	}
	if len(left) > 1 {
		g.tasks[id] = left[1:]
	}
	execution := map[string]any{"id": id, "type": "ORCHESTRATION", "status": left[0], "stages": []any{}}
	if left[0] == "TERMINAL" {
		execution["stages"] = []any{map[string]any{
			"id": "s", "name": "createApplication", "type": "createApplication", "status": "TERMINAL",
			"context": map[string]any{"exception": map[string]any{"details": map[string]any{
				"error": "Unexpected Task Failure", "errors": []any{"Application must have a non-empty email"},
			}}},
		}}
	}
	return map[string]any{"id": id, "status": left[0], "steps": []any{}, "variables": []any{}, "execution": execution}, 200
}

func replace(list []map[string]any, object map[string]any, key string) []map[string]any {
	for i, existing := range list {
		if existing[key] == object[key] {
			list[i] = object
			return list
		}
	}
	return append(list, object)
}

func stamped(object map[string]any) map[string]any {
	return model.Merge(object, map[string]any{"updateTs": "1795253896076", "lastModifiedBy": "importer"})
}

func body(r *http.Request) map[string]any {
	var out map[string]any
	decoder := json.NewDecoder(r.Body)
	decoder.UseNumber()
	_ = decoder.Decode(&out) // a broken body is an empty one
	return out
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	if value != nil {
		_ = json.NewEncoder(w).Encode(value) // the client has gone
	}
}

// refuse answers as Spring does.
func refuse(w http.ResponseWriter, r *http.Request, status int, message string) {
	reply(w, status, map[string]any{
		"timestamp": 1795253896076, "status": status, "error": http.StatusText(status),
		"message": message, "path": r.URL.Path,
	})
}
