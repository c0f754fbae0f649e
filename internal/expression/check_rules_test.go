package expression_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/expression"
)

// What an expression asks about before it uses it may well not be there: nobody is
// to be warned of it.
func TestGuarded(t *testing.T) {
	t.Parallel()
	stage, parameter := expression.ToStage, expression.ToParameter
	type refs = []expression.Reference
	for text, want := range map[string]refs{
		"plain":             nil,
		"${ parameters.a }": nil,
		"${ #stage('B') }":  nil,
		"${ #stageExists('B') ? #stage('B').status : 'none' }": {{stage, "B"}},
		"${ parameters.a ?: 'x' }":                             {{parameter, "a"}},
		"${ parameters['a'] ?: 'x' }":                          {{parameter, "a"}},
		"${ parameters.a != null }":                            {{parameter, "a"}},
		"${ null == trigger.parameters.a }":                    {{parameter, "a"}},
		"${ parameters.containsKey('a') }":                     {{parameter, "a"}},
		"${ parameters.a == 'x' }":                             nil,
		"${ broken":                                            nil,
	} {
		require.Equal(t, want, expression.Guarded(text), text)
	}
}

// Other systems write placeholders in the same form: only what names Spinnaker's own
// is taken for an expression where it can't be parsed.
func TestMeansSpinnaker(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"${ #stage('x' }":            true,
		"${ #toInt(' }":              true,
		"${ parameters.a + }":        true,
		"${ trigger['x' }":           true,
		"${ execution . id":          true,
		"${ templateVariables.a b }": true,
		"${HOME}":                    false,
		"${NAME:-default}":           false,
		"${ #nope('x' }":             false,
		"${ parameters }":            false,
		"${myparameters.a}":          false,
		"plain":                      false,
	} {
		require.Equal(t, want, expression.MeansSpinnaker(text), text)
	}
}

// In looks at keys and values at any depth.
func TestIn(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	for _, c := range []struct {
		value any
		want  bool
	}{
		{nil, false}, {1, false}, {"plain", false}, {"$ {a}", false}, {"a ${b}", true},
		{[]any{"a", []any{"${b}"}}, true}, {object{"a": object{"b": []any{"${c}"}}}, true},
		{object{"${a}": 1}, true}, {object{"a": "b"}, false}, {[]any{}, false},
	} {
		require.Equal(t, c.want, expression.In(c.value), "%v", c.value)
	}
}

// Ordered documents keep their keys in the order in which they were put.
func TestOrderedMap(t *testing.T) {
	t.Parallel()
	m := expression.NewMap()
	for _, key := range []string{"z", "a", "m", "a"} {
		m.Put(key, key+"!")
	}
	require.Equal(t, []string{"z", "a", "m"}, m.Keys())
	value, ok := m.Get("m")
	require.True(t, ok)
	require.Equal(t, "m!", value)
	_, ok = m.Get("nope")
	require.False(t, ok)
}

// The editor offers the versions of the evaluator, and warns of the oldest.
func TestVersions(t *testing.T) {
	t.Parallel()
	var offered []expression.Version
	for _, note := range expression.Versions() {
		offered = append(offered, note.Version)
		require.NotEmpty(t, note.Description)
		require.Equal(t, note.Version == expression.V2, note.Deprecated)
	}
	require.Equal(t, []expression.Version{expression.V4, expression.V3, expression.V2}, offered)
}
