package engine

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
)

func TestFieldsOfPatches(t *testing.T) {
	t.Parallel()
	context := map[string]any{"waitTime": "soon"}
	for _, fine := range []map[string]any{
		{"judgmentStatus": "continue", "judgmentInput": "blue"}, {"judgmentInput": nil}, {"skipRemainingWait": true}, {"skipRemainingWait": "true"},
		{"manualSkip": false}, {"stageTimeoutMs": json.Number("5")}, {"stageTimeoutMs": "5000"}, {"waitTime": 1.5}, {"waitTime": "soon"},
		{"waitTime": "${ parameters.wait }"}, {"judgmentInputs": []any{}}, {"restrictedExecutionWindow": map[string]any{}}, {"told": []any{1}},
	} {
		_, err := checkPatch(context, fine)
		require.NoError(t, err, fine)
	}
	for _, bad := range []map[string]any{
		{"judgmentStatus": 5}, {"judgmentStatus": map[string]any{}}, {"judgmentInput": []any{}}, {"skipRemainingWait": "soon"}, {"skipRemainingWait": 1},
		{"manualSkip": []any{}}, {"stageTimeoutMs": true}, {"stageTimeoutMs": "soon"}, {"waitTime": map[string]any{}}, {"judgmentInputs": "a"},
		{"restrictedExecutionWindow": "always"},
	} {
		_, err := checkPatch(context, bad)
		require.Equal(t, fault.Invalid, fault.KindOf(err), bad)
		for key := range bad {
			require.ErrorContains(t, err, key)
		}
	}
}
