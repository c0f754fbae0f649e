package model_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// What each status means, as in Orca's ExecutionStatus: STOPPED is a success and a
// failure.
func TestMeaningOfStatuses(t *testing.T) {
	t.Parallel()
	type meaning struct{ complete, halt, successful, failure, downstream bool }
	want := map[model.Status]meaning{
		model.NotStarted:     {},
		model.Running:        {},
		model.Paused:         {},
		model.Suspended:      {},
		model.Redirect:       {},
		model.Buffered:       {},
		model.Succeeded:      {complete: true, successful: true, downstream: true},
		model.Skipped:        {complete: true, successful: true, downstream: true},
		model.FailedContinue: {complete: true, failure: true, downstream: true},
		model.Stopped:        {complete: true, halt: true, successful: true, failure: true},
		model.Terminal:       {complete: true, halt: true, failure: true},
		model.Canceled:       {complete: true, halt: true},
	}
	require.Len(t, want, len(model.Statuses()))
	for s, w := range want {
		got := meaning{s.Complete(), s.Halt(), s.Successful(), s.Failure(), s.LetsDownstreamRun()}
		require.Equal(t, w, got, "%s", s)
	}
}

// Fields are read leniently, as Jackson reads them: numbers and truth may be texts.
func TestLenientFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value  any
		text   string
		number any // nil: none
		truth  string
	}{
		{"x", "x", nil, "missing"},
		{"", "", nil, "missing"},
		{"7", "7", int64(7), "missing"},
		{" 7 ", " 7 ", int64(7), "missing"},
		{"7.9", "7.9", int64(7), "missing"},
		{"1e3", "1e3", int64(1000), "missing"},
		{"NaN", "NaN", nil, "missing"},
		{"1e300", "1e300", nil, "missing"},
		{"true", "true", nil, "true"},
		{"False", "False", nil, "false"},
		{"yes", "yes", nil, "missing"},
		{true, "true", nil, "true"},
		{false, "false", nil, "false"},
		{7, "7", int64(7), "missing"},
		{int64(-7), "-7", int64(-7), "missing"},
		{7.5, "7.5", int64(7), "missing"},
		{1e20, "100000000000000000000", nil, "missing"},
		{math.NaN(), "NaN", nil, "missing"},
		{json.Number("7"), "7", int64(7), "missing"},
		{json.Number("7.5"), "7.5", int64(7), "missing"},
		{json.Number("12345678901234567890"), "12345678901234567890", nil, "missing"},
		{nil, "", nil, "missing"},
		{[]any{"x"}, "", nil, "missing"},
		{object{}, "", nil, "missing"},
	} {
		m := object{"k": c.value}
		require.Equal(t, c.text, model.String(m, "k"), "%#v", c.value)
		n, ok := model.Int(m, "k")
		require.Equal(t, c.number != nil, ok, "%#v", c.value)
		if ok {
			require.Equal(t, c.number, n, "%#v", c.value)
		}
		for _, missing := range []bool{true, false} {
			want := missing
			if c.truth != "missing" {
				want = c.truth == "true"
			}
			require.Equal(t, want, model.Bool(m, "k", missing), "%#v", c.value)
		}
	}
}

func TestListsOfTexts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value any
		want  []string
	}{
		{nil, nil}, {"", nil}, {"a", []string{"a"}}, {[]string{"a", "b"}, []string{"a", "b"}},
		{[]any{"a", 1, nil, "b"}, []string{"a", "b"}}, {[]any{}, []string{}}, {7, nil}, {object{}, nil},
	} {
		require.Equal(t, c.want, model.Strings(object{"k": c.value}, "k"), "%#v", c.value)
	}
	require.Nil(t, model.List(object{"k": "x"}, "k"))
	require.Empty(t, model.Objects(object{"k": []any{"x", nil}}, "k"))
	require.Equal(t, object{"a": 1}, model.Object(object{"k": model.Trigger{"a": 1}}, "k"))
	require.Nil(t, model.Object(object{"k": []any{}}, "k"))
}

// A merge takes the later field, and changes neither.
func TestMerge(t *testing.T) {
	t.Parallel()
	base, over := object{"a": 1, "b": 2}, object{"b": 3, "c": nil}
	require.Equal(t, object{"a": 1, "b": 3, "c": nil}, model.Merge(base, over))
	require.Equal(t, object{"a": 1, "b": 2}, base)
	require.Equal(t, object{"b": 3, "c": nil}, over)
	require.Equal(t, object{}, model.Merge(nil, nil))
	require.Equal(t, object{"b": 2}, model.Without(base, "a", "nope"))
	require.Contains(t, base, "a")
}

// A pipeline without a place in its list comes last.
func TestPipelines(t *testing.T) {
	t.Parallel()
	list := []model.Pipeline{{"name": "c"}, {"name": "b", "index": json.Number("2")}, {"name": "a", "index": 0}, {"name": "d", "index": "x"}}
	slices.SortStableFunc(list, func(a, b model.Pipeline) int { return int(a.Index() - b.Index()) })
	var names []string
	for _, p := range list {
		names = append(names, p.Name())
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, names)
	p := model.Pipeline{"id": "i", "application": "shop", "disabled": "true"}
	require.Equal(t, []any{"i", "shop", true}, []any{p.ID(), p.Application(), p.Disabled()})
}

