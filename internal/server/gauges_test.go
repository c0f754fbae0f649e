package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMetricsOfAServer(t *testing.T) {
	t.Parallel()
	for name, database := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { t.Helper(); return testpostgres.New(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := database(t)
			i := start(t, func(c *config.Config) { c.Database.URL = url })
			stage := func(kind string, more map[string]any) map[string]any {
				return model.Merge(map[string]any{"refId": "1", "requisiteStageRefIds": []string{}, "type": kind, "name": kind}, more)
			}
			for _, s := range []map[string]any{
				stage("wait", map[string]any{"waitTime": 600}), stage("manualJudgment", nil), stage("wait", map[string]any{"waitTime": 0}),
			} {
				i.object(http.MethodPost, "/orchestrate", map[string]any{
					"id": "1", "application": "metered", "name": "p", "stages": []any{s}, "trigger": map[string]any{"type": "manual"},
				})
			}
			want := []string{
				`gennaker_executions_started_total{application="metered",type="PIPELINE"} 3`,
				`gennaker_executions_completed_total{application="metered",status="SUCCEEDED",type="PIPELINE"} 1`,
				`gennaker_stages_completed_total{status="SUCCEEDED",type="wait"} 1`,
				`gennaker_executions_active{status="RUNNING"} 2`,
				`gennaker_queue_jobs{state="scheduled"} `,
				`gennaker_http_request_duration_seconds_count{method="POST",route="/orchestrate",status="200"} 3`,
			}
			for deadline := time.Now().Add(2 * time.Minute); ; {
				missing := missingIn(i.text("/metrics"), want)
				if len(missing) == 0 {
					return
				}
				if time.Now().After(deadline) {
					t.Fatalf("the metrics lack %q", missing)
				}
				<-time.After(10 * time.Millisecond)
			}
		})
	}
}

func missingIn(text string, want []string) []string {
	var missing []string
	for _, line := range want {
		if !strings.Contains(text, line) {
			missing = append(missing, line)
		}
	}
	return missing
}

// text is what a path answers.
func (i *instance) text(path string) string {
	i.t.Helper()
	request, err := http.NewRequestWithContext(i.t.Context(), http.MethodGet, i.base+path, http.NoBody)
	if err != nil {
		i.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		i.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		i.t.Fatalf("GET %s answered %d: %s (%v)", path, response.StatusCode, data, err)
	}
	return string(data)
}
