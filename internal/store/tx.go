package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// writeAttempts is how often a transaction is run again that the database
// undid because of other transactions.
const writeAttempts = 10

// Tx is one write transaction. It is used by one goroutine at a time, and not
// after the function it was given to has returned.
type Tx struct {
	session
	store    *Store
	sql      *sql.Tx       // on SQLite
	conn     *pgxpool.Conn // on PostgreSQL
	postgres bool
	onCommit []func()
	proof    proof
}

// proof reports whether a transaction was committed, from what it has written.
type proof func(ctx context.Context) (bool, error)

// Postgres reports whether this is a transaction on PostgreSQL.
func (tx *Tx) Postgres() bool { return tx.postgres }

// Prove says how to find out whether the transaction was committed if a
// PostgreSQL that was started again meanwhile can't tell: by a statement that
// reads a row if, and only if, it was.
func (tx *Tx) Prove(st *Statement, args ...any) {
	store := tx.store
	tx.proof = func(ctx context.Context) (found bool, err error) {
		err = store.read.query(ctx, st, args, func(Row) error {
			found = true
			return nil
		})
		return found, err
	}
}

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
// (serialization, deadlock, busy) or because a connection broke, fn is run
// again from the start: it must keep nothing from an earlier run. If a
// connection breaks while it commits, Write finds out whether it succeeded; only
// where that can't be told does it answer [ErrInDoubt]. An error for which
// [IsAway] holds says that the database is away for longer than Write waits,
// see [WithPatience].
//
// On SQLite one function runs at a time, and others may run in the same transaction
// before and after it, so fn must not wait for anything outside. Nor may it use the store's own reads: on PostgreSQL they need another
// connection while this one is held, and enough of those take all there are.
func (s *Store) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	impatience := time.Duration(0)
	if s.pool != nil {
		impatience = awayPatience
	}
	for r := (retry{began: time.Now()}); ; {
		tx := &Tx{store: s}
		err := s.writeOnce(ctx, tx, fn)
		s.writes.wrote(err)
		if err == nil {
			for _, done := range tx.onCommit {
				done()
			}
			return nil
		}
		if !r.again(ctx, err, impatience) {
			return err
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	if s.pool != nil {
		return s.writePostgres(ctx, tx, fn)
	}
	return s.writeSQLite(ctx, tx, fn)
}

// Repeatable says that the transaction may be run again although it may have
// been committed: it writes the same whatever was there.
func (tx *Tx) Repeatable() {
	tx.proof = func(context.Context) (bool, error) { return false, nil }
}
