package notify_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

type (
	object = map[string]any
	list   = []any
)

func prefer(address string, when ...any) object {
	return object{"type": "slack", "address": address, "when": when}
}

// told are the addresses that are told of an event, with the level of each.
func told(e notify.Event, application object) []string {
	out := []string{}
	for _, p := range notify.Due(e, application) {
		out = append(out, p.Level+" "+model.String(p.Settings, "address"))
	}
	return out
}

func pipeline(phase string, notifications ...object) notify.Event {
	return notify.Event{Kind: notify.Pipeline, Phase: phase, Execution: notify.Execution{Notifications: notifications}}
}

func TestApplicationsAreMergedIn(t *testing.T) {
	t.Parallel()
	own := object{"application": "shop", "lastModified": 5.0, "slack": list{
		prefer("#app", "pipeline.complete", "pipeline.failed", "stage.failed"), prefer("#none", "stage.failed"),
	}, "email": list{object{"address": "a@example.com", "when": list{"pipeline.failed"}}}}
	for name, test := range map[string]struct {
		event notify.Event
		want  []string
	}{
		"none of the pipeline's":        {pipeline(notify.Failed), []string{"application a@example.com", "application #app"}},
		"other phase":                   {pipeline(notify.Starting), []string{}},
		"the pipeline's counts":         {pipeline(notify.Failed, prefer("#app", "pipeline.failed")), []string{"pipeline #app", "application a@example.com"}},
		"what the pipeline doesn't say": {pipeline(notify.Complete, prefer("#app", "pipeline.failed")), []string{"application #app"}},
		"another address":               {pipeline(notify.Complete, prefer("#other", "pipeline.complete")), []string{"pipeline #other", "application #app"}},
		"canceled":                      {notify.Event{Kind: notify.Pipeline, Phase: notify.Failed, Execution: notify.Execution{Canceled: true}}, []string{}},
		"an orchestration":              {notify.Event{Kind: notify.Orchestration, Phase: notify.Failed}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, told(test.event, own))
		})
	}
	require.Equal(t, list{"pipeline.complete", "pipeline.failed", "stage.failed"}, own["slack"].(list)[0].(object)["when"], "the settings are as they were")
}

func TestTheSameIsToldOnce(t *testing.T) {
	t.Parallel()
	a, b := prefer("#a", "pipeline.failed"), prefer("#a", "pipeline.failed", "pipeline.complete")
	b["level"] = "pipeline"
	c := prefer("#a", "pipeline.failed")
	c["customMessage"] = "other words"
	require.Equal(t, []string{"pipeline #a", "pipeline #a"}, told(pipeline(notify.Failed, a, b, c), nil))
}

func TestKeysShowNothing(t *testing.T) {
	t.Parallel()
	p := notify.Preference{Settings: prefer("https://hook.example.com/secret")}
	require.Len(t, p.Key(), 24)
	same := notify.Preference{Settings: model.Merge(p.Settings, object{"lastNotifiedByNotificationState": object{"manualJudgment": 1.0}, "notifyEveryMs": 5.0, "when": "x"})}
	require.Equal(t, p.Key(), same.Key())
	other := notify.Preference{Settings: prefer("https://hook.example.com/other")}
	require.NotEqual(t, p.Key(), other.Key())
}

