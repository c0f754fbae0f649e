package preview_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preview"
)

func TestOtherTypesHaveNoPreview(t *testing.T) {
	t.Parallel()
	_, err := preview.Planner{}.PlanManifests(t.Context(), map[string]any{"type": "wait"})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.EqualError(t, err, `type: must be deployManifest or helmUpgrade, but is "wait"`)
}

// refuses has no such account.
type refuses struct {
	preview.Provider
	asked *string
}

func (r refuses) PlanDeploy(_ context.Context, request manifest.DeployRequest) (manifest.Plan, error) {
	*r.asked = request.Account
	return manifest.Plan{}, fault.New(fault.NotFound, "there is no account %q", request.Account)
}

// A stage without a type is one that deploys manifests; what the provider refuses is
// told.
func TestTheProviderIsAsked(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"", "deployManifest"} {
		var asked string
		_, err := preview.Planner{Provider: refuses{asked: &asked}}.PlanManifests(t.Context(), map[string]any{"type": kind, "account": "away"})
		require.Equal(t, fault.NotFound, fault.KindOf(err), kind)
		require.Equal(t, "away", asked)
	}
}
