package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// differs are the runs that differ from Orca's, each with the reason, as in
// docs/compatibility.md.
var differs = map[string]string{}

// TestGolden runs what was run on the real Orca, over HTTP, and compares what
// came of it: statuses, stages and their order, contexts, outputs, tasks. Ids
// and times differ from run to run.
func TestGolden(t *testing.T) {
	t.Parallel()
	target := httptest.NewServer(webhookTarget())
	t.Cleanup(target.Close)
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
	})
	storePeers(i)
	folders, err := filepath.Glob("testdata/orca/*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no recorded runs: %v", err)
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			if reason := differs[filepath.Base(folder)]; reason != "" {
				t.Skip("differs: " + reason)
			}
			run := &goldenRun{instance: &instance{t: t, base: i.base}, folder: folder, target: target.URL}
			run.play()
		})
	}
}

// storePeers stores the two pipelines that the runs call.
func storePeers(i *instance) {
	i.t.Helper()
	i.object(http.MethodPost, "/pipelines", map[string]any{
		"id": "child-cfg", "name": "child", "application": "peer",
		"parameterConfig": []any{map[string]any{"name": "p", "default": "dflt"}},
		"stages": []any{map[string]any{"type": "evaluateVariables", "name": "v", "refId": "1", "variables": []any{
			map[string]any{"key": "cv", "value": "child-${trigger.parameters.p}"},
		}}},
	})
	i.object(http.MethodPost, "/pipelines", map[string]any{
		"id": "childf-cfg", "name": "childfail", "application": "peer",
		"stages": []any{map[string]any{"type": "checkPreconditions", "name": "no", "refId": "1", "preconditions": []any{
			map[string]any{"type": "expression", "failPipeline": true, "context": map[string]any{"expression": "false"}},
		}}},
	})
}

type goldenRun struct {
	*instance
	folder, target string
	path           string
}

// read reads a recorded file; nil where there is none.
func (g *goldenRun) read(name string) any {
	g.t.Helper()
	text, err := os.ReadFile(filepath.Join(g.folder, name))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		g.t.Fatal(err)
	}
	var out any
	text = []byte(strings.ReplaceAll(string(text), "http://localhost:18999", g.target))
	if err := model.Unmarshal(text, &out); err != nil {
		g.t.Fatalf("%s: %v", name, err)
	}
	return out
}

func (g *goldenRun) play() {
	request := g.read("request.json").(map[string]any)
	wantResponse := g.read("response.json").(map[string]any)
	status, answer := g.call(model.String(request, "method"), model.String(request, "path"), request["body"])
	if want, _ := model.Int(wantResponse, "status"); int64(status) != want {
		g.t.Fatalf("answered %d: %v; want %d", status, answer, want)
	}
	body, _ := answer.(map[string]any)
	if want := model.String(model.Object(wantResponse, "body"), "message"); want != "" && model.String(body, "message") != want {
		g.t.Errorf("message is\n%s\nwant\n%s", model.String(body, "message"), want)
	}
	g.path = model.String(body, "ref")
	if g.path == "" {
		g.compareFailed(request)
		return
	}
	snapshots := 0
	for _, item := range g.read("actions.json").([]any) {
		action := model.List(item.(map[string]any), "action")
		g.act(action, request, &snapshots)
	}
	e := g.until(g.path, "complete", complete)
	g.compare("execution.json", e)
}

