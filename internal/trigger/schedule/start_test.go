package schedule

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// refusing starts nothing, and says with which parameters it was asked to.
type refusing struct{ asked []any }

func (r *refusing) Prepare(_ context.Context, config map[string]any, _ access.Principal) (*execution.Prepared, error) {
	r.asked = append(r.asked, model.Object(config, "trigger")["parameters"])
	return nil, fault.New(fault.Invalid, "no")
}

func (r *refusing) PrepareChild(context.Context, execution.Child) (*execution.Prepared, string, error) {
	return nil, "", fault.New(fault.Invalid, "no")
}

// A tick is an event about its own trigger, as that is when the event comes.
func TestTicksBecomeEvents(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
	asked := &refusing{}
	log := eventlog.New(eventlog.Options{Store: st})
	log.Through(asked)
	starter := &Starter{Pipelines: st, Events: log}
	deliver := func(key string) {
		payload, err := json.Marshal(carried{PipelineID: "p", TriggerKey: key, Time: k.clock.now(), Late: true})
		require.NoError(t, err)
		k.clock.add(time.Second)
		require.NoError(t, starter.Deliver(t.Context(), outbox.Message{ID: "cron/p/" + key + "/" + k.clock.now().String(), Payload: payload}))
	}
	events := func() []eventlog.Event {
		list, err := log.List(t.Context(), eventlog.Filter{PipelineID: "p"})
		require.NoError(t, err)
		return list
	}
	deliver("a") // there is no such pipeline
	with := func(n int) object {
		return model.Merge(every("a", "0 * * * * ?"), object{"parameters": object{"n": n}})
	}
	k.save("p", with(1), with(2))
	deliver("a")
	deliver("a#2")
	deliver("b") // there is no such trigger
	require.Len(t, asked.asked, 2)
	require.EqualValues(t, "1", asked.asked[0].(map[string]any)["n"])
	require.EqualValues(t, "2", asked.asked[1].(map[string]any)["n"])
	found := events()
	require.Len(t, found, 2)
	e, err := log.Get(t.Context(), found[0].ID)
	require.NoError(t, err)
	require.Equal(t, true, e.Content["late"])
	require.Len(t, e.Decisions, 1)
	require.Equal(t, eventlog.Refused, e.Decisions[0].Outcome)

	k.put(model.Pipeline{"id": "p", "name": "p", "application": "shop", "disabled": true, "triggers": list{with(1)}})
	deliver("a")
	require.Len(t, asked.asked, 2)
	found = events()
	require.Len(t, found, 3)
	require.Equal(t, trigger.Disabled, found[0].Decisions[0].Outcome)

	err = starter.Deliver(t.Context(), outbox.Message{ID: "x", Payload: []byte("{")})
	require.True(t, outbox.IsFinal(err), "%v", err)
}
