package queue

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river/riverdriver"
)

// What River's producers listen for.
const (
	insertTopic   = "river_insert"
	insertPayload = `{"queue": "` + queueName + `"}`
)

// bell tells the producers, here and in other processes, that a job can be
// fetched. On PostgreSQL it notifies outside of the transactions that enqueue:
// a NOTIFY within a transaction has all commits of the database wait for each
// other, and here many are told of by one.
type bell struct {
	local  *localListener                  // SQLite
	notify func(ctx context.Context) error // PostgreSQL
	log    *slog.Logger

	mu            sync.Mutex
	ringing, more bool
}

// ring has the producers look for jobs.
func (q *Queue) ring() {
	b := &q.bell
	if b.local != nil {
		b.local.notify(&riverdriver.Notification{Topic: insertTopic, Payload: insertPayload})
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ringing {
		b.more = true
		return
	}
	b.ringing = true
	go b.work()
}

func (b *bell) work() {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err := b.notify(ctx); err != nil {
			// The jobs are found by the next poll.
			b.log.Warn("can't notify of new jobs", "error", err)
		}
		cancel()
		b.mu.Lock()
		if !b.more {
			b.ringing = false
			b.mu.Unlock()
			return
		}
		b.more = false
		b.mu.Unlock()
	}
}

// localListener is a listener for River that hears what this process says.
type localListener struct {
	notifications chan *riverdriver.Notification
}

func newLocalListener() *localListener {
	return &localListener{notifications: make(chan *riverdriver.Notification, 1)}
}

// notify never blocks: all notifications say the same, so one that waits to be
// heard does for those after it.
func (l *localListener) notify(n *riverdriver.Notification) {
	select {
	case l.notifications <- n:
	default:
	}
}

// Close is part of River's listener.
func (l *localListener) Close(context.Context) error { return nil }

// Connect is part of River's listener.
func (l *localListener) Connect(context.Context) error { return nil }

// Listen is part of River's listener.
func (l *localListener) Listen(context.Context, string) error { return nil }

// Ping is part of River's listener.
func (l *localListener) Ping(context.Context) error { return nil }

// Schema is part of River's listener.
func (l *localListener) Schema() string { return "" }

// SetAfterConnectExec is part of River's listener.
func (l *localListener) SetAfterConnectExec(string) {}

// Unlisten is part of River's listener.
func (l *localListener) Unlisten(context.Context, string) error { return nil }

// WaitForNotification is part of River's listener.
func (l *localListener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case n := <-l.notifications:
		return n, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
