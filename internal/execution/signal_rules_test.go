package execution

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
)

// lab is a service without a runner: what it is told to do waits in the database.
type lab struct {
	*Service
	t     *testing.T
	woken []string
}

func newLab(t *testing.T, change func(*Options)) *lab {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "test.db"), store.Options{Logger: log})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	jobs, err := queue.New(t.Context(), st, queue.Options{Logger: log})
	require.NoError(t, err)
	l := &lab{t: t}
	o := Options{
		Store: st, Queue: jobs, Events: events.New(st, log), Types: stage.NewRegistry(wait.Type()), Logger: log,
		OnWake: func(id string) { l.woken = append(l.woken, id) },
		Now:    func() time.Time { return time.UnixMilli(1_700_000_000_000) },
	}
	if change != nil {
		change(&o)
	}
	l.Service = New(o)
	l.awaitTime = 0 // nobody comes to it
	return l
}

// add stores an execution of the pipeline "p".
func (l *lab) add(id string, status model.Status, change func(*model.Execution)) *model.Execution {
	l.t.Helper()
	e := &model.Execution{
		ID: id, Type: model.PipelineExecution, Application: "shop", Name: "Deploy", PipelineConfigID: "p", Status: status,
		LimitConcurrent: true, Trigger: model.Trigger{"type": "manual"},
		Stages: []*model.Stage{{ID: "s-" + id, RefID: "1", Name: "Wait", Type: "wait", Status: status, Context: map[string]any{}}},
	}
	if status == model.Paused {
		e.Paused = &model.PausedDetails{PausedBy: "ann", PauseTime: 1}
	}
	if change != nil {
		change(e)
	}
	l.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) })
	return e
}

func (l *lab) write(do func(context.Context, *store.Tx) error) {
	l.t.Helper()
	require.NoError(l.t, l.store.Write(l.t.Context(), do))
}

// signals are the signals that wait for an execution, as kind and user.
func (l *lab) signals(id string) []string {
	l.t.Helper()
	_, found, err := l.store.Signals(l.t.Context(), id)
	require.NoError(l.t, err)
	var out []string
	for _, s := range found {
		out = append(out, s.Kind+" by "+s.User)
	}
	return out
}

var ann = access.Principal{Name: "ann", AllowedAccounts: []string{"prod"}}

// What is asked of an execution is refused at once if its status doesn't allow it,
// and else left for its runner, which is woken.
func TestSignals(t *testing.T) {
	t.Parallel()
	do := map[string]func(*lab, string) error{
		"cancel": func(l *lab, id string) error { return l.Cancel(t.Context(), id, "why", false, ann) },
		"pause":  func(l *lab, id string) error { return l.Pause(t.Context(), id, ann) },
		"resume": func(l *lab, id string) error { return l.Resume(t.Context(), id, ann) },
		"restart": func(l *lab, id string) error {
			_, err := l.RestartStage(t.Context(), id, "s-"+id, nil, ann)
			return err
		},
		"update": func(l *lab, id string) error {
			_, err := l.UpdateStage(t.Context(), id, "s-"+id, map[string]any{"a": "b"}, ann)
			return err
		},
		"update nothing": func(l *lab, id string) error {
			_, err := l.UpdateStage(t.Context(), id, "nope", map[string]any{"a": "b"}, ann)
			return err
		},
	}
	l := newLab(t, nil)
	for i, c := range []struct {
		what   string
		status model.Status
		signal string
		kind   fault.Kind
		words  string
	}{
		{"cancel", model.Running, "cancel by ann", 0, ""},
		{"cancel", model.Paused, "cancel by ann", 0, ""},
		{"cancel", model.NotStarted, "cancel by ann", 0, ""},
		{"cancel", model.Succeeded, "cancel by ann", 0, ""},
		{"pause", model.Running, "pause by ann", 0, ""},
		{"pause", model.NotStarted, "", fault.Conflict, "execution e can't be paused: its status is NOT_STARTED, and only one that is RUNNING can"},
		{"pause", model.Paused, "", fault.Conflict, "execution e can't be paused: its status is PAUSED, and only one that is RUNNING can"},
		{"resume", model.Paused, "resume by ann", 0, ""},
		{"resume", model.Running, "", fault.Conflict, "execution e can't be resumed: its status is RUNNING, and only one that is PAUSED can"},
		{"resume", model.Canceled, "", fault.Conflict, "execution e can't be resumed: its status is CANCELED, and only one that is PAUSED can"},
		{"restart", model.Succeeded, "restartStage by ann", 0, ""},
		{"restart", model.Running, "", fault.Conflict, `stage "Wait" can't be restarted: it is RUNNING; cancel the execution or wait until it has ended`},
		{"update", model.Running, "updateStage by ann", 0, ""},
		{"update nothing", model.Running, "", fault.NotFound, `nope`},
	} {
		id := fmt.Sprintf("%s-%s-%d", c.what, c.status, i)
		l.add(id, c.status, func(e *model.Execution) { e.PipelineConfigID = id })
		err := do[c.what](l, id)
		if c.signal == "" {
			require.Equal(t, c.kind, fault.KindOf(err), id)
			require.ErrorContains(t, err, strings.ReplaceAll(c.words, "execution e ", "execution "+id+" "))
			require.Empty(t, l.signals(id), "what is refused is not stored")
			require.NotContains(t, l.woken, id)
			continue
		}
		require.NoError(t, err, id)
		require.Equal(t, []string{c.signal}, l.signals(id))
		require.Contains(t, l.woken, id)
	}
	for what, f := range do {
		err := f(l, "gone")
		require.Equal(t, fault.NotFound, fault.KindOf(err), what)
		require.EqualError(t, err, "Execution not found (id: gone)")
	}
}

