package store

import (
	"context"
	"fmt"
)

var (
	agree  = NewStatement(`INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`, "")
	agreed = NewStatement(`SELECT value FROM installation WHERE name = ?`, "")
	note   = NewStatement(`
		INSERT INTO installation (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, "")
)

// Agree gives the value that the processes of an installation have agreed on
// under a name: the one that the first of them proposed.
func (s *Store) Agree(ctx context.Context, name, proposal string) (string, error) {
	var value string
	err := s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, agree, name, proposal); err != nil {
			return err
		}
		return tx.query(ctx, agreed, []any{name}, func(row Row) error { return row.Scan(&value) })
	})
	if err != nil {
		return "", fmt.Errorf("agree on the installation's %s: %w", name, err)
	}
	return value, nil
}

// Noted gives what was noted under a name; "" if nothing was.
func (s *Store) Noted(ctx context.Context, name string) (value string, err error) {
	err = s.Query(ctx, agreed, []any{name}, func(row Row) error { return row.Scan(&value) })
	if err != nil {
		return "", fmt.Errorf("read the installation's %s: %w", name, err)
	}
	return value, nil
}

// Note notes something of the installation, such as which version an index has.
func (s *Store) Note(ctx context.Context, name, value string) error {
	err := s.Write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, note, name, value)
		return err
	})
	if err != nil {
		return fmt.Errorf("note the installation's %s: %w", name, err)
	}
	return nil
}
