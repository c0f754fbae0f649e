package webhook_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger/webhook"
)

func request(kind, source, body string, header ...string) webhook.Request {
	r := webhook.Request{Type: kind, Source: source, Body: []byte(body), Header: http.Header{}}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request webhook.Request
		want    string
	}{
		"empty":              {request("webhook", "ci", " "), "no body"},
		"array":              {request("webhook", "ci", "[1]"), "a JSON array"},
		"string":             {request("webhook", "ci", `"x"`), "a JSON string"},
		"number":             {request("webhook", "ci", "5"), "a JSON number"},
		"not JSON":           {request("webhook", "ci", "hello"), "not valid JSON"},
		"cut off":            {request("webhook", "ci", `{"a":`), "ends in the middle"},
		"slash":              {request("webhook", "a/b", "{}"), "slash"},
		"unknown host":       {request("git", "sourceforge", "{}"), "github, gitlab, bitbucket"},
		"branch of GitHub":   {request("git", "github", `{"ref_type":"branch"}`), "X-GitHub-Event"},
		"no CloudEvent":      {request("cdevents", "ci", `{"context":{"a":1},"subject":{"a":1},"customData":{}}`), "specversion"},
		"quay without tags":  {request("webhook", "quay", `{"repository":"a/b"}`), "updated_tags"},
		"form that is wrong": {request("webhook", "ci", "a=%zz", "Content-Type", "application/x-www-form-urlencoded"), "form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.want == "specversion" {
				c.want = "the attribute id is missing"
			}
			_, err := webhook.Read(c.request)
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	events, err := webhook.Read(request("git", "github", `payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%2C%22after%22%3A%22abc%22%7D`, "Content-Type", form, "X-GitHub-Event", "push"))
	if err != nil || len(events) != 1 || model.String(events[0].Content, "branch") != "main" {
		t.Errorf("GitHub's form: %+v, %v", events, err)
	}
	events, err = webhook.Read(request("webhook", "ci", "a=1&b=2&b=3", "Content-Type", form))
	if err != nil || len(events) != 1 || model.String(events[0].Payload, "a") != "1" || len(model.List(events[0].Payload, "b")) != 2 {
		t.Errorf("any form: %+v, %v", events, err)
	}
}

// Nobody can make up an event of another type.
func TestOnlyWebhooks(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"manual", "docker", "build", "pubsub", "GIT", "orca:pipeline:complete"} {
		events, err := webhook.Read(request(kind, "x", `{"application":"shop","pipelineNameOrId":"p","trigger":{}}`))
		if err != nil || len(events) != 1 || !strings.HasPrefix(events[0].Type, "webhook/") {
			t.Errorf("%s: %+v, %v", kind, events, err)
		}
	}
}

func TestCloudEventsInBothModes(t *testing.T) {
	t.Parallel()
	const data = `{"context":{"id":"1"},"subject":{"id":"s"},"customData":{"parameters":{"p":"1"}}}`
	for name, r := range map[string]webhook.Request{
		"binary": request("cdevents", "ci", data, "Ce-Id", "1", "Ce-Source", "/ci", "Ce-Type", "t", "Ce-Specversion", "1.0", "Authorization", "secret"),
		"structured": request("cdevents", "ci", `{"specversion":"1.0","id":"1","source":"/ci","type":"t","data":`+data+`}`,
			"Content-Type", "application/cloudevents+json; charset=utf-8"),
	} {
		events, err := webhook.Read(r)
		if err != nil || len(events) != 1 || events[0].Attributes["ce-type"] != "t" || model.Object(events[0].Payload, "customData") == nil {
			t.Errorf("%s: %+v, %v", name, events, err)
			continue
		}
		if events[0].Attributes["authorization"] != "" {
			t.Errorf("%s: a secret header became an attribute", name)
		}
	}
}

func TestRepeatsHaveOneKey(t *testing.T) {
	t.Parallel()
	for header, source := range map[string]string{"X-GitHub-Delivery": "github", "X-Gitea-Delivery": "gitea", "X-Gitlab-Event-UUID": "gitlab"} {
		read := func(id string) string {
			events, err := webhook.Read(request("git", source, `{"ref":"refs/heads/main","after":"abc","project":{"name":"a"},"repository":{"name":"a"}}`, header, id))
			if err != nil || len(events) != 1 {
				t.Fatalf("%s: %v, %v", source, events, err)
			}
			return events[0].Key
		}
		first, again, other := read("1"), read("1"), read("2")
		if first != again || first == other || first == "" {
			t.Errorf("%s: the keys are %q, %q and %q", source, first, again, other)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("git", "github", `{"ref":"refs/heads/main","commits":[{"added":["a"]}],"repository":{"contents_url":"{+path}"}}`)
	f.Add("git", "gitlab", `{"object_kind":"push","ref":"x","project":{"homepage":"https://x/a","path_with_namespace":"a"}}`)
	f.Add("git", "bitbucket", `{"push":{"changes":[{"new":{"name":"m"}}]},"event_type":"repo:push"}`)
	f.Add("git", "stash", `{"refChanges":[{"toHash":"1","refId":"r"}]}`)
	f.Add("webhook", "dockerregistry", `{"events":[{"action":"push","target":{"repository":"a","tag":"1","mediaType":"application/vnd.oci.image.manifest.v1+json"}}]}`)
	f.Add("cdevents", "x", `{}`)
	f.Fuzz(func(t *testing.T, kind, source, body string) {
		events, err := webhook.Read(request(kind, source, body, "X-GitHub-Event", "push"))
		if err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v is no fault of the request's", err)
		}
		for _, e := range events {
			if e == nil || e.Type == "" {
				t.Errorf("an event without a type: %+v", e)
			}
		}
	})
}