// A signal is carried out by whoever reads it as it was given.
func TestSignalsAreCarriedOut(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	l.add("e", model.Running, nil)
	require.NoError(t, l.Cancel(t.Context(), "e", "too slow", false, ann))
	_, err := l.UpdateStage(t.Context(), "e", "s-e", map[string]any{"answer": "yes"}, ann)
	require.NoError(t, err)
	_, found, err := l.store.Signals(t.Context(), "e")
	require.NoError(t, err)
	e, err := l.Get(t.Context(), "e")
	require.NoError(t, err)
	require.False(t, e.Canceled, "the API changes no execution that its runner has")
	require.False(t, Restarting(found))
	m := engine.NewMachine(e, l.types, l.eval, engine.GateOpen)
	for _, signal := range found {
		require.NoError(t, Apply(m, signal, time.UnixMilli(7)))
	}
	require.True(t, e.Canceled)
	require.Equal(t, []string{"ann", "too slow"}, []string{e.CanceledBy, e.CancellationReason})
	require.Equal(t, "yes", e.Stages[0].Context["answer"])
	require.Equal(t, "ann", e.Stages[0].Context["lastModifiedBy"])
	require.Equal(t, []string{"prod"}, e.Stages[0].LastModified.AllowedAccounts)

	require.ErrorContains(t, Apply(m, store.Signal{ID: 3, Kind: "dance"}, time.Time{}), `signal 3 is of unknown kind "dance"`)
	require.ErrorContains(t, Apply(m, store.Signal{ID: 4, Kind: signalCancel, Payload: []byte("{")}, time.Time{}), "read signal 4 (cancel)")
	for _, kind := range []string{signalRestart, signalChild} {
		require.True(t, Restarting([]store.Signal{{Kind: signalPause}, {Kind: kind}}))
	}
}

// A restart takes over the preconditions that the client sends, as Orca does; of
// nothing else.
func TestRestartTakesPreconditions(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	l.add("e", model.Terminal, nil)
	_, err := l.RestartStage(t.Context(), "e", "s-e", map[string]any{"stages": []any{
		map[string]any{"refId": "2", "type": "checkPreconditions", "preconditions": []any{"x"}},
		map[string]any{"refId": "3", "type": "checkPreconditions"},
		map[string]any{"refId": "4", "type": "wait", "preconditions": []any{"y"}},
	}}, ann)
	require.NoError(t, err)
	_, found, err := l.store.Signals(t.Context(), "e")
	require.NoError(t, err)
	var p payload
	require.NoError(t, model.Unmarshal(found[0].Payload, &p))
	require.Equal(t, map[string]any{"2": []any{"x"}}, p.Preconditions)
}

