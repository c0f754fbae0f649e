package resource

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// A resource that fails is tried again, tells why, and holds up no other.
func TestErrorsAreVisibleAndTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var calls counter
		works := make(chan struct{})
		p := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			n := calls.add(r.Name, 1)
			select {
			case <-works:
				return echo(ctx, r)
			default:
			}
			switch {
			case r.Name == "good":
				return echo(ctx, r)
			case n == 1:
				panic("oops")
			case n == 2:
				return Result{Status: func() {}}, nil
			}
			return Result{Conditions: []Condition{{Type: "Reachable", Status: False, Reason: "NoRoute"}}}, errors.New("https://ann:secret@host can't be reached")
		})))
		p.put("bad", 1)
		p.put("good", 1)
		p.healthy("good")
		bad := p.becomes("bad", "failing", func(r Resource) bool { return r.Failures >= 5 })
		require.True(t, bad.Settled())
		require.False(t, bad.Healthy())
		ready := bad.Condition(Ready)
		require.Equal(t, False, ready.Status)
		require.Equal(t, ReconcileFailed, ready.Reason)
		require.Equal(t, "https://[hidden]@host can't be reached", ready.Message)
		require.Equal(t, "NoRoute", bad.Condition("Reachable").Reason)
		require.Equal(t, Unknown, bad.Condition("Other").Status)
		require.WithinRange(t, ready.LastTransitionTime, bad.CreatedAt.Add(-time.Minute), bad.UpdatedAt.Add(time.Minute))
		require.Equal(t, 1, calls.add("good", 0))

		close(works)
		bad = p.healthy("bad")
		require.Zero(t, bad.Failures)
		require.NotEqual(t, ready.LastTransitionTime, bad.Condition(Ready).LastTransitionTime)
		require.Equal(t, "NoRoute", bad.Condition("Reachable").Reason) // the reconciler says no more of it
	})
}

func TestCallsAreBoundInTimeAndNumber(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		slow := kindOf(nil)
		var now counter
		most, end := 0, make(chan struct{})
		slow.Most, slow.Timeout = 3, time.Hour
		slow.Reconciler = reconcile(func(ctx context.Context, _ Resource) (Result, error) {
			now.mu.Lock()
			most = max(most, now.n["all"]+1)
			now.mu.Unlock()
			now.add("all", 1)
			defer now.add("all", -1)
			select {
			case <-end:
			case <-ctx.Done():
			}
			return Result{}, ctx.Err()
		})
		hung := kindOf(reconcile(func(ctx context.Context, _ Resource) (Result, error) {
			<-ctx.Done()
			return Result{}, fmt.Errorf("ask: %w", ctx.Err())
		}))
		hung.Name, hung.Timeout = "hung", 5*time.Millisecond
		p := start(t, Options{Store: st}, slow, hung)
		for i := range 10 {
			p.put(fmt.Sprint(i), 1)
		}
		require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
			return p.Put(ctx, tx, Wanted{Kind: "hung", Name: "a", Spec: 1})
		}))
		// One kind's slow calls hold up no other kind.
		require.Eventually(t, func() bool {
			r, err := p.Get(t.Context(), "hung", "a")
			return err == nil && r.Condition(Ready).Reason == TimedOut
		}, patience, time.Millisecond)
		close(end)
		for i := range 10 {
			p.healthy(fmt.Sprint(i))
		}
		require.Equal(t, 3, most)
	})
}

func TestRequeueAfter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var calls counter
		p := start(t, Options{Store: st}, kindOf(reconcile(func(_ context.Context, r Resource) (Result, error) {
			calls.add(r.Name, 1)
			return Result{RequeueAfter: time.Millisecond}, nil
		})))
		p.put("a", 1)
		require.Eventually(t, func() bool { return calls.add("a", 0) >= 5 }, patience, time.Millisecond)
		require.LessOrEqual(t, p.get("a").Version, int64(2))
	})
}

