package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Document is something that is saved whole and found by its kind and id: a
// project, a notification setting, a pipeline template.
type Document struct {
	Kind, ID string
	// Application is matched whatever its case; "" for none.
	Application, Name string
	Body              map[string]any
	// UpdateTs is in milliseconds since the epoch; set by SaveDocument, as are
	// UpdatedBy and Version.
	UpdateTs  int64
	UpdatedBy string
	Version   int64
}

// DocumentFilter says which documents are wanted; what is left out doesn't
// matter, save for the kind.
type DocumentFilter struct {
	Kind string
	// Application is matched whatever its case.
	Application string
	// Limit is how many are wanted, 0 for all.
	Limit, Offset int
}

const documentColumns = `kind, id, application, name, update_ts, updated_by, version, body`

var (
	readDocument   = statement(`SELECT ` + documentColumns + ` FROM documents WHERE kind = ? AND id = ?`)
	upsertDocument = statement(`
		INSERT INTO documents (` + documentColumns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET application = excluded.application, name = excluded.name,
			update_ts = excluded.update_ts, updated_by = excluded.updated_by, version = excluded.version,
			body = excluded.body`)
	deleteDocument = statement(`DELETE FROM documents WHERE kind = ? AND id = ?`)
)

// Document reads a document.
func (s *Store) Document(ctx context.Context, kind, id string) (*Document, error) {
	return documentIn(ctx, s.read, readDocument, kind, id)
}

// Document reads a document in the transaction.
func (tx *Tx) Document(ctx context.Context, kind, id string) (*Document, error) {
	return documentIn(ctx, tx, readDocument, kind, id)
}

func documentIn(ctx context.Context, s session, st *Statement, kind, id string) (*Document, error) {
	docs, err := documentsIn(ctx, s, st, []any{kind, id})
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	if len(docs) == 0 {
		return nil, notFound(kind, id)
	}
	return docs[0], nil
}

// Documents lists the documents that match, by application, then name, then
// id.
func (s *Store) Documents(ctx context.Context, f DocumentFilter) ([]*Document, error) {
	c := &condition{}
	c.equal("kind", f.Kind)
	c.equal("application", applicationKey(f.Application))
	page := ExecutionFilter{Limit: f.Limit, Offset: f.Offset}.page()
	st := statement("SELECT " + documentColumns + " FROM documents" + c.where() + " ORDER BY application, name, id" + page)
	docs, err := documentsIn(ctx, s.read, st, c.args)
	if err != nil {
		return nil, fmt.Errorf("list documents of kind %s: %w", f.Kind, err)
	}
	return docs, nil
}

func documentsIn(ctx context.Context, s session, st *Statement, args []any) ([]*Document, error) {
	out := []*Document{}
	err := s.query(ctx, st, args, func(row Row) error {
		d, body := new(Document), []byte(nil)
		if err := row.Scan(&d.Kind, &d.ID, &d.Application, &d.Name, &d.UpdateTs, &d.UpdatedBy, &d.Version,
			&body); err != nil {
			return err
		}
		if err := model.Unmarshal(body, &d.Body); err != nil {
			return fmt.Errorf("decode %s %s: %w", d.Kind, d.ID, err)
		}
		out = append(out, d)
		return nil
	})
	return out, err
}

// SaveDocument stores a document and gives it as stored. If its Version isn't
// 0 and the stored one has another, the save is refused as [fault.Conflict].
func (tx *Tx) SaveDocument(ctx context.Context, d Document, user string) (*Document, error) {
	if d.Kind == "" || d.ID == "" {
		return nil, fault.New(fault.Invalid, "a document needs a kind and an id").With("id: must not be empty")
	}
	switch d.Kind {
	case applicationKind, PipelineKind, StrategyKind, accountKind:
		return nil, fmt.Errorf("store: a document can't be of kind %s: that has a table of its own", d.Kind)
	}
	if err := tx.lockForSave(ctx, d.Kind, d.ID); err != nil {
		return nil, err
	}
	old, err := documentIn(ctx, tx, readDocument, d.Kind, d.ID)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	saved := d
	saved.Application, saved.UpdatedBy = applicationKey(d.Application), user
	saved.UpdateTs = tx.store.now().UnixMilli()
	if old != nil {
		saved.UpdateTs = max(saved.UpdateTs, old.UpdateTs+1)
	}
	if d.Version != 0 && (old == nil || old.Version != d.Version) {
		return nil, fault.New(fault.Conflict,
			"%s %q was changed by someone else meanwhile: load it again and repeat the change", d.Kind, d.ID)
	}
	body, err := model.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("save %s %s: %w", d.Kind, d.ID, err)
	}
	saved.Version, err = tx.remember(ctx,
		record{d.Kind, d.ID, saved.Application, user, string(body), saved.UpdateTs}, false)
	if err != nil {
		return nil, err
	}
	if _, err := tx.exec(ctx, upsertDocument, d.Kind, d.ID, saved.Application, d.Name, saved.UpdateTs, user,
		saved.Version, string(body)); err != nil {
		return nil, fmt.Errorf("save %s %s: %w", d.Kind, d.ID, err)
	}
	return &saved, nil
}

// DeleteDocument deletes a document and keeps its history.
func (tx *Tx) DeleteDocument(ctx context.Context, kind, id, user string) error {
	if err := tx.lockForSave(ctx, kind, id); err != nil {
		return err
	}
	old, err := documentIn(ctx, tx, readDocument, kind, id)
	if err != nil {
		return err
	}
	at := max(tx.store.now().UnixMilli(), old.UpdateTs+1)
	return tx.forget(ctx, record{kind, id, old.Application, user, "", at}, old.Body, deleteDocument, kind, id)
}

// DocumentHistory lists a document's revisions, newest first, also of a
// deleted one; limit 0 is all.
func (s *Store) DocumentHistory(ctx context.Context, kind, id string, limit int) ([]Revision, error) {
	return s.history(ctx, kind, id, limit)
}
