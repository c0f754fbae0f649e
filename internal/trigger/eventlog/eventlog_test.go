package eventlog_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

type object = map[string]any

// kit is a log on a database; nothing runs what it starts.
type kit struct {
	t       *testing.T
	store   *store.Store
	log     *eventlog.Log
	catalog *catalog.Catalog
	now     time.Time
}

func newKit(t *testing.T, st *store.Store) *kit {
	t.Helper()
	k := &kit{t: t, store: st, now: time.Now()}
	k.log = eventlog.New(eventlog.Options{Store: st, Now: func() time.Time { return k.now }})
	k.log.Through(k.executions())
	k.catalog = catalog.New(st, k.log)
	return k
}

func (k *kit) executions() *execution.Service {
	k.t.Helper()
	logger := testlog.New(k.t, slog.LevelInfo)
	jobs, err := queue.New(k.t.Context(), k.store, queue.Options{Logger: logger})
	require.NoError(k.t, err)
	return execution.New(execution.Options{Store: k.store, Queue: jobs, Events: events.New(k.store, logger), Types: stage.NewRegistry(wait.Type()), Logger: logger})
}

func (k *kit) save(name string, p object) model.Pipeline {
	k.t.Helper()
	whole := model.Merge(object{
		"application": "shop", "name": name,
		"stages": []any{object{"refId": "1", "type": "wait", "name": "Wait", "waitTime": 1}},
	}, p)
	saved, err := k.catalog.SavePipeline(k.t.Context(), store.PipelineKind, whole, "someone", 0)
	require.NoError(k.t, err)
	return saved
}

func onWebhook(more object) object {
	return object{"triggers": []any{model.Merge(object{"type": "webhook", "enabled": true, "source": "ci", "id": "t"}, more)}}
}

func webhookEvent(key string, payload object) *trigger.Event {
	return &trigger.Event{Type: "webhook", Source: "ci", Key: key, Content: payload, Payload: payload}
}

func (k *kit) receive(e *trigger.Event) eventlog.Received {
	k.t.Helper()
	got, err := k.log.Receive(k.t.Context(), e)
	require.NoError(k.t, err)
	return got
}

func (k *kit) runs(id string) []*model.Execution {
	k.t.Helper()
	found, err := k.store.Executions(k.t.Context(), store.ExecutionFilter{Type: model.PipelineExecution, ConfigIDs: []string{id}, Limit: 100})
	require.NoError(k.t, err)
	return found
}

func TestAnEventStartsWhatListens(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		deploy := k.save("deploy", onWebhook(nil))
		qa := k.save("qa", onWebhook(object{"payloadConstraints": object{"env": "qa"}}))
		k.save("other", onWebhook(object{"source": "else"}))
		got := k.receive(webhookEvent("", object{"env": "prod", "token": "abc", "nested": object{"password": "p"}}))
		require.Len(t, got.Executions, 1)
		require.False(t, got.Repeat)
		run := k.runs(deploy.ID())
		require.Len(t, run, 1)
		require.Equal(t, got.Executions[0], run[0].ID)
		require.Equal(t, "webhook", run[0].Trigger.Type())
		require.Equal(t, got.EventID, model.String(run[0].Trigger, "eventId"))
		require.Equal(t, "prod", model.String(model.Object(run[0].Trigger, "payload"), "env"))

		e, err := k.log.Get(t.Context(), got.EventID)
		require.NoError(t, err)
		require.Equal(t, 2, e.Looked)
		require.Equal(t, 1, e.Started)
		require.Equal(t, eventlog.Hidden, e.Content["token"])
		require.Equal(t, eventlog.Hidden, model.Object(e.Content, "nested")["password"])
		require.Equal(t, "prod", e.Payload["env"])
		require.Len(t, e.Decisions, 2)
		require.Equal(t, trigger.Starts, e.Decisions[0].Outcome)
		require.Equal(t, got.Executions[0], e.Decisions[0].ExecutionID)
		require.Equal(t, trigger.Differs, e.Decisions[1].Outcome)
		require.Equal(t, `payloadConstraints.env: the trigger wants "qa", and the event has "prod"`, e.Decisions[1].Reason)

		list, err := k.log.List(t.Context(), eventlog.Filter{PipelineID: qa.ID()})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Len(t, list[0].Decisions, 1)
		require.Nil(t, list[0].Content)
		started := false
		list, err = k.log.List(t.Context(), eventlog.Filter{Application: "SHOP", Started: &started})
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func TestRepeatsStartOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		p := k.save("deploy", onWebhook(nil))
		var wait sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]bool{}
		for range 20 { // as if they came to several processes
			wait.Go(func() {
				got, err := k.log.Receive(t.Context(), webhookEvent("delivery-1", object{"a": 1}))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				ids[got.EventID] = true
			})
		}
		wait.Wait()
		require.Len(t, ids, 1)
		require.Len(t, k.runs(p.ID()), 1)
		list, err := k.log.List(t.Context(), eventlog.Filter{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, 20, list[0].Deliveries)
	})
}

