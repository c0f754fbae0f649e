package runner_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/runner"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
)

// follower makes a message of whatever happens but warnings.
type follower struct{}

func (follower) Follow(_ context.Context, _ *store.Tx, e *model.Execution, h engine.Happening) ([]outbox.Message, error) {
	what := e.ID + " "
	switch {
	case h.Warning != "":
		return nil, nil
	case h.Task != nil:
		what += "task "
	case h.Stage != nil:
		what += "stage "
	}
	return []outbox.Message{{ID: outbox.NewID(), Kind: "test", Topic: what + string(h.Status), Payload: []byte("{}")}}, nil
}

// flaky is an outbox that fails at times.
type flaky struct {
	*outbox.Outbox
	fails atomic.Int32
}

func (f *flaky) Add(ctx context.Context, tx *store.Tx, messages ...outbox.Message) error {
	if err := f.Outbox.Add(ctx, tx, messages...); err != nil {
		return err
	}
	if f.fails.Add(-1) >= 0 {
		return errors.New("the transaction is undone")
	}
	return nil
}

func openFollowed(t *testing.T, url string, box *flaky, more ...*stage.Type) *kit {
	t.Helper()
	return openChanged(t, url, func(k *kit, o *runner.Options) {
		var err error
		if box.Outbox, err = outbox.New(outbox.Options{Store: k.store}); err != nil {
			t.Fatal(err)
		}
		box.Through(k.queue)
		o.Followers, o.Outbox = []runner.Follower{follower{}}, box
	}, more...)
}

// topics are those of the messages that were stored, sorted.
func (k *kit) topics() (topics []string) {
	k.t.Helper()
	if err := k.store.Query(k.t.Context(), store.NewStatement("SELECT topic FROM outbox", ""), nil, func(row store.Row) error {
		var topic string
		err := row.Scan(&topic)
		topics = append(topics, topic)
		return err
	}); err != nil {
		k.t.Fatal(err)
	}
	slices.Sort(topics)
	return topics
}

// What happens is written in the transaction that makes it happen: it is told once,
// also if that had to be done again, and not at all if it was undone.
func TestFollowersAreToldInTheTransaction(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]int32{"at once": 0, "after transactions that were undone": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachURL(t, func(t *testing.T, url string) {
				t.Helper()
				box := &flaky{}
				box.fails.Store(fails)
				k := openFollowed(t, url, box)
				e := k.ended(k.start(nil, waitStage("1", 0)).ID)
				want := []string{"RUNNING", "SUCCEEDED", "stage RUNNING", "stage SUCCEEDED", "task RUNNING", "task SUCCEEDED"}
				for i := range want {
					want[i] = e.ID + " " + want[i]
				}
				if got := k.topics(); !slices.Equal(got, want) {
					t.Errorf("messages %q, want %q", got, want)
				}
				states, err := k.queue.States(t.Context())
				if err != nil || states["available"] != int64(len(want)) {
					t.Errorf("jobs %v, %v", states, err)
				}
			})
		})
	}
}

// An execution that kills processes is ended without being advanced.
func TestFollowersAreToldOfThePoisonsEnd(t *testing.T) {
	t.Parallel()
	eachURL(t, func(t *testing.T, url string) {
		t.Helper()
		var began sync.Once
		running := make(chan struct{})
		holds := scripted("holds", func(context.Context, stage.Input) (stage.Result, error) {
			began.Do(func() { close(running) })
			return stage.Running(), nil
		})
		k := openFollowed(t, url, &flaky{}, holds)
		e := k.start(nil, map[string]any{"type": "holds", "refId": "1"})
		<-running
		k.stop()
		loses(t, url, e.ID, 3)
		k = openFollowed(t, url, &flaky{}, holds)
		k.ended(e.ID)
		if got := k.topics(); !slices.Contains(got, e.ID+" TERMINAL") {
			t.Errorf("messages %q", got)
		}
	})
}
