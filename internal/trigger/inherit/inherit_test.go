package inherit_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/template"
	"github.com/gennaker/gennaker/internal/template/library"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/inherit"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

type (
	object = map[string]any
	list   = []any
)

// mailbox holds messages until they are delivered by hand.
type mailbox struct {
	mu      sync.Mutex
	waiting map[string]outbox.Message
}

func (m *mailbox) Add(_ context.Context, tx *store.Tx, messages ...outbox.Message) error {
	tx.OnCommit(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		for _, one := range messages {
			m.waiting[one.ID] = one
		}
	})
	return nil
}

// started notes which configurations would be started.
type started struct {
	mu      sync.Mutex
	configs []object
}

func (s *started) Prepare(_ context.Context, config map[string]any, _ access.Principal) (*execution.Prepared, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.configs = append(s.configs, config)
	return nil, errNoStart
}

func (*started) PrepareChild(context.Context, execution.Child) (*execution.Prepared, string, error) {
	return nil, "", errNoStart
}

// flaky is a planner that can be told to fail.
type flaky struct {
	inherit.Planner
	mu  sync.Mutex
	err error
}

func (f *flaky) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *flaky) Inherited(ctx context.Context, config map[string]any) (template.Inherited, error) {
	f.mu.Lock()
	err := f.err
	f.mu.Unlock()
	if err != nil {
		return template.Inherited{}, err
	}
	return f.Planner.Inherited(ctx, config)
}

type kit struct {
	t *testing.T
	*inherit.Service
	planner   *flaky
	mail      *mailbox
	library   *library.Library
	catalog   *catalog.Catalog
	events    *eventlog.Log
	scheduler *schedule.Scheduler
	started   *started
}

func newKit(t *testing.T, st *store.Store) *kit {
	t.Helper()
	k := &kit{t: t, mail: &mailbox{waiting: map[string]outbox.Message{}}, started: &started{}}
	k.Service = &inherit.Service{Store: st, Messages: k.mail}
	k.library = library.New(st, k.Service)
	k.planner = &flaky{Planner: template.New(template.Options{Templates: k.library, Pipelines: k.library})}
	k.Planner = k.planner
	k.events = eventlog.New(eventlog.Options{Store: st, Inheritance: k.Service})
	k.events.Through(k.started)
	var err error
	k.scheduler, err = schedule.New(schedule.Options{Store: st, Inheritance: k.Service, Config: schedule.DefaultConfig()})
	require.NoError(t, err)
	k.Followers = []catalog.Follower{k.scheduler, k.events}
	k.catalog = catalog.New(st, k.Service)
	return k
}

// deliver delivers what waits, and gives the errors.
func (k *kit) deliver() error {
	k.t.Helper()
	k.mail.mu.Lock()
	messages := maps.Clone(k.mail.waiting)
	k.mail.mu.Unlock()
	var failed error
	for id, m := range messages {
		m.Attempt = 1
		if err := k.Deliver(k.t.Context(), m); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		k.mail.mu.Lock()
		delete(k.mail.waiting, id)
		k.mail.mu.Unlock()
	}
	return failed
}

func (k *kit) template(tag string, triggers ...any) {
	k.t.Helper()
	require.NoError(k.t, k.library.UpdateV2(k.t.Context(), "a", templateOf(triggers...), tag, "me"))
}

func templateOf(triggers ...any) object {
	return object{
		"schema": "v2", "id": "a", "metadata": object{"name": "a", "description": "d", "scopes": list{"global"}},
		"variables": list{object{"name": "source", "type": "string", "defaultValue": "ci"}},
		"pipeline":  object{"stages": list{}, "triggers": triggers},
	}
}

func (k *kit) save(id string, more object) {
	k.t.Helper()
	p := model.Pipeline(model.Merge(object{
		"id": id, "application": "shop", "name": id, "type": "templatedPipeline", "schema": "v2", "exclude": list{},
		"template": object{"type": "front50/pipelineTemplate", "reference": "spinnaker://a:latest"},
	}, more))
	_, err := k.catalog.SavePipeline(k.t.Context(), store.PipelineKind, p, "me", 0)
	require.NoError(k.t, err)
}

// sends gives the ids of the pipelines that a webhook looks at, and that it matches.
func (k *kit) sends(source string) (looked, matched []string) {
	k.t.Helper()
	e := &trigger.Event{Type: "webhook", Source: source, Content: object{}, Payload: object{}}
	received, err := k.events.Receive(k.t.Context(), e)
	require.NoError(k.t, err)
	kept, err := k.events.Get(k.t.Context(), received.EventID)
	require.NoError(k.t, err)
	looked, matched = []string{}, []string{}
	for _, d := range kept.Decisions {
		looked = append(looked, d.PipelineID)
		if d.Outcome == eventlog.Refused { // it matched, and errNoStart kept it
			matched = append(matched, d.PipelineID)
		}
	}
	return looked, matched
}

func (k *kit) problem(id string) string {
	k.t.Helper()
	p, err := k.Store.Pipeline(k.t.Context(), id)
	require.NoError(k.t, err)
	problem, err := k.Problem(k.t.Context(), p)
	require.NoError(k.t, err)
	return problem
}

