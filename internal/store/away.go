package store

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/gennaker/gennaker/internal/fault"
)

// awayPatience is how long a read or a write waits for a PostgreSQL that is
// away, unless the context asks for more: long enough for a restart, short
// enough for someone who waits for an answer.
const awayPatience = 5 * time.Second

// attemptTimeout bounds one attempt at a write, and one read, on PostgreSQL: a
// server that neither answers nor closes its connections counts as away.
const attemptTimeout = time.Minute

// What users are told of a database that can't do its work at the moment.
const (
	messageAway     = "the database can't be reached at the moment; try again in a few seconds"
	messageReadOnly = "the database is read-only at the moment, as after a failover; try again in a few seconds"
	messageBusy     = "the database is too busy at the moment; try again in a few seconds"
	messageFull     = "the database's disk is full; free some space, and try again"
	messageDisk     = "the database's disk can't be read or written; the log has the details"
	messageInDoubt  = "the connection to the database broke while it saved the change, and it is unknown whether the change was saved; " +
		"look before you try again"
)

// awayError is an error of the database that passes without anybody changing
// the request: its chain has a fault of kind Unavailable and the cause.
type awayError struct {
	fault *fault.Error
	cause error
}

// Error is for logs; users are told the fault's sentence.
func (e *awayError) Error() string { return e.fault.Message + ": " + e.cause.Error() }

// Unwrap gives the fault and the cause.
func (e *awayError) Unwrap() []error { return []error{e.fault, e.cause} }

func away(message string, cause error) error {
	return &awayError{fault: fault.New(fault.Unavailable, "%s", message), cause: cause}
}

// ErrInDoubt is in the chain of the error of a write that may or may not have
// been committed: the connection broke while it was, and neither the database
// nor what was written tells. The error is of kind [fault.Unavailable].
var ErrInDoubt = errors.New("store: the commit's outcome is unknown")

// IsAway reports whether an error of the store says that the database can't do
// its work at the moment: it is unreachable, restarting, read-only after a
// failover, overloaded, or its disk is full. What failed changed nothing and
// may go well later. Such errors are also of kind [fault.Unavailable].
func IsAway(err error) bool {
	_, ok := errors.AsType[*awayError](err)
	return ok && !errors.Is(err, ErrInDoubt)
}

// classify makes errors that say that the database is away ones of kind
// Unavailable. Errors of the caller's own context stay as they are.
func classify(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	if _, ok := errors.AsType[*awayError](err); ok {
		return err
	}
	if message := passing(err); message != "" {
		return away(message, err)
	}
	return err
}

// passing is what to tell of an error that passes by itself; "" for others.
func passing(err error) string {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return passingPostgres(pg.Code)
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return messageFull
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return messageBusy
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return messageDisk
		}
		return ""
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	switch {
	case connecting, isNetwork && network != nil, pgconn.SafeToRetry(err), pgconn.Timeout(err),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, context.DeadlineExceeded):
		return messageAway
	}
	return ""
}

// passingPostgres goes by the classes of PostgreSQL's error codes.
func passingPostgres(code string) string {
	switch code {
	case "25006": // read_only_sql_transaction
		return messageReadOnly
	case "53100": // disk_full
		return messageFull
	case "40001", "40P01", "55P03": // serialization_failure, deadlock_detected, lock_not_available
		return messageBusy
	case "57P01", "57P02", "57P03", "57P05": // shutdowns, starting up, idle_session_timeout
		return messageAway
	}
	switch {
	case strings.HasPrefix(code, "08"): // connection exceptions
		return messageAway
	case strings.HasPrefix(code, "53"): // insufficient resources, too many connections
		return messageBusy
	}
	return ""
}

// patient marks contexts of those who would rather wait than fail.
type patient struct{}

// WithPatience returns a context whose reads and writes wait for a database
// that is away until the context ends, instead of for a few seconds: for work
// in the background that has nowhere to go with an error.
func WithPatience(ctx context.Context) context.Context {
	return context.WithValue(ctx, patient{}, true)
}

func isPatient(ctx context.Context) bool { return ctx.Value(patient{}) != nil }

// retry is the policy for trying again what failed with nothing changed.
type retry struct {
	began    time.Time
	attempts int
}

// again waits before the next attempt, and reports whether there should be one.
func (r *retry) again(ctx context.Context, err error, impatience time.Duration) bool {
	r.attempts++
	longest := 128 * time.Millisecond
	switch {
	case errors.Is(err, ErrInDoubt):
		return false
	case isPassing(err) && (r.attempts < writeAttempts || isPatient(ctx)):
	case IsAway(err) && (isPatient(ctx) || time.Since(r.began) < impatience):
		longest = 512 * time.Millisecond
	default:
		return false
	}
	pause := time.Duration(rand.Int64N(int64(min(longest, time.Millisecond<<min(r.attempts, 10)))))
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}