func TestTheSameKeyWithOtherContentComesLater(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		p := k.save("deploy", onWebhook(nil))
		message := func(digest string) *trigger.Event {
			e := webhookEvent("message-1", object{"a": digest})
			e.Digest = digest
			return e
		}
		k.receive(message("x"))
		require.True(t, k.receive(message("x")).Repeat)
		_, err := k.log.Receive(t.Context(), message("y"))
		var busy *eventlog.BusyError
		require.ErrorAs(t, err, &busy)
		k.now = k.now.Add(time.Minute)
		require.False(t, k.receive(message("y")).Repeat)
		require.True(t, k.receive(message("y")).Repeat)
		require.Len(t, k.runs(p.ID()), 2)
	})
}

func TestTheIndexFollowsPipelines(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		p := k.save("deploy", onWebhook(nil))
		started := func(source string) int {
			e := webhookEvent("", object{})
			e.Source = source
			return len(k.receive(e).Executions)
		}
		require.Equal(t, 1, started("ci"))
		k.save("deploy", model.Merge(p, onWebhook(object{"source": "new"})))
		require.Equal(t, 0, started("ci"))
		require.Equal(t, 1, started("new"))
		k.save("deploy", model.Merge(p, object{"disabled": true}))
		require.Equal(t, 0, started("new"))
		require.NoError(t, k.catalog.DeletePipeline(t.Context(), store.PipelineKind, "shop", "deploy", "someone"))
		require.Equal(t, 0, started("new"))
	})
}

func TestPipelinesOfBeforeAreIndexed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SavePipeline(ctx, store.PipelineKind, model.Merge(model.Pipeline{"application": "shop", "name": "old"}, onWebhook(nil)), "someone", 0)
			return err
		})
		require.NoError(t, err)
		require.Empty(t, k.receive(webhookEvent("", object{})).Executions)
		require.NoError(t, k.log.Index(t.Context()))
		require.Len(t, k.receive(webhookEvent("", object{})).Executions, 1)
		require.NoError(t, k.log.Index(t.Context()))
	})
}

func TestReplayAndTry(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		p := k.save("deploy", onWebhook(object{"payloadConstraints": object{"env": "qa"}, "secret": "s3cret"}))
		first := k.receive(webhookEvent("d", object{"env": "qa"}))
		require.Empty(t, first.Executions, "it isn't signed")
		tried, err := k.log.TryKept(t.Context(), first.EventID, p)
		require.NoError(t, err)
		require.Equal(t, trigger.Starts, tried[0].Outcome)
		require.Empty(t, k.runs(p.ID()))

		again, err := k.log.Replay(t.Context(), first.EventID, "")
		require.NoError(t, err)
		require.Len(t, again.Executions, 1)
		e, err := k.log.Get(t.Context(), again.EventID)
		require.NoError(t, err)
		require.Equal(t, first.EventID, e.ReplayOf)
		_, secret := k.runs(p.ID())[0].Trigger["secret"]
		require.False(t, secret)

		_, err = k.log.Replay(t.Context(), "none", "")
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		_, err = k.log.Replay(t.Context(), first.EventID, "none")
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	})
}

