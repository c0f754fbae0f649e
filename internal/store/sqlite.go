package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
	"modernc.org/sqlite" // also the "sqlite" driver
	sqlite3 "modernc.org/sqlite/lib"
)

// busyMillis is how long SQLite waits for a lock that something outside of
// the program holds, such as a backup.
const busyMillis = 10_000

func sqlitePath(url string) string {
	path := strings.TrimPrefix(url, "sqlite:")
	if rest, ok := strings.CutPrefix(path, "//"); ok && strings.HasPrefix(rest, "/") {
		path = rest // sqlite:///dir/file.db
	}
	return path
}

func (s *Store) openSQLite(ctx context.Context, path string, opts Options) error {
	if path == "" {
		return fmt.Errorf("open store: no path in the database URL")
	}
	sync := strings.ToUpper(opts.SQLiteSynchronous)
	switch sync {
	case "":
		sync = "NORMAL"
	case "NORMAL", "FULL", "EXTRA":
	default:
		return fmt.Errorf("open store: SQLite has no synchronous mode %q; NORMAL or FULL", opts.SQLiteSynchronous)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("open store %s: %w", path, err)
	}
	lock := flock.New(path + ".lock")
	locked, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("lock store %s: %w", path, err)
	}
	if !locked {
		return fmt.Errorf("another process has the database %s open; "+
			"stop it, or use PostgreSQL to run several processes", path)
	}
	s.lock, s.path = lock, path
	// SQLite makes its other files with the permissions of this one.
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY, 0o600)
	if err == nil {
		err = file.Close()
	}
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}

	common := []string{
		fmt.Sprintf("busy_timeout(%d)", busyMillis),
		"foreign_keys(ON)", "temp_store(MEMORY)", "mmap_size(268435456)",
	}
	s.writer, err = sql.Open("sqlite", sqliteDSN(path, "immediate", append([]string{
		"journal_mode(WAL)", "synchronous(" + sync + ")", "cache_size(-32768)",
		"journal_size_limit(67108864)", "wal_autocheckpoint(16384)", // see checkpointer
	}, common...)))
	if err != nil {
		return fmt.Errorf("open store %s: %w", path, err)
	}
	s.writer.SetMaxOpenConns(1)
	s.writer.SetMaxIdleConns(1)
	if err := s.migrate(ctx, sqliteMigrator{s.writer}); err != nil {
		if lite, ok := errors.AsType[*sqlite.Error](err); ok && lite.Code() == sqlite3.SQLITE_NOTADB {
			return fmt.Errorf("%s is not a SQLite database, or is damaged; restore it from a backup, or choose another data directory: %w", path, err)
		}
		return fmt.Errorf("migrate store %s: %w", path, err)
	}
	s.keepPrivate(ctx)
	s.prepared = newPreparedSet(s.writer)
	s.baton = make(chan *group, 1)
	s.baton <- nil

	conns := opts.ReadConns
	if conns <= 0 {
		conns = 4
	}
	s.reader, err = sql.Open("sqlite", sqliteDSN(path, "deferred", append([]string{
		"query_only(ON)", "cache_size(-16384)",
	}, common...)))
	if err != nil {
		return fmt.Errorf("open store %s: %w", path, err)
	}
	s.checkpoints, err = startCheckpointer(context.WithoutCancel(ctx), path, s.log)
	if err != nil {
		return fmt.Errorf("open store %s: %w", path, err)
	}
	s.reader.SetMaxOpenConns(conns)
	s.reader.SetMaxIdleConns(conns)
	s.read = &sqliteReader{db: s.reader, prepared: newPreparedSet(s.reader)}
	return nil
}

// keepPrivate has the database's files be for this user alone, whoever made
// them and with whatever umask: executions hold what pipelines were given.
func (s *Store) keepPrivate(ctx context.Context) {
	for _, name := range []string{s.path, s.path + "-wal", s.path + "-shm", s.path + ".lock"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			s.log.WarnContext(ctx, "others may be able to read a file of the database", "file", name, "error", err)
		}
	}
}

func sqliteDSN(path, txlock string, pragmas []string) string {
	query := url.Values{"_txlock": {txlock}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: query.Encode()}).String()
}
