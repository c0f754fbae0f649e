package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

const applicationKind = "application"

var (
	readApplication   = statement(`SELECT body FROM applications WHERE name = ?`)
	upsertApplication = statement(`
		INSERT INTO applications (name, email, create_ts, update_ts, updated_by, version, body)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET email = excluded.email, update_ts = excluded.update_ts,
			updated_by = excluded.updated_by, version = excluded.version, body = excluded.body`)
	deleteApplication = statement(`DELETE FROM applications WHERE name = ?`)
)

// ApplicationFilter says which applications are wanted; what is left out
// doesn't matter. Names and addresses are matched whatever their case.
type ApplicationFilter struct {
	NameContains, Email string
	// Limit is how many are wanted, 0 for all.
	Limit, Offset int
}

// Application reads an application by its name, whatever its case.
func (s *Store) Application(ctx context.Context, name string) (model.Application, error) {
	return readBody[model.Application](ctx, s.read, readApplication, applicationKind, name, applicationKey(name))
}

// Applications lists the applications that match, by name.
func (s *Store) Applications(ctx context.Context, f ApplicationFilter) ([]model.Application, error) {
	st, args := f.statement()
	out, err := listBodies[model.Application](ctx, s.read, st, args)
	if err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	return out, nil
}

// SaveApplication stores an application under its name in lower case. As
// Front50 does it, createTs is set when it is new and kept afterwards, and
// updateTs and lastModifiedBy are set each time; the times are texts of
// milliseconds since the epoch.
func (tx *Tx) SaveApplication(ctx context.Context, app model.Application, user string) (model.Application, error) {
	key := applicationKey(strings.TrimSpace(app.Name()))
	if key == "" {
		return nil, fault.New(fault.Invalid, "an application needs a name").With("name: must not be empty")
	}
	if err := tx.lockForSave(ctx, applicationKind, key); err != nil {
		return nil, err
	}
	old, err := readBody[model.Application](ctx, tx, readApplication, applicationKind, key, key)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	now := tx.after(old)
	saved := model.Application(model.Merge(app, map[string]any{
		"createTs": strconv.FormatInt(now, 10), "updateTs": strconv.FormatInt(now, 10), "lastModifiedBy": user,
	}))
	if created := model.String(old, "createTs"); created != "" {
		saved["createTs"] = created
	}
	body, err := model.Marshal(saved)
	if err != nil {
		return nil, fmt.Errorf("save application %s: %w", key, err)
	}
	version, err := tx.remember(ctx, record{applicationKind, key, key, user, string(body), now}, false)
	if err != nil {
		return nil, err
	}
	created, _ := model.Int(saved, "createTs")
	if _, err := tx.exec(ctx, upsertApplication, key, strings.ToLower(model.String(app, "email")), created, now,
		user, version, string(body)); err != nil {
		return nil, fmt.Errorf("save application %s: %w", key, err)
	}
	return saved, nil
}

// DeleteApplication deletes an application and keeps its history. Its
// pipelines and executions stay.
func (tx *Tx) DeleteApplication(ctx context.Context, name, user string) error {
	key := applicationKey(name)
	if err := tx.lockForSave(ctx, applicationKind, key); err != nil {
		return err
	}
	old, err := readBody[model.Application](ctx, tx, readApplication, applicationKind, name, key)
	if err != nil {
		return err
	}
	return tx.forget(ctx, record{applicationKind, key, key, user, "", tx.after(old)}, old, deleteApplication, key)
}

// ApplicationHistory lists an application's revisions, newest first; limit 0
// is all.
func (s *Store) ApplicationHistory(ctx context.Context, name string, limit int) ([]Revision, error) {
	return s.history(ctx, applicationKind, applicationKey(name), limit)
}