// An execution may start if fewer than its pipeline allows run, in the order in
// which they came; paused ones take up a place unless Orca's behaviour is asked for.
func TestMayStart(t *testing.T) {
	t.Parallel()
	type others = map[string]model.Status
	labs := map[bool]*lab{false: newLab(t, nil), true: newLab(t, func(o *Options) { o.IgnorePaused = true })}
	for name, c := range map[string]struct {
		limit        int // 0: one at a time
		others       others
		ignorePaused bool
		want         map[string]bool
	}{
		"alone":                      {0, nil, false, map[string]bool{"m": true}},
		"one runs":                   {0, others{"a": model.Running}, false, map[string]bool{"m": false}},
		"one is paused":              {0, others{"a": model.Paused}, false, map[string]bool{"m": false}},
		"one is paused, as in Orca":  {0, others{"a": model.Paused}, true, map[string]bool{"m": true}},
		"others have ended":          {0, others{"a": model.Succeeded, "b": model.Terminal, "c": model.Canceled}, false, map[string]bool{"m": true}},
		"one came before":            {0, others{"a": model.NotStarted}, false, map[string]bool{"m": false, "a": true}},
		"one came after":             {0, others{"z": model.NotStarted}, false, map[string]bool{"m": true, "z": false}},
		"two may run, one does":      {2, others{"a": model.Running}, false, map[string]bool{"m": true}},
		"two may run, two do":        {2, others{"a": model.Running, "b": model.Running}, false, map[string]bool{"m": false}},
		"two may run, one is paused": {2, others{"a": model.Running, "b": model.Paused}, false, map[string]bool{"m": false}},
		"two may run, two wait":      {2, others{"a": model.NotStarted, "z": model.NotStarted}, false, map[string]bool{"a": true, "m": true, "z": false}},
	} {
		l := labs[c.ignorePaused]
		statuses := others{"m": model.NotStarted}
		maps.Copy(statuses, c.others)
		all := map[string]*model.Execution{}
		for _, id := range slices.Sorted(maps.Keys(statuses)) {
			all[id] = l.add(name+id, statuses[id], func(e *model.Execution) {
				e.PipelineConfigID = name
				if c.limit > 0 {
					e.LimitConcurrent, e.MaxConcurrentExecutions = false, c.limit
				}
			})
		}
		for id, want := range c.want {
			l.write(func(ctx context.Context, tx *store.Tx) error {
				may, err := l.MayStart(ctx, tx, all[id])
				require.NoError(t, err)
				require.Equal(t, want, may, "%s: %s", name, id)
				return nil
			})
		}
	}
}

func TestLimited(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		e    model.Execution
		want bool
		most int
	}{
		{model.Execution{Type: model.PipelineExecution, PipelineConfigID: "p", LimitConcurrent: true}, true, 1},
		{model.Execution{Type: model.PipelineExecution, PipelineConfigID: "p", MaxConcurrentExecutions: 3}, true, 3},
		{model.Execution{Type: model.PipelineExecution, PipelineConfigID: "p", LimitConcurrent: true, MaxConcurrentExecutions: 3}, true, 1},
		{model.Execution{Type: model.PipelineExecution, PipelineConfigID: "p"}, false, 0},
		{model.Execution{Type: model.PipelineExecution, LimitConcurrent: true}, false, 1},
		{model.Execution{Type: model.OrchestrationExecution, PipelineConfigID: "p", LimitConcurrent: true}, false, 1},
	} {
		require.Equal(t, c.want, Limited(&c.e), "%+v", c.e)
		require.Equal(t, c.most, mostRunning(&c.e), "%+v", c.e)
	}
}

