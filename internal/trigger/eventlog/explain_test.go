package eventlog_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// TestFindingEvents: events are found by their words and by their place in the list.
func TestFindingEvents(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		var ids []string
		for i, branch := range []string{"main", "100%_done", "dev"} {
			k.now = k.now.Add(time.Second)
			ids = append(ids, k.receive(&trigger.Event{
				Type: "git", Source: "github", Key: fmt.Sprint(i),
				Content: object{"repoProject": "Acme", "slug": "cart", "branch": branch, "action": "push:push", "hash": "9f2c1de7a0b34c5d6e7f"},
			}).EventID)
		}
		for name, c := range map[string]struct {
			filter eventlog.Filter
			want   []string
		}{
			"all":                 {eventlog.Filter{}, []string{ids[2], ids[1], ids[0]}},
			"words in any order":  {eventlog.Filter{Text: "MAIN acme/cart"}, []string{ids[0]}},
			"a commit":            {eventlog.Filter{Text: "9f2c1de dev"}, []string{ids[2]}},
			"signs of LIKE":       {eventlog.Filter{Text: "100%_"}, []string{ids[1]}},
			"a sign stands alone": {eventlog.Filter{Text: "m_in"}, []string{}},
			"newer":               {eventlog.Filter{After: ids[1]}, []string{ids[2]}},
			"older, with a text":  {eventlog.Filter{Before: ids[2], Text: "github", Limit: 1}, []string{ids[1]}},
		} {
			list, err := k.log.List(t.Context(), c.filter)
			require.NoError(t, err, name)
			got := []string{}
			for _, e := range list {
				got = append(got, e.ID)
			}
			require.Equal(t, c.want, got, name)
		}
		list, err := k.log.List(t.Context(), eventlog.Filter{Limit: 1})
		require.NoError(t, err)
		require.Equal(t, "Acme/cart dev push 9f2c1de", list[0].Summary)
	})
}

// TestNearMisses: an event that nothing listens to shows what nearly does.
func TestNearMisses(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		git := func(more object) object {
			return object{"triggers": []any{model.Merge(object{
				"type": "git", "enabled": true, "source": "github", "project": "acme", "slug": "cart", "secret": "s3cret",
			}, more)}}
		}
		k.save("misspelled", git(object{"project": "acne"}))
		k.save("disabled", git(object{"enabled": false}))
		k.save("far away", git(object{"project": "somebody-else", "slug": "something-else"}))
		k.save("of another type", onWebhook(nil))
		e := &trigger.Event{Type: "git", Source: "github", Content: object{"repoProject": "acme", "slug": "cart", "branch": "main", "action": "push:push"}}
		got, err := k.log.Get(t.Context(), k.receive(e).EventID)
		require.NoError(t, err)
		require.Equal(t, 0, got.Looked)
		require.Len(t, got.Near, 2)
		require.Equal(t, "disabled", got.Near[0].PipelineName)
		require.Equal(t, trigger.Disabled, got.Near[0].Outcome)
		require.Equal(t, "misspelled", got.Near[1].PipelineName)
		require.Equal(t, `project: the trigger wants "acne", and the event has "acme"`, got.Near[1].Reason)

		k.save("listens", git(nil))
		k.receive(webhookEvent("", object{}))
		again, err := k.log.Get(t.Context(), k.receive(&trigger.Event{Type: "git", Source: "github", Content: e.Content}).EventID)
		require.NoError(t, err)
		require.Equal(t, 1, again.Looked)
		require.Empty(t, again.Near)
	})
}

// TestTrials: a trial tells what the execution would get, and whether it could start.
func TestTrials(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		p := model.Pipeline(model.Merge(object{
			"application": "shop", "name": "new", "id": "p",
			"parameterConfig": []any{object{"name": "version", "default": "1"}, object{"name": "size", "default": "small"}},
			"stages":          []any{object{"refId": "1", "type": "wait", "name": "Wait", "waitTime": 0}},
		}, onWebhook(nil)))
		payload := object{"parameters": object{"version": "2"}, "token": "s3cret"}
		got, err := k.log.Try(t.Context(), webhookEvent("", payload), p)
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, trigger.Starts, got[0].Outcome)
		require.Equal(t, object{"version": "2", "size": "small"}, got[0].Trigger["parameters"])
		require.Equal(t, eventlog.Hidden, model.Object(got[0].Trigger, "payload")["token"])

		p["parameterConfig"] = []any{object{"name": "zone", "required": true}}
		got, err = k.log.Try(t.Context(), webhookEvent("", payload), p)
		require.NoError(t, err)
		require.Equal(t, eventlog.Refused, got[0].Outcome)
		require.Contains(t, got[0].Reason, "zone")

		saved := k.save("stored", onWebhook(nil))
		id := k.receive(webhookEvent("", object{"a": 1})).EventID
		dry, err := k.log.TryReplay(t.Context(), id, "")
		require.NoError(t, err)
		require.Len(t, dry, 1)
		require.Equal(t, trigger.Starts, dry[0].Outcome)
		require.Len(t, k.runs(saved.ID()), 1, "a dry run starts nothing")
	})
}

// TestLastStarts: what a trigger started last is known, also of one without an id.
func TestLastStarts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		saved := k.save("p", object{"triggers": []any{
			object{"type": "webhook", "enabled": true, "source": "ci"},
			object{"type": "webhook", "enabled": true, "source": "ci", "id": "qa", "payloadConstraints": object{"env": "qa"}},
		}})
		k.receive(webhookEvent("", object{"env": "prod"}))
		k.now = k.now.Add(time.Minute)
		second := k.receive(webhookEvent("", object{"env": "prod"}))
		starts, err := k.log.LastStarts(t.Context(), saved.ID(), "another")
		require.NoError(t, err)
		triggers := model.Objects(saved, "triggers")
		got, ok := starts.Of(saved.ID(), triggers[0])
		require.True(t, ok)
		require.Equal(t, eventlog.Start{EventID: second.EventID, ExecutionID: second.Executions[0], At: k.now.UnixMilli()}, got)
		_, ok = starts.Of(saved.ID(), triggers[1])
		require.False(t, ok)

		// A trigger without an id that is changed is another one.
		changed := model.Merge(saved, object{"triggers": []any{
			object{"type": "webhook", "enabled": true, "source": "cd"}, triggers[1],
		}})
		_, err = k.catalog.SavePipeline(t.Context(), store.PipelineKind, changed, "someone", 0)
		require.NoError(t, err)
		starts, err = k.log.LastStarts(t.Context(), saved.ID())
		require.NoError(t, err)
		require.Empty(t, starts)
		_, err = k.catalog.SavePipeline(t.Context(), store.PipelineKind, saved, "someone", 0)
		require.NoError(t, err)
		k.receive(webhookEvent("", object{"env": "prod"}))
		starts, err = k.log.LastStarts(t.Context(), saved.ID())
		require.NoError(t, err)
		require.Len(t, starts, 1)
		require.NoError(t, k.catalog.DeletePipeline(t.Context(), store.PipelineKind, "shop", "p", "someone"))
		starts, err = k.log.LastStarts(t.Context(), saved.ID())
		require.NoError(t, err)
		require.Empty(t, starts)
	})
}
