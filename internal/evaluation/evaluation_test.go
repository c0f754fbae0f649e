package evaluation_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func evaluator(t *testing.T) (evaluation.Evaluator, *store.Store) {
	t.Helper()
	guard, err := httpguard.New(httpguard.Config{})
	require.NoError(t, err)
	st := storetest.SQLite(t)
	return evaluation.New(evaluation.Options{Store: st, Guard: guard}), st
}

// viewOf is a stage with that context, in an execution that "you" started.
func viewOf(context map[string]any) engine.View {
	s := &model.Stage{ID: "s", RefID: "1", Type: "wait", Name: "Wait", Context: context, Outputs: map[string]any{}}
	return engine.View{Stage: s, Execution: &model.Execution{
		ID: "e", Type: model.PipelineExecution, Application: "demo", Stages: []*model.Stage{s},
		Trigger: model.NormalizeTrigger(map[string]any{"parameters": map[string]any{"who": "you"}}),
	}}
}

func TestWhatIsEvaluated(t *testing.T) {
	t.Parallel()
	e, _ := evaluator(t)

	context, asked := e.Context(viewOf(map[string]any{"text": "Hello, ${parameters.who}", "plain": "x"}), nil)
	require.Empty(t, asked)
	require.Equal(t, "Hello, you", context["text"])
	require.Equal(t, "x", context["plain"])

	plain := map[string]any{"text": "nothing to evaluate"}
	context, _ = e.Context(viewOf(plain), nil)
	require.Equal(t, plain, context)

	config, asked := e.Pipeline(map[string]any{
		"name": "${trigger.parameters.who}", "trigger": map[string]any{"parameters": map[string]any{"who": "you"}},
		"stages": []any{map[string]any{"type": "wait", "comments": "${#stage('later')}"}},
	}, nil)
	require.Empty(t, asked)
	require.Equal(t, "you", config["name"])

	for text, want := range map[string]bool{"parameters.who == 'you'": true, "false": false} {
		got, err := e.Condition(viewOf(map[string]any{}), text, nil)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}

	manifest, failures := e.Manifest(t.Context(), viewOf(map[string]any{}), map[string]any{"kind": "${parameters.who}"})
	require.Empty(t, failures)
	require.Equal(t, "you", manifest["kind"])
	_, failures = e.Manifest(t.Context(), viewOf(map[string]any{}), map[string]any{"kind": "${nope(}"})
	require.NotEmpty(t, failures)
}

func TestPreconditions(t *testing.T) {
	t.Parallel()
	e, _ := evaluator(t)
	p := evaluation.Preconditions{Evaluator: e}
	v := viewOf(map[string]any{})
	require.False(t, p.Asks(v, "parameters.who == 'you'"))
	require.True(t, p.Asks(v, "#fromUrl('https://example.com') == 'x'"), "another server must be asked")
	got, err := p.Evaluate(t.Context(), v, "parameters.who == 'you'")
	require.NoError(t, err)
	require.Equal(t, "true", got.Value)
	require.Empty(t, got.Summary)
	got, err = p.Evaluate(t.Context(), v, "nope(")
	require.NoError(t, err)
	require.NotEmpty(t, got.Summary)
}

// Functions ask the store for pipelines.
func TestFunctionsAskTheStore(t *testing.T) {
	t.Parallel()
	e, st := evaluator(t)
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SavePipeline(ctx, store.PipelineKind, model.Pipeline{"id": "42", "application": "demo", "name": "Deploy"}, "me", 0)
		return err
	}))
	context, _ := e.Context(viewOf(map[string]any{"id": "${#pipelineId('Deploy')}", "other": "${#pipelineId('deploy')}"}), nil)
	require.Equal(t, "42", context["id"])
	require.NotEqual(t, "42", context["other"], "names of pipelines are told apart by their case")
}

// The zero value is for where nothing is evaluated.
func TestWithoutExpressions(t *testing.T) {
	t.Parallel()
	require.Nil(t, evaluation.Evaluator{}.Local())
	require.Nil(t, evaluation.Evaluator{}.Expressions())
	e, _ := evaluator(t)
	require.NotNil(t, e.Local())
}
