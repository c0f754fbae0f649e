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
	// Created and Next are in milliseconds since the epoch. Next is when it is tried next,
	// 0 if it is being tried now.
	Created int64 `json:"createdAt"`
	Next    int64 `json:"nextAttempt"`
}

// mostWaiting is how many waiting messages are listed at most.
const mostWaiting = 200

// River stores times in several forms on SQLite, all of which begin with the seconds.
var (
	listWaiting = store.NewStatement(`
		SELECT o.id, o.kind, o.topic, o.attempts, o.error, o.created_at,
			COALESCE(MAX(CASE WHEN j.state <> 'running' THEN CAST((julianday(substr(j.scheduled_at, 1, 19)) - 2440587.5) * 86400000 AS INTEGER) END), 0)
		FROM (SELECT * FROM outbox WHERE state = 'waiting' ORDER BY queued_at, id LIMIT ?) AS o
		LEFT JOIN river_job j ON j.kind = 'outbox' AND json_extract(j.args, '$.id') = o.id AND j.finalized_at IS NULL
		GROUP BY o.id, o.kind, o.topic, o.attempts, o.error, o.created_at, o.queued_at ORDER BY o.queued_at, o.id`, `
		SELECT o.id, o.kind, o.topic, o.attempts, o.error, o.created_at,
			COALESCE(MAX(CASE WHEN j.state <> 'running' THEN CAST(EXTRACT(EPOCH FROM j.scheduled_at) * 1000 AS bigint) END), 0)
		FROM (SELECT * FROM outbox WHERE state = 'waiting' ORDER BY queued_at, id LIMIT ?) AS o
		LEFT JOIN river_job j ON j.kind = 'outbox' AND j.args->>'id' = o.id AND j.finalized_at IS NULL
		GROUP BY o.id, o.kind, o.topic, o.attempts, o.error, o.created_at, o.queued_at ORDER BY o.queued_at, o.id`)
	discardMessage = store.NewStatement(`DELETE FROM outbox WHERE id = ? AND state = 'dead'`, "")
)

// Waiting lists those of the messages that wait which have done so for longest.
func (o *Outbox) Waiting(ctx context.Context) ([]Waiting, error) {
	list := []Waiting{}
	err := o.store.Query(ctx, listWaiting, []any{mostWaiting}, func(row store.Row) error {
		var w Waiting
		err := row.Scan(&w.ID, &w.Kind, &w.Topic, &w.Attempts, &w.Error, &w.Created, &w.Next)
		list = append(list, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("outbox: list waiting messages: %w", err)
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
