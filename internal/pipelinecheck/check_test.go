package pipelinecheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
)

// types knows the stage type wait alone.
type types struct{}

func (types) Graph(stages []any) []string { return engine.ValidateGraph(stages) }

func (types) Unavailable(kind string) string {
	switch kind {
	case "wait":
		return ""
	case "titusRunJob":
		return "not here"
	}
	return "there is no stage type \"" + kind + "\""
}

func (types) Stage(s map[string]any) []string {
	switch model.String(s, "type") {
	case "wait":
	case "titusRunJob":
		return nil
	default:
		return []string{"there is no stage type \"" + model.String(s, "type") + "\""}
	}
	if s["waitTime"] == nil {
		return []string{"waitTime is missing"}
	}
	return nil
}

func check(t *testing.T, text string) []string {
	t.Helper()
	var pipeline map[string]any
	require.NoError(t, model.Unmarshal([]byte(text), &pipeline))
	var out []string
	for _, p := range pipelinecheck.New(types{}).Check(pipeline) {
		out = append(out, string(p.Severity)+" "+p.String())
	}
	return out
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pipeline string
		want     []string
	}{
		"fine": {`{"name":"p","application":"a","parameterConfig":[{"name":"x"}],"stages":[
			{"refId":"1","type":"wait","name":"W","waitTime":"${parameters.x}"},
			{"refId":"2","requisiteStageRefIds":["1"],"type":"wait","waitTime":1,"comments":"${#stage('W').status} ${#stage('wait')}"}]}`, nil},
		"empty": {`{}`, []string{
			"error name: name is missing: every pipeline has one",
			"warning application: application is missing: the pipeline can't be saved before it has one",
			"warning stages: the pipeline has no stages",
		}},
		"templated": {`{"name":"p","application":"a","type":"templatedPipeline","variables":{"v":"${parameters.x}"}}`, nil},
		"no list":   {`{"name":"p","application":"a","stages":{}}`, []string{"error stages: stages must be a list of objects"}},
		"graph and schema": {`{"name":"p","application":"a","stages":[
			{"refId":"1","requisiteStageRefIds":["9"],"type":"wait","name":"W"},
			{"refId":"1","type":"dance","name":"D: (x)"}]}`, []string{
			`error stages[1] (D: (x)): refId "1" is used by another stage too`,
			`error stages: stage "1": requisiteStageRefIds names "9", and no stage has that refId`,
			`error stages[0].waitTime (W): waitTime is missing`,
			`error stages[1] (D: (x)): there is no stage type "dance"`,
		}},
		"requisite": {`{"name":"p","application":"a","stages":[
			{"refId":"1","requisiteStageRefIds":["9"],"type":"wait","name":"W","waitTime":1}]}`, []string{
			`error stages: stage "1": requisiteStageRefIds names "9", and no stage has that refId`,
		}},
		"references": {`{"name":"p","application":"a","parameterConfig":[{"name":"Env"},{"name":"Env"}],"stages":[
			{"refId":"1","type":"wait","name":"W","waitTime":1,"x":["${parameters.env}"],"y":{"a b":"${#stage('V')}"},"z":"${#stageByRefId('7')}"}]}`, []string{
			`warning parameterConfig[1].name: another parameter is named "Env" too`,
			`warning stages[0].x[0] (W): the pipeline declares no parameter "env"; did you mean "Env"?`,
			`warning stages[0].y["a b"] (W): no stage is named "V"`,
			`warning stages[0].z (W): no stage has the refId "7"`,
		}},
		"names known later": {`{"name":"p","application":"a","stages":[
			{"type":"wait","name":"${'W'}","waitTime":1,"x":"${#stage('V')}"}]}`, nil},
		"known and not available": {`{"name":"p","application":"a","stages":[
			{"type":"titusRunJob","name":"T"},{"type":"titusRunJob","alias":"wait","name":"U"}]}`, []string{
			`error stages[0].type (T): not here`,
		}},
		"as they are": {`{"name":"p","application":"a","stages":[
			{"type":"wait","name":"W","waitTime":1,"skipExpressionEvaluation":true,"manifests":["${ +"]}]}`, nil},
	} {
		require.Equal(t, c.want, check(t, c.pipeline), name)
	}
}

func TestBrokenExpressionsAreErrorsAndShellIsNot(t *testing.T) {
	t.Parallel()
	problems := check(t, `{"name":"p","application":"a","stages":[
		{"type":"wait","name":"W","waitTime":1,"a":"${ parameters.x + ","b":"echo ${HOME:-/root}"}]}`)
	require.Len(t, problems, 2)
	require.Regexp(t, `^error stages\[0\]\.a \(W\): the expression can't be parsed: `, problems[0])
	require.Regexp(t, `^warning stages\[0\]\.b \(W\): .*stays as it is`, problems[1])
}

func FuzzCheck(f *testing.F) {
	f.Add(`{"name":"p","stages":[{"type":"wait","x":"${#stage('a')}"}]}`)
	f.Add(`{"stages":[null,1,{"requisiteStageRefIds":"x"}],"parameterConfig":[{}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var pipeline map[string]any
		if model.Unmarshal([]byte(text), &pipeline) == nil {
			limittest.Bounded(t, len(text), 20_000, func() { pipelinecheck.New(types{}).Check(pipeline) })
		}
	})
}
