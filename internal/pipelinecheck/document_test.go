package pipelinecheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
)

func TestCheckDocument(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		document string
		kind     pipelinecheck.Kind
		want     []string
	}{
		"pipeline as Deck saves it": {
			`{"schema":"1","id":"x","name":"p","application":"a","stages":[{"refId":"1","requisiteStageRefIds":[],"type":"wait","name":"W","waitTime":1}]}`,
			pipelinecheck.KindPipeline, nil,
		},
		"template of schema 1": {
			`{"schema":"1","id":"x","metadata":{"name":"t"},"stages":[{"id":"w","type":"wait","config":{"waitTime":1}},{"id":"d","type":"dance"}]}`,
			pipelinecheck.KindTemplateV1, []string{`error stages[1].type: there is no stage type "dance"`},
		},
		"template": {
			`{"schema":"v2","id":"t","metadata":{"name":"T"},"variables":[],"pipeline":{"stages":[{"refId":"1","type":"dance","name":"D"}]}}`,
			pipelinecheck.KindTemplate, []string{`error pipeline.stages[0] (D): there is no stage type "dance"`},
		},
		"template of schema 1 with a stage that depends on none": {
			`{"schema":"1","id":"x","metadata":{"name":"t"},"stages":[{"id":"w","type":"wait"},{"id":"v","type":"wait","dependsOn":["w","u","{{ x }}"]}]}`,
			pipelinecheck.KindTemplateV1, []string{`warning stages[1].dependsOn: the template has no stage with the id "u": what uses it must add one`},
		},
		"template that lacks variables": {
			`{"schema":"v2","id":"t","metadata":{"name":"T"},"variables":[{"name":"a"}],"pipeline":{"triggers":[{"type":"pubsub","topic":"${ templateVariables.c }"}],"stages":[{"refId":"1","type":"wait","name":"W","waitTime":"${ templateVariables.a + templateVariables.b }"}]}}`,
			pipelinecheck.KindTemplate, []string{
				`error pipeline.stages[0].waitTime: the template has no variable b: no pipeline can use it`,
				`warning pipeline.triggers[0].topic: the template has no variable c: pipelines that use it must omit this`,
			},
		},
		"pipeline of a template": {
			`{"schema":"v2","name":"p","application":"a","type":"templatedPipeline","template":{"artifactAccount":"front50ArtifactCredentials","reference":"spinnaker://t","type":"front50/pipelineTemplate"},"variables":{"x":1}}`,
			pipelinecheck.KindPipeline, nil,
		},
		"pipeline of a template without variables": {
			`{"schema":"v2","name":"p","application":"a","template":{"source":"spinnaker://t"}}`, pipelinecheck.KindPipeline, nil,
		},
		"template in a wrapper": {
			`{"template":{"schema":"v2","id":"t","variables":[],"metadata":{},"pipeline":{"stages":[{"refId":"1","type":"dance","name":"D"}]}}}`,
			pipelinecheck.KindTemplate, []string{`error template.pipeline.stages[0] (D): there is no stage type "dance"`},
		},
		"pipeline in a wrapper": {
			`{"pipeline":{"name":"p","application":"a","stages":[{"refId":"1","type":"wait","name":"W"}]}}`,
			pipelinecheck.KindPipeline, []string{`error pipeline.stages[0].waitTime (W): waitTime is missing`},
		},
		"asked of a policy": {
			`{"input":{"pipeline":{"name":"p","application":"a","stages":[{"refId":"1","type":"dance","name":"D"}]}}}`,
			pipelinecheck.KindPipeline, []string{`error input.pipeline.stages[0] (D): there is no stage type "dance"`},
		},
		"stage": {
			`{"name":"W","refId":"9","requisiteStageRefIds":["8"],"type":"wait"}`,
			pipelinecheck.KindStage, []string{`error waitTime (W): waitTime is missing`},
		},
		"task that has run": {
			`{"id":"01","name":"Create application","application":"a","status":"SUCCEEDED","variables":[],"steps":[],"execution":{"stages":[]}}`,
			pipelinecheck.KindTaskAnswer, nil,
		},
		"neither": {`{"environments":1}`, pipelinecheck.KindUnknown, []string{"error it is not a pipeline: it has neither a name nor stages"}},
	} {
		var document map[string]any
		require.NoError(t, model.Unmarshal([]byte(c.document), &document), name)
		kind, problems := pipelinecheck.New(types{}).CheckDocument(document)
		var got []string
		for _, p := range problems {
			got = append(got, string(p.Severity)+" "+p.String())
		}
		require.Equal(t, c.kind, kind, name)
		require.Equal(t, c.want, got, name)
	}
}
