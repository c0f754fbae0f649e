package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// The kinds of pipeline configuration.
const (
	PipelineKind = "pipeline"
	StrategyKind = "strategy"
)

var (
	readPipeline       = statement(`SELECT body FROM pipelines WHERE id = ?`)
	readPipelineKind   = statement(`SELECT kind, body FROM pipelines WHERE id = ?`)
	readPipelineByName = statement(`
		SELECT body FROM pipelines WHERE kind = ? AND application = ? AND name_key = ?`)
	upsertPipeline = statement(`
		INSERT INTO pipelines (id, kind, application, name, name_key, idx, disabled, update_ts, updated_by,
			version, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET application = excluded.application, name = excluded.name,
			name_key = excluded.name_key, idx = excluded.idx, disabled = excluded.disabled,
			update_ts = excluded.update_ts, updated_by = excluded.updated_by, version = excluded.version,
			body = excluded.body`)
	deletePipeline = statement(`DELETE FROM pipelines WHERE id = ?`)
)

// PipelineFilter says which pipelines are wanted; what is left out doesn't
// matter.
type PipelineFilter struct {
	// Kind is PipelineKind or StrategyKind.
	Kind string
	// Application is matched whatever its case.
	Application string
	// NameContains is a part of the name in any case.
	NameContains string
	// Limit is how many are wanted, 0 for all.
	Limit, Offset int
}

// Pipeline reads a pipeline or strategy by its id.
func (s *Store) Pipeline(ctx context.Context, id string) (model.Pipeline, error) {
	return readBody[model.Pipeline](ctx, s.read, readPipeline, PipelineKind, id, id)
}

// PipelineByName reads an application's pipeline or strategy by its name,
// whatever its case.
func (s *Store) PipelineByName(ctx context.Context, kind, application, name string) (model.Pipeline, error) {
	return readBody[model.Pipeline](ctx, s.read, readPipelineByName, kind, application+"/"+name,
		kind, applicationKey(application), nameKey(name))
}

// FindPipeline reads an application's pipeline or strategy by its name, else by
// its id, as Gate finds them. An id of another application finds nothing.
func (s *Store) FindPipeline(ctx context.Context, kind, application, nameOrID string) (model.Pipeline, error) {
	found, err := s.PipelineByName(ctx, kind, application, nameOrID)
	if err == nil && found.Name() == nameOrID {
		return found, nil
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	found, err = s.Pipeline(ctx, nameOrID)
	if err == nil && !strings.EqualFold(found.Application(), application) {
		return nil, ErrNotFound
	}
	return found, err
}

// Pipelines lists the pipelines that match: by application, then index, then
// name.
func (s *Store) Pipelines(ctx context.Context, f PipelineFilter) ([]model.Pipeline, error) {
	st, args := f.statement()
	out, err := listBodies[model.Pipeline](ctx, s.read, st, args)
	if err != nil {
		return nil, fmt.Errorf("list pipelines: %w", err)
	}
	return out, nil
}

// SavePipeline stores a pipeline or strategy and gives it as stored: with an
// id if it had none, and with updateTs (a text of milliseconds since the
// epoch) and lastModifiedBy. If expectUpdateTs isn't 0 and the stored one has
// another updateTs, the save is refused as [fault.Conflict]; so is one whose
// id belongs to the other kind. A name that another pipeline of the
// application has, whatever its case, is [fault.Invalid].
func (tx *Tx) SavePipeline(
	ctx context.Context, kind string, p model.Pipeline, user string, expectUpdateTs int64,
) (model.Pipeline, error) {
	application, name := applicationKey(strings.TrimSpace(p.Application())), strings.TrimSpace(p.Name())
	if err := checkPipeline(kind, application, name); err != nil {
		return nil, err
	}
	id := p.ID()
	if id == "" {
		id = uuid.NewString()
	}
	if err := tx.lockForSave(ctx, kind, id); err != nil {
		return nil, err
	}
	old, err := tx.pipelineForUpdate(ctx, kind, id)
	if err != nil {
		return nil, err
	}
	if was, _ := model.Int(old, "updateTs"); expectUpdateTs != 0 && was != expectUpdateTs {
		return nil, fault.New(fault.Conflict,
			"%s %q was changed by someone else meanwhile: load it again and repeat the change", kind, name)
	}
	now := tx.after(old)
	saved := model.Pipeline(model.Merge(p, map[string]any{
		"id": id, "name": name, "updateTs": strconv.FormatInt(now, 10), "lastModifiedBy": user,
	}))
	if index, ok := old["index"]; ok {
		if _, given := p["index"]; !given {
			saved["index"] = index
		}
	}
	body, err := model.Marshal(saved)
	if err != nil {
		return nil, fmt.Errorf("save %s %s: %w", kind, id, err)
	}
	clash := fault.New(fault.Invalid, "application %q has a %s named %q already", application, kind, name).
		With("name: taken by another " + kind)
	if other, err := readBody[model.Pipeline](ctx, tx, readPipelineByName, kind, name,
		kind, application, nameKey(name)); err == nil && other.ID() != id {
		return nil, clash
	} else if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	version, err := tx.remember(ctx, record{kind, id, application, user, string(body), now}, false)
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, upsertPipeline, id, kind, application, name, nameKey(name), saved.Index(),
		saved.Disabled(), now, user, version, string(body)); err != nil {
		if isUnique(err) { // another transaction was quicker
			return nil, clash
		}
		return nil, fmt.Errorf("save %s %s: %w", kind, id, err)
	}
	return saved, tx.usedByPipeline(ctx, id, string(body))
}

