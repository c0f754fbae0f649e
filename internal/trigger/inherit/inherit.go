// Package inherit keeps the triggers that pipelines inherit from their templates, and gives
// pipelines with them to whatever reads triggers. The stored pipelines stay as they were
// saved.
//
// A save of a pipeline or a template marks what it changes as stale, and adds a message to
// the outbox, both in the transaction of the save. The delivery of the message expands the
// templates, stores the triggers, and has the followers index them. Until then, a decision
// expands a stale template itself, so that no trigger fires that was removed.
package inherit

import (
	"context"
	"errors"
	"log/slog"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// Planner expands templates; a [template.Planner] does.
type Planner interface {
	Inherited(ctx context.Context, config map[string]any) (template.Inherited, error)
}

// Messages takes messages to be delivered; an [outbox.Outbox] does.
type Messages interface {
	Add(ctx context.Context, tx *store.Tx, messages ...outbox.Message) error
}

// Service keeps inherited triggers. It follows the catalog in the place of its Followers,
// which it tells of pipelines with their inherited triggers. All fields but Logger are
// required, and are set before anything is saved. It is safe for concurrent use.
type Service struct {
	Store     *store.Store
	Planner   Planner
	Messages  Messages
	Followers []catalog.Follower
	Logger    *slog.Logger
}

// row is what is stored about a pipeline.
type row struct {
	pipeline   string
	generation int64
	stale      bool
	problem    string
	body       string
}

var (
	putRow = store.NewStatement(`
		INSERT INTO inherited_triggers (pipeline_id, template) VALUES (?, ?)
		ON CONFLICT (pipeline_id) DO UPDATE SET template = excluded.template, stale = 1, problem = '',
			generation = inherited_triggers.generation + 1`, "")
	addRow    = store.NewStatement(`INSERT INTO inherited_triggers (pipeline_id, template) VALUES (?, ?) ON CONFLICT DO NOTHING`, "")
	dropRow   = store.NewStatement(`DELETE FROM inherited_triggers WHERE pipeline_id = ?`, "")
	markStale = store.NewStatement(`
		UPDATE inherited_triggers SET stale = 1, problem = '', generation = generation + 1 WHERE template = ? OR template = ''`, "")
	expanded = store.NewStatement(`
		UPDATE inherited_triggers SET body = ?, problem = ?, stale = ? WHERE pipeline_id = ? AND generation = ?`, "")
	readRow   = store.NewStatement(`SELECT pipeline_id, generation, stale, problem, body FROM inherited_triggers WHERE pipeline_id = ?`, "")
	staleRows = store.NewStatement(`SELECT pipeline_id FROM inherited_triggers WHERE stale = 1 AND pipeline_id > ? ORDER BY pipeline_id LIMIT ?`, "")
)

// query is how the store, or a transaction, is asked.
type query func(ctx context.Context, st *store.Statement, args []any, each func(store.Row) error) error

// read reads the row of a pipeline; nil if there is none.
func read(ctx context.Context, ask query, pipelineID string) (*row, error) {
	var out *row
	err := ask(ctx, readRow, []any{pipelineID}, func(found store.Row) error {
		var r row
		var stale int
		err := found.Scan(&r.pipeline, &r.generation, &stale, &r.problem, &r.body)
		r.stale = stale != 0
		out = &r
		return err
	})
	return out, err
}

// errChanged says that a pipeline or its template was changed while it was expanded.
var errChanged = errors.New("the pipeline or its template was changed meanwhile")

func (s *Service) log() *slog.Logger {
	if s.Logger == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Logger
}