// A pipeline that can't start doesn't keep others from starting, and says why.
func TestPipelinesThatCantStart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.save("broken", model.Merge(onWebhook(nil), object{"stages": []any{object{"refId": "1", "type": "nonesuch", "name": "X"}}}))
		k.save("circle", model.Merge(onWebhook(nil), object{"stages": []any{object{"refId": "1", "type": "wait", "requisiteStageRefIds": []any{"1"}}}}))
		good := k.save("good", onWebhook(nil))
		got := k.receive(webhookEvent("", object{}))
		require.Len(t, k.runs(good.ID()), 1)
		e, err := k.log.Get(t.Context(), got.EventID)
		require.NoError(t, err)
		outcomes := map[string]trigger.Outcome{}
		for _, d := range e.Decisions {
			outcomes[d.PipelineName] = d.Outcome
			if d.Outcome != trigger.Starts {
				require.NotEmpty(t, d.Reason)
			}
		}
		require.Equal(t, map[string]trigger.Outcome{"broken": eventlog.Refused, "circle": eventlog.Refused, "good": trigger.Starts}, outcomes)
	})
}

func TestLargeAndOldEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.save("deploy", onWebhook(nil))
		large := make([]byte, 1<<20)
		for i := range large {
			large[i] = 'x'
		}
		got := k.receive(webhookEvent("", object{"large": string(large), "nul": "a\x00b"}))
		require.Len(t, got.Executions, 1)
		e, err := k.log.Get(t.Context(), got.EventID)
		require.NoError(t, err)
		require.Greater(t, e.TooLarge, 1<<20)
		_, err = k.log.Replay(t.Context(), got.EventID, "")
		require.Equal(t, fault.Invalid, fault.KindOf(err))

		n, err := k.log.Clean(t.Context(), k.now.Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = k.log.Clean(t.Context(), k.now.Add(time.Hour))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		_, err = k.log.Get(t.Context(), got.EventID)
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	})
}

// A tick starts its own trigger's pipeline, once.
func TestTicks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		nightly := object{
			"type": "Cron", "enabled": true, "id": "a", "cronExpression": "0 0 2 * * ?", "parameters": object{"env": "qa"}, "expectedArtifactIds": []any{"x"},
		}
		other := model.Merge(nightly, object{"parameters": object{"env": "prod"}})
		p := k.save("nightly", object{"triggers": []any{nightly, other}})
		tick := func(key string) {
			k.now = k.now.Add(time.Second)
			stored, err := st.Pipeline(t.Context(), p.ID())
			require.NoError(t, err)
			fired := model.Objects(stored, "triggers")[0]
			_, err = k.log.ReceiveFor(t.Context(), trigger.Tick(p.ID(), fired, k.now, key), stored, fired)
			require.NoError(t, err)
		}
		tick("cron/1")
		tick("cron/1")
		tick("cron/2")
		runs := k.runs(p.ID())
		require.Len(t, runs, 2, "the other trigger has a tick of its own")
		require.Equal(t, "qa", runs[0].Trigger.Parameters()["env"])
		require.Equal(t, "0 0 2 * * ?", model.String(runs[0].Trigger, "cronExpression"))
		k.save("nightly", model.Merge(p, object{"disabled": true}))
		tick("cron/4")
		require.Len(t, k.runs(p.ID()), 2)
		list, err := k.log.List(t.Context(), eventlog.Filter{PipelineID: p.ID(), Type: "cron"})
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, trigger.Disabled, list[0].Decisions[0].Outcome)
		again, err := k.log.Replay(t.Context(), list[2].ID, "")
		require.NoError(t, err)
		require.Empty(t, again.Executions, "it is disabled")
		replayed, err := k.log.Get(t.Context(), again.EventID)
		require.NoError(t, err)
		require.Len(t, replayed.Decisions, 2)
	})
}
