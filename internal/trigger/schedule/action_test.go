package schedule

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

func TestActions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		k.save("p", every("own", "0 0 3 * * ?"), every("never", "0 0 0 1 1 ? 1999"), every("broken", "x"))
		robot := "robot"
		a := Action{ID: "mine", Application: "shop", PipelineID: "p", CronExpression: "0 * * * * ?", Timezone: "Europe/Paris", RunAsUser: &robot, ForceRebake: true}
		made, err := k.AddAction(t.Context(), a)
		require.NoError(t, err)
		require.Equal(t, a, made)
		for what, wrong := range map[string]Action{
			"already exists":        a,
			"never fires":           {ID: "n", PipelineID: "p", CronExpression: "0 0 0 1 1 ? 1999"},
			"there is no pipeline":  {ID: "n", PipelineID: "q", CronExpression: "0 * * * * ?"},
			"pipelineId is missing": {ID: "n", CronExpression: "0 * * * * ?"},
			"id must have":          {PipelineID: "p", CronExpression: "0 * * * * ?"},
			"there is no time zone": {ID: "n", PipelineID: "p", CronExpression: "0 * * * * ?", Timezone: "Mars/Olympus"},
			"want six or seven":     {ID: "n", PipelineID: "p", CronExpression: "x"},
		} {
			_, err := k.AddAction(t.Context(), wrong)
			require.Equal(t, fault.Invalid, fault.KindOf(err), what)
			require.ErrorContains(t, err, what)
		}
		hashed, err := k.AddAction(t.Context(), Action{ID: "h", PipelineID: "p", CronExpression: "0 H 3 * * ?"})
		require.NoError(t, err)
		require.NotContains(t, hashed.CronExpression, "H")

		// Saving the pipeline and starting anew change nothing of it.
		k.save("p", every("own", "0 0 4 * * ?"))
		require.NoError(t, k.Rebuild(t.Context()))
		all, err := k.Actions(t.Context())
		require.NoError(t, err)
		require.Equal(t, []Action{{ID: "own", Application: "shop", PipelineID: "p", CronExpression: "0 0 4 * * ?", Timezone: "UTC"}}, all.Pipeline)
		require.ElementsMatch(t, []Action{a, {ID: "h", Application: "shop", PipelineID: "p", CronExpression: hashed.CronExpression, Timezone: "UTC"}}, all.ManuallyCreated)

		k.clock.add(time.Minute)
		k.fire()
		require.Len(t, k.ticks.keys(), 1)
		startsByAction(t, st, k.ticks.ticks[0])

		deleted, err := k.DeleteAction(t.Context(), "mine")
		require.NoError(t, err)
		require.Equal(t, a, deleted)
		_, err = k.DeleteAction(t.Context(), "mine")
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		_, err = k.DeleteAction(t.Context(), "own")
		require.Equal(t, fault.NotFound, fault.KindOf(err), "it is the pipeline's")
		require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return k.PipelineDeleted(ctx, tx, "p") }))
		all, err = k.Actions(t.Context())
		require.NoError(t, err)
		require.Empty(t, all.ManuallyCreated)
	})
}

// startsByAction checks that the tick of an action starts the pipeline by its own trigger.
func startsByAction(t *testing.T, st *store.Store, tick Tick) {
	t.Helper()
	asked := &refusing{}
	log := eventlog.New(eventlog.Options{Store: st})
	log.Through(asked)
	starter := &Starter{Pipelines: st, Events: log}
	payload, err := json.Marshal(carried{PipelineID: tick.PipelineID, TriggerKey: tick.TriggerKey, Time: tick.Time})
	require.NoError(t, err)
	require.NoError(t, starter.Deliver(t.Context(), outbox.Message{ID: tick.Key, Payload: payload}))
	found, err := log.List(t.Context(), eventlog.Filter{PipelineID: tick.PipelineID})
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Len(t, found[0].Decisions, 1)
	require.Equal(t, eventlog.Refused, found[0].Decisions[0].Outcome, "the test's engine refuses all")
	require.Equal(t, "mine", found[0].Decisions[0].TriggerID)
	require.Len(t, asked.asked, 1)
}
