package queue

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river/riverdriver"
)

// listener is what River hears notifications through: those of this process,
// and on PostgreSQL those of the others. River uses it from one goroutine at a
// time.
type listener struct {
	processID string
	local     chan *riverdriver.Notification
	// remote is PostgreSQL's listener; nil on SQLite.
	remote riverdriver.Listener
	// heard came from remote while something local was given.
	heard *riverdriver.Notification
}

// WaitForNotification gives the next notification, be it local or remote.
func (l *listener) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	if l.remote == nil {
		select {
		case n := <-l.local:
			return n, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	for {
		if n := l.heard; n != nil {
			l.heard = nil
			if !l.own(n) {
				return n, nil
			}
			continue
		}
		if n, err := l.either(ctx); n != nil || err != nil {
			return n, err
		}
	}
}

// either waits for both sides. It gives what is local, and leaves what is
// remote in heard. The remote side is done with when it returns: River will use
// its connection for other things.
func (l *listener) either(ctx context.Context) (*riverdriver.Notification, error) {
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	var remoteErr error
	remote := make(chan struct{})
	go func() {
		defer close(remote)
		l.heard, remoteErr = l.remote.WaitForNotification(waiting)
	}()
	select {
	case n := <-l.local:
		cancel()
		<-remote
		if remoteErr != nil && waiting.Err() == nil {
			return n, remoteErr
		}
		return n, nil
	case <-remote:
		return nil, remoteErr
	}
}

// own tells whether a remote notification is this process's own, come back.
func (l *listener) own(n *riverdriver.Notification) bool {
	var payload insertPayload
	return n.Topic == insertTopic && json.Unmarshal([]byte(n.Payload), &payload) == nil &&
		payload.By == l.processID
}

// Close is part of River's listener.
func (l *listener) Close(ctx context.Context) error {
	if l.remote == nil {
		return nil
	}
	return l.remote.Close(ctx)
}

// Connect is part of River's listener.
func (l *listener) Connect(ctx context.Context) error {
	if l.remote == nil {
		return nil
	}
	return l.remote.Connect(ctx)
}

// Listen is part of River's listener.
func (l *listener) Listen(ctx context.Context, topic string) error {
	if l.remote == nil {
		return nil
	}
	return l.remote.Listen(ctx, topic)
}

// Ping is part of River's listener.
func (l *listener) Ping(ctx context.Context) error {
	if l.remote == nil {
		return nil
	}
	return l.remote.Ping(ctx)
}

// Schema is part of River's listener.
func (l *listener) Schema() string {
	if l.remote == nil {
		return ""
	}
	return l.remote.Schema()
}

// SetAfterConnectExec is part of River's listener.
func (l *listener) SetAfterConnectExec(sql string) {
	if l.remote != nil {
		l.remote.SetAfterConnectExec(sql)
	}
}

// Unlisten is part of River's listener.
func (l *listener) Unlisten(ctx context.Context, topic string) error {
	if l.remote == nil {
		return nil
	}
	return l.remote.Unlisten(ctx, topic)
}