func TestJudge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 12, 3, 0, 0, time.UTC)
	before := now.Add(-time.Hour)
	kind := Kind{Every: time.Minute, FirstRetry: time.Second, LongestRetry: 4 * time.Second}
	r := Resource{Kind: "thing", Name: "a", Generation: 3, ObservedGeneration: 2, Failures: 1, Status: []byte(`{"old":1}`), Conditions: []Condition{
		{Type: Ready, Status: False, Reason: ReconcileFailed, LastTransitionTime: before}, {Type: "Seen", Status: True, Reason: "Seen", LastTransitionTime: before},
	}}
	many := make([]Condition, MostConditions)
	for i := range many {
		many[i] = Condition{Type: fmt.Sprintf("T%d", i), Status: True, Reason: "R"}
	}
	for name, test := range map[string]struct {
		result Result
		err    error
		// ready is the status and the reason, status what is stored, failures and pause
		// what follows, and since whether Ready has changed.
		ready    string
		status   string
		failures int
		pause    time.Duration
		since    time.Time
	}{
		"well":                {Result{}, nil, "True Reconciled", `{"old":1}`, 0, time.Minute, now},
		"with a status":       {Result{Status: object{"a": 1}, RequeueAfter: time.Second}, nil, "True Reconciled", `{"a":1}`, 0, time.Second, now},
		"not ready":           {Result{Conditions: []Condition{{Type: Ready, Status: False, Reason: "Progressing"}}}, nil, "False Progressing", `{"old":1}`, 0, time.Minute, before},
		"an error":            {Result{Status: object{"a": 1}}, errors.New("x"), "False ReconcileFailed", `{"a":1}`, 2, 2 * time.Second, before},
		"an error, explained": {Result{Conditions: []Condition{{Type: Ready, Status: False, Reason: "Away"}}}, errors.New("x"), "False Away", `{"old":1}`, 2, 2 * time.Second, before},
		"a timeout":           {Result{}, context.DeadlineExceeded, "False TimedOut", `{"old":1}`, 2, 2 * time.Second, before},
		"a panic":             {Result{}, &panicError{cause: "x"}, "False Panicked", `{"old":1}`, 2, 2 * time.Second, before},
		"no reason":           {Result{Conditions: []Condition{{Type: "A", Status: True}}}, nil, "False InvalidResult", `{"old":1}`, 2, 2 * time.Second, before},
		"no status":           {Result{Conditions: []Condition{{Type: "A", Reason: "R"}}}, nil, "False InvalidResult", `{"old":1}`, 2, 2 * time.Second, before},
		"twice":               {Result{Conditions: []Condition{many[0], many[0]}}, nil, "False InvalidResult", `{"old":1}`, 2, 2 * time.Second, before},
		"too many":            {Result{Conditions: many}, nil, "False InvalidResult", `{"old":1}`, 2, 2 * time.Second, before},
		"large status":        {Result{Status: strings.Repeat("a", mostStatus)}, nil, "False InvalidResult", `{"old":1}`, 2, 2 * time.Second, before},
	} {
		got := judge(kind, r, test.result, false, test.err, now)
		ready := got.after.Condition(Ready)
		require.Equal(t, test.ready, string(ready.Status)+" "+ready.Reason, name)
		require.EqualValues(t, 3, ready.ObservedGeneration, name)
		require.Equal(t, test.since, ready.LastTransitionTime, name)
		require.Equal(t, test.status, string(got.after.Status), name)
		require.Equal(t, test.failures, got.after.Failures, name)
		require.EqualValues(t, 3, got.after.ObservedGeneration, name)
		require.Equal(t, before, got.after.Condition("Seen").LastTransitionTime, name)
		if test.err != nil || test.failures > 0 {
			require.LessOrEqual(t, got.pause, test.pause, name)
			require.GreaterOrEqual(t, got.pause, test.pause/2, name)
		} else {
			require.GreaterOrEqual(t, got.pause, test.pause, name)
			require.LessOrEqual(t, got.pause, test.pause+test.pause/10, name)
		}
	}
	require.True(t, judge(kind, r, Result{}, true, nil, now).gone)
	require.LessOrEqual(t, kind.backoff(1_000_000), 4*time.Second)
}

func TestMessages(t *testing.T) {
	t.Parallel()
	require.Equal(t, "a b", clean(" a\nb\x00"))
	require.Equal(t, "Get \"https://[hidden]@host/\": no", clean("Get \"https://ann:s3cret@host/\": no"))
	long := clean(strings.Repeat("é", LongestMessage))
	require.LessOrEqual(t, len(long), LongestMessage)
	require.True(t, strings.HasSuffix(long, "é..."))
}
