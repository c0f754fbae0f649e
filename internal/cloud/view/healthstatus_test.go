package view_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

func TestOverall(t *testing.T) {
	t.Parallel()
	of := func(states ...string) view.HealthStatus {
		var counts view.HealthCounts
		all := make([]view.HealthStatus, len(states))
		for i, state := range states {
			all[i] = view.HealthStatus{State: state, Message: state + "."}
			counts.Count(all[i])
		}
		return view.Overall(counts, view.Worst(all...))
	}
	const h, p, d, f, s, u = view.StateHealthy, view.StateProgressing, view.StateDegraded, view.StateFailed, view.StateSuspended, view.StateUnknown
	require.Equal(t, u, of().State)
	require.Equal(t, view.OK, of(h, h))
	require.Equal(t, view.OK, of(h, s), "what is suspended on purpose is no trouble")
	require.Equal(t, s, of(s, s).State)
	require.Equal(t, p, of(h, p).State)
	require.Equal(t, d, of(h, d, p).State)
	require.Equal(t, d, of(h, f).State)
	require.Equal(t, f, of(f, f, s).State)
	require.Equal(t, u, of(h, u).State)
	require.Equal(t, "1 of 2 workloads have trouble. failed.", of(h, f).Message)
	require.Equal(t, "failed.", of(f).Message)
}

func TestApplicationHealthAdds(t *testing.T) {
	t.Parallel()
	part := func(h view.HealthStatus) view.ApplicationHealth {
		out := view.ApplicationHealth{Worst: h}
		out.Workloads.Count(h)
		return out
	}
	var all view.ApplicationHealth
	all.Add(part(view.OK))
	require.Equal(t, view.StateHealthy, all.HealthStatus.State)
	all.Add(part(view.HealthStatus{State: view.StateFailed, Reason: "CrashLoopBackOff", Message: "web: it crashes."}))
	require.Equal(t, view.StateDegraded, all.HealthStatus.State)
	require.Equal(t, "CrashLoopBackOff", all.HealthStatus.Reason)
	require.Equal(t, 2, all.Workloads.Total)
}
