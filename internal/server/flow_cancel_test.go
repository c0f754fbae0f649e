package server_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// TestCancelReachesAllDescendants: a child's child, the children of a stage that runs
// several, and a child that waits for its turn.
func TestCancelReachesAllDescendants(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("once", map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true}, judgmentStage("judge"))
		i.save("middle", nil, childStage("run", "low"))
		i.save("top", nil, childStage("run", "middle"), childStage("queued", "once"), flowStage("runMultiplePipelines", "several", map[string]any{
			"yamlConfig": []any{map[string]any{"bundle_web": map[string]any{"one": map[string]any{"child_pipeline": "middle"}}}},
		}))
		before := i.begin("once")
		i.untilStage(before, "judge", "RUNNING")
		top := i.begin("top")
		middle, queued := i.childOf(top, "run"), i.childOf(top, "queued")
		low := i.childOf(middle, "run")
		e := i.until(top, "so far that it runs several", func(e map[string]any) bool {
			return len(model.List(model.Object(stageNamed(e, "several"), "context"), "executionIds")) > 0
		})
		other := "/pipelines/" + model.Strings(model.Object(stageNamed(e, "several"), "context"), "executionIds")[0]
		otherLow := i.childOf(other, "run")
		for _, path := range []string{low, otherLow} {
			i.untilStage(path, "judge", "RUNNING")
		}
		if got := i.status(queued); got != "NOT_STARTED" {
			t.Errorf("the child that waits for its turn is %s", got)
		}
		if status, answer := i.call(http.MethodPut, top+"/cancel", nil); status >= 300 {
			t.Fatalf("cancel: %d %v", status, answer)
		}
		for _, path := range []string{top, middle, low, other, otherLow, queued} {
			i.untilStatus(path, "CANCELED")
		}
		if got := i.status(before); got != "RUNNING" {
			t.Errorf("the execution of somebody else is %s", got)
		}
	})
}

// TestCancelBeforeTheStart: an execution that waits for its turn never runs.
func TestCancelBeforeTheStart(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("once", map[string]any{"limitConcurrent": true, "keepWaitingPipelines": true}, judgmentStage("judge"))
		first := i.begin("once")
		i.untilStage(first, "judge", "RUNNING")
		second, third := i.begin("once"), i.begin("once")
		i.call(http.MethodPut, second+"/cancel?reason=changed+my+mind", nil)
		e := i.untilStatus(second, "CANCELED")
		if at, _ := model.Int(e, "startTime"); at != 0 || model.String(e, "cancellationReason") != "changed my mind" {
			t.Errorf("it has started at %d, and was canceled for %q", at, e["cancellationReason"])
		}
		if s := stageNamed(e, "judge"); model.String(s, "status") != "NOT_STARTED" {
			t.Errorf("its stage is %s", model.String(s, "status"))
		}
		i.judge(first, "judge", "continue")
		i.judge(third, "judge", "continue")
		i.untilStatus(third, "SUCCEEDED")
	})
}

// TestHundredsOfStartsOfALimitedPipeline: one runs, all but the newest of the others
// are canceled when it ends, as the pipeline doesn't keep those that wait.
func TestHundredsOfStartsOfALimitedPipeline(t *testing.T) {
	t.Parallel()
	i := start(t, func(c *config.Config) { c.Database.Synchronous = "normal" })
	i.save("once", map[string]any{"limitConcurrent": true}, judgmentStage("judge"))
	i.untilStage(i.begin("once"), "judge", "RUNNING")
	const starts, clients = 320, 8
	var group sync.WaitGroup
	for n := range clients {
		group.Go(func() {
			for k := range starts / clients {
				body := map[string]any{"type": "manual", "correlationId": fmt.Sprintf("%d-%d", n, k)}
				if status, answer := i.call(http.MethodPost, "/pipelines/shop/once", body); status != http.StatusAccepted && status != http.StatusOK {
					t.Errorf("start %d-%d is answered with %d %v", n, k, status, answer)
				}
			}
		})
	}
	group.Wait()
	last := i.begin("once")
	// One that was not looked at yet when another ended starts in its turn: whatever
	// runs is judged, until it is the last one's.
	i.until(last, "it has succeeded", func(e map[string]any) bool {
		for _, running := range i.withStatus("RUNNING") {
			i.judgeNow(running.(map[string]any), "judge")
		}
		return model.String(e, "status") == "SUCCEEDED"
	})
	i.until(last, "the last of all", func(map[string]any) bool { return len(i.withStatus("NOT_STARTED,RUNNING")) == 0 })
	if canceled := i.withStatus("CANCELED"); len(canceled) != 100 { // as many as are asked for
		t.Errorf("%d executions of those that waited were canceled", len(canceled))
	}
}

// judgeNow answers a judgment of an execution, if it is due.
func (i *instance) judgeNow(e map[string]any, stage string) {
	for _, s := range model.Objects(e, "stages") {
		if model.String(s, "name") == stage && model.String(s, "status") == "RUNNING" {
			i.call(http.MethodPatch, "/pipelines/"+model.String(e, "id")+"/stages/"+model.String(s, "id"), map[string]any{"judgmentStatus": "continue"})
		}
	}
}

// withStatus lists at most 100 executions of some statuses.
func (i *instance) withStatus(statuses string) []any {
	i.t.Helper()
	_, answer := i.call(http.MethodGet, "/applications/shop/pipelines?expand=false&limit=100&statuses="+statuses, nil)
	list, _ := answer.([]any)
	return list
}
