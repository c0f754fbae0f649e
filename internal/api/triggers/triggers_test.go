package triggers_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/schedules"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

type object = map[string]any

func save(k *apitest.Kit, name string, trigger object) string {
	k.T.Helper()
	p := object{
		"application": "shop", "name": name, "triggers": []any{trigger},
		"stages": []any{object{"refId": "1", "type": "wait", "name": "Wait", "waitTime": 0}},
	}
	if got := k.Post("/pipelines", p); got.Status != http.StatusOK {
		k.T.Fatalf("save %s: %d %s", name, got.Status, got.Body)
	}
	for _, stored := range k.Get("/applications/shop/pipelineConfigs").List() {
		if model.String(stored, "name") == name {
			return model.String(stored, "id")
		}
	}
	k.T.Fatalf("%s isn't stored", name)
	return ""
}

const push = `{"ref":"refs/heads/main","after":"9f2c1de7a0b34c5d6e7f8091a2b3c4d5e6f70812",
	"repository":{"name":"cart","owner":{"name":"acme","login":"acme"}},"commits":[]}`

// TestPushes: a push starts what listens to it, once, and what doesn't start says why.
func TestPushes(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	git := object{"type": "git", "enabled": true, "source": "github", "project": "acme", "slug": "cart"}
	main := save(k, "main", model.Merge(git, object{"branch": "main"}))
	release := save(k, "release", model.Merge(git, object{"branch": "release/.*", "secret": "s3cret"}))
	send := func() string {
		got := k.Call(http.MethodPost, "/webhooks/git/github", push, "X-GitHub-Event", "push", "X-GitHub-Delivery", "d1")
		if got.Status != http.StatusOK || !model.Bool(got.Object(), "eventProcessed", false) {
			t.Fatalf("%d %s", got.Status, got.Body)
		}
		return model.String(got.Object(), "eventId")
	}
	id := send()
	if again := send(); again != id {
		t.Errorf("the second delivery is event %s, not %s", again, id)
	}
	event := k.Get("/triggers/events/" + id).Object()
	if strings.Contains(string(k.Get("/triggers/events/"+id).Body), "s3cret") {
		t.Error("the event tells a trigger's secret")
	}
	reasons := map[string]string{}
	var executionID string
	for _, d := range model.Objects(event, "decisions") {
		reasons[model.String(d, "pipelineId")] = model.String(d, "outcome") + " " + model.String(d, "reason")
		if x := model.String(d, "executionId"); x != "" {
			executionID = x
		}
	}
	if !strings.HasPrefix(reasons[main], "STARTS") || !strings.Contains(reasons[release], `branch: the trigger wants "release/.*", and the event has "main"`) {
		t.Errorf("the reasons are %v", reasons)
	}
	k.Until(executionID, func(e *model.Execution) bool { return e.Status == model.Succeeded })
	if n := len(k.Get("/applications/shop/pipelines").List()); n != 1 {
		t.Errorf("%d executions", n)
	}
	for path, want := range map[string]int{
		"/triggers/events?pipelineId=" + release:                        1,
		"/triggers/events?application=shop&started=true":                1,
		"/triggers/events?application=shop&started=false":               0,
		"/triggers/events?type=git&source=github":                       1,
		"/triggers/events?before=" + id:                                 0,
		"/triggers/events?application=nobody":                           0,
		"/triggers/events?pipelineId=" + main + "&limit=1&started=true": 1,
	} {
		if got := k.Get(path); got.Status != http.StatusOK || len(got.List()) != want {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	replayed := k.Post("/triggers/events/"+id+"/replay?pipelineId="+main, nil)
	if replayed.Status != http.StatusOK || len(model.List(replayed.Object(), "executionIds")) != 1 {
		t.Errorf("replay: %d %s", replayed.Status, replayed.Body)
	}
}

// TestTriggerStates: each trigger tells what it started last, and a schedule when it is next.
func TestTriggerStates(t *testing.T) {
	t.Parallel()
	clock := &daily{}
	k := apitest.New(t, func(p *apitest.Parts) { p.Schedules = clock })
	id := save(k, "nightly", object{"type": "webhook", "enabled": true, "source": "ci", "id": "w"})
	other := save(k, "other", object{"type": "cron", "enabled": true, "cronExpression": "0 0 3 * * ?", "id": "c"})
	for _, p := range k.Get("/applications/shop/pipelineConfigs").List() {
		if model.String(p, "id") == other {
			clock.id = model.String(model.Objects(p, "triggers")[0], "id")
		}
	}
	k.Post("/webhooks/webhook/ci", object{})
	got := k.Get("/applications/shop/triggers").List()
	if len(got) != 2 {
		t.Fatalf("%v", got)
	}
	states := map[string]map[string]any{}
	for _, s := range got {
		states[model.String(s, "pipelineId")] = s
	}
	last := model.Object(states[id], "last")
	if model.String(last, "executionId") == "" || model.String(last, "eventId") == "" || model.String(states[id], "triggerId") != "w" {
		t.Errorf("the webhook's trigger: %v", states[id])
	}
	if states[other]["last"] != nil || model.String(states[other], "next") != "2026-05-05T03:00:00Z" {
		t.Errorf("the schedule's trigger: %v", states[other])
	}
	if one := k.Get("/applications/shop/triggers?pipelineId=" + other).List(); len(one) != 1 {
		t.Errorf("those of a pipeline: %v", one)
	}
}

// daily knows one trigger.
type daily struct {
	schedules.Scheduler

	id string
}

func (d *daily) Schedules(context.Context, string) ([]schedule.Status, error) {
	return []schedule.Status{{TriggerID: d.id, Expression: "0 0 3 * * ?", NextFires: []string{"2026-05-05T03:00:00Z"}}}, nil
}

// TestEventFilters: events are found by words, and a dry run of a replay starts nothing.
func TestEventFilters(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	save(k, "main", object{"type": "webhook", "enabled": true, "source": "ci"})
	id := model.String(k.Post("/webhooks/webhook/ci", object{"n": 1}).Object(), "eventId")
	newer := model.String(k.Post("/webhooks/webhook/elsewhere", object{"n": 2}).Object(), "eventId")
	for path, want := range map[string]int{
		"?q=WEBHOOK+elsewhere": 1, "?q=nothing": 0, "?after=" + id: 1, "?after=" + newer: 0,
	} {
		if got := k.Get("/triggers/events" + path); got.Status != http.StatusOK || len(got.List()) != want {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	dry := k.Post("/triggers/events/"+id+"/replay?dryRun=true", nil).Object()
	decisions := model.Objects(dry, "decisions")
	if len(decisions) != 1 || model.String(decisions[0], "outcome") != "STARTS" || len(model.List(dry, "executionIds")) != 0 {
		t.Errorf("a dry run: %v", dry)
	}
	if n := len(k.Get("/applications/shop/pipelines").List()); n != 1 {
		t.Errorf("%d executions", n)
	}
}

func TestTrials(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	p := object{"application": "shop", "name": "new", "triggers": []any{object{"type": "git", "enabled": true, "source": "github", "project": "acme", "slug": "cart", "branch": "dev"}}}
	got := k.Post("/triggers/try", object{"pipeline": p, "type": "git", "source": "github", "body": push})
	if got.Status != http.StatusOK || len(got.List()) != 1 || model.String(got.List()[0], "outcome") != "DIFFERS" {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if n := len(k.Get("/triggers/events").List()); n != 0 {
		t.Errorf("%d events are kept of a trial", n)
	}
	for body, want := range map[string]string{
		`{}`:                        "pipeline is missing",
		`{"pipeline":{"name":"x"}}`: "send eventId",
		`{"pipeline":{"name":"x"},"eventId":"none"}`:                      "no event none",
		`{"pipeline":{"name":"x"},"type":"git","source":"x","body":"{}"}`: "isn't known",
	} {
		if got := k.Post("/triggers/try", body); got.Status < 400 || got.Status > 404 || !strings.Contains(string(got.Body), want) {
			t.Errorf("%s: %d %s, want %q", body, got.Status, got.Body, want)
		}
	}
}

func TestBadWebhooks(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, c := range []struct {
		path, body, kind string
		status           int
	}{
		{"/webhooks/webhook/ci", "", "", http.StatusBadRequest},
		{"/webhooks/webhook/ci", "[1]", "", http.StatusBadRequest},
		{"/webhooks/webhook/ci", "hello", "text/plain", http.StatusBadRequest},
		{"/webhooks/webhook/a%2Fb", "{}", "", http.StatusBadRequest},
		{"/webhooks/git/nowhere", "{}", "", http.StatusBadRequest},
		{"/webhooks/webhook/ci", "{}", "text/plain", http.StatusOK},
		{"/webhooks/webhook/ci", "a=1&b=2", "application/x-www-form-urlencoded", http.StatusOK},
		{"/webhooks/webhook/my%20ci", "null", "", http.StatusOK},
		{"/webhooks/manual/x", `{"application":"shop"}`, "", http.StatusOK},
		{"/webhooks/webhook", `{"source":"ci"}`, "", http.StatusOK},
		{"/webhooks/webhook/ci", `{"a":"` + strings.Repeat("x", 600_000) + `"}`, "", http.StatusOK},
	} {
		headers := []string{}
		if c.kind != "" {
			headers = []string{"Content-Type", c.kind}
		}
		if got := k.Call(http.MethodPost, c.path, c.body, headers...); got.Status != c.status {
			t.Errorf("POST %s %.30q: %d %.200s, want %d", c.path, c.body, got.Status, got.Body, c.status)
		}
	}
	ping := k.Call(http.MethodPost, "/webhooks/git/github", `{"hook_id":1}`, "X-GitHub-Event", "ping")
	if ping.Status != http.StatusOK || string(ping.Body) != `{"eventProcessed":false,"eventId":null}` {
		t.Errorf("a ping: %d %s", ping.Status, ping.Body)
	}
}
