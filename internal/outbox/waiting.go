package outbox

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// Waiting is a message that is to be delivered.
type Waiting struct {
	ID    string `json:"id"`
	Kind  string `json:"kind"`
	Topic string `json:"topic"`
	// Attempts is how often it was tried, and Error why the last attempt failed.
	Attempts int    `json:"attempts"`
	Error    string `json:"error"`
	// Created, Next and HeldUntil are in milliseconds since the epoch. Next is when it is
	// tried next, 0 if it is being tried now. HeldUntil is its [Message.NotBefore], 0 if
	// that has passed.
	Created   int64 `json:"createdAt"`
	Next      int64 `json:"nextAttempt"`
	HeldUntil int64 `json:"heldUntil"`
}

// mostWaiting is how many waiting messages are listed at most.
const mostWaiting = 200

var (
	listWaiting = store.NewStatement(`
		SELECT id, kind, topic, attempts, error, created_at, queued_at FROM outbox WHERE state = 'waiting' ORDER BY queued_at, id LIMIT ?`, "")
	discardMessage = store.NewStatement(`DELETE FROM outbox WHERE id = ? AND state = 'dead'`, "")
)

// Waiting lists those of the messages that wait which have done so for longest.
func (o *Outbox) Waiting(ctx context.Context) ([]Waiting, error) {
	list, ids, now := []Waiting{}, []string{}, o.now().UnixMilli()
	err := o.store.Query(ctx, listWaiting, []any{mostWaiting}, func(row store.Row) error {
		var w Waiting
		var queued int64
		err := row.Scan(&w.ID, &w.Kind, &w.Topic, &w.Attempts, &w.Error, &w.Created, &queued)
		if queued > now {
			w.HeldUntil = queued
		}
		list, ids = append(list, w), append(ids, w.ID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: list waiting messages: %w", err)
	}
	next, err := o.jobs.NextAttempts(ctx, args{}.Kind(), ids)
	if err != nil {
		return nil, fmt.Errorf("outbox: list waiting messages: %w", err)
	}
	for i, w := range list {
		if at := next[w.ID]; !at.IsZero() {
			list[i].Next = at.UnixMilli()
		}
	}
	return list, nil
}

// Discard deletes a dead message. A fault of kind NotFound says that there is no dead
// message with this id.
func (o *Outbox) Discard(ctx context.Context, id string) error {
	n, err := o.write(ctx, discardMessage, id)
	if err != nil {
		return fmt.Errorf("outbox: delete message %s: %w", id, err)
	}
	if n == 0 {
		return fault.New(fault.NotFound, "no undelivered message with the id %s", fault.Short(id))
	}
	return nil
}
