package outbox

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestCommittedMessagesAreDeliveredOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(context.Context, Message) error { return nil })
		undone := errors.New("undone")
		lost := message("never")
		require.ErrorIs(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(p.Add(ctx, tx, lost), undone)
		}), undone)
		sent := map[string]Message{}
		var batch []Message
		for range 20 {
			m := message("hello")
			sent[m.ID], batch = m, append(batch, m)
		}
		add(t, p.Outbox, batch[:1]...)
		add(t, sender(t, st), batch[1:]...) // from a process that delivers nothing
		for id, m := range sent {
			require.Equal(t, row{state: delivered, attempts: 1}, p.becomes(t, id, delivered))
			_ = m
		}
		got := p.deliveries()
		require.Len(t, got, len(sent))
		for _, m := range got {
			want := sent[m.ID]
			require.Equal(t, want.Topic, m.Topic)
			require.JSONEq(t, string(want.Payload), string(m.Payload))
			require.Equal(t, 1, m.Attempt)
			require.WithinDuration(t, time.Now(), m.Created, time.Hour)
		}
		stats, err := p.Stats(t.Context())
		require.NoError(t, err)
		require.Equal(t, Stats{}, stats)
		require.Equal(t, map[string]int64{"delivered": 20, "failed": 0, "dead": 0}, p.Deliveries())
	})
}

// A transaction that is run again after it was committed adds nothing twice.
func TestAddingAMessageTwiceAddsItOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(context.Context, Message) error { return nil })
		m := message("x")
		add(t, p.Outbox, m, m)
		p.becomes(t, m.ID, delivered)
		add(t, p.Outbox, m)
		last := message("last")
		add(t, p.Outbox, last)
		p.becomes(t, last.ID, delivered)
		require.Len(t, p.deliveries(), 2)
	})
}

func TestFailedDeliveriesAreTriedAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(_ context.Context, m Message) error {
			switch m.Attempt {
			case 1:
				return errors.New("away")
			case 2:
				panic("oops")
			}
			return nil
		})
		m := message("x")
		add(t, p.Outbox, m)
		require.Equal(t, row{state: delivered, attempts: 3}, p.becomes(t, m.ID, delivered))
		for i, got := range p.deliveries() {
			require.Equal(t, m.ID, got.ID)
			require.Equal(t, i+1, got.Attempt)
		}
		require.Equal(t, map[string]int64{"delivered": 1, "failed": 2, "dead": 0}, p.Deliveries())
	})
}

// TestMessagesThatArePutOff are delivered later, as often as it takes: that is no
// attempt.
func TestMessagesThatArePutOff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		policy, times := quick(), 0
		policy.Attempts = 1
		p := open(t, st, policy, func(context.Context, Message) error {
			times++
			if times < 4 {
				return Later(time.Millisecond, errors.New("busy"))
			}
			return nil
		})
		m := message("x")
		add(t, p.Outbox, m)
		require.Equal(t, row{state: delivered, attempts: 1}, p.becomes(t, m.ID, delivered))
		require.Equal(t, map[string]int64{"delivered": 1, "failed": 0, "dead": 0}, p.Deliveries())
	})
}

// TestMessagesThatAreHeldBack aren't delivered before their time, and aren't taken for
// lost until long after it.
func TestMessagesThatAreHeldBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var early atomic.Bool
		m, later := message("soon"), message("in a week")
		m.NotBefore, later.NotBefore = time.Now().Add(300*time.Millisecond), time.Now().Add(7*24*time.Hour)
		p := open(t, st, quick(), func(context.Context, Message) error {
			early.Store(early.Load() || time.Now().Before(m.NotBefore))
			return nil
		})
		add(t, p.Outbox, m, later)
		p.becomes(t, m.ID, delivered)
		require.False(t, early.Load())
		cleaner, err := New(Options{
			Store: st, Kinds: []Kind{{Name: "test", Policy: quick(), Deliverer: deliverer(nil)}},
			Now: func() time.Time { return time.Now().Add(6 * 24 * time.Hour) },
		})
		require.NoError(t, err)
		_, err = cleaner.Clean(t.Context(), time.Time{}, time.Time{})
		require.NoError(t, err)
		waits, err := p.Waiting(t.Context())
		require.NoError(t, err)
		require.Len(t, waits, 1)
		require.Equal(t, later.ID, waits[0].ID)
		require.WithinDuration(t, later.NotBefore, time.UnixMilli(waits[0].Next), time.Second)
		require.Equal(t, later.NotBefore.UnixMilli(), waits[0].HeldUntil)
		require.WithinDuration(t, time.Now(), time.UnixMilli(waits[0].Created), time.Hour)
	})
}

func TestMessagesAreGivenUp(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy   Policy
		fail     func(ctx context.Context) error
		attempts int
		says     string
	}{
		"by a final error":      {quick(), func(context.Context) error { return Final(errors.New("never")) }, 1, "never"},
		"after all attempts":    {Policy{Attempts: 2, FirstRetry: time.Millisecond}, func(context.Context) error { return errors.New("away") }, 2, "away"},
		"at their age":          {Policy{MaxAge: time.Millisecond}, func(context.Context) error { return errors.New("away") }, 1, "away"},
		"by panics":             {Policy{Attempts: 1}, func(context.Context) error { panic("oops") }, 1, "panic: oops"},
		"by what takes forever": {Policy{Attempts: 1, Timeout: 10 * time.Millisecond}, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 1, "deadline exceeded"},
		"with odd errors":       {Policy{Attempts: 2, FirstRetry: time.Millisecond}, func(context.Context) error { return errors.New("an od\x00d er\xffror") }, 2, "an od?d er?ror"},
		"with long errors":      {Policy{Attempts: 1}, func(context.Context) error { return errors.New(strings.Repeat("é", mostError)) }, 1, "é"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, st *store.Store) {
				t.Helper()
				p := open(t, st, test.policy, func(ctx context.Context, _ Message) error { return test.fail(ctx) })
				m := message("x")
				add(t, p.Outbox, m)
				got := p.becomes(t, m.ID, dead)
				require.Equal(t, test.attempts, got.attempts)
				require.Contains(t, got.text, test.says)
				require.LessOrEqual(t, len(got.text), mostError)
				stats, err := p.Stats(t.Context())
				require.NoError(t, err)
				require.Equal(t, Stats{Dead: 1}, stats)
			})
		})
	}
}

