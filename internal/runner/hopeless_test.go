package runner_test

import (
	"context"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
)

// TestExecutionsThatCantGoOnAreEnded: an execution that can't be advanced for a
// reason of its own is not tried for ever, and the others go on.
func TestExecutionsThatCantGoOnAreEnded(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		k := openChanged(t, url, func(_ *kit, o *runner.Options) {
			o.HopelessAfter = 2
			o.Identity = func(earlier *model.Stage) (*model.Authentication, bool) {
				if earlier.Name == "broken" {
					panic("no rule for this")
				}
				return nil, false
			}
		}, scripted("plain", func(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil }))
		second := map[string]any{"type": "plain", "refId": "2", "requisiteStageRefIds": []any{"1"}}
		first := waitStage("1", 0)
		first["name"] = "broken"
		e := k.start(nil, first, second)
		other := k.start(nil, waitStage("1", 0), second)
		got := k.ended(e.ID)
		if got.Status != model.Terminal || got.Stages[1].Status != model.Terminal {
			t.Errorf("ended %s, its stage %s", got.Status, got.Stages[1].Status)
		}
		wantFailure(t, got.Stages[1], "StuckExecutionException", "no rule for this")
		if got := k.ended(other.ID); got.Status != model.Succeeded {
			t.Errorf("another execution ended %s", got.Status)
		}
	})
}

// TestIDsWithNUL: such ids can be neither stored nor looked up in columns, which
// must not keep an execution from its end.
func TestIDsWithNUL(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		k := openKit(t, url)
		for name, fields := range map[string]map[string]any{
			"pipeline": {"id": "a\x00"},
			"limited":  {"id": "b\x00", "limitConcurrent": true},
			"parent":   {"trigger": map[string]any{"type": "pipeline", "parentPipelineId": "a\x00", "parentPipelineStageId": "b\x00"}},
		} {
			if got := k.ended(k.start(fields, waitStage("\x00", 0)).ID); got.Status != model.Succeeded {
				t.Errorf("%s: ended %s", name, got.Status)
			}
		}
		if _, err := k.store.Execution(t.Context(), "a\x00"); fault.KindOf(err) == fault.Internal {
			t.Errorf("reading one fails with %v", err)
		}
	})
}
