package events_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

func start(t *testing.T, st *store.Store) *events.Bus {
	t.Helper()
	b := events.New(st, nil)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return b
}

func publish(t *testing.T, st *store.Store, b *events.Bus, list ...events.Event) {
	t.Helper()
	if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, e := range list {
			if err := b.Publish(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func next(t *testing.T, s *events.Subscription) events.Event {
	t.Helper()
	select {
	case e, ok := <-s.C():
		if !ok {
			t.Fatal("the subscription is closed")
		}
		return e
	case <-time.After(patience):
		t.Fatal("no event came")
		return events.Event{}
	}
}

func none(t *testing.T, s *events.Subscription) {
	t.Helper()
	select {
	case e := <-s.C():
		t.Errorf("event %+v", e)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestCommittedEventsAreDelivered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		b := start(t, st)
		all := b.Subscribe(nil)
		defer all.Close()
		demo := b.Subscribe(func(e events.Event) bool { return e.Application == "demo" })
		defer demo.Close()
		want := []events.Event{
			{ExecutionID: "e1", Type: model.PipelineExecution, Application: "demo", ConfigID: "c1",
				Status: model.Running},
			{ExecutionID: "e2", Application: "other", Deleted: true},
		}
		publish(t, st, b, want...)
		for _, e := range want {
			if got := next(t, all); got != e {
				t.Errorf("event %+v, want %+v", got, e)
			}
		}
		if got := next(t, demo); got != want[0] {
			t.Errorf("event %+v", got)
		}
		failure := errors.New("no")
		if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(b.Publish(ctx, tx, want[0]), failure)
		}); !errors.Is(err, failure) {
			t.Fatal(err)
		}
		none(t, all)
		none(t, demo)
	})
}

func TestEventsThatWaitAreTheLatestOfEachExecution(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	b := events.New(st, nil)
	s := b.Subscribe(nil)
	defer s.Close()
	const executions, changes = 3, 50
	for i := range changes {
		for x := range executions {
			publish(t, st, b, events.Event{ExecutionID: fmt.Sprint(x), ConfigID: fmt.Sprint(i)})
		}
	}
	last, count := map[string]int{}, 0
	for last["0"] != changes-1 || last["1"] != changes-1 || last["2"] != changes-1 {
		e := next(t, s)
		change, err := strconv.Atoi(e.ConfigID)
		if err != nil {
			t.Fatal(err)
		}
		if before, seen := last[e.ExecutionID]; seen && change <= before {
			t.Errorf("change %d after %d", change, before)
		}
		last[e.ExecutionID] = change
		count++
	}
	if count > 2*executions { // one may have been taken out before the rest came
		t.Errorf("%d events came", count)
	}
	none(t, s)
}

func TestSlowSubscriberLosesTheOldest(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	b := events.New(st, nil)
	s := b.Subscribe(nil)
	defer s.Close()
	const total = 3000
	list := make([]events.Event, total)
	for i := range list {
		list[i] = events.Event{ExecutionID: fmt.Sprint(i)}
	}
	publish(t, st, b, list...) // blocks on no one
	count := 0
	for e := next(t, s); e.ExecutionID != fmt.Sprint(total-1); e = next(t, s) {
		count++
	}
	if count < 1000 || count > 1100 {
		t.Errorf("%d events were kept", count)
	}
}

func TestClosedSubscription(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	b := events.New(st, nil)
	s := b.Subscribe(nil)
	s.Close()
	s.Close()
	publish(t, st, b, events.Event{ExecutionID: "e1"})
	select {
	case _, ok := <-s.C():
		if ok {
			t.Error("an event came after Close")
		}
	case <-time.After(patience):
		t.Error("the channel stays open")
	}
}

func TestOtherProcessesHearOfEvents(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	one := storetest.Open(t, url, store.Options{})
	two := storetest.Open(t, url, store.Options{})
	here, there := start(t, one), start(t, two)
	local, remote := here.Subscribe(nil), there.Subscribe(nil)
	defer local.Close()
	defer remote.Close()
	old := awaitListeners(t, one, 2, nil)

	e := events.Event{ExecutionID: "e1", Application: "demo", Status: model.Succeeded}
	publish(t, one, here, e)
	if got := next(t, remote); got != e {
		t.Errorf("event %+v", got)
	}
	if got := next(t, local); got != e {
		t.Errorf("event %+v", got)
	}
	none(t, local) // its own notification, come back

	// Many at once take several notifications.
	const total = 500
	list := make([]events.Event, total)
	for i := range list {
		list[i] = events.Event{ExecutionID: fmt.Sprintf("execution-%d-with-a-long-name", i), Application: "demo"}
	}
	publish(t, one, here, list...)
	for i := range total {
		if got := next(t, remote); got != list[i] {
			t.Fatalf("event %d: %+v", i, got)
		}
	}

	// A broken connection is made anew.
	if _, err := one.Postgres().Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE query LIKE 'LISTEN gennaker_events%' AND datname = current_database()`); err != nil {
		t.Fatal(err)
	}
	awaitListeners(t, one, 2, old)
	publish(t, one, here, e)
	if got := next(t, remote); got != e {
		t.Errorf("event %+v", got)
	}
}

// awaitListeners waits until that many connections listen that aren't among
// the old ones, and gives their processes' numbers.
func awaitListeners(t *testing.T, st *store.Store, n int, old []int32) []int32 {
	t.Helper()
	for deadline := time.Now().Add(patience); ; <-time.After(10 * time.Millisecond) {
		rows, err := st.Postgres().Query(t.Context(), `SELECT pid FROM pg_stat_activity
			WHERE query LIKE 'LISTEN gennaker_events%' AND state = 'idle' AND datname = current_database()
				AND pid <> ALL (COALESCE($1, '{}'::int[]))`, old)
		if err != nil {
			t.Fatal(err)
		}
		listening, err := pgx.CollectRows(rows, pgx.RowTo[int32])
		if err != nil {
			t.Fatal(err)
		}
		if len(listening) == n {
			return listening
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d connections listen", len(listening))
		}
	}
}

func TestGarbageOnTheChannelIsLeftAlone(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	b := start(t, st)
	s := b.Subscribe(nil)
	defer s.Close()
	awaitListeners(t, st, 1, nil)
	for _, payload := range []string{"", "no json", `{"from":"x","events":[5, {"id":"e1"}]}`} {
		if _, err := st.Postgres().Exec(t.Context(), "SELECT pg_notify('gennaker_events', $1)", payload); err != nil {
			t.Fatal(err)
		}
	}
	if e := next(t, s); e.ExecutionID != "e1" {
		t.Errorf("event %+v", e)
	}
}
