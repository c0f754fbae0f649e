package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestReopenedStoreHasWhatWasStored(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		st, err := store.Open(t.Context(), url, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		insert(t, st, newExecution("e1", "1"))
		if err := errors.Join(st.Ping(t.Context()), st.Close()); err != nil {
			t.Fatal(err)
		}
		st = storetest.Open(t, url, store.Options{})
		if e, err := st.Execution(t.Context(), "e1"); err != nil || len(e.Stages) != 1 {
			t.Errorf("execution %v, %v", e, err)
		}
		if (st.SQLite() == nil) == (st.Postgres() == nil) {
			t.Error("a store has one database")
		}
	})
}

func TestDatabaseOfANewerVersionIsRefused(t *testing.T) {
	t.Parallel()
	const future = "INSERT INTO schema_versions (version, name) VALUES (9999, 'future')"
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "a.db")
		st, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.SQLite().ExecContext(t.Context(), future); err != nil {
			t.Fatal(err)
		}
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, path)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		url := testpostgres.New(t)
		st := storetest.Open(t, url, store.Options{})
		if _, err := st.Postgres().Exec(t.Context(), future); err != nil {
			t.Fatal(err)
		}
		wantRefused(t, url)
	})
}

func wantRefused(t *testing.T, url string) {
	t.Helper()
	if _, err := store.Open(t.Context(), url, store.Options{}); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("open: %v", err)
	}
}

func TestSQLiteFileIsOpenOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "dir with space?&%41#", "a.db")
	st, err := store.Open(t.Context(), "sqlite:"+path, store.Options{SQLiteSynchronous: "full", ReadConns: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file is elsewhere: %v", err)
	}
	var synchronous int
	if err := st.SQLite().QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&synchronous); err != nil || synchronous != 2 {
		t.Errorf("synchronous %d, %v", synchronous, err)
	}
	if _, err := store.Open(t.Context(), path, store.Options{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("second open: %v", err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	storetest.Open(t, path, store.Options{})
}

func TestOpenSaysThatAFileIsNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.db")
	text := []byte(strings.Repeat("not a database, but long enough to have a header\n", 100))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), path, store.Options{})
	if err == nil || !strings.Contains(err.Error(), path+" is not a SQLite database") {
		t.Errorf("open: %v", err)
	}
	if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, text) {
		t.Errorf("the file was changed: %v", err)
	}
}

func TestOpenRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		url  string
		opts store.Options
		want string
	}{
		"no path":            {"sqlite:", store.Options{}, "no path"},
		"odd mode":           {filepath.Join(t.TempDir(), "a.db"), store.Options{SQLiteSynchronous: "OFF"}, "OFF"},
		"not a database":     {os.Args[0], store.Options{}, "not a database"},
		"bad PostgreSQL URL": {"postgres://user:secret@host:port/x", store.Options{}, "PostgreSQL URL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, err := store.Open(t.Context(), tt.url, tt.opts)
			if err == nil {
				_ = st.Close()
				t.Fatal("opened")
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestManyProcessesMigrateOnePostgres(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	var group sync.WaitGroup
	for range 5 {
		group.Go(func() {
			st, err := store.Open(t.Context(), url, store.Options{ReadConns: 2})
			if err != nil {
				t.Error(err)
				return
			}
			_ = st.Close()
		})
	}
	group.Wait()
}

func TestForeignTablesAreLeftAlone(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), "CREATE TABLE executions (mine int)"); err != nil {
		t.Fatal(err)
	}
	if st, err := store.Open(t.Context(), url, store.Options{}); err == nil {
		_ = st.Close()
		t.Error("a database with another program's tables was taken")
	}
	var tables int
	if err := conn.QueryRow(t.Context(), "SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'").Scan(&tables); err != nil || tables != 1 {
		t.Errorf("%d tables are left behind, %v", tables, err)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	err := st.Query(t.Context(), store.NewStatement("DELETE FROM executions RETURNING 1", ""), nil,
		func(store.Row) error { return nil })
	if err == nil {
		t.Error("a reading connection deleted")
	}
}
