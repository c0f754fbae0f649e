package pipelinecheck_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/pipelinecheck"
)

// waiting is a stage that is good.
var waiting = map[string]any{"refId": "1", "type": "wait", "name": "W", "waitTime": 1}

func TestCronTriggers(t *testing.T) {
	t.Parallel()
	trigger := func(expression string, enabled bool) any {
		return map[string]any{"type": "Cron", "enabled": enabled, "cronExpression": expression}
	}
	var got []string
	for _, p := range pipelinecheck.New(types{}).Check(map[string]any{"name": "p", "application": "a", "stages": []any{waiting}, "triggers": []any{
		trigger("0 0 3 * * ?", true), trigger("0 0 25 * * ?", true), trigger("0 0 25 * * ?", false), trigger("0 0 3 31 2 ?", true),
		trigger("0 0 3 ? * MON-FRI/2", true), map[string]any{"type": "git", "enabled": true},
	}}) {
		require.Equal(t, pipelinecheck.Warning, p.Severity)
		got = append(got, p.String())
	}
	require.Equal(t, []string{
		`triggers[1].cronExpression: the trigger never fires: hour "25": it must be between 0 and 23`,
		`triggers[3].cronExpression: it never fires: no such time is left`,
		`triggers[4].cronExpression: in the day of week "MON-FRI/2", "/2" has no effect`,
	}, got)
}