func webhook(source string) object {
	return object{"type": "webhook", "enabled": true, "source": source}
}

func TestTriggersOfTemplatesFire(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.template("", webhook("${ templateVariables.source }"))
		k.save("default", nil)
		k.save("given", object{"variables": object{"source": "other"}})
		k.save("excluded", object{"exclude": list{"triggers"}, "triggers": list{webhook("own")}})
		k.save("both", object{"triggers": list{webhook("own"), model.Merge(webhook("stale"), object{"inherited": true})}})
		require.NoError(t, k.deliver())
		for source, want := range map[string][]string{"ci": {"both", "default"}, "other": {"given"}, "own": {"both", "excluded"}, "stale": {}} {
			_, matched := k.sends(source)
			require.Equal(t, want, matched, source)
		}
		// What is stored stays what was saved.
		p, err := st.Pipeline(t.Context(), "default")
		require.NoError(t, err)
		require.NotContains(t, p, "triggers")
	})
}

// A start by an inherited trigger has the pipeline as it is stored for the planner, which
// takes the template's own parts from the template.
func TestStartsExpandAsManualOnesDo(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t))
	k.template("", webhook("ci"))
	k.save("p", nil)
	require.NoError(t, k.deliver())
	k.sends("ci")
	require.Len(t, k.started.configs, 1)
	config := k.started.configs[0]
	require.Equal(t, "spinnaker://a:latest", model.Object(config, "template")["reference"])
	require.Equal(t, true, model.Object(config, "trigger")["inherited"])
	whole, err := template.New(template.Options{Templates: k.library}).Expand(t.Context(), config)
	require.NoError(t, err)
	require.Len(t, whole["triggers"], 1)
}

func TestTemplatesThatChange(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.template("stable", webhook("one"))
		k.save("latest", nil)
		k.save("stable", object{"template": object{"reference": "spinnaker://a:stable"}})
		require.NoError(t, k.deliver())
		_, matched := k.sends("one")
		require.Equal(t, []string{"latest", "stable"}, matched)

		// Between the save and the delivery, what was removed doesn't start anything, though
		// the index still finds it.
		k.template("", webhook("two"))
		_, matched = k.sends("one")
		require.Equal(t, []string{"stable"}, matched)
		require.NoError(t, k.deliver())
		looked, _ := k.sends("one")
		require.Equal(t, []string{"stable"}, looked)
		_, matched = k.sends("two")
		require.Equal(t, []string{"latest"}, matched)

		// A tag that moves takes those along that name it.
		k.template("stable", webhook("three"))
		require.NoError(t, k.deliver())
		_, matched = k.sends("three")
		require.Equal(t, []string{"latest", "stable"}, matched)

		// A pipeline that stops to inherit keeps nothing.
		k.save("latest", object{"exclude": list{"triggers"}})
		looked, _ = k.sends("three")
		require.Equal(t, []string{"stable"}, looked)
		require.NoError(t, k.catalog.DeletePipeline(t.Context(), store.PipelineKind, "shop", "stable", "me"))
		require.NoError(t, k.deliver())
		looked, _ = k.sends("three")
		require.Empty(t, looked)
	})
}

func TestTemplatesThatCantBeExpanded(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t))
	k.save("missing", object{"triggers": list{webhook("own")}, "template": object{"reference": "spinnaker://b"}})
	k.save("fine", nil)
	k.template("", webhook("ci"))
	require.NoError(t, k.deliver())
	require.Contains(t, k.problem("missing"), "b")
	require.Empty(t, k.problem("fine"))
	_, matched := k.sends("own")
	require.Equal(t, []string{"missing"}, matched)
	_, matched = k.sends("ci")
	require.Equal(t, []string{"fine"}, matched)

	// A template that can't be expanded any more takes its triggers away.
	broken := templateOf(webhook("${ templateVariables.none }"))
	require.NoError(t, k.library.UpdateV2(t.Context(), "a", broken, "", "me"))
	_, matched = k.sends("ci")
	require.Empty(t, matched)
	require.NoError(t, k.deliver())
	require.Contains(t, k.problem("fine"), "variables that its template doesn't have")
	looked, _ := k.sends("ci")
	require.Empty(t, looked)

	// Once it is repaired, they are back.
	k.template("", webhook("ci"))
	require.NoError(t, k.deliver())
	require.Empty(t, k.problem("fine"))
	_, matched = k.sends("ci")
	require.Equal(t, []string{"fine"}, matched)
}

func TestExpansionIsTriedAgain(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t))
	k.template("", webhook("ci"))
	k.save("p", nil)
	k.planner.fail(errors.New("the host is away"))
	require.ErrorContains(t, k.deliver(), "the host is away")
	require.Contains(t, k.problem("p"), "the host is away")
	k.planner.fail(nil)
	require.NoError(t, k.deliver())
	require.Empty(t, k.problem("p"))
	_, matched := k.sends("ci")
	require.Equal(t, []string{"p"}, matched)
}

