package dispatch

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// previewing has a kit rehearse as the server does.
func previewing(t *testing.T) *kit {
	t.Helper()
	k := open(t, storetest.SQLite(t))
	c := channel.Config{Slack: channel.SlackConfig{Enabled: true, Token: secret.NewRef("xoxb-hidden")}}
	k.rehearse = func(ctx context.Context, kind string, n channel.Notice, m *notify.Message) (*channel.Rehearsal, error) {
		return channel.Rehearse(ctx, c, channel.Parts{BaseURL: "https://g", Now: k.now}, kind, n, m)
	}
	k.evaluate = func(_ context.Context, e *model.Execution, s *model.Stage, settings map[string]any) map[string]any {
		name := e.Name
		if s != nil {
			name += "/" + s.Name
		}
		return model.Merge(settings, map[string]any{"message": map[string]any{
			"pipeline.failed": map[string]any{"text": "evaluated with " + name}, "stage.complete": map[string]any{"text": "evaluated with " + name},
			"manualJudgment": map[string]any{"text": "please look at " + name},
		}})
	}
	return k
}

func TestPreviews(t *testing.T) {
	t.Parallel()
	k := previewing(t)
	e := cart(t, k.st)
	e.ID, e.PipelineConfigID = model.NewID(time.Now()), "p1"
	e.Stages[0].ID = model.NewID(time.Now())
	require.NoError(t, k.st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }))
	slack := map[string]any{"type": "slack", "address": "#deploys"}
	for name, c := range map[string]struct {
		about     Subject
		execution string
		want      string
	}{
		"the last execution":        {Subject{Application: "shop", Pipeline: "p1", When: "pipeline.failed"}, e.ID, "evaluated with deploy"},
		"a made-up one":             {Subject{Application: "shop", When: "pipeline.failed"}, "", "evaluated with My pipeline"},
		"a pipeline that never ran": {Subject{Application: "shop", Pipeline: "p2", When: "pipeline.failed"}, "", "evaluated with My pipeline"},
		"another application's":     {Subject{Application: "other", Pipeline: "p1", When: "pipeline.failed"}, "", "evaluated with My pipeline"},
		"a stage":                   {Subject{Application: "shop", Pipeline: "p1", Stage: "Judge", When: "stage.complete"}, e.ID, "Stage Judge for Shop"},
		"a stage that never ran":    {Subject{Application: "shop", Pipeline: "p1", Stage: "New", When: "stage.complete"}, e.ID, "evaluated with deploy/New"},
		"a judgment":                {Subject{Application: "shop", Pipeline: "p1", Stage: "Judge", When: "manualJudgment"}, e.ID, "is awaiting manual judgment"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := k.Preview(t.Context(), slack, c.about)
			require.NoError(t, err)
			require.Equal(t, c.execution, got.Execution)
			require.Contains(t, got.Texts[len(got.Texts)-1], c.want)
			require.Equal(t, "slack.com", got.Host)
			require.Zero(t, got.HeldUntil)
			require.Equal(t, "#deploys", got.Content.(map[string]any)["channel"])
		})
	}
	require.Empty(t, k.service.got, "nothing is sent")
}

func TestPreviewsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	k := previewing(t)
	for name, c := range map[string]struct {
		settings map[string]any
		when     string
		says     string
	}{
		"no channel": {map[string]any{"type": "fax"}, "pipeline.failed", `there is no channel "fax"`},
		"no event":   {map[string]any{"type": "slack", "address": "#a"}, "pipeline.melted", "when: must be an event"},
		"no address": {map[string]any{"type": "slack"}, "pipeline.failed", "address: is missing"},
		"no commit":  {map[string]any{"type": "githubStatus"}, "pipeline.failed", "no commit started the pipeline"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := k.Preview(t.Context(), c.settings, Subject{Application: "shop", When: c.when})
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			require.ErrorContains(t, err, c.says)
		})
	}
}

func TestPreviewsTellOfQuietPeriods(t *testing.T) {
	t.Parallel()
	k := previewing(t)
	k.clock = time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	got, err := k.Preview(t.Context(), map[string]any{
		"type": "slack", "address": "#a", "quietPeriod": map[string]any{"from": "22:00", "to": "07:00"},
	}, Subject{Application: "shop", When: "pipeline.failed"})
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 11, 28, 7, 0, 0, 0, time.UTC).UnixMilli(), got.HeldUntil)
}
