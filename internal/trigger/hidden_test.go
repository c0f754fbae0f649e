package trigger_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// What a constraint on a secret asks for, and what came, is in no decision: everybody may
// read these, and the payload hides it too.
func TestDecisionsHideSecrets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ want, got any }{
		"equal":       {"Sesame1", "Sesame1"},
		"different":   {"Sesame1", "Sesame2"},
		"missing":     {"Sesame1", nil},
		"bad pattern": {"Sesame1(", "Sesame2"},
		"empty":       {"Sesame1(", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload := map[string]any{"ref": "main"}
			attributes := map[string]string{}
			if tc.got != nil {
				payload["hookSecret"], attributes["hookSecret"] = tc.got, fmt.Sprint(tc.got)
			}
			asks := map[string]any{"hookSecret": tc.want}
			p := model.Pipeline{"id": "p", "application": "shop", "name": "p", "triggers": []any{
				map[string]any{"type": "webhook", "enabled": true, "source": "x", "payloadConstraints": asks},
				map[string]any{"type": "pubsub", "enabled": true, "pubsubSystem": "google", "subscriptionName": "x", "attributeConstraints": asks},
			}}
			for _, e := range []*trigger.Event{
				{Type: "webhook", Source: "x", Content: payload, Payload: payload},
				{Type: "pubsub", Source: "x", Content: map[string]any{"pubsubSystem": "google", "subscription": "x"}, Payload: payload, Attributes: attributes},
			} {
				decided := trigger.Decide(t.Context(), e, []model.Pipeline{p}, trigger.Options{})
				require.Len(t, decided, 1)
				require.Equal(t, name == "equal", decided[0].Start != nil)
				said := fmt.Sprint(decided[0].Reason, decided[0].Checks)
				require.NotContains(t, said, "Sesame")
				require.Contains(t, said, "hookSecret")
			}
		})
	}
}
