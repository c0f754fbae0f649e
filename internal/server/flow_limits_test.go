package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
)

// TestAPausedExecutionKeepsItsPlace: a pipeline that runs once at a time starts
// no other execution while one is paused, as the users of Spinnaker expect
// (spinnaker/spinnaker#5545).
func TestAPausedExecutionKeepsItsPlace(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("once", map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true}, judgmentStage("judge"))
		first := i.begin("once")
		i.untilStage(first, "judge", "RUNNING")
		second := i.begin("once")
		i.call(http.MethodPut, first+"/pause", nil)
		i.untilStatus(first, "PAUSED")
		third := i.begin("once")
		i.call(http.MethodPut, third+"/cancel", nil)
		i.untilStatus(third, "CANCELED") // by now its turn, and the second's, has been looked at
		if got := i.status(second); got != "NOT_STARTED" {
			t.Errorf("the second execution is %s while the first is paused", got)
		}
		i.call(http.MethodPut, first+"/resume", nil)
		i.judge(first, "judge", "continue")
		i.untilStatus(first, "SUCCEEDED")
		i.judge(second, "judge", "continue")
		i.untilStatus(second, "SUCCEEDED")
	})
}

// TestAPausedExecutionMakesRoomWhereThatIsConfigured is Spinnaker's way.
func TestAPausedExecutionMakesRoomWhereThatIsConfigured(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { c.Compatibility.IgnorePausedExecutions = true })
	i.save("once", map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true}, judgmentStage("judge"))
	first := i.begin("once")
	i.untilStage(first, "judge", "RUNNING")
	i.call(http.MethodPut, first+"/pause", nil)
	i.untilStatus(first, "PAUSED")
	i.untilStage(i.begin("once"), "judge", "RUNNING")
}
