package server_test

import (
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// restart restarts a stage and tells the answer's status.
func (i *instance) restart(path, stage string) int {
	i.t.Helper()
	s := stageNamed(i.object(http.MethodGet, path, nil), stage)
	status, _ := i.call(http.MethodPut, path+"/stages/"+model.String(s, "id")+"/restart", map[string]any{})
	return status
}

// stopped judges a child's judgment with stop, and waits until the child has ended.
func (i *instance) stopped(child string) {
	i.t.Helper()
	i.judge(child, "judge", "stop")
	i.untilStatus(child, "TERMINAL")
}

func (i *instance) executions() int {
	i.t.Helper()
	_, answer := i.call(http.MethodGet, "/applications/shop/pipelines?limit=100&expand=false", nil)
	list, _ := answer.([]any)
	return len(list)
}

func (i *instance) wantStages(path string, want map[string]string) {
	i.t.Helper()
	e := i.object(http.MethodGet, path, nil)
	for name, status := range want {
		if got := model.String(stageNamed(e, name), "status"); got != status {
			i.t.Errorf("stage %s is %s, want %s", name, got, status)
		}
	}
}

func instant(ref string, requires ...string) map[string]any {
	return flowStage("wait", ref, map[string]any{"waitTime": 0}, requires...)
}

// TestARestartedChildIsWaitedForAllTheWayUp: three levels, of which the lowest is
// restarted.
func TestARestartedChildIsWaitedForAllTheWayUp(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("middle", nil, childStage("run", "low"), instant("after", "run"))
		i.save("top", nil, childStage("run", "middle"), instant("after", "run"))
		top := i.begin("top")
		middle := i.childOf(top, "run")
		low := i.childOf(middle, "run")
		i.stopped(low)
		i.untilStatus(top, "TERMINAL")
		i.untilStatus(middle, "TERMINAL")

		if status := i.restart(low, "judge"); status != http.StatusOK {
			t.Fatalf("the restart is answered with %d", status)
		}
		for _, path := range []string{top, middle, low} {
			if complete(i.object(http.MethodGet, path, nil)) {
				t.Errorf("execution %s does not wait", path)
			}
		}
		i.judge(low, "judge", "continue")
		for _, path := range []string{low, middle, top} {
			i.untilStatus(path, "SUCCEEDED")
		}
		i.wantStages(top, map[string]string{"run": "SUCCEEDED", "after": "SUCCEEDED"})
		i.wantStages(middle, map[string]string{"run": "SUCCEEDED", "after": "SUCCEEDED"})
		if n := i.executions(); n != 3 || i.childOf(top, "run") != middle || i.childOf(middle, "run") != low {
			t.Errorf("%d executions: another child was started", n)
		}
		run := model.Object(stageNamed(i.object(http.MethodGet, top, nil), "run"), "context")
		if who := model.String(model.Object(run, "restartDetails"), "restartedBy"); who != "peer-user" {
			t.Errorf("the topmost stage was restarted by %q", who)
		}
		if run["exception"] != nil || run["_skipPipelineRestart"] != nil {
			t.Errorf("the topmost stage has kept %v", run)
		}
	})
}

// TestARestartedChildIsWaitedForByAParentThatRunsElsewhere: Orca restarts only
// parents that have ended.
func TestARestartedChildIsWaitedForByAParentThatRunsElsewhere(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("top", nil, model.Merge(childStage("run", "low"), map[string]any{"failPipeline": false, "continuePipeline": false}),
			instant("after", "run"), judgmentStage("elsewhere"))
		top := i.begin("top")
		low := i.childOf(top, "run")
		i.stopped(low)
		i.untilStage(top, "run", "STOPPED")

		i.restart(low, "judge")
		i.wantStages(top, map[string]string{"run": "RUNNING", "elsewhere": "RUNNING"})
		i.judge(low, "judge", "continue")
		i.untilStage(top, "after", "SUCCEEDED")
		i.judge(top, "elsewhere", "continue")
		i.untilStatus(top, "SUCCEEDED")
		if n := i.executions(); n != 2 {
			t.Errorf("%d executions", n)
		}
	})
}

// TestAChildThatIsNoLongerAParentsIsRestartedAlone: the parent has started another
// one in the meantime.
func TestAChildThatIsNoLongerAParentsIsRestartedAlone(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("top", nil, childStage("run", "low"))
		top := i.begin("top")
		first := i.childOf(top, "run")
		i.stopped(first)
		i.untilStatus(top, "TERMINAL")
		i.restart(top, "run")
		second := i.childOf(top, "run")
		i.untilStage(second, "judge", "RUNNING")
		if first == second {
			t.Fatal("the parent has no other child")
		}
		i.restart(first, "judge")
		i.judge(first, "judge", "continue")
		i.untilStatus(first, "SUCCEEDED")
		i.wantStages(top, map[string]string{"run": "RUNNING"})
		if i.childOf(top, "run") != second {
			t.Error("the parent's child is another one")
		}
		i.judge(second, "judge", "continue")
		i.untilStatus(top, "SUCCEEDED")
	})
}

// TestARestartedChildOfACanceledParent: as in Orca, which restarts every parent that
// has ended.
func TestARestartedChildOfACanceledParent(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("top", nil, childStage("run", "low"))
		top := i.begin("top")
		low := i.childOf(top, "run")
		i.untilStage(low, "judge", "RUNNING")
		i.call(http.MethodPut, top+"/cancel", nil)
		i.untilStatus(top, "CANCELED")
		i.untilStatus(low, "CANCELED")
		i.restart(low, "judge")
		i.wantStages(top, map[string]string{"run": "RUNNING"})
		i.judge(low, "judge", "continue")
		i.untilStatus(top, "SUCCEEDED")
	})
}

