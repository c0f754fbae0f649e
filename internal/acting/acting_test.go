package acting_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/acting"
)

func TestList(t *testing.T) {
	t.Parallel()
	l := acting.New(acting.Pages())
	if l.On(acting.Triggers, "cron") || !l.On(acting.Settings, "instancePort") || l.On(acting.Triggers, "instancePort") {
		t.Errorf("it acts on %v", l.All())
	}
	l.Register(acting.Act{Kind: acting.Triggers, Name: "webhook"}, acting.Act{Kind: acting.Triggers, Name: "cron"})
	if got := l.All()[acting.Triggers]; !slices.Equal(got, []string{"cron", "webhook"}) {
		t.Errorf("the triggers are %v", got)
	}
	for _, kind := range acting.Kinds() {
		if l.All()[kind] == nil {
			t.Errorf("%s is missing", kind)
		}
	}
	var none *acting.List
	if !none.On(acting.Triggers, "cron") {
		t.Error("without a list, nothing is warned about")
	}
}

func TestMissing(t *testing.T) {
	t.Parallel()
	act := acting.Act{Kind: acting.Notifications, Name: "slack"}
	l := acting.New()
	require.Empty(t, l.Missing(act.Kind, act.Name))
	l.Lack(act, "slack.enabled")
	require.Equal(t, []string{"slack.enabled"}, l.Missing(act.Kind, act.Name))
	require.False(t, l.On(act.Kind, act.Name))
	l.Register(act)
	require.Empty(t, l.Missing(act.Kind, act.Name))
	require.Empty(t, (*acting.List)(nil).Missing(act.Kind, act.Name))
}
