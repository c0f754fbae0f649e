package wait

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// A stage waits its seconds from its start, of whatever kind the number is, and not
// at all if a person says so.
func TestRemaining(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(100_000)
	for name, c := range map[string]struct {
		context map[string]any
		start   int64
		want    time.Duration
		fails   string
	}{
		"nothing to wait for":  {map[string]any{}, 90_000, 0, ""},
		"null":                 {map[string]any{"waitTime": nil}, 90_000, 0, ""},
		"an empty text":        {map[string]any{"waitTime": ""}, 90_000, 0, ""},
		"half of it is over":   {map[string]any{"waitTime": 20}, 90_000, 10 * time.Second, ""},
		"all of it is over":    {map[string]any{"waitTime": 5}, 90_000, 0, ""},
		"a number as JSON has": {map[string]any{"waitTime": json.Number("20")}, 90_000, 10 * time.Second, ""},
		"a number as a text":   {map[string]any{"waitTime": "20"}, 90_000, 10 * time.Second, ""},
		"with a fraction":      {map[string]any{"waitTime": 20.9}, 90_000, 10 * time.Second, ""},
		"negative":             {map[string]any{"waitTime": -20}, 90_000, 0, ""},
		"too long to be true":  {map[string]any{"waitTime": int64(1) << 60}, 100_000, longest, ""},
		"a person goes on":     {map[string]any{"waitTime": 20, "skipRemainingWait": true}, 90_000, 0, ""},
		"a person, as a text":  {map[string]any{"waitTime": 20, "skipRemainingWait": "TRUE"}, 90_000, 0, ""},
		"it has not begun":     {map[string]any{"waitTime": 20}, 0, 20 * time.Second, ""},
		"no number":            {map[string]any{"waitTime": "long"}, 90_000, 0, "waitTime must be a whole number of seconds, not long"},
		"a list":               {map[string]any{"waitTime": []any{1}}, 90_000, 0, "waitTime must be a whole number of seconds, not [1]"},
	} {
		in := stage.Input{View: engine.View{Stage: &model.Stage{Context: c.context, StartTime: c.start}}, Now: now}
		got, err := remaining(in)
		if c.fails != "" {
			require.EqualError(t, err, c.fails, name)
			require.Error(t, check(c.context), name)
			_, err = Task{}.Run(t.Context(), in)
			require.EqualError(t, err, c.fails, name)
			require.Zero(t, Task{}.Backoff(in), "an error is told at once")
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, c.want, got, name)
		require.NoError(t, check(c.context), name)
		result, err := Task{}.Run(t.Context(), in)
		require.NoError(t, err)
		require.Equal(t, c.want == 0, result.Status == model.Succeeded, name)
		require.Equal(t, c.want, Task{}.Backoff(in), "it is run again exactly when it is over")
	}
	require.NoError(t, check(map[string]any{"waitTime": "${ parameters.wait }"}), "what an expression gives isn't known")
	task := stage.Input{View: engine.View{Stage: &model.Stage{Context: map[string]any{"waitTime": 20}}}, Task: &model.Task{StartTime: 95_000}, Now: now}
	got, err := remaining(task)
	require.NoError(t, err)
	require.Equal(t, 15*time.Second, got)
}
