package infrastructure

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

func TestApplicationHealth(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{
		"acct":  {group("one", "ns", 1000, 2, false)},
		"other": {group("elsewhere", "ns", 1, 3, false)},
	})
	found, err := i.ApplicationHealth(t.Context(), []string{"SHOP", "none"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "SHOP", found[0].Application)
	require.Equal(t, view.OK, found[0].HealthStatus)
	require.Equal(t, view.HealthCounts{Total: 2, Healthy: 2}, found[0].Workloads)
	require.Equal(t, view.HealthCounts{Total: 5, Healthy: 5}, found[0].Instances)
	require.Equal(t, view.HealthStatus{State: view.StateUnknown, Reason: "NothingRuns", Message: "Nothing runs."}, found[1].HealthStatus)

	health, err := i.Health(t.Context(), "acct", "ns", []string{"replicaSet one", "replicaSet elsewhere"})
	require.NoError(t, err)
	require.Equal(t, map[string]view.HealthStatus{"replicaSet one": view.OK}, health)
}