func TestStages(t *testing.T) {
	t.Parallel()
	stage := func(change func(s *notify.StageFacts)) notify.Event {
		s := &notify.StageFacts{Name: "Deploy", Context: object{"sendNotifications": true, "notifications": list{prefer("#a", "stage.failed", "manualJudgment")}}}
		change(s)
		return notify.Event{Kind: notify.Stage, Phase: notify.Failed, Stage: s}
	}
	for name, test := range map[string]struct {
		change func(s *notify.StageFacts)
		told   bool
	}{
		"as it is":     {func(*notify.StageFacts) {}, true},
		"as a text":    {func(s *notify.StageFacts) { s.Context["sendNotifications"] = "TRUE" }, true},
		"another text": {func(s *notify.StageFacts) { s.Context["sendNotifications"] = "yes" }, false},
		"off":          {func(s *notify.StageFacts) { s.Context["sendNotifications"] = false }, false},
		"synthetic":    {func(s *notify.StageFacts) { s.Synthetic = true }, false},
		"canceled":     {func(s *notify.StageFacts) { s.Canceled = true }, false},
		"odd list":     {func(s *notify.StageFacts) { s.Context["notifications"] = "all" }, false},
		"odd when":     {func(s *notify.StageFacts) { s.Context["notifications"] = list{object{"type": "slack", "when": 5.0}} }, false},
		"when in words": {func(s *notify.StageFacts) {
			s.Context["notifications"] = list{object{"type": "slack", "when": "stage.failed,stage.complete"}}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.told, len(told(stage(test.change), nil)) == 1)
		})
	}
}

func TestEventsOfHappenings(t *testing.T) {
	t.Parallel()
	s := &model.Stage{ID: "s", Name: "Deploy", Context: object{}}
	for want, test := range map[string]struct {
		kind model.ExecutionType
		h    engine.Happening
	}{
		"pipeline.starting":    {model.PipelineExecution, engine.Happening{Status: model.Running}},
		"pipeline.complete":    {model.PipelineExecution, engine.Happening{Status: model.Succeeded}},
		"orchestration.failed": {model.OrchestrationExecution, engine.Happening{Status: model.Terminal}},
		"stage.starting":       {model.PipelineExecution, engine.Happening{Stage: s, Status: model.Running}},
		"stage.skipped":        {model.PipelineExecution, engine.Happening{Stage: s, Status: model.Skipped}},
		"stage.failed":         {model.PipelineExecution, engine.Happening{Stage: s, Status: model.FailedContinue}},
		"stage.complete":       {model.OrchestrationExecution, engine.Happening{Stage: s, Status: model.Succeeded}},
	} {
		e, ok := notify.Of(&model.Execution{ID: "e", Type: test.kind, Stages: []*model.Stage{s}}, test.h)
		require.True(t, ok)
		require.Equal(t, want, e.When())
		require.Equal(t, []string{"Deploy"}, e.Execution.Stages)
	}
	for _, h := range []engine.Happening{{Status: model.Paused}, {Stage: s, Warning: "careful"}, {Stage: s, Task: &model.Task{}, Status: model.Succeeded}} {
		_, ok := notify.Of(&model.Execution{}, h)
		require.False(t, ok)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	e := notify.Event{Kind: notify.Pipeline, Application: "my/app ü", Execution: notify.Execution{ID: "01E"}}
	require.Equal(t, "https://d/#/applications/my%2Fapp%20%C3%BC/executions/details/01E", e.Link("https://d"))
	e.Kind = notify.Orchestration
	require.Equal(t, "https://d/#/applications/my%2Fapp%20%C3%BC/tasks/01E", e.Link("https://d"))
	m := notify.Message{Source: &notify.Source{Application: "a", ExecutionID: "01E"}, Context: object{"stageId": 3.0, "restrictExecutionDuringTimeWindow": true}}
	require.Equal(t, "https://d/#/applications/a/executions/details/01E?refId=3&step=1", m.Link("https://d"))
}

func TestMarkup(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Check <b>it</b>, *please*":                "Check it, *please*",
		"a\n\n b":                                  "a b",
		"<p>one</p><ul><li>two</li></ul>":          "\none\n\n * two",
		`<a href="https://x.example.com">here</a>`: "here <https://x.example.com>",
		"<script>alert(1)</script>text":            "text",
		"1 < 2 &amp; 3":                            "1 < 2 & 3",
		"line<br>break":                            "line\nbreak",
		"":                                         "",
	} {
		require.Equal(t, want, notify.PlainText(text), text)
	}
	require.Equal(t, "<p>a <em>b</em> <i>c</i></p>\n", notify.HTML("a *b* <i>c</i>"))
}
