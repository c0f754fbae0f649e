package pipelinecheck_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pipelinecheck"
)

// doubtful knows more of the stage type wait: its fields, and what is odd of them.
type doubtful struct{ types }

func (doubtful) Odd(s map[string]any) []string {
	if _, text := s["waitTime"].(string); text {
		return []string{"waitTime must be a whole number"}
	}
	return nil
}

func (doubtful) Fields(kind string) []string {
	if kind == "wait" {
		return []string{"waitTime", "skipWaitText"}
	}
	return nil
}

// strict has stages fail with what the others find odd.
type strict struct{ types }

func (strict) Stage(s map[string]any) []string { return doubtful{}.Odd(s) }

// inStage is what is said of a stage of the type wait with more fields.
func inStage(t *testing.T, more string) []string {
	t.Helper()
	text := `{"name":"p","application":"a","parameterConfig":[{"name":"env"}],"stages":[{"refId":"1","type":"wait","name":"W","waitTime":1` + more + `}]}`
	var pipeline map[string]any
	require.NoError(t, model.Unmarshal([]byte(text), &pipeline), text)
	var out []string
	for _, p := range pipelinecheck.New(doubtful{}).Check(pipeline) {
		out = append(out, string(p.Severity)+" "+p.String())
	}
	return out
}

// A stage's values that the engine doesn't take are told, as they are ignored
// silently when it runs.
func TestIgnoredValues(t *testing.T) {
	t.Parallel()
	for more, want := range map[string][]string{
		`,"failPipeline":true,"continuePipeline":"false","completeOtherBranchesThenFail":"${ true }","failOnFailedExpressions":"","stageTimeoutMs":1000`: nil,
		`,"failPipeline":"yes"`:                                     {`warning stages[0].failPipeline (W): failPipeline is "yes", and so ignored: only true and false count`},
		`,"continuePipeline":1`:                                     {`warning stages[0].continuePipeline (W): continuePipeline is neither true nor false, and so ignored`},
		`,"stageTimeoutMs":"60000"`:                                 {`warning stages[0].stageTimeoutMs (W): stageTimeoutMs is the text "60000", and so ignored: only a number counts`},
		`,"stageEnabled":{"type":"expression","expression":"true"}`: nil,
		`,"stageEnabled":{"type":"expression","expression":"${ parameters.env == 'x' }"}`:         nil,
		`,"stageEnabled":{"type":"expression","expression":" "}`:                                  {`warning stages[0].stageEnabled.expression (W): the condition is empty, so the stage is skipped`},
		`,"stageEnabled":{"type":"expression","expression":"parameters.env == 'x' &&"}`:           {`warning stages[0].stageEnabled.expression (W): the expression can't be parsed: the operand to the right of '&&' is missing; the stage is skipped when the pipeline runs`},
		`,"stageEnabled":{"type":"expression","expression":"parameters.size == 'x'"}`:             {`warning stages[0].stageEnabled.expression (W): the pipeline declares no parameter "size"`},
		`,"stageEnabled":{"type":"expression","expression":"#stage('Other').status == 'X'"}`:      {`warning stages[0].stageEnabled.expression (W): no stage is named "Other"`},
		`,"stageEnabled":{"type":"expression","expression":"#stageExists('O') && #stage('O').x"}`: nil,
		`,"stageEnabled":{"type":"optional"}`:                                                     {`warning stages[0].stageEnabled.type (W): stageEnabled of type "optional" is ignored: only "expression" counts`},
	} {
		require.Equal(t, want, inStage(t, more), more)
	}
}

// A field whose name is almost another's is told; one that is merely unknown is not.
func TestMisspelledFields(t *testing.T) {
	t.Parallel()
	for more, want := range map[string][]string{
		`,"skipWaitTxt":"x"`:                       {"warning stages[0].skipWaitTxt (W): the field skipWaitTxt is ignored; is skipWaitText meant?"},
		`,"failpipeline":true`:                     {"warning stages[0].failpipeline (W): the field failpipeline is ignored; is failPipeline meant?"},
		`,"requisiteStageRefIDs":["1"]`:            {"warning stages[0].requisiteStageRefIDs (W): the field requisiteStageRefIDs is ignored; is requisiteStageRefIds meant?"},
		`,"failpipeline":true,"failPipeline":true`: nil,
		`,"somethingElse":1`:                       nil,
		`,"nam":"x"`:                               nil,
		`,"waitTimes":"x"`:                         nil,
	} {
		require.Equal(t, want, inStage(t, more), more)
	}
	require.Equal(t, []string{
		"warning application: application is missing: the pipeline can't be saved before it has one",
		"warning applications: the field applications is ignored; is application meant?",
		"warning limitConcurent: the field limitConcurent is ignored; is limitConcurrent meant?",
	}, check(t, `{"name":"p","applications":"a","limitConcurent":true,"stages":[{"refId":"1","type":"wait","waitTime":1}]}`))
}