// A process that starts takes up pipelines from before, and what another one left.
func TestAdopt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.template("", webhook("ci"))
		require.NoError(t, k.deliver())
		old := catalog.New(st) // as before there were inherited triggers
		_, err := old.SavePipeline(t.Context(), store.PipelineKind, model.Pipeline{
			"id": "p", "application": "shop", "name": "p", "type": "templatedPipeline", "schema": "v2", "template": object{"reference": "spinnaker://a"},
		}, "me", 0)
		require.NoError(t, err)
		require.NoError(t, k.Adopt(t.Context()))
		require.Len(t, k.mail.waiting, 1)
		clear(k.mail.waiting) // it dies
		require.NoError(t, k.Adopt(t.Context()))
		require.NoError(t, k.deliver())
		_, matched := k.sends("ci")
		require.Equal(t, []string{"p"}, matched)
		require.NoError(t, k.Adopt(t.Context()))
		require.Empty(t, k.mail.waiting)
	})
}

// Inherited cron triggers stay due when they were, and have ids of their own in each
// pipeline.
func TestInheritedCronTriggers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		nightly := object{"type": "cron", "enabled": true, "cronExpression": "0 H 2 * * ?"}
		k.template("", nightly)
		k.save("p", nil)
		k.save("q", nil)
		require.NoError(t, k.deliver())
		times := func(id string) []schedule.Status {
			found, err := k.scheduler.Schedules(t.Context(), id)
			require.NoError(t, err)
			return found
		}
		p, q := times("p"), times("q")
		require.Len(t, p, 1)
		require.Len(t, q, 1)
		require.NotEqual(t, p[0].TriggerID, q[0].TriggerID)
		require.Len(t, p[0].NextFires, 5)

		k.template("", webhook("ci"), nightly)
		require.Equal(t, p, times("p")) // until it is expanded
		require.NoError(t, k.deliver())
		require.Equal(t, p[0].TriggerID, times("p")[0].TriggerID)
		require.NoError(t, k.scheduler.Rebuild(t.Context()))
		require.Equal(t, p[0].TriggerID, times("p")[0].TriggerID)

		// A tick of a trigger that was removed meanwhile starts nothing.
		starter := &schedule.Starter{Pipelines: st, Inheritance: k.Service, Events: k.events}
		tick := outbox.Message{ID: "tick", Payload: []byte(`{"pipelineId":"p","triggerKey":"` + p[0].TriggerID + `","time":"2026-05-04T02:00:00Z"}`)}
		require.NoError(t, starter.Deliver(t.Context(), tick))
		require.Len(t, k.started.configs, 1)
		require.NoError(t, starter.Deliver(t.Context(), tick)) // the same tick again
		require.Len(t, k.started.configs, 1)
		k.template("", webhook("ci"))
		tick.ID = "later"
		require.NoError(t, starter.Deliver(t.Context(), tick))
		require.Len(t, k.started.configs, 1)
		require.NoError(t, k.deliver())
		require.Empty(t, times("p"))
	})
}

// Processes that expand the same pipeline at once, while it is saved again and again, end
// with what was saved last.
func TestExpansionsAtOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.template("", webhook("${ templateVariables.source }"))
		k.save("p", nil)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 10 {
					_ = k.Deliver(t.Context(), outbox.Message{Attempt: 1, Payload: []byte(`{"pipelineId":"p"}`)})
				}
			})
		}
		for _, source := range []string{"a", "b", "c", "last"} {
			k.save("p", object{"variables": object{"source": source}})
		}
		group.Wait()
		require.Eventually(t, func() bool { return k.deliver() == nil }, time.Minute, time.Millisecond)
		looked, matched := k.sends("last")
		require.Equal(t, []string{"p"}, matched)
		require.Equal(t, []string{"p"}, looked)
		looked, _ = k.sends("c")
		require.Empty(t, looked)
	})
}

func TestVersionOneInherits(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t))
	require.NoError(t, k.library.CreateV1(t.Context(), object{
		"schema": "1", "id": "base", "metadata": object{"name": "base", "description": "d", "scopes": list{"global"}},
		"variables":     list{object{"name": "source", "type": "string"}},
		"configuration": object{"triggers": list{object{"name": "hook", "type": "webhook", "enabled": true, "source": "{{ source }}"}}},
		"stages":        list{object{"id": "w", "type": "wait", "config": object{"waitTime": 1}}},
	}, "me"))
	of := func(inherits ...any) object {
		return object{"schema": nil, "template": nil, "config": object{
			"schema": "1", "configuration": object{"inherit": inherits},
			"pipeline": object{"application": "shop", "name": "p", "template": object{"source": "spinnaker://base"}, "variables": object{"source": "ci"}},
		}}
	}
	k.save("with", of("triggers"))
	k.save("without", of())
	require.NoError(t, k.deliver())
	require.Empty(t, k.problem("with"))
	_, matched := k.sends("ci")
	require.Equal(t, []string{"with"}, matched)
}

var errNoStart = noStart()

func noStart() error { return fault.New(fault.Invalid, "this test starts nothing") }
