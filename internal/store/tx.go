package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
)

// writeAttempts is how often a transaction is run again that the database
// undid because of other transactions.
const writeAttempts = 10

// Tx is one write transaction. It is used by one goroutine at a time, and not
// after the function it was given to has returned.
type Tx struct {
	session
	store    *Store
	sql      *sql.Tx
	pgx      pgx.Tx
	onCommit []func()
}

// SQL is the transaction on SQLite; nil on PostgreSQL.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// PGX is the transaction on PostgreSQL; nil on SQLite.
func (tx *Tx) PGX() pgx.Tx { return tx.pgx }

// OnCommit has fn run after the transaction is committed, in the order of the
// calls and before Write returns. fn must be quick and must not write to the
// store.
func (tx *Tx) OnCommit(fn func()) { tx.onCommit = append(tx.onCommit, fn) }

// Exec runs a statement and tells how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, st *Statement, args ...any) (int64, error) {
	return tx.exec(ctx, st, args...)
}

// QueryRow reads the first row, or answers [ErrNotFound].
func (tx *Tx) QueryRow(ctx context.Context, st *Statement, args []any, dest ...any) error {
	err := queryRow(ctx, tx, st, args, dest...)
	if errors.Is(err, errNoRows) {
		return ErrNotFound
	}
	return err
}

// Query calls each for every row.
func (tx *Tx) Query(ctx context.Context, st *Statement, args []any, each func(row Row) error) error {
	return tx.query(ctx, st, args, each)
}

// Write runs fn in one write transaction and commits it if fn gives no error.
// Where the database undoes the transaction because of another one
// (serialization, deadlock, busy), fn is run again from the start: it must
// keep nothing from an earlier run.
//
// On SQLite one transaction runs at a time, so fn must not wait for anything
// outside. Nor may it use the store's own reads: on PostgreSQL they need another
// connection while this one is held, and enough of those take all there are.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	for attempt := 1; ; attempt++ {
		tx := &Tx{store: s}
		err := s.writeOnce(ctx, tx, fn)
		if err == nil {
			for _, done := range tx.onCommit {
				done()
			}
			return nil
		}
		if attempt == writeAttempts || !isPassing(err) {
			return err
		}
		pause := time.Duration(rand.Int64N(int64(time.Millisecond) << min(attempt, 7)))
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	if s.pool != nil {
		return s.writePostgres(ctx, tx, fn)
	}
	tx.sql, err = s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	tx.session = &sqliteTx{tx: tx.sql, prepared: s.prepared}
	// Also when fn panics: the connection must not stay taken.
	defer func() { _ = tx.sql.Rollback() }()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := tx.sql.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	s.checkpoints.written()
	return nil
}

func (s *Store) writePostgres(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	tx.pgx, err = s.pool.BeginTx(ctx, pgx.TxOptions{})
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	tx.session = pgSession{tx.pgx}
	defer func() {
		// Also when ctx has ended: the connection goes back to the pool.
		cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = tx.pgx.Rollback(cleanup)
	}()
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := tx.pgx.Commit(ctx); err != nil {
		if errors.Is(err, pgx.ErrTxCommitRollback) {
			return fmt.Errorf("commit transaction: a statement in it had failed: %w", err)
		}
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}