// What expressions name is checked, unless they ask for it first, or can't be read.
func TestWhatExpressionsName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"${parameters.env}": "",
		"${parameters['env']} ${trigger.parameters.env}":          "",
		"${parameters.nope ?: 'x'}":                               "",
		"${parameters.containsKey('nope') ? parameters.nope : 1}": "",
		"${#stageExists('V') ? #stage('V').status : 1}":           "",
		"${#stage(parameters.env)}":                               "",
		"${#stage('W').context.x}":                                "",
		"${#stageByRefId('1')}":                                   "",
		"${parameters.nope}":                                      `the pipeline declares no parameter "nope"`,
		"${parameters.ENV}":                                       `the pipeline declares no parameter "ENV"; did you mean "env"?`,
		"${#stage('w')}":                                          `no stage is named "w"; did you mean "W"?`,
		"${#judgment('Ask')}":                                     `no stage is named "Ask"`,
		"${#stageByRefId('2')}":                                   `no stage has the refId "2"`,
	} {
		got := inStage(t, `,"comments":`+fmt.Sprintf("%q", text))
		if want == "" {
			require.Empty(t, got, text)
			continue
		}
		require.Equal(t, []string{"warning stages[0].comments (W): " + want}, got, text)
	}
}

// A text that can't be parsed is an error only where the stage fails with it, or
// where nothing but an expression can be meant.
func TestUnparsableTexts(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]string{
		`,"command":"echo ${HOME:-/root}"`:                                "warning stages[0].command (W): ",
		`,"command":"echo ${HOME:-/root}","failOnFailedExpressions":true`: "error stages[0].command (W): ",
		`,"command":"${ #stage('W' }"`:                                    "error stages[0].command (W): ",
		`,"settings":{"deep":"${ #stage('W' }"}`:                          "warning stages[0].settings.deep (W): ",
		`,"settings":{"${ +":1}`:                                          `warning stages[0].settings["${ +"] (W): `,
	} {
		got := inStage(t, more)
		require.Len(t, got, 1, more)
		require.True(t, strings.HasPrefix(got[0], want+"the expression can't be parsed: "), "%s: %s", more, got[0])
		require.Equal(t, strings.HasPrefix(want, "warning"), strings.HasSuffix(got[0], "; it stays as it is when the pipeline runs"), got[0])
	}
}

// Of a field with a text that can't be parsed, only that is told.
func TestOddFields(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"warning stages[0].waitTime (W): waitTime must be a whole number"}, inStage(t, `,"waitTime":"long"`))
	got := inStage(t, `,"waitTime":"${HOME:-1}"`)
	require.Len(t, got, 1)
	require.Contains(t, got[0], "the expression can't be parsed")
}

// Types that a server's configuration defines can't be checked without it.
func TestConfiguredTypes(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{`warning stages[0].type (M): the stage type "mine" is defined by a server's configuration, and can't be checked without it`},
		check(t, `{"name":"p","application":"a","stages":[{"refId":"1","type":"mine","alias":"preconfiguredWebhook","name":"M"}]}`))
	require.Equal(t, []string{`error stages[0] (M): there is no stage type "mine"`},
		check(t, `{"name":"p","application":"a","stages":[{"refId":"1","type":"mine","name":"M"}]}`))
}

