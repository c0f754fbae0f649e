package eventlog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/store"
)

// Filter says which events are wanted; what is left out doesn't matter.
type Filter struct {
	Type, Source string
	// PipelineID and Application are those of pipelines whose triggers were looked at.
	PipelineID, Application string
	// Started wants events that started something (true) or nothing (false).
	Started *bool
	// Text has words, each of which an event's type, source or summary must contain, case
	// apart. Only the newest events that the rest of the filter lets through are searched:
	// [Searched] of them.
	Text string
	// Before and After are ids of events: older ones are wanted, or newer ones.
	Before, After string
	// Limit is how many are wanted; 100 if 0, 1000 at most.
	Limit int
}

const (
	// mostListed is how many events a list has at most.
	mostListed = 1000
	// Searched is how many events are searched for a text.
	Searched = 10_000
	// mostWords is how many words of a text count.
	mostWords = 10
)

// List lists events, the newest first. With PipelineID or Application, each has the
// decisions on triggers of these pipelines.
func (l *Log) List(ctx context.Context, f Filter) ([]Event, error) {
	st, args := f.statement()
	events := []Event{}
	err := l.store.Query(ctx, st, args, func(row store.Row) error {
		var e Event
		err := row.Scan(&e.ID, &e.Type, &e.Source, &e.Received, &e.Deliveries, &e.Looked, &e.Started, &e.ReplayOf, &e.Summary)
		events = append(events, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	if len(events) == 0 || f.PipelineID == "" && f.Application == "" {
		return events, nil
	}
	return events, l.decided(ctx, f, events)
}

// decided adds what was decided on the triggers that the filter is about.
func (l *Log) decided(ctx context.Context, f Filter, events []Event) error {
	var q query
	if f.PipelineID != "" {
		q.and("pipeline_id = ?", f.PipelineID)
	}
	if f.Application != "" {
		q.and("application = ?", strings.ToLower(f.Application))
	}
	// From the oldest to the newest: an id begins with its time.
	q.and("event_id >= ?", events[len(events)-1].ID)
	q.and("event_id <= ?", events[0].ID)
	all, err := l.decisions(ctx, store.NewStatement("SELECT event_id, outcome, execution_id, body FROM event_decisions"+q.where()+" ORDER BY event_id, n LIMIT 10000", ""), q.args...)
	if err != nil {
		return err
	}
	for _, d := range all {
		if at := slices.IndexFunc(events, func(e Event) bool { return e.ID == d.eventID }); at >= 0 {
			events[at].Decisions = append(events[at].Decisions, d)
		}
	}
	return nil
}

// query collects the conditions of a statement.
type query struct {
	conditions []string
	args       []any
}

func (q *query) and(condition string, values ...any) {
	q.conditions, q.args = append(q.conditions, condition), append(q.args, values...)
}

func (q *query) where() string {
	if len(q.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(q.conditions, " AND ")
}

func (f Filter) statement() (*store.Statement, []any) {
	const columns = "id, type, source, received_at, deliveries, looked, started, replay_of, summary"
	var q query
	if f.Type != "" {
		q.and("type = ?", f.Type)
	}
	if f.Source != "" {
		q.and("source = ?", f.Source)
	}
	if f.PipelineID != "" {
		q.and("id IN (SELECT event_id FROM event_decisions WHERE pipeline_id = ?)", f.PipelineID)
	}
	if f.Application != "" {
		q.and("id IN (SELECT event_id FROM event_decisions WHERE application = ?)", strings.ToLower(f.Application))
	}
	if f.Started != nil {
		if *f.Started {
			q.and("started > 0")
		} else {
			q.and("started = 0")
		}
	}
	if f.Before != "" {
		q.and("id < ?", f.Before)
	}
	if f.After != "" {
		q.and("id > ?", f.After)
	}
	text := "SELECT " + columns + " FROM events" + q.where() + " ORDER BY id DESC LIMIT ?"
	if words := strings.Fields(strings.ToLower(storable(f.Text))); len(words) > 0 {
		q.args = append(q.args, Searched)
		var found query
		for _, word := range words[:min(len(words), mostWords)] {
			found.and(`LOWER(type || ' ' || source || ' ' || summary) LIKE ? ESCAPE '\'`, store.LikeContains(word))
		}
		text = "SELECT " + columns + " FROM (" + text + ") AS newest" + found.where() + " ORDER BY id DESC LIMIT ?"
		q.args = append(q.args, found.args...)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	return store.NewStatement(text, ""), append(q.args, min(limit, mostListed))
}
