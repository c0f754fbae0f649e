package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// readBody reads one JSON document; label and name tell a person what it is.
func readBody[T ~map[string]any](
	ctx context.Context, s session, st *Statement, label, name string, args ...any,
) (T, error) {
	var body []byte
	err := queryRow(ctx, s, st, args, &body)
	if errors.Is(err, errNoRows) {
		return nil, notFound(label, name)
	}
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", label, name, err)
	}
	var out T
	if err := model.Unmarshal(body, &out); err != nil {
		return nil, fmt.Errorf("decode %s %s: %w", label, name, err)
	}
	return out, nil
}

// listBodies reads JSON documents, the statement's only column.
func listBodies[T ~map[string]any](ctx context.Context, s session, st *Statement, args []any) ([]T, error) {
	out := []T{}
	err := s.query(ctx, st, args, func(row Row) error {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return err
		}
		var doc T
		if err := model.Unmarshal(body, &doc); err != nil {
			return err
		}
		out = append(out, doc)
		return nil
	})
	return out, err
}

// lockForSave keeps other transactions from saving or deleting the same thing
// until this one ends, also while there is none yet that a row lock could hold.
func (tx *Tx) lockForSave(ctx context.Context, kind, id string) error {
	return tx.lockName(ctx, "save/"+kind+"/"+id)
}

var advisoryLock = statement(`SELECT pg_advisory_xact_lock(hashtextextended(?, 0))`)

// lockName takes a lock of that name until the transaction ends. On SQLite a
// write transaction keeps everyone else out anyway.
func (tx *Tx) lockName(ctx context.Context, name string) error {
	if !tx.postgres {
		return nil
	}
	if err := tx.query(ctx, advisoryLock, []any{name}, func(Row) error { return nil }); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	return nil
}

// after is the time of a save: now, and later than the time of the version it
// takes the place of, so that each version has a time of its own.
func (tx *Tx) after(old map[string]any) int64 {
	now := tx.store.now().UnixMilli()
	if last, ok := model.Int(old, "updateTs"); ok && last >= now {
		return last + 1
	}
	return now
}

// forget deletes a document and keeps a revision that says so.
func (tx *Tx) forget(ctx context.Context, r record, last map[string]any, del *Statement, args ...any) error {
	body, err := model.Marshal(last)
	if err != nil {
		return fmt.Errorf("delete %s %s: %w", r.kind, r.id, err)
	}
	r.body = string(body)
	if _, err := tx.remember(ctx, r, true); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, del, args...); err != nil {
		return fmt.Errorf("delete %s %s: %w", r.kind, r.id, err)
	}
	return nil
}