// act does what was done to the recorded run.
func (g *goldenRun) act(action []any, request map[string]any, snapshots *int) {
	g.t.Helper()
	text := func(n int) string { return fmt.Sprint(action[n]) }
	switch text(0) {
	case "sleep":
		// The recorder waited until the first stage was under way.
		g.until(g.path, "under way", func(e map[string]any) bool {
			for _, s := range model.Objects(e, "stages") {
				for _, task := range model.Objects(s, "tasks") {
					if model.String(task, "status") == "RUNNING" {
						return true
					}
				}
			}
			return false
		})
	case "wait_status":
		g.until(g.path, "complete", complete)
	case "wait_stage":
		g.until(g.path, text(2), func(e map[string]any) bool { return model.String(stageNamed(e, text(1)), "status") == text(2) })
	case "snapshot":
		*snapshots++
		g.compare(fmt.Sprintf("snapshot-%d.json", *snapshots), g.object(http.MethodGet, g.path, nil))
	case "patch":
		s := stageNamed(g.object(http.MethodGet, g.path, nil), text(1))
		g.object(http.MethodPatch, g.path+"/stages/"+model.String(s, "id"), action[2])
	case "restart":
		s := stageNamed(g.object(http.MethodGet, g.path, nil), text(1))
		g.object(http.MethodPut, g.path+"/stages/"+model.String(s, "id")+"/restart", map[string]any{})
	case "cancel":
		g.object(http.MethodPut, g.path+"/cancel?reason="+text(1), nil)
	case "second":
		second := model.String(g.object(http.MethodPost, model.String(request, "path"), request["body"]), "ref")
		g.compare("second-while-first-running.json", g.object(http.MethodGet, second, nil))
		defer func() { g.compare("second-final.json", g.until(second, "complete", complete)) }()
	case "again":
		if again := model.String(g.object(http.MethodPost, model.String(request, "path"), request["body"]), "ref"); again != g.path {
			g.t.Errorf("the same correlation id started %s and %s", g.path, again)
		}
	default:
		g.t.Fatalf("unknown action %v", action)
	}
}

// compareFailed compares the execution that a refused start left behind.
func (g *goldenRun) compareFailed(request map[string]any) {
	id := model.String(model.Object(request, "body"), "id")
	_, answer := g.call(http.MethodGet, "/executions?pipelineConfigIds="+id+"&limit=1", nil)
	list, _ := answer.([]any)
	if len(list) != 1 {
		g.t.Fatalf("a refused start left %d executions", len(list))
	}
	g.compare("failed-execution.json", list[0].(map[string]any))
}

func (g *goldenRun) compare(name string, got map[string]any) {
	g.t.Helper()
	recorded := g.read(name)
	if recorded == nil {
		g.t.Fatalf("there is no %s", name)
	}
	want := normal("", recorded)
	have := normal("", got)
	for _, line := range difference("", want, have) {
		g.t.Errorf("%s: %s", name, line)
	}
}

var (
	ulid       = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`)
	timeKey    = regexp.MustCompile(`(?i)(time|timestamp)$`)
	statusPath = regexp.MustCompile(`/status/\d+`)
)

// normal makes two runs comparable: ids, times, and what depends on them or on
// the target's process are replaced by what they are.
func normal(key string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			switch k {
			case "stackTrace", "headers":
				out[k] = "<" + k + ">"
			case "executionId":
				out[k] = "<id>"
			default:
				out[k] = normal(k, member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, member := range v {
			out[n] = normal(key, member)
		}
		if key == "variables" {
			// A task's variables come in the order of Java's hash maps.
			sort.SliceStable(out, func(a, b int) bool { return fmt.Sprint(out[a]) < fmt.Sprint(out[b]) })
		}
		return out
	case string:
		text := ulid.ReplaceAllString(v, "<id>")
		if key == "id" || key == "k" {
			return "<id>"
		}
		return statusPath.ReplaceAllString(text, "/status/<id>")
	case bool, nil:
		return v
	}
	if timeKey.MatchString(key) && key != "waitTime" {
		return "<time>"
	}
	return fmt.Sprint(value)
}

// difference lists where two normal values differ.
func difference(path string, want, have any) []string {
	switch w := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			break
		}
		var out []string
		for k := range w {
			if _, there := h[k]; !there {
				out = append(out, fmt.Sprintf("%s.%s is missing; want %v", path, k, w[k]))
				continue
			}
			out = append(out, difference(path+"."+k, w[k], h[k])...)
		}
		for k := range h {
			if _, there := w[k]; !there {
				out = append(out, fmt.Sprintf("%s.%s is too much: %v", path, k, h[k]))
			}
		}
		return out
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(w) {
			break
		}
		var out []string
		for n := range w {
			out = append(out, difference(fmt.Sprintf("%s[%d]", path, n), w[n], h[n])...)
		}
		return out
	}
	if !reflect.DeepEqual(want, have) {
		return []string{fmt.Sprintf("%s is %v; want %v", path, have, want)}
	}
	return nil
}
