package outbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// The states of a message.
const (
	waiting   = "waiting"
	delivered = "delivered"
	dead      = "dead"
)

var (
	addMessage = store.NewStatement(`
		INSERT INTO outbox (id, kind, topic, payload, state, created_at, queued_at) VALUES (?, ?, ?, ?, 'waiting', ?, ?)
		ON CONFLICT (id) DO NOTHING`, "")
	readMessage = store.NewStatement(`
		SELECT kind, topic, payload, created_at, queued_at FROM outbox WHERE id = ? AND state = 'waiting'`, "")
	endMessage = store.NewStatement(`
		UPDATE outbox SET state = ?, attempts = ?, error = ?, ended_at = ? WHERE id = ? AND state = 'waiting'`, "")
	retryMessage = store.NewStatement(`
		UPDATE outbox SET state = 'waiting', queued_at = ?, ended_at = 0 WHERE id = ? AND state = 'dead' RETURNING kind`, "")
	listDead = store.NewStatement(`
		SELECT id, kind, topic, attempts, error, created_at, ended_at FROM outbox WHERE state = 'dead'
		ORDER BY queued_at, id LIMIT ?`, "")
	countMessages = store.NewStatement(`
		SELECT state, COUNT(*), MIN(queued_at) FROM outbox WHERE state IN ('waiting', 'dead') GROUP BY state`, "")
	deleteOld = store.NewStatement(`
		DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state = ? AND ended_at < ? LIMIT ?)`, "")
	buryLost = store.NewStatement(`
		UPDATE outbox SET state = 'dead', ended_at = ?, error = CASE error WHEN '' THEN ? ELSE error END
		WHERE kind = ? AND state = 'waiting' AND queued_at < ?`, "")
)

// Dead is a message that could not be delivered.
type Dead struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Topic    string `json:"topic"`
	Attempts int    `json:"attempts"`
	// Error is why the last attempt failed.
	Error string `json:"error"`
	// Created and Ended are in milliseconds since the epoch.
	Created int64 `json:"createdAt"`
	Ended   int64 `json:"endedAt"`
}

// mostDead is how many dead messages are listed at most.
const mostDead = 1000

// Dead lists the oldest dead messages.
func (o *Outbox) Dead(ctx context.Context) ([]Dead, error) {
	list := []Dead{}
	err := o.store.Query(ctx, listDead, []any{mostDead}, func(row store.Row) error {
		var d Dead
		err := row.Scan(&d.ID, &d.Kind, &d.Topic, &d.Attempts, &d.Error, &d.Created, &d.Ended)
		list = append(list, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: list dead messages: %w", err)
	}
	return list, nil
}

// Retry puts a dead message back, as if it were new; its id stays. A fault of kind
// NotFound says that there is no dead message with this id.
func (o *Outbox) Retry(ctx context.Context, id string) error {
	err := o.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var kind string
		if err := tx.QueryRow(ctx, retryMessage, []any{o.now().UnixMilli(), id}, &kind); err != nil {
			return err
		}
		return o.insert(ctx, tx, []riverqueue.InsertManyParams{o.job(id, kind, time.Time{})})
	})
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "no undelivered message with the id %s", fault.Short(id))
	}
	if err != nil {
		return fmt.Errorf("outbox: put message %s back: %w", id, err)
	}
	return nil
}

// read gives a message that waits, and when it was last put in.
func (o *Outbox) read(ctx context.Context, id string) (m Message, queuedAt time.Time, err error) {
	found := false
	err = o.store.Query(ctx, readMessage, []any{id}, func(row store.Row) error {
		var (
			payload         string
			created, queued int64
		)
		found = true
		err := row.Scan(&m.Kind, &m.Topic, &payload, &created, &queued)
		m.ID, m.Payload, m.Created, queuedAt = id, []byte(payload), time.UnixMilli(created), time.UnixMilli(queued)
		return err
	})
	if err == nil && !found {
		err = store.ErrNotFound
	}
	if err != nil {
		return Message{}, time.Time{}, fmt.Errorf("outbox: read message %s: %w", id, err)
	}
	return m, queuedAt, nil
}

// Stats are the messages of the whole installation that are not delivered.
type Stats struct {
	Waiting, Dead int64
	// Oldest is how long the oldest of those that wait has done so.
	Oldest time.Duration
}

// Stats counts them.
func (o *Outbox) Stats(ctx context.Context) (s Stats, err error) {
	err = o.store.Query(ctx, countMessages, nil, func(row store.Row) error {
		var (
			state    string
			n, since int64
		)
		if err := row.Scan(&state, &n, &since); err != nil {
			return err
		}
		if state == dead {
			s.Dead = n
			return nil
		}
		s.Waiting, s.Oldest = n, max(o.now().Sub(time.UnixMilli(since)), 0)
		return nil
	})
	if err != nil {
		return Stats{}, fmt.Errorf("outbox: count messages: %w", err)
	}
	return s, nil
}

// Deliveries are those of this process since it started, by outcome:
// delivered, failed (which may be tried again), dead.
func (o *Outbox) Deliveries() map[string]int64 {
	return map[string]int64{delivered: o.delivered.Load(), "failed": o.failed.Load(), dead: o.died.Load()}
}

// cleaned is how many messages are deleted in one transaction.
const cleaned = 1000

// Clean deletes messages that were delivered, and dead ones, that ended before these
// times, and gives how many. A message that still waits long after its kind's MaxAge
// has lost its job, and is noted as dead.
func (o *Outbox) Clean(ctx context.Context, deliveredBefore, deadBefore time.Time) (total int64, err error) {
	for _, part := range []struct {
		state  string
		before time.Time
	}{{delivered, deliveredBefore}, {dead, deadBefore}} {
		for n := int64(cleaned); n == cleaned; total += n {
			if n, err = o.write(ctx, deleteOld, part.state, part.before.UnixMilli(), cleaned); err != nil {
				return total, fmt.Errorf("outbox: delete old messages: %w", err)
			}
		}
	}
	for _, kind := range o.kinds {
		lost := o.now().Add(-kind.Policy.MaxAge - kind.Policy.LongestRetry - time.Hour)
		if _, err := o.write(ctx, buryLost, o.now().UnixMilli(), "its job was lost", kind.Name, lost.UnixMilli()); err != nil {
			return total, fmt.Errorf("outbox: give up messages without a job: %w", err)
		}
	}
	return total, nil
}

func (o *Outbox) write(ctx context.Context, statement *store.Statement, args ...any) (n int64, err error) {
	err = o.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		n, err = tx.Exec(ctx, statement, args...)
		return err
	})
	return n, err
}
