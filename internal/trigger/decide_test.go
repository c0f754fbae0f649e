package trigger_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

func pipeline(id string, triggers ...map[string]any) model.Pipeline {
	list := make([]any, len(triggers))
	for i, t := range triggers {
		list[i] = t
	}
	return model.Pipeline{"id": id, "name": id, "application": "shop", "triggers": list}
}

func gitTrigger(more map[string]any) map[string]any {
	return model.Merge(map[string]any{"type": "git", "enabled": true, "source": "github", "project": "acme", "slug": "cart"}, more)
}

func push(branch string) *trigger.Event {
	return &trigger.Event{ID: "e", Type: "git", Source: "github", Content: map[string]any{
		"repoProject": "acme", "slug": "cart", "branch": branch, "hash": "abc", "action": "push:push", "files": []any{"k8s/app.yml", "README.md"},
	}}
}

// TestReasons: whatever keeps a trigger from starting is said, with what was seen.
func TestReasons(t *testing.T) {
	t.Parallel()
	disabled := pipeline("p", gitTrigger(nil))
	disabled["disabled"] = true
	for name, c := range map[string]struct {
		pipeline model.Pipeline
		outcome  trigger.Outcome
		want     string
	}{
		"branch":            {pipeline("p", gitTrigger(map[string]any{"branch": "main"})), trigger.Differs, `branch: the trigger wants "main", and the event has "dev"`},
		"pattern":           {pipeline("p", gitTrigger(map[string]any{"branch": "*("})), trigger.Differs, "branch: the pattern"},
		"events":            {pipeline("p", gitTrigger(map[string]any{"events": []any{"pull_request:opened"}})), trigger.Differs, `and the event has "push:push"`},
		"files":             {pipeline("p", gitTrigger(map[string]any{"files": []any{"docs/.*"}})), trigger.Differs, `files: the trigger wants "docs/.*"`},
		"secret":            {pipeline("p", gitTrigger(map[string]any{"secret": "s"})), trigger.Differs, "signature: the trigger has a secret, but the webhook isn't signed"},
		"disabled trigger":  {pipeline("p", gitTrigger(map[string]any{"enabled": false})), trigger.Disabled, "the trigger is disabled"},
		"disabled pipeline": {disabled, trigger.Disabled, "the pipeline is disabled"},
		"artifacts":         {pipeline("p", gitTrigger(map[string]any{"expectedArtifactIds": []any{"a"}})), trigger.Differs, "has no expected artifact with this id"},
		"starts":            {pipeline("p", gitTrigger(map[string]any{"branch": "d.*", "files": []any{"k8s/.*"}})), trigger.Starts, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := trigger.Decide(t.Context(), push("dev"), []model.Pipeline{c.pipeline}, trigger.Options{})
			if len(got) != 1 || got[0].Outcome != c.outcome || !strings.Contains(got[0].Reason, c.want) || (got[0].Start != nil) != (c.outcome == trigger.Starts) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestSecretsStay: a trigger's secret is in nothing that leaves.
func TestSecretsStay(t *testing.T) {
	t.Parallel()
	body := []byte(`{"a":1}`)
	mac := hmac.New(sha256.New, []byte("s3cret"))
	mac.Write(body)
	e := push("main")
	e.Proof = trigger.Proof{Body: body, SHA256: "sha256=" + hex.EncodeToString(mac.Sum(nil))}
	got := trigger.Decide(t.Context(), e, []model.Pipeline{pipeline("p", gitTrigger(map[string]any{"secret": "s3cret"}))}, trigger.Options{})
	if len(got) != 1 || got[0].Start == nil {
		t.Fatalf("%+v", got)
	}
	if _, there := model.Object(got[0].Start.Config, "trigger")["secret"]; there {
		t.Error("the execution's trigger has the secret")
	}
	text, err := model.Marshal(got[0].Checks)
	if err != nil || strings.Contains(string(text), "s3cret") {
		t.Errorf("the checks say %s, %v", text, err)
	}
	if key := trigger.Key(gitTrigger(map[string]any{"secret": "s3cret"})); key == "" || strings.Contains(key, "s3cret") {
		t.Errorf("the key is %q", key)
	}
}

func TestProof(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proof trigger.Proof
		want  bool
	}{
		"none":            {trigger.Proof{}, false},
		"token":           {trigger.Proof{Token: "s"}, true},
		"wrong token":     {trigger.Proof{Token: "x"}, false},
		"not hex":         {trigger.Proof{SHA1: "sha1=zz"}, false},
		"one wrong":       {trigger.Proof{Token: "s", SHA256: "sha256=00"}, false},
		"empty after =":   {trigger.Proof{SHA1: "sha1="}, false},
		"Bitbucket's":     {trigger.Proof{Body: []byte("x"), SHA1: "sha256=cefb105ee22996fb167ed606478d2931b87aa3ab99b4b04b68c4fc16c8b49a30"}, true},
		"not Bitbucket's": {trigger.Proof{Body: []byte("y"), SHA1: "sha256=cefb105ee22996fb167ed606478d2931b87aa3ab99b4b04b68c4fc16c8b49a30"}, false},
		"of another key":  {trigger.Proof{Body: []byte("x"), SHA1: strings.Repeat("0", 40)}, false},
	} {
		if got := c.proof.Of("s"); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestKeys: a trigger is found by what it listens to, and by nothing else.
func TestKeys(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		trigger model.Trigger
		event   *trigger.Event
		want    bool
	}{
		{gitTrigger(map[string]any{"project": "ACME", "source": "GitHub"}), push("main"), true},
		{gitTrigger(map[string]any{"slug": "other"}), push("main"), false},
		{gitTrigger(map[string]any{"enabled": false}), push("main"), false},
		{model.Trigger{"type": "webhook", "enabled": true, "source": "ci"}, &trigger.Event{Type: "webhook", Source: "ci"}, true},
		{model.Trigger{"type": "webhook", "enabled": true, "source": "CI"}, &trigger.Event{Type: "webhook", Source: "ci"}, false},
		{model.Trigger{"type": "webhook", "enabled": true}, &trigger.Event{Type: "webhook"}, false},
		{model.Trigger{"type": "pubsub", "enabled": true, "pubsubSystem": "Google", "subscriptionName": "Orders"},
			&trigger.Event{Type: "pubsub", Content: map[string]any{"pubsubSystem": "google", "subscription": "orders"}}, true},
		{model.Trigger{"type": "docker", "enabled": true, "account": "hub", "repository": "acme/cart"},
			&trigger.Event{Type: "docker", Content: map[string]any{"account": "hub", "repository": "acme/cart"}}, true},
		{model.Trigger{"type": "helm/oci", "enabled": true, "account": "hub", "repository": "acme/cart"},
			&trigger.Event{Type: "docker", Content: map[string]any{"account": "hub", "repository": "acme/cart"}}, false},
		{model.Trigger{"type": "cron", "enabled": true}, &trigger.Event{Type: "cron"}, false},
	} {
		found := false
		for _, key := range trigger.Keys(c.event) {
			found = found || key == trigger.Key(c.trigger)
		}
		if found != c.want {
			t.Errorf("%v by %s: %v", c.trigger, c.event.Type, found)
		}
	}
}
