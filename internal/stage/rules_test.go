package stage_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

type object = map[string]any

func task(status model.Status) stage.Task {
	return stage.TaskFunc(func(context.Context, stage.Input) (stage.Result, error) { return stage.Result{Status: status}, nil })
}

// A stage's type is that of its alias, if there is such a type, else of its own name
// or another name of the type's; a task is its type's own before any other's.
func TestRegistry(t *testing.T) {
	t.Parallel()
	r := stage.NewRegistry(
		&stage.Type{Name: "send", Aliases: []string{"mail", "post"}, Tasks: map[string]stage.Task{"Shared": task(model.Succeeded), "Send": task(model.Succeeded)}},
		&stage.Type{Name: "call", Tasks: map[string]stage.Task{"Shared": task(model.Terminal)}},
	)
	require.Equal(t, []string{"call", "send"}, r.Names())
	for _, c := range []struct{ kind, alias, want string }{
		{"send", "", "send"}, {"mail", "", "send"}, {"post", "", "send"}, {"call", "", "call"}, {"other", "", ""},
		{"other", "call", "call"}, {"send", "call", "call"}, {"send", "nope", "send"}, {"other", "nope", ""},
	} {
		s := &model.Stage{Type: c.kind, Context: object{"alias": c.alias}}
		found, ok := r.For(s)
		require.Equal(t, c.want != "", ok, "%v", c)
		if ok {
			require.Equal(t, c.want, found.Name, "%v", c)
		}
		_, defined := r.Definition(s)
		require.Equal(t, ok, defined)
	}
	_, ok := r.Lookup("post")
	require.True(t, ok)
	for _, c := range []struct {
		kind, class string
		want        model.Status
	}{
		{"send", "Shared", model.Succeeded}, {"call", "Shared", model.Terminal}, {"call", "Send", model.Succeeded},
		{"other", "Send", model.Succeeded}, {"other", engine.DryRunClass, model.Succeeded}, {"send", "Nope", ""},
	} {
		found, ok := r.Task(&model.Stage{Type: c.kind}, c.class)
		require.Equal(t, c.want != "", ok, "%v", c)
		if ok {
			result, err := found.Run(t.Context(), stage.Input{})
			require.NoError(t, err)
			require.Equal(t, c.want, result.Status, "%v", c)
		}
	}
	require.PanicsWithValue(t, `stage: two types are named "mail"`, func() {
		stage.NewRegistry(&stage.Type{Name: "send", Aliases: []string{"mail"}}, &stage.Type{Name: "mail"})
	})
}

// Whom a task acts for is recorded with the execution.
func TestPrincipals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		execution model.Execution
		want      access.Principal
	}{
		"nobody":   {model.Execution{}, access.Principal{}},
		"somebody": {model.Execution{Origin: "deck", Authentication: &model.Authentication{User: "ann", AllowedAccounts: []string{"prod"}}}, access.Principal{Name: "ann", Origin: "deck", AllowedAccounts: []string{"prod"}}},
	} {
		in := stage.Input{View: engine.View{Execution: &c.execution}}
		got := in.Principal()
		require.Equal(t, c.want.AllowedAccounts, got.AllowedAccounts, name)
		require.Equal(t, c.want.Origin, got.Origin, name)
		if c.want.Name != "" {
			require.Equal(t, c.want.Name, got.Name)
		}
	}
}

// The time of a task counts from its first run.
func TestElapsed(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(10_000)
	require.Zero(t, stage.Input{Now: now}.Elapsed())
	require.Zero(t, stage.Input{Now: now, Task: &model.Task{}}.Elapsed())
	require.Equal(t, 7*time.Second, stage.Input{Now: now, Task: &model.Task{StartTime: 3000}}.Elapsed())
}

