package crashtest

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// hook is a webhook stage.
func (u *tour) hook(ref string, requires ...string) map[string]any {
	return step("webhook", ref, map[string]any{"url": u.receiver.URL, "payload": map[string]any{}}, requires...)
}

// decide goes through the stages that wait, decide and compute, and runs two of
// them again.
func decide(ctx context.Context, u *tour) error {
	check := func(kind string, fields map[string]any) map[string]any {
		return map[string]any{"type": kind, "failPipeline": true, "context": fields}
	}
	always := map[string]any{"whitelist": []any{map[string]any{"startHour": 0, "startMin": 0, "endHour": 23, "endMin": 59}}}
	e, err := u.run(ctx, "decide",
		step("manualJudgment", "judge", map[string]any{
			"judgmentInputs": []any{map[string]any{"value": "red"}, map[string]any{"value": "blue"}},
			keyAnswer:        map[string]any{"judgmentStatus": "continue", "judgmentInput": "blue"},
		}),
		step("manualJudgment", "refuse", map[string]any{
			"failPipeline": false, "continuePipeline": true, keyWant: string(model.FailedContinue), keyAnswer: map[string]any{"judgmentStatus": "stop"},
		}),
		step("checkPreconditions", "check", map[string]any{"preconditions": []any{
			check("expression", map[string]any{"expression": "${#judgment('judge') == 'blue'}"}),
			check("stageStatus", map[string]any{"stageName": "judge", "stageStatus": "SUCCEEDED"}),
		}}, "judge"),
		u.hook("again", "check"),
		u.hook("last", "again"),
		step("evaluateVariables", "variables", map[string]any{"variables": []any{
			map[string]any{"key": "sum", "value": "${1 + 1}"},
		}}),
		step("evaluateArtifacts", "artifacts", map[string]any{"artifactContents": []any{map[string]any{"name": "a.txt", "contents": "${sum}"}}}, "variables"),
		step("group", "group", map[string]any{keyWant: string(model.Skipped)}),
		step("noop", "noop", map[string]any{keyWant: string(model.Skipped)}, "group"),
		step("wait", "wait", map[string]any{"waitTime": 1, "restrictExecutionDuringTimeWindow": true, "restrictedExecutionWindow": always}),
		step("waitUntil", "until", map[string]any{"epochMillis": model.Millis(time.Now().Add(2 * time.Second))}),
		step("waitForCondition", "condition", map[string]any{"cluster": "free", "region": "r", "account": account}),
		step("wait", "skipped", map[string]any{"waitTime": 3600, "stageEnabled": map[string]any{"type": "expression", "expression": "false"}, keyWant: string(model.Skipped)}),
	)
	if err != nil {
		return err
	}
	for range 2 {
		if e, err = u.restart(ctx, e, "again"); err != nil {
			return err
		}
	}
	// A judgment that was made stays.
	judge := stageOf(e, "judge")
	status, _, err := u.ask(ctx, http.MethodPatch, "/pipelines/"+e.ID+"/stages/"+judge.ID, map[string]any{"judgmentStatus": "stop"})
	if err != nil {
		return err
	}
	if status != http.StatusConflict {
		return fmt.Errorf("judging a second time is answered with %d", status)
	}
	u.mu.Lock()
	u.spans[stageOf(e, "last").ID] = u.spans[stageOf(e, "again").ID]
	u.mu.Unlock()
	u.after(func() error {
		e := u.stored[e.ID]
		got := fmt.Sprint(stageOf(e, "judge").Context["judgmentStatus"], stageOf(e, "judge").Context["judgmentInput"],
			stageOf(e, "refuse").Context["judgmentStatus"], stageOf(e, "variables").Outputs["sum"])
		if got != "continuebluestop2" {
			return fmt.Errorf("judged and computed was %s", got)
		}
		return nil
	})
	return nil
}

// nested is a pipeline that others start.
func (r *receiver) nested() map[string]any {
	return map[string]any{"application": "crash", "name": "nested", "id": "nested", "stages": []any{
		r.stage("webhook", "hook", "", nil),
		step("evaluateArtifacts", "artifact", map[string]any{"artifactContents": []any{map[string]any{"name": "of-child", "contents": "x"}}}),
	}}
}

// children starts pipelines in each of the ways there are, waits for them, uses
// what they made, and restarts one.
func children(ctx context.Context, u *tour) error {
	app := func(name string) map[string]any {
		return map[string]any{"child_pipeline": "nested", "arguments": map[string]any{"name": name}}
	}
	one := "${#stage('one')['context']['executionId']}"
	expected := []any{map[string]any{"id": "a", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "of-child"}}}
	e, err := u.run(ctx, "children",
		step("pipeline", "one", map[string]any{"application": "crash", "pipeline": "nested"}),
		step("runMultiplePipelines", "several", map[string]any{"yamlConfig": []any{
			map[string]any{"bundle_web": map[string]any{"a": app("a"), "b": app("b")}},
		}}),
		step("dependsOnExecution", "depends", map[string]any{"executionType": "PIPELINE", "executionId": one}, "one"),
		step("monitorPipeline", "monitor", map[string]any{"executionIds": []any{one}}, "one"),
		step("findArtifactFromExecution", "find", map[string]any{
			"application": "crash", "pipeline": "nested", "executionOptions": map[string]any{"successful": true}, "expectedArtifacts": expected,
		}, "one"),
		u.hook("last", "depends", "monitor", "find"),
	)
	if err != nil {
		return err
	}
	child, err := u.execution(ctx, model.String(stageOf(e, "one").Context, "executionId"))
	if err != nil {
		return err
	}
	if _, err := u.restart(ctx, child, "hook"); err != nil {
		return err
	}
	// So its parent goes on as well.
	if _, err := u.follow(ctx, e.ID, e.EndTime); err != nil {
		return err
	}
	u.mu.Lock()
	u.spans[stageOf(e, "last").ID] = u.spans[stageOf(child, "hook").ID]
	u.mu.Unlock()
	u.after(func() error {
		n := 0
		for _, child := range u.stored {
			if child.Trigger.ParentExecutionID() == e.ID {
				n++
			}
		}
		if n != childrenOf {
			return fmt.Errorf("%s has %d children, want %d", e.ID, n, childrenOf)
		}
		return nil
	})
	return nil
}

// notify calls other services by the stages that the configuration adds.
func notify(ctx context.Context, u *tour) error {
	monitored := map[string]any{"deploymentMonitor": map[string]any{"id": "monitor"}, "newServerGroup": "web-v001", "account": account}
	_, err := u.run(ctx, "notify",
		step("ping", "ping", nil),
		step("notifyDeployStarting", "starting", monitored, "ping"),
		step("evaluateDeploymentHealth", "health", monitored, "starting"),
		step("notifyDeployCompleted", "completed", monitored, "health"),
	)
	return err
}