// TestAParentThatDoesNotWaitIsLeftAlone: all that follows its stage would run again
// for no reason.
func TestAParentThatDoesNotWaitIsLeftAlone(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	i.save("low", nil, judgmentStage("judge"))
	i.save("top", nil, model.Merge(childStage("run", "low"), map[string]any{"waitForCompletion": false}))
	top := i.begin("top")
	low := i.childOf(top, "run")
	before := i.untilStatus(top, "SUCCEEDED")
	i.stopped(low)
	i.restart(low, "judge")
	i.judge(low, "judge", "continue")
	i.untilStatus(low, "SUCCEEDED")
	if after := i.object(http.MethodGet, top, nil); after["endTime"] != before["endTime"] {
		t.Error("the parent ran again")
	}
}

// TestRestartsThatRace: two children of one parent are restarted at the same time,
// each by two people.
func TestRestartsThatRace(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		gently := map[string]any{"failPipeline": false, "continuePipeline": false, "completeOtherBranchesThenFail": true}
		i.save("low", nil, judgmentStage("judge"))
		i.save("top", nil, model.Merge(childStage("one", "low"), gently), model.Merge(childStage("two", "low"), gently),
			instant("after", "one", "two"))
		top := i.begin("top")
		children := []string{i.childOf(top, "one"), i.childOf(top, "two")}
		for _, child := range children {
			i.stopped(child)
		}
		i.untilStatus(top, "TERMINAL")

		var group sync.WaitGroup
		answers := make([]int, 4)
		for n := range answers {
			group.Go(func() { answers[n] = i.restart(children[n%2], "judge") })
		}
		group.Wait()
		for n := range children {
			if !slices.Contains([]int{answers[n], answers[n+2]}, http.StatusOK) {
				t.Errorf("nobody could restart child %d: %v", n, answers)
			}
		}
		for _, child := range children {
			i.judge(child, "judge", "continue")
		}
		i.untilStatus(top, "SUCCEEDED")
		i.wantStages(top, map[string]string{"one": "SUCCEEDED", "two": "SUCCEEDED", "after": "SUCCEEDED"})
		if n := i.executions(); n != 3 {
			t.Errorf("%d executions", n)
		}
	})
}

// TestARestartedChildOfAStageThatRunsSeveral: the level that the child belongs to is
// waited for again, and the levels before it stay done.
func TestARestartedChildOfAStageThatRunsSeveral(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	i.save("quick", nil, instant("wait"))
	i.save("low", nil, judgmentStage("judge"))
	app := func(pipeline string, after ...any) map[string]any {
		return map[string]any{"child_pipeline": pipeline, "depends_on": after}
	}
	i.save("top", nil, flowStage("runMultiplePipelines", "run", map[string]any{"checkDuplicated": false, "yamlConfig": []any{map[string]any{
		"bundle_web": map[string]any{"a": app("quick"), "b": app("low", "a"), "c": app("quick", "b")},
	}}}))
	top := i.begin("top")
	ids := func(e map[string]any) []string {
		return model.Strings(model.Object(stageNamed(e, "run"), "context"), "executionIds")
	}
	e := i.until(top, "at its second level", func(e map[string]any) bool {
		level, _ := model.Int(model.Object(stageNamed(e, "run"), "context"), "levelNumber")
		if level != 1 || len(ids(e)) == 0 {
			return false
		}
		// The ids may still be those of the level before.
		return model.String(i.object(http.MethodGet, "/pipelines/"+ids(e)[0], nil), "name") == "low"
	})
	low := "/pipelines/" + ids(e)[0]
	i.stopped(low)
	i.untilStatus(top, "TERMINAL")
	i.restart(low, "judge")
	i.wantStages(top, map[string]string{"run": "RUNNING"})
	i.judge(low, "judge", "continue")
	e = i.untilStatus(top, "SUCCEEDED")
	list := model.List(model.Object(stageNamed(e, "run"), "outputs"), "executionsList")
	if n := i.executions(); n != 4 || len(list) != 3 {
		t.Errorf("%d executions, and %d in the outputs: %v", n, len(list), list)
	}
}

// TestARestartedChildThatIsMonitored: the stage that has started it doesn't wait,
// another one does.
func TestARestartedChildThatIsMonitored(t *testing.T) {
	t.Parallel()
	onEachDatabase(t, nil, func(t *testing.T, i *instance) {
		t.Helper()
		i.save("low", nil, judgmentStage("judge"))
		i.save("top", nil, model.Merge(childStage("run", "low"), map[string]any{"waitForCompletion": false}),
			flowStage("monitorPipeline", "watch", map[string]any{"executionIds": []any{"${#stage('run').context.executionId}"}}, "run"),
			instant("after", "watch"))
		top := i.begin("top")
		low := i.childOf(top, "run")
		i.stopped(low)
		i.untilStatus(top, "TERMINAL")
		i.restart(low, "judge")
		i.untilStage(top, "watch", "RUNNING")
		i.wantStages(top, map[string]string{"run": "SUCCEEDED", "after": "NOT_STARTED"})
		i.judge(low, "judge", "continue")
		i.untilStatus(top, "SUCCEEDED")
		if n := i.executions(); n != 2 {
			t.Errorf("%d executions", n)
		}

		// While it is being watched, a restart has it watched on.
		top = i.begin("top")
		low = i.childOf(top, "run")
		i.untilStage(top, "watch", "RUNNING")
		i.judge(low, "judge", "continue")
		i.untilStatus(top, "SUCCEEDED")
	})
}