// Errors come first, and no list is without end.
func TestOrderAndNumberOfProblems(t *testing.T) {
	t.Parallel()
	var stages []any
	for i := range 1500 {
		stages = append(stages, map[string]any{"refId": fmt.Sprint(i), "type": "wait", "name": "W", "waitTime": 1, "comments": "${ parameters.nope }", "failPipeline": "x"})
	}
	stages = append(stages, map[string]any{"refId": "z", "type": "wait", "name": "Z"})
	problems := pipelinecheck.New(types{}).Check(map[string]any{"name": "p", "application": "a", "stages": stages})
	require.Len(t, problems, 1002)
	require.Equal(t, "stages[1500].waitTime (Z): waitTime is missing", problems[0].String(), "an error is told, however many warnings come before it")
	require.True(t, pipelinecheck.HasErrors(problems))
	require.Contains(t, problems, pipelinecheck.Problem{Severity: pipelinecheck.Warning, Message: "there are more problems than are listed"})

	// Neither does it matter where the texts are that can't be parsed.
	stages = nil
	for i := range 1500 {
		stages = append(stages, map[string]any{"refId": fmt.Sprint(i), "type": "wait", "name": "W", "waitTime": "${HOME:-1}"})
	}
	problems = pipelinecheck.New(strict{}).Check(map[string]any{"name": "p", "application": "a", "stages": stages})
	require.Len(t, problems, 1501)
	require.True(t, pipelinecheck.HasErrors(problems))

	rapid.Check(t, func(t *rapid.T) {
		var stages []any
		for range rapid.IntRange(0, 5).Draw(t, "stages") {
			stages = append(stages, map[string]any{
				"refId":                rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "refId"),
				"type":                 rapid.SampledFrom([]string{"wait", "titusRunJob", "nope", ""}).Draw(t, "type"),
				"name":                 rapid.SampledFrom([]string{"", "A", "${ 1 }"}).Draw(t, "name"),
				"requisiteStageRefIds": []any{rapid.SampledFrom([]string{"1", "9"}).Draw(t, "requisite")},
				"comments":             rapid.SampledFrom([]string{"", "${ #stage('A') }", "${ +", "${ parameters.x }"}).Draw(t, "comments"),
			})
		}
		problems := pipelinecheck.New(types{}).Check(map[string]any{"stages": stages})
		warned := false
		for _, p := range problems {
			require.NotEmpty(t, p.Message)
			require.False(t, warned && p.Severity == pipelinecheck.Error, "errors come first")
			warned = warned || p.Severity == pipelinecheck.Warning
		}
		require.Equal(t, len(problems) > 0 && problems[0].Severity == pipelinecheck.Error, pipelinecheck.HasErrors(problems))
	})
}

// idling is a server that acts on webhooks, and on nothing else.
type idling struct{ types }

func (idling) ActsOn(kind acting.Kind, name string) bool {
	return kind == acting.Triggers && name == "webhook"
}

func (idling) Missing(_ acting.Kind, name string) []string {
	if name == "slack" {
		return []string{"slack.enabled", "slack.token"}
	}
	return nil
}

func TestWhatIsNotActedOnIsWarnedAbout(t *testing.T) {
	t.Parallel()
	pipeline := map[string]any{
		"name": "p", "application": "a", "roles": []any{"ops"},
		"triggers": []any{
			map[string]any{"type": "webhook", "enabled": true}, map[string]any{"type": "cron", "enabled": true, "cronExpression": "0 0 3 * * ?"}, map[string]any{"type": "git", "enabled": false},
		},
		"notifications": []any{map[string]any{"type": "slack", "quietPeriod": map[string]any{"from": "22", "to": "07:00"}}},
		"stages": []any{
			map[string]any{"type": "manualJudgment", "name": "Ask", "refId": "1", "selectedStageRoles": []any{"ops"}, "sendNotifications": true, "notifications": []any{map[string]any{"type": "email"}}},
			map[string]any{"type": "manualJudgment", "name": "Ask again", "refId": "2", "sendNotifications": false, "notifications": []any{map[string]any{"type": "email"}}},
		},
	}
	var got []string
	for _, p := range pipelinecheck.New(idling{}).Check(pipeline) {
		if p.Severity == pipelinecheck.Warning {
			got = append(got, p.String())
		}
	}
	want := []string{
		`notifications[0]: quietPeriod.from: "22" isn't a time such as 22:00; the notification is sent at once`,
		"triggers[1]: cron triggers aren't supported yet: this one is saved for later and starts nothing",
		"notifications[0]: slack notifications aren't configured on this server (slack.enabled, slack.token): this one is saved and not sent",
		"roles: roles aren't enforced yet (no log-in): everyone may run the pipeline",
		"stages[0].notifications[0] (Ask): email notifications aren't supported yet: this one is saved for later and not sent",
		"stages[0].selectedStageRoles (Ask): roles aren't enforced yet (no log-in): everyone may answer",
	}
	if !slices.Equal(got, want) {
		t.Errorf("warned about %q, want %q", got, want)
	}
	if got := pipelinecheck.New(types{}).Check(pipeline); slices.ContainsFunc(got, func(p pipelinecheck.Problem) bool { return strings.Contains(p.Message, "yet") }) {
		t.Errorf("a server that acts on everything warns: %v", got)
	}
}
