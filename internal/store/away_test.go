package store_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/testproxy"
)

// overProxy opens a store on PostgreSQL through a proxy.
func overProxy(t *testing.T, url string) (*store.Store, *testproxy.Proxy) {
	t.Helper()
	socket, through := testpostgres.Socket(t, url)
	proxy := testproxy.New(t, "unix", socket)
	return storetest.Open(t, through(proxy.Address().String()), store.Options{}), proxy
}

// once gives a fate to the first piece of data that holds the text.
func once(text string, fate testproxy.Fate) func([]byte) testproxy.Fate {
	var done atomic.Bool
	return func(request []byte) testproxy.Fate {
		if strings.Contains(string(request), text) && done.CompareAndSwap(false, true) {
			return fate
		}
		return testproxy.Pass
	}
}

func TestBrokenConnectionsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, at string
		fate     testproxy.Fate
		runs     int
	}{
		{"the beginning's request", "begin;", testproxy.LoseRequest, 1},
		{"the beginning's answer", "begin;", testproxy.LoseAnswer, 1},
		{"a statement's request", "INTO signals", testproxy.LoseRequest, 2},
		{"a statement's answer", "INTO signals", testproxy.LoseAnswer, 2},
		{"the commit's request", "commit", testproxy.LoseRequest, 2},
		{"the commit's answer", "commit", testproxy.LoseAnswer, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			st, proxy := overProxy(t, testpostgres.New(t))
			insert(t, st, newExecution("e1"))
			proxy.Decide(once(test.at, test.fate))
			runs, committed := 0, 0
			write(t, st, func(ctx context.Context, tx *store.Tx) error {
				runs++
				tx.OnCommit(func() { committed++ })
				_, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "e1", Kind: "cancel"})
				return err
			})
			_, signals, err := st.Signals(t.Context(), "e1")
			if err != nil || len(signals) != 1 || runs != test.runs || committed != 1 {
				t.Errorf("%d signals, %d runs, %d calls after the commit, error %v", len(signals), runs, committed, err)
			}
		})
	}
}

// A transaction that is still open at the server when its client has gone must
// not keep the client waiting.
func TestTransactionThatTheServerKeepsOpenIsEnded(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	st, proxy := overProxy(t, url)
	insert(t, st, newExecution("e1"))
	// The connection stays open at the server's side, and the commit never comes.
	proxy.Decide(once("commit", testproxy.Strand))
	write(t, st, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.InsertSignal(ctx, store.Signal{ExecutionID: "e1", Kind: "cancel"})
		return err
	})
	if _, signals, err := st.Signals(t.Context(), "e1"); err != nil || len(signals) != 1 {
		t.Errorf("%d signals, error %v", len(signals), err)
	}
}

func TestCommitBeforeTheServerWasKilled(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		write func(ctx context.Context, tx *store.Tx) error
		doubt bool
		runs  int
	}{
		{"a new execution", func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertExecution(ctx, newExecution("e2"))
		}, false, 1},
		{"what may be done again", func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			return tx.SetJob(ctx, "e1", 7)
		}, false, 2},
		{"what can't be told", func(ctx context.Context, tx *store.Tx) error {
			return tx.SetJob(ctx, "e1", 7)
		}, true, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := testpostgres.NewServer(t)
			st, proxy := overProxy(t, server.URL())
			direct := storetest.Open(t, server.URL(), store.Options{})
			insert(t, st, newExecution("e1"))
			answered, restarted := make(chan struct{}), make(chan struct{})
			var commits atomic.Int64
			proxy.Decide(func(request []byte) testproxy.Fate {
				switch {
				case strings.Contains(string(request), "commit") && commits.Add(1) == 1:
					close(answered)
					return testproxy.LoseAnswer
				case strings.Contains(string(request), "pg_xact_status"):
					<-restarted
				}
				return testproxy.Pass
			})
			go func() {
				defer close(restarted)
				<-answered
				for done := false; !done && t.Context().Err() == nil; {
					if err := direct.Postgres().QueryRow(t.Context(),
						"SELECT EXISTS (SELECT 1 FROM executions WHERE id = 'e2' OR job_id = 7)").Scan(&done); err != nil {
						t.Error(err)
						break
					}
				}
				server.Restart(t, false)
			}()
			runs := 0
			err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				runs++
				return test.write(ctx, tx)
			})
			<-restarted
			if errors.Is(err, store.ErrInDoubt) != test.doubt || (err != nil) != test.doubt || runs != test.runs {
				t.Errorf("%d runs, error %v", runs, err)
			}
			if test.doubt && (fault.KindOf(err) != fault.Unavailable || store.IsAway(err)) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestReadsAreMadeAgain(t *testing.T) {
	t.Parallel()
	st, proxy := overProxy(t, testpostgres.New(t))
	insert(t, st, newExecution("e1"))
	for range 5 {
		proxy.Cut()
		if _, err := st.Execution(t.Context(), "e1"); err != nil {
			t.Errorf("read: %v", err)
		}
	}
}

