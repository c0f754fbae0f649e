package store

import (
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/gennaker/gennaker/internal/fault"
)

// ErrNotFound is in the chain of every error that says that what was asked for
// isn't there. Such an error also carries the kind [fault.NotFound].
var ErrNotFound = errors.New("not found")

// errNoRows is what queryRow answers when there is no row; the caller names
// the thing that is missing.
var errNoRows = errors.New("no rows")

// notFound names the thing that isn't there.
func notFound(what, id string) error {
	return fault.New(fault.NotFound, "%s %q %w", what, id, ErrNotFound)
}

// DuplicateError says that an execution with the same correlation id exists.
type DuplicateError struct{ ExecutionID string }

// Error names the execution that exists.
func (e *DuplicateError) Error() string {
	return fmt.Sprintf("execution %s has this correlation id already", e.ExecutionID)
}

// isUnique reports whether a statement failed on a unique index or primary key.
func isUnique(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23505"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE ||
			lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY ||
			lite.Code() == sqlite3.SQLITE_CONSTRAINT_ROWID
	}
	return false
}

// isPassing reports whether a whole transaction that failed with this error has
// changed nothing and may go well when it is run again.
func isPassing(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return true
		}
		return false
	}
	return pgconn.SafeToRetry(err)
}

// isForeignKey reports whether a statement failed because what it refers to
// isn't there.
func isForeignKey(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "23503"
	}
	lite, ok := errors.AsType[*sqlite.Error](err)
	return ok && lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}