func checkPipeline(kind, application, name string) error {
	if kind != PipelineKind && kind != StrategyKind {
		return fmt.Errorf("store: no kind of pipeline is called %q", kind)
	}
	var errs []string
	if application == "" {
		errs = append(errs, "application: must not be empty")
	}
	if name == "" {
		errs = append(errs, "name: must not be empty")
	}
	if len(errs) > 0 {
		return fault.New(fault.Invalid, "a %s needs a name and an application", kind).With(errs...)
	}
	return nil
}

// pipelineForUpdate reads a pipeline that is about to be saved, nil if there
// is none.
func (tx *Tx) pipelineForUpdate(ctx context.Context, kind, id string) (model.Pipeline, error) {
	var was string
	var body []byte
	err := queryRow(ctx, tx, readPipelineKind, []any{id}, &was, &body)
	if errors.Is(err, errNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	if was != kind {
		return nil, fault.New(fault.Conflict, "id %q belongs to a %s, not a %s", id, was, kind)
	}
	var old model.Pipeline
	if err := model.Unmarshal(body, &old); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", kind, id, err)
	}
	return old, nil
}

// DeletePipeline deletes an application's pipeline or strategy by its name and
// keeps its history. It gives the id that it had.
func (tx *Tx) DeletePipeline(ctx context.Context, kind, application, name, user string) (id string, err error) {
	key := applicationKey(application)
	read := func() (model.Pipeline, error) {
		return readBody[model.Pipeline](ctx, tx, readPipelineByName, kind, application+"/"+name,
			kind, key, nameKey(name))
	}
	old, err := read()
	if err != nil {
		return "", err
	}
	if err := tx.lockForSave(ctx, kind, old.ID()); err != nil {
		return "", err
	}
	id = old.ID()
	if old, err = read(); err != nil { // what it says by now
		return "", err
	}
	if old.ID() != id {
		return "", fault.New(fault.Conflict, "%s %q was changed by someone else meanwhile", kind, name)
	}
	return id, tx.forget(ctx, record{kind, old.ID(), key, user, "", tx.after(old)}, old, deletePipeline, old.ID())
}

// PipelineHistory lists the revisions of a pipeline or strategy, newest first,
// also of a deleted one; limit 0 is all.
func (s *Store) PipelineHistory(ctx context.Context, id string, limit int) ([]Revision, error) {
	revisions, err := s.history(ctx, PipelineKind, id, limit)
	if err != nil || len(revisions) > 0 {
		return revisions, err
	}
	return s.history(ctx, StrategyKind, id, limit)
}

// PipelineAsOf reads a pipeline or strategy as it was saved at a time, an
// updateTs.
func (s *Store) PipelineAsOf(ctx context.Context, id string, updateTs int64) (model.Pipeline, error) {
	return readBody[model.Pipeline](ctx, s.read, revisionOfPipeline, "pipeline", id, PipelineKind, StrategyKind, id, updateTs)
}

// nameKey is what a pipeline's name is compared by.
func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