// A result says what becomes of the task, and carries what is to be merged.
func TestResults(t *testing.T) {
	t.Parallel()
	state, err := stage.NewState(1, "s")
	require.NoError(t, err)
	require.Equal(t, stage.Result{Status: model.Succeeded, Outputs: object{"a": 1}}, stage.Succeeded().WithOutputs(object{"a": 1}))
	require.Equal(t, stage.Result{Status: model.Terminal, Context: object{"a": 1}}, stage.Failed().With(object{"a": 1}))
	require.Equal(t, stage.Result{Status: model.Running, State: state}, stage.Running().Remember(state))
	require.Equal(t, stage.Result{Status: model.Running, State: state, Noted: true}, stage.Note(state))
	require.NoError(t, stage.Retryable(nil))
	cause := errors.New("no")
	require.ErrorIs(t, stage.Retryable(cause), cause)
	var into struct {
		N int `json:"n"`
	}
	require.NoError(t, stage.Input{View: engine.View{Stage: &model.Stage{Context: object{"n": "7"}}}}.Decode(&into))
	require.Equal(t, 7, into.N)
}

// A stage is wrong if it will fail, and odd if it is only not as its schema says;
// what a type's own check complains of is told once.
func TestJudge(t *testing.T) {
	t.Parallel()
	const schema = `{"type":"object","required":["to"],"properties":{"to":{"type":"string"},"count":{"type":"integer"},"list":{"type":"array","items":{"type":"object","required":["name"]}}}}`
	check := func(s map[string]any) error {
		if model.String(s, "to") == "nobody" {
			return fault.New(fault.Invalid, "to: must be somebody")
		}
		if n, ok := model.Int(s, "count"); ok && n > 9 {
			return &stage.Error{Message: "count: is too much"}
		}
		if model.String(s, "to") == "odd" {
			return errors.New("it does not work: at all")
		}
		return nil
	}
	v, err := stage.NewValidator(stage.NewRegistry(
		&stage.Type{Name: "send", Schema: []byte(schema)}, &stage.Type{Name: "checked", Schema: []byte(schema), Check: check},
	))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		stage      object
		wrong, odd []string
	}{
		"fine":                           {object{"type": "send", "to": "you"}, nil, nil},
		"a field is missing":             {object{"type": "send"}, []string{"to is missing"}, nil},
		"a field is of another kind":     {object{"type": "send", "to": "you", "count": "many"}, nil, []string{`count must be a whole number, not "many"`}},
		"a member's field is missing":    {object{"type": "send", "to": "you", "list": []any{object{}}}, nil, []string{"list[0].name is missing"}},
		"an expression":                  {object{"type": "send", "to": "you", "count": "${ 1 }"}, nil, nil},
		"a broken expression":            {object{"type": "send", "to": "you", "count": "${ 1 + }"}, nil, []string{`count must be a whole number, not "$ { 1 + }"`}},
		"its own check decides":          {object{"type": "checked"}, nil, nil},
		"its own check complains":        {object{"type": "checked", "to": "nobody"}, []string{"to must be somebody"}, nil},
		"its own check complains of one": {object{"type": "checked", "to": "you", "count": 10}, []string{"count is too much"}, nil},
		"in words of its own":            {object{"type": "checked", "to": "odd"}, []string{"it does not work: at all"}, nil},
	} {
		wrong, odd := v.Judge(c.stage)
		require.Equal(t, c.wrong, wrong, name)
		require.Equal(t, c.odd, odd, name)
	}
	wrong, _ := v.Judge(object{"type": "sennd", "to": "you"})
	require.Equal(t, []string{`there is no stage type "sennd"; the nearest is "send"`}, wrong)
}

// What an expression will be isn't known before the stage runs.
func TestWithoutExpressions(t *testing.T) {
	t.Parallel()
	require.Equal(t, object{"plain": "x", "broken": "${ a + }", "list": []any{"x"}}, stage.WithoutExpressions(object{
		"plain": "x", "broken": "${ a + }", "list": []any{"x"}, "text": "${ a }", "deep": object{"b": []any{object{"c": "-${ a }-"}}},
	}))
}