func TestDatabaseThatStaysAway(t *testing.T) {
	t.Parallel()
	st, proxy := overProxy(t, testpostgres.New(t))
	insert(t, st, newExecution("e1"))
	var lost atomic.Bool
	lost.Store(true)
	proxy.Decide(func([]byte) testproxy.Fate {
		if lost.Load() {
			return testproxy.LoseRequest
		}
		return testproxy.Pass
	})
	wake := func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.BumpWake(ctx, "e1")
		return err
	}
	_, readErr := st.Execution(t.Context(), "e1")
	for what, err := range map[string]error{
		"read": readErr, "write": st.Write(t.Context(), wake), "check": st.Check(t.Context()),
	} {
		if fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: error %v", what, err)
		}
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || strings.Contains(f.Message, "127.0.0.1") || !strings.Contains(f.Message, "try again") {
			t.Errorf("%s: what users are told: %v", what, f)
		}
	}

	// Those who have time wait, for as long as it takes.
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- st.Write(store.WithPatience(ctx), wake) }()
	select {
	case err := <-done:
		t.Errorf("a patient write ended: %v", err)
	case <-time.After(100 * time.Millisecond):
	}
	lost.Store(false)
	if err := <-done; err != nil {
		t.Errorf("a patient write: %v", err)
	}
	if err := st.Check(t.Context()); err != nil {
		t.Errorf("check afterwards: %v", err)
	}
	lost.Store(true)
	go func() { done <- st.Write(store.WithPatience(ctx), wake) }()
	cancel()
	if err := <-done; err == nil {
		t.Error("a patient write outlived its context")
	}
}

func TestServerThatTakesNoChanges(t *testing.T) {
	t.Parallel()
	server := testpostgres.NewServer(t)
	st := storetest.Open(t, server.URL(), store.Options{})
	insert(t, st, newExecution("e1"))
	set := func(on string) {
		if _, err := st.Postgres().Exec(t.Context(), "ALTER SYSTEM SET default_transaction_read_only = "+on); err != nil {
			t.Fatal(err)
		}
		server.Restart(t, false)
	}
	set("on")
	err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.BumpWake(ctx, "e1")
		return err
	})
	if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("error %v", err)
	}
	if _, err := st.Execution(t.Context(), "e1"); err != nil {
		t.Errorf("read: %v", err)
	}
}

func TestErrorsOfTheCallerAreNotTheDatabases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		insert(t, st, newExecution("e1"))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := st.Execution(ctx, "e1")
		if !errors.Is(err, context.Canceled) || store.IsAway(err) {
			t.Errorf("read: %v", err)
		}
		network := &net.OpError{Op: "dial", Err: errors.New("no")}
		err = st.Write(t.Context(), func(context.Context, *store.Tx) error { return fmt.Errorf("fetch: %w", network) })
		if !errors.Is(err, network) || store.IsAway(err) {
			t.Errorf("write: %v", err)
		}
	})
}
