package runner_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// evaluating evaluates as the server does.
type evaluating struct{ *expression.Evaluator }

func (e evaluating) Pipeline(config map[string]any, known expression.Answers) (map[string]any, []expression.Asked) {
	scope := expression.StartScope(map[string]any{"trigger": config["trigger"]})
	out, summary := e.Knowing(known).EvaluatePipeline(context.Background(), config, scope)
	return out, summary.Unanswered()
}

func (e evaluating) Context(v engine.View, known expression.Answers) (map[string]any, []expression.Asked) {
	out, summary := e.Knowing(known).EvaluateStage(context.Background(), v.Execution, v.Stage, "u")
	return out, summary.Unanswered()
}

func (e evaluating) Condition(v engine.View, text string, known expression.Answers) (bool, error) {
	return e.Knowing(known).Condition(context.Background(), text, expression.StageScope(v.Execution, v.Stage, "u"))
}

// site is the outside: the answers to URLs, given by a function.
type site func(ctx context.Context, url string) (string, error)

func (s site) Fetch(ctx context.Context, url string) (string, error) { return s(ctx, url) }

func asking(t testing.TB, url string, s site, more ...*stage.Type) *kit {
	t.Helper()
	evaluator := expression.New(expression.Options{Outside: expression.Outside{URLs: s}})
	return openAsking(t, url, evaluating{evaluator}, evaluator, more...)
}

func variable(ref, value string, more map[string]any) map[string]any {
	return model.Merge(map[string]any{
		"type": "evaluateVariables", "refId": ref, "name": ref, "requisiteStageRefIds": []any{},
		"variables": []any{map[string]any{"key": "v", "value": value}},
	}, more)
}

// Where the process dies that has asked, another one asks.
func TestAQuestionOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
	asked := make(chan struct{}, 10)
	first := asking(t, url, func(ctx context.Context, _ string) (string, error) {
		asked <- struct{}{}
		<-ctx.Done()
		return "", ctx.Err()
	})
	e := first.start(map[string]any{"trigger": map[string]any{"parameters": map[string]any{"p": "${#fromUrl('http://p')}"}}},
		variable("1", "${#fromUrl('http://a')}", nil))
	<-asked
	first.stop()
	second := asking(t, url, func(_ context.Context, url string) (string, error) { return "<" + url + ">", nil })
	got := second.ended(e.ID)
	if got.Status != model.Succeeded || got.Stages[0].Outputs["v"] != "<http://a>" {
		t.Errorf("ended %s with %v", got.Status, got.Stages[0].Outputs)
	}
	if p := model.Object(got.Trigger, "parameters")["p"]; p != "<http://p>" {
		t.Errorf("the parameter is %v", p)
	}
}

// A failed answer counts for one task: the next one asks again. A task that is
// run again does not.
func TestAFailureIsAskedAgainForTheNextTask(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	runs := atomic.Int64{}
	k := asking(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), func(context.Context, string) (string, error) {
		asked.Add(1)
		return "", &expression.Failure{Class: expression.ExceptionStatus, Message: "no", At: -1}
	}, scripted("poll", func(context.Context, stage.Input) (stage.Result, error) {
		if runs.Add(1) < 3 {
			return stage.Running(), nil
		}
		return stage.Succeeded(), nil
	}))
	e := k.start(map[string]any{"spelEvaluator": "v4"}, map[string]any{
		"type": "poll", "refId": "1", "name": "p", "requisiteStageRefIds": []any{}, "note": "${#fromUrl('http://a')}",
	})
	got := k.ended(e.ID)
	if got.Status != model.Succeeded || runs.Load() != 3 {
		t.Errorf("ended %s after %d runs", got.Status, runs.Load())
	}
	// Once to plan the stage and once for its task, whose answer also counts after it.
	if asked.Load() != 2 {
		t.Errorf("the URL was read %d times", asked.Load())
	}
	if model.Object(got.Stages[0].Context, expression.SummaryKey) == nil {
		t.Error("nothing tells of the failure")
	}
}

// The condition of a stage may need answers as well; many that wait hold up
// nobody.
func TestManyQuestionsHoldUpNobody(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	k := asking(t, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), func(ctx context.Context, _ string) (string, error) {
		select {
		case <-release:
			return "true", nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	})
	ids := make([]string, 150) // more than the kit has workers
	for i := range ids {
		ids[i] = k.start(nil, variable("1", "x", map[string]any{
			"stageEnabled": map[string]any{"type": "expression", "expression": "#fromUrl('http://slow') == 'true'"},
		})).ID
	}
	quick := k.start(nil, variable("1", "${1 + 1}", nil))
	if got := k.ended(quick.ID); got.Status != model.Succeeded {
		t.Errorf("the quick one ended %s", got.Status)
	}
	close(release)
	for _, id := range ids {
		if got := k.ended(id); got.Stages[0].Status != model.Succeeded {
			t.Errorf("the stage is %s", got.Stages[0].Status)
		}
	}
}
