package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// TestPreconfiguredStagesAreListed: what the configuration adds to the stage
// types is told to editors, and what is disabled is not.
func TestPreconfiguredStagesAreListed(t *testing.T) {
	t.Parallel()
	no := false
	i := start(t, func(c *config.Config) {
		c.Webhook.Preconfigured = []webhook.Preconfigured{
			{
				Type: "ping", Label: "Ping", URL: "https://example.com", Method: "POST",
				CustomHeaders: map[string][]string{"A": {"b"}}, Payload: "{}", WaitForCompletion: &no,
				Parameters: []webhook.Parameter{{Name: "who", Label: "Who"}},
			},
			{Type: "open", Label: "Open"},
			{Type: "gone", Label: "Gone", Enabled: &no},
		}
		c.Job.Preconfigured.Kubernetes = []preconfigured.Job{{
			Type: "sweep", Label: "Sweep", Account: "k8s", Manifest: map[string]any{"kind": "Job"},
		}}
	})
	list := func(path string) []any {
		_, answer := i.call(http.MethodGet, path, nil)
		out, _ := answer.([]any)
		return out
	}
	hooks := list("/webhooks/preconfigured")
	if len(hooks) != 2 {
		t.Fatalf("webhooks: %v", hooks)
	}
	ping, open := hooks[0].(map[string]any), hooks[1].(map[string]any)
	if ping["type"] != "ping" || ping["noUserConfigurableFields"] != true || len(model.Objects(ping, "parameters")) != 1 {
		t.Errorf("ping: %v", ping)
	}
	if open["noUserConfigurableFields"] != false || len(model.Strings(open, "preconfiguredProperties")) != 0 {
		t.Errorf("open: %v", open)
	}
	jobs := list("/jobs/preconfigured")
	if len(jobs) != 1 || jobs[0].(map[string]any)["waitForCompletion"] != true {
		t.Errorf("jobs: %v", jobs)
	}
}
