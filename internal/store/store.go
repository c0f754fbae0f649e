package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Options are the choices there are about a store; the zero value is the
// sensible one.
type Options struct {
	// ReadConns is how many reading connections SQLite gets (default 4), or
	// how many connections PostgreSQL's pool may have (default: the URL's
	// pool_max_conns, else 16).
	ReadConns int
	// SQLiteSynchronous is SQLite's PRAGMA synchronous: NORMAL (the default; a
	// power cut may lose the last moments, never corrupt) or FULL (every
	// commit waits for the disk).
	SQLiteSynchronous string
	// Now is the clock for saved documents' times; time.Now if nil.
	Now    func() time.Time
	Logger *slog.Logger
}

// Store is an open database. Its methods are safe for concurrent use.
type Store struct {
	log         *slog.Logger
	now         func() time.Time
	read        session
	writer      *sql.DB // SQLite's one writing connection
	reader      *sql.DB // SQLite's reading connections
	lock        *flock.Flock
	path        string // of SQLite's file
	checkpoints *checkpointer
	// prepared are the statements of SQLite's writing connection.
	prepared *preparedSet
	// baton is who may use SQLite's writing connection; see [group].
	baton  chan *group
	pool   *pgxpool.Pool
	writes writeState
}

// Open opens the database that the URL names, brings its schema up to date and
// returns the store: "sqlite:/dir/file.db" or a plain path for SQLite,
// "postgres://..." for PostgreSQL. A database that a newer version of the
// program has written is refused, and so is a SQLite file that another process
// has open.
func Open(ctx context.Context, url string, opts Options) (*Store, error) {
	s := &Store{log: opts.Logger, now: opts.Now}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		err = s.openPostgres(ctx, url, opts)
	} else {
		err = s.openSQLite(ctx, sqlitePath(url), opts)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close gives the database back. Nothing may use the store afterwards.
func (s *Store) Close() error {
	var errs []error
	if s.reader != nil {
		errs = append(errs, s.reader.Close())
	}
	if s.checkpoints != nil {
		errs = append(errs, s.checkpoints.close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.Close())
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if s.pool != nil {
		return s.pool.Ping(ctx)
	}
	return s.reader.PingContext(ctx)
}

// Query calls each for every row of a statement that only reads.
func (s *Store) Query(ctx context.Context, st *Statement, args []any, each func(row Row) error) error {
	return s.read.query(ctx, st, args, each)
}

// SQLitePath is where SQLite's file is: "" on PostgreSQL.
func (s *Store) SQLitePath() string { return s.path }

// SQLite is the writing handle, with a single connection: nil on PostgreSQL.
func (s *Store) SQLite() *sql.DB { return s.writer }

// Postgres is the connection pool: nil on SQLite.
func (s *Store) Postgres() *pgxpool.Pool { return s.pool }