// When an execution ends, what waited for it goes on: the newest one, and the others
// are cancelled, unless the pipeline keeps those that wait: then the oldest one.
func TestWhatWaitedGoesOn(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	for name, c := range map[string]struct {
		keep     bool
		most     int
		waiting  []string
		woken    []string
		canceled []string
	}{
		"nothing waits":         {false, 0, nil, nil, nil},
		"one waits":             {false, 0, []string{"a"}, []string{"a"}, nil},
		"the newest of three":   {false, 0, []string{"a", "b", "c"}, []string{"a", "b", "c"}, []string{"a", "b"}},
		"the oldest is kept":    {true, 0, []string{"a", "b", "c"}, []string{"a"}, nil},
		"as many as there can":  {true, 2, []string{"a", "b", "c"}, []string{"a", "b"}, nil},
		"fewer than there can":  {true, 5, []string{"a"}, []string{"a"}, nil},
		"the newest though two": {false, 2, []string{"a", "b", "c"}, []string{"a", "b", "c"}, []string{"a", "b"}},
	} {
		l.woken = nil
		own := func(e *model.Execution) { e.PipelineConfigID = name }
		ended := l.add(name+"0", model.Succeeded, func(e *model.Execution) {
			own(e)
			e.KeepWaitingPipelines = c.keep
			if c.most > 0 {
				e.LimitConcurrent, e.MaxConcurrentExecutions = false, c.most
			}
		})
		l.add(name+"unqueued", model.NotStarted, own) // it has not been looked at yet, and is no one's to wake
		for _, id := range c.waiting {
			l.add(name+id, model.NotStarted, own)
			l.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetQueued(ctx, name+id, true) })
		}
		l.write(func(ctx context.Context, tx *store.Tx) error { return l.Ended(ctx, tx, ended) })
		var woken []string
		for _, id := range l.woken {
			woken = append(woken, strings.TrimPrefix(id, name))
		}
		require.Equal(t, c.woken, woken, name)
		for _, id := range c.waiting {
			if slices.Contains(c.canceled, id) {
				require.Equal(t, []string{"cancel by spinnaker"}, l.signals(name+id))
			} else {
				require.Empty(t, l.signals(name+id))
			}
		}
		if len(c.canceled) > 0 {
			// Once is enough, however many end before the runner comes to it.
			l.write(func(ctx context.Context, tx *store.Tx) error { return l.Ended(ctx, tx, ended) })
			require.Equal(t, []string{"cancel by spinnaker"}, l.signals(name+c.canceled[0]))
		}
	}
}

// A parent is woken by the end of a child that one of its stages waits for, and told
// of its restart; one that is gone is nobody's loss.
func TestParents(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trigger model.Trigger
		told    bool
	}{
		"of a stage":      {model.Trigger{"type": "pipeline", "parentPipelineId": "parent", "parentPipelineStageId": "s-parent", "parentExecution": map[string]any{"id": "parent"}}, true},
		"without a stage": {model.Trigger{"type": "pipeline", "parentPipelineId": "parent", "parentExecution": map[string]any{"id": "parent"}}, false},
		"that is gone":    {model.Trigger{"type": "pipeline", "parentPipelineId": "gone", "parentPipelineStageId": "s", "parentExecution": map[string]any{"id": "gone"}}, false},
		"of nobody":       {model.Trigger{"type": "manual"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, nil)
			l.add("parent", model.Running, func(e *model.Execution) { e.PipelineConfigID = "parents" })
			child := l.add("child", model.Succeeded, func(e *model.Execution) {
				e.Trigger = c.trigger
				e.Stages[0].Context["restartDetails"] = map[string]any{"restartedBy": "bob", "restartTime": 7}
			})
			l.write(func(ctx context.Context, tx *store.Tx) error { return l.Ended(ctx, tx, child) })
			require.Equal(t, c.told, slices.Contains(l.woken, "parent"))
			require.Empty(t, l.signals("parent"))
			l.woken = nil
			l.write(func(ctx context.Context, tx *store.Tx) error { return l.Restarted(ctx, tx, child) })
			require.Equal(t, c.told, slices.Contains(l.woken, "parent"))
			if c.told {
				require.Equal(t, []string{"childRestarted by bob"}, l.signals("parent"))
			}
		})
	}
}

// What is deleted is gone, and what waited for it goes on.
func TestDelete(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	l.add("e", model.Running, nil)
	l.add("next", model.NotStarted, nil)
	l.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetQueued(ctx, "next", true) })
	require.NoError(t, l.Delete(t.Context(), "e", ann))
	require.Contains(t, l.woken, "next")
	_, err := l.Get(t.Context(), "e")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.EqualError(t, l.Delete(t.Context(), "e", ann), "Execution not found (id: e)")
}

// Of two who judge at the same moment, the one whose answer doesn't hold is told.
func TestOverruled(t *testing.T) {
	t.Parallel()
	judged := func(status model.Status, answer string) *model.Stage {
		return &model.Stage{Name: "ask", Status: status, Context: map[string]any{"judgmentStatus": answer}}
	}
	err := overruled(judged(model.Succeeded, "continue"), "stop")
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, `"continue" holds, not "stop"`)
	require.NoError(t, overruled(judged(model.Succeeded, "Continue"), "continue"))
	require.NoError(t, overruled(judged(model.Running, "continue"), "stop"), "the last answer before the stage goes on holds")
	require.NoError(t, overruled(judged(model.Running, ""), "stop"), "it was refused, and can be answered again")
	require.NoError(t, overruled(judged(model.Terminal, "stop"), ""), "another change of the stage")
	require.NoError(t, overruled(nil, "stop"))
}
