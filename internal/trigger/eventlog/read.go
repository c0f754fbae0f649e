package eventlog

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Event is an event as it is shown.
type Event struct {
	ID     string `json:"id"`
	Type   string `json:"type"`
	Source string `json:"source"`
	// Received is when it came first, in milliseconds since the epoch; Deliveries is how
	// often it came.
	Received   int64 `json:"receivedAt"`
	Deliveries int   `json:"deliveries"`
	// Looked is how many triggers listen to such an event, and Started how many
	// pipelines it started.
	Looked  int `json:"triggers"`
	Started int `json:"started"`
	// ReplayOf is the event that this one repeats, at somebody's wish.
	ReplayOf string `json:"replayOf,omitempty"`
	// Summary says in a few words what it is about.
	Summary string `json:"summary"`
	// TooLarge is the size of an event that was too large to be kept; 0 for others.
	TooLarge int `json:"tooLarge,omitempty"`

	// The rest is left out of lists.
	Content    map[string]any    `json:"content,omitempty"`
	Payload    map[string]any    `json:"payload,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Artifacts  []any             `json:"artifacts,omitempty"`
	Decisions  []Decision        `json:"decisions,omitempty"`
}

// Decision is what was decided on a trigger, as it is shown.
type Decision struct {
	decision
	Outcome     trigger.Outcome `json:"outcome"`
	ExecutionID string          `json:"executionId,omitempty"`
}

// Filter says which events are wanted; what is left out doesn't matter.
type Filter struct {
	Type, Source string
	// PipelineID and Application are those of pipelines whose triggers were looked at.
	PipelineID, Application string
	// Started wants events that started something (true) or nothing (false).
	Started *bool
	// Before is the id of an event; older ones are wanted.
	Before string
	// Limit is how many are wanted; 100 if 0, 1000 at most.
	Limit int
}

// mostListed is how many events a list has at most.
const mostListed = 1000

// List lists events, the newest first. With PipelineID or Application, each has the
// decisions on triggers of these pipelines.
func (l *Log) List(ctx context.Context, f Filter) ([]Event, error) {
	st, args := f.statement()
	events := []Event{}
	err := l.store.Query(ctx, st, args, func(row store.Row) error {
		e, err := scanEvent(row)
		if err != nil {
			return err
		}
		e.Content, e.Payload, e.Attributes, e.Artifacts = nil, nil, nil, nil
		events = append(events, e)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	if f.PipelineID == "" && f.Application == "" {
		return events, nil
	}
	for i := range events {
		all, err := l.decisions(ctx, events[i].ID)
		if err != nil {
			return nil, err
		}
		for _, d := range all {
			if (f.PipelineID == "" || d.PipelineID == f.PipelineID) && (f.Application == "" || strings.EqualFold(d.Application, f.Application)) {
				events[i].Decisions = append(events[i].Decisions, d)
			}
		}
	}
	return events, nil
}

func (f Filter) statement() (*store.Statement, []any) {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if f.Type != "" {
		and("type = ?", f.Type)
	}
	if f.Source != "" {
		and("source = ?", f.Source)
	}
	if f.PipelineID != "" {
		and("id IN (SELECT event_id FROM event_decisions WHERE pipeline_id = ?)", f.PipelineID)
	}
	if f.Application != "" {
		and("id IN (SELECT event_id FROM event_decisions WHERE application = ?)", strings.ToLower(f.Application))
	}
	if f.Started != nil {
		if *f.Started {
			and("started > 0")
		} else {
			and("started = 0")
		}
	}
	if f.Before != "" {
		and("id < ?", f.Before)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	text := "SELECT id, type, source, received_at, deliveries, looked, started, replay_of, body FROM events"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return store.NewStatement(text+" ORDER BY id DESC LIMIT ?", ""), append(args, min(limit, mostListed))
}

func scanEvent(row store.Row) (Event, error) {
	var e Event
	var body string
	if err := row.Scan(&e.ID, &e.Type, &e.Source, &e.Received, &e.Deliveries, &e.Looked, &e.Started, &e.ReplayOf, &body); err != nil {
		return e, err
	}
	k, err := readBody(body)
	if err != nil {
		return e, fmt.Errorf("decode event %s: %w", e.ID, err)
	}
	e.Content, e.Payload, e.Attributes, e.Artifacts, e.TooLarge = k.Content, k.Payload, k.Attributes, k.Artifacts, k.TooLarge
	e.Summary = summary(e)
	return e, nil
}

// summary says in a few words what an event is about.
func summary(e Event) string {
	c := e.Content
	join := func(parts ...string) string {
		var out []string
		for _, part := range parts {
			if part != "" {
				out = append(out, part)
			}
		}
		return strings.Join(out, " ")
	}
	switch e.Type {
	case "git":
		return join(model.String(c, "repoProject")+"/"+model.String(c, "slug"), model.String(c, "branch"), model.String(c, "action"))
	case "docker", "helm/oci":
		return join(model.String(c, "repository") + ":" + model.String(c, "tag"))
	case "helm":
		return join(model.String(c, "chart"), model.String(c, "version"))
	case "cron":
		return join(model.String(c, "cronExpression"), model.String(c, "time"))
	case "build":
		project := model.Object(c, "project")
		return join(model.String(project, "name"), model.String(model.Object(project, "lastBuild"), "number"), model.String(model.Object(project, "lastBuild"), "result"))
	}
	return e.Source
}

// Get reads an event with all that was decided. A fault of kind NotFound says that there
// is none, or none any more.
func (l *Log) Get(ctx context.Context, id string) (Event, error) {
	var found []Event
	err := l.store.Query(ctx, readEvent, []any{id}, func(row store.Row) error {
		e, err := scanEvent(row)
		found = append(found, e)
		return err
	})
	if err != nil {
		return Event{}, fmt.Errorf("read event %s: %w", fault.Short(id), err)
	}
	if len(found) == 0 {
		return Event{}, fault.New(fault.NotFound, "there is no event %s: it may be older than events are kept", fault.Short(id))
	}
	found[0].Decisions, err = l.decisions(ctx, id)
	return found[0], err
}

func (l *Log) decisions(ctx context.Context, id string) ([]Decision, error) {
	out := []Decision{}
	err := l.store.Query(ctx, readDecisions, []any{id}, func(row store.Row) error {
		var d Decision
		var outcome, body string
		if err := row.Scan(&outcome, &d.ExecutionID, &body); err != nil {
			return err
		}
		if err := model.Unmarshal([]byte(body), &d.decision); err != nil {
			return err
		}
		d.Outcome = trigger.Outcome(outcome)
		out = append(out, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what was decided on event %s: %w", id, err)
	}
	return out, nil
}

// cleaned is how many events are deleted in one transaction.
const cleaned = 1000

// Clean deletes events that came before a time, with what was decided, and gives how many.
func (l *Log) Clean(ctx context.Context, before time.Time) (total int64, err error) {
	for n := int64(cleaned); n == cleaned; total += n {
		err = l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = tx.Exec(ctx, deleteEvents, before.UnixMilli(), cleaned)
			return err
		})
		if err != nil {
			return total, fmt.Errorf("delete old events: %w", err)
		}
	}
	return total, nil
}
