package expression_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/expression"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                        "",
		"${ parameters.a }":            "",
		"${ #stage('x')['status'] }-x": "",
		"${ a + }":                     "there is nothing",
		"${ parameters.a":              "no closing }",
		"${}":                          "there is no expression",
		"${NAME:-fallback}":            "ends before",
	} {
		err := expression.Check(text)
		if want == "" {
			require.NoError(t, err, text)
		} else {
			require.Error(t, err, text)
		}
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	stage, ref, parameter := expression.ToStage, expression.ToStageRef, expression.ToParameter
	type refs = []expression.Reference
	for text, want := range map[string]refs{
		"plain":                                   nil,
		"${ broken":                               nil,
		"${ trigger.user }":                       nil,
		"${ #stage('Build').status }":             {{stage, "Build"}},
		"${ #judgment('Ask') } ${#stage('Ask')}":  {{stage, "Ask"}},
		"${ #stageExists('Maybe') }":              nil,
		"${ #stage(parameters.which) }":           {{parameter, "which"}},
		"${ #stageByRefId('3') }":                 {{ref, "3"}},
		"${ parameters['a'] + parameters.b }":     {{parameter, "a"}, {parameter, "b"}},
		"${ trigger.parameters.get('c') }":        {{parameter, "c"}},
		"${ trigger['parameters']?.d ?: 'x' }":    {{parameter, "d"}},
		"${ execution.trigger.parameters[e] }":    {{parameter, "e"}},
		"${ parameters.f == 'x' ? {1} : {2} }":    {{parameter, "f"}},
		"${ stages.?[parameters.g == 1] }":        nil,
		"${ stages.![#stage('H').name] }":         {{stage, "H"}},
		"${ #toJson(parameters) }":                nil,
		"${ parameters.size() }":                  nil,
		"${ new String(parameters.i) }":           {{parameter, "i"}},
		"${ !(parameters.j matches 'x') and k }":  {{parameter, "j"}},
		"${ {a: parameters.l, b: {parameters.m}}": nil,
		"${ {parameters.l, {parameters.m}} }":     {{parameter, "l"}, {parameter, "m"}},
	} {
		require.Equal(t, want, expression.References(text), text)
	}
}

func FuzzReferences(f *testing.F) {
	for _, text := range []string{"${ parameters.a ?: {b: 1} }", "${ #stage('x').context['y'] }", "${ new int[]{1} } ${ a++ }"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if expression.Check(text) != nil {
			require.Empty(t, expression.References(text))
		}
		expression.References(text)
	})
}
