package queue

import (
	"context"

	"github.com/riverqueue/river/riverdriver"
)

// listener is what River hears notifications through: those of this process,
// and on PostgreSQL, by way of the bell, those of the others. It never fails:
// River would wait longer and longer after each failure, and hear nothing from
// this process either.
type listener struct {
	// local tells of the executions' queue, jobs of the others.
	local, jobs <-chan *riverdriver.Notification
}

// WaitForNotification gives the next notification.
func (l *listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case n := <-l.local:
		return n, nil
	case n := <-l.jobs:
		return n, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close is part of River's listener.
func (*listener) Close(context.Context) error { return nil }

// Connect is part of River's listener.
func (*listener) Connect(context.Context) error { return nil }

// Listen is part of River's listener.
func (*listener) Listen(context.Context, string) error { return nil }

// Ping is part of River's listener.
func (*listener) Ping(context.Context) error { return nil }

// Schema is part of River's listener.
func (*listener) Schema() string { return "" }

// SetAfterConnectExec is part of River's listener.
func (*listener) SetAfterConnectExec(string) {}

// Unlisten is part of River's listener.
func (*listener) Unlisten(context.Context, string) error { return nil }
