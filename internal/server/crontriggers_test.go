package server_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// started are the executions of a pipeline, from the first that was started.
func (i *instance) started(pipeline string) []map[string]any {
	i.t.Helper()
	status, answer := i.call(http.MethodGet, "/executions?limit=1000&pipelineConfigIds="+pipeline, nil)
	require.Equal(i.t, http.StatusOK, status)
	found := model.Objects(map[string]any{"list": answer}, "list")
	slices.Reverse(found)
	return found
}

// TestCronTriggersStartPipelines: each second once, until the pipeline is disabled.
func TestCronTriggersStartPipelines(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { c.Scheduler.Cron.Timezone = "UTC" })
	i.object(http.MethodPost, "/tasks", map[string]any{"application": "shop", "description": "Create", "job": []any{
		map[string]any{"type": "createApplication", "application": map[string]any{"name": "shop", "email": "a@example.com"}},
	}})
	trigger := func(id, expression string, more map[string]any) map[string]any {
		return model.Merge(map[string]any{"type": "Cron", "id": id, "enabled": true, "cronExpression": expression}, more)
	}
	wait := flowStage("wait", "1", map[string]any{"waitTime": 0})
	i.save("nightly", map[string]any{"triggers": []any{
		trigger("t", "* * * * * ?", map[string]any{
			"parameters": map[string]any{"env": "qa"}, "rebake": true, "runAsUser": "robot", "secret": "s", "payload": map[string]any{"a": 1},
		}),
		trigger("yearly", "0 0 3 1 1 ?", nil), trigger("off", "* * * * * ?", map[string]any{"enabled": false}), trigger("bad", "every day", nil),
	}}, wait)
	i.save("idle", map[string]any{"disabled": true, "triggers": []any{trigger("t", "* * * * * ?", nil)}}, wait)
	require.Eventually(t, func() bool { return len(i.started("nightly")) >= 3 }, 2*time.Minute, 50*time.Millisecond)
	i.save("nightly", map[string]any{"disabled": true}, wait)

	seen := map[any]bool{}
	for _, e := range i.started("nightly") {
		fired, _ := e["trigger"].(map[string]any)
		require.Equal(t, "cron", fired["type"])
		require.Equal(t, "t", fired["id"])
		require.Equal(t, "* * * * * ?", fired["cronExpression"])
		require.Equal(t, map[string]any{"env": "qa"}, fired["parameters"])
		require.Equal(t, true, fired["rebake"])
		require.Equal(t, "robot", fired["runAsUser"])
		require.Nil(t, fired["secret"])
		require.Nil(t, fired["payload"])
		require.Equal(t, "anonymous", model.String(e["authentication"].(map[string]any), "user"))
		event := i.object(http.MethodGet, "/triggers/events/"+model.String(fired, "eventId"), nil)
		tick := model.Object(event, "content")["time"]
		require.NotEmpty(t, tick)
		require.False(t, seen[tick], "twice at %v", tick)
		seen[tick] = true
	}
	require.Empty(t, i.started("idle"))
	next := i.object(http.MethodGet, "/cron/next?expression=0+0+3+1+1+%3F+2199&triggerId=t", nil)
	require.Equal(t, "UTC", next["timezone"])
	require.Equal(t, http.StatusBadRequest, func() int { status, _ := i.call(http.MethodGet, "/cron/next?expression=x", nil); return status }())
}

// TestSchedulesAreShown: what fires when, and what never does.
func TestSchedulesAreShown(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { c.Scheduler.Cron.Timezone = "UTC" })
	i.save("nightly", map[string]any{"triggers": []any{
		map[string]any{"type": "cron", "id": "a", "enabled": true, "cronExpression": "0 0 3 1 1 ? 2190"},
		map[string]any{"type": "cron", "id": "b", "enabled": true, "cronExpression": "every day"},
	}}, flowStage("wait", "1", nil))
	shown := i.list("/pipelineConfigs/nightly/schedules")
	require.Len(t, shown, 2)
	good, bad := shown[0].(map[string]any), shown[1].(map[string]any)
	require.Equal(t, []any{}, good["nextFires"])
	require.Equal(t, []any{"it never fires: no such time is left"}, good["warnings"])
	require.Contains(t, bad["problem"], "want six or seven")
	acting := i.object(http.MethodGet, "/capabilities/acting", nil)
	require.Contains(t, acting["triggers"], "cron")
}