// A trigger has what Orca's always has; what it says itself stays.
func TestTriggers(t *testing.T) {
	t.Parallel()
	got := model.NormalizeTrigger(object{"type": "pipeline", "parameters": nil, "dryRun": true, "own": 1, "parentExecution": object{"id": "p"}, "parentPipelineId": "other", "parentPipelineStageId": "s"})
	require.Equal(t, object{}, got.Parameters())
	require.True(t, got.DryRun())
	require.Equal(t, []string{"pipeline", "p", "s"}, []string{got.Type(), got.ParentExecutionID(), got.ParentStageID()})
	require.Equal(t, "other", model.Trigger{"parentPipelineId": "other"}.ParentExecutionID())
	require.Empty(t, model.Trigger{}.ParentExecutionID())
	for _, key := range []string{"artifacts", "notifications", "resolvedExpectedArtifacts", "rebake", "strategy", "user"} {
		require.Contains(t, got, key)
	}
	require.Equal(t, 1, got["own"])
}

// values are JSON values as contexts hold them.
func values(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		most := 4
		if depth > 0 {
			most = 6
		}
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return json.Number(rapid.SampledFrom([]string{"0", "-1", "1.5", "12345678901234567890", "1e3"}).Draw(t, "number"))
		case 3, 4:
			return rapid.StringMatching(`[a-zé<&"\\]{0,5}`).Draw(t, "text")
		case 5:
			list := []any{}
			for range rapid.IntRange(0, 3).Draw(t, "members") {
				list = append(list, values(depth-1).Draw(t, "member"))
			}
			return list
		default:
			m := object{}
			for range rapid.IntRange(0, 3).Draw(t, "fields") {
				m[rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "key")] = values(depth-1).Draw(t, "field")
			}
			return m
		}
	})
}

// JSON comes back as it was, numbers digit by digit, and is written without escapes
// that browsers need and nobody else does.
func TestJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		value := values(3).Draw(t, "value")
		data, err := model.Marshal(value)
		require.NoError(t, err)
		require.NotContains(t, string(data), `\u003c`)
		var back any
		require.NoError(t, model.Unmarshal(data, &back))
		require.Equal(t, value, back)
		require.Error(t, model.Unmarshal(append(data, " {}"...), &back))
	})
}

// Without nulls there are none at any depth but in lists, and nothing else is lost.
func TestDroppedNulls(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := object{"v": values(3).Draw(t, "value")}
		dropped := model.DropNulls(m)
		var check func(any)
		check = func(value any) {
			switch v := value.(type) {
			case object:
				for _, item := range v {
					require.NotNil(t, item)
					check(item)
				}
			case []any:
				for _, item := range v {
					check(item)
				}
			}
		}
		check(dropped)
		require.Equal(t, dropped, model.DropNulls(dropped))
	})
}

// The size of a value is near that of its JSON, and counting ends when it is over.
func TestSizes(t *testing.T) {
	t.Parallel()
	const most = 1 << 20
	rapid.Check(t, func(t *rapid.T) {
		value := values(4).Draw(t, "value")
		data, err := model.Marshal(value)
		require.NoError(t, err)
		counted := most - model.Size(value, most)
		require.LessOrEqual(t, counted, 8*len(data)+16)
		require.GreaterOrEqual(t, 8*counted+16, len(data))
		require.Negative(t, model.Size(object{"a": "long enough", "v": value}, 3))
	})
	require.Zero(t, (*model.Execution)(nil).Size())
	e := &model.Execution{Stages: []*model.Stage{{Context: object{"a": "0123456789"}}, {Outputs: object{"b": []string{"01234"}, "c": []object{{"d": 1}}}}}, Trigger: model.Trigger{"e": struct{ A string }{"x"}}}
	require.InDelta(t, 70, e.Size(), 30)
}

// Numbers become those of Go, and what fits neither stays a text.
func TestPlain(t *testing.T) {
	t.Parallel()
	require.Equal(t, object{"a": int64(1), "b": []any{1.5, "x", nil, int64(7)}, "c": 12345678901234567890.0}, model.Plain(object{
		"a": json.Number("1"), "b": []any{json.Number("1.5"), "x", nil, 7}, "c": json.Number("12345678901234567890"),
	}))
	require.Equal(t, "odd", model.Plain(json.Number("odd")))
}

func TestIsEmpty(t *testing.T) {
	t.Parallel()
	for _, empty := range []any{nil, "", []any{}, map[string]any{}, []any(nil)} {
		require.True(t, model.IsEmpty(empty), "%#v", empty)
	}
	for _, full := range []any{false, 0, 0.0, " ", []any{nil}, map[string]any{"a": nil}} {
		require.False(t, model.IsEmpty(full), "%#v", full)
	}
}