func TestDeadMessagesCanBePutBack(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var works atomic.Bool
		p := open(t, st, quick(), func(context.Context, Message) error {
			if !works.Load() {
				return Final(errors.New("refused"))
			}
			return nil
		})
		m := message("x")
		add(t, p.Outbox, m)
		p.becomes(t, m.ID, dead)
		list, err := p.Dead(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, Dead{ID: m.ID, Kind: "test", Topic: "about x", Attempts: 1, Error: "refused", Created: list[0].Created, Ended: list[0].Ended}, list[0])
		require.GreaterOrEqual(t, list[0].Ended, list[0].Created)

		works.Store(true)
		require.NoError(t, sender(t, st).Retry(t.Context(), m.ID)) // by a process that delivers nothing
		p.becomes(t, m.ID, delivered)
		err = p.Retry(t.Context(), m.ID) // it isn't dead any more
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		require.Equal(t, fault.NotFound, fault.KindOf(p.Retry(t.Context(), "nobody")))
		list, err = p.Dead(t.Context())
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

// A kind that the configuration has no more is given up, and can be put back.
func TestUnknownKindsAreGivenUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(context.Context, Message) error { return nil })
		m := message("x")
		m.Kind = "fax"
		add(t, p.Outbox, m)
		require.Contains(t, p.becomes(t, m.ID, dead).text, `"fax"`)
	})
}

func TestWhatCantBeAdded(t *testing.T) {
	t.Parallel()
	box := sender(t, storetest.SQLite(t))
	for name, m := range map[string]Message{
		"no id":           {Kind: "test"},
		"no kind":         {ID: "1"},
		"a large payload": {ID: "1", Kind: "test", Payload: make([]byte, limit.Message+1)},
	} {
		err := box.store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return box.Add(ctx, tx, m) })
		require.Error(t, err, name)
	}
	for name, kinds := range map[string][]Kind{
		"twice":           {{Name: "a", Deliverer: deliverer(nil)}, {Name: "a", Deliverer: deliverer(nil)}},
		"no name":         {{Deliverer: deliverer(nil)}},
		"no deliverer":    {{Name: "a"}},
		"takes very long": {{Name: "a", Deliverer: deliverer(nil), Policy: Policy{Timeout: time.Hour}}},
	} {
		_, err := New(Options{Kinds: kinds})
		require.Error(t, err, name)
	}
	require.Nil(t, box.Jobs())
}

func TestClean(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := open(t, st, quick(), func(_ context.Context, m Message) error {
			if m.Topic == "about failure" {
				return Final(errors.New("no"))
			}
			return nil
		})
		good, bad := message("success"), message("failure")
		add(t, p.Outbox, good, bad)
		p.becomes(t, good.ID, delivered)
		p.becomes(t, bad.ID, dead)
		ago, soon := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		clean := func(deliveredBefore, deadBefore time.Time) int64 {
			n, err := p.Clean(t.Context(), deliveredBefore, deadBefore)
			require.NoError(t, err)
			return n
		}
		require.Zero(t, clean(ago, ago))
		require.EqualValues(t, 1, clean(soon, ago))
		require.Empty(t, p.row(t, good.ID).state)
		require.Equal(t, dead, p.row(t, bad.ID).state)
		require.EqualValues(t, 1, clean(soon, soon))
		require.Empty(t, p.row(t, bad.ID).state)

		// One whose job is gone is found by its age.
		require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, store.NewStatement(`INSERT INTO outbox (id, kind, topic, payload, state, created_at, queued_at)
				VALUES ('lost', 'test', '', '{}', 'waiting', 1, 1)`, ""))
			return err
		}))
		stats, err := p.Stats(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, stats.Waiting)
		require.Greater(t, stats.Oldest, 24*time.Hour)
		require.Zero(t, clean(ago, ago))
		require.Equal(t, row{state: dead, text: "its job was lost"}, p.row(t, "lost"))
	})
}

func TestPause(t *testing.T) {
	t.Parallel()
	p := Policy{FirstRetry: time.Second, LongestRetry: time.Minute}
	for attempt, longest := range map[int]time.Duration{
		0: time.Second, 1: time.Second, 2: 2 * time.Second, 3: 4 * time.Second, 6: 32 * time.Second, 7: time.Minute, 1 << 40: time.Minute,
	} {
		for range 100 {
			got := p.pause(attempt)
			require.LessOrEqual(t, got, longest, attempt)
			require.GreaterOrEqual(t, got, longest/2, attempt)
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	require.Equal(t, "abc", shorten("abc", 3))
	require.Equal(t, "é", shorten("éé", 3))
	require.Empty(t, shorten("é", 1))
}

func TestFinal(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	require.NoError(t, Final(nil))
	require.ErrorIs(t, Final(cause), cause)
	require.True(t, IsFinal(errors.Join(errors.New("other"), Final(cause))))
	require.False(t, IsFinal(cause))
}
