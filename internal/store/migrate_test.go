package store

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

func TestMigrationsGoOnFromWhereTheyAre(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(t.TempDir(), "a.db"), "immediate", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	steps := []migration{
		{1, "0001_a.sql", "CREATE TABLE a (id $serial); CREATE TABLE b (id $bigint);"},
		{2, "0002_c.sql", "CREATE TABLE c (id $seq);"},
		{3, "0003_bad.sql", "CREATE TABLE d (id $seq); CREATE TABLE a (id $seq);"},
	}
	tables := func() string {
		var names string
		if err := db.QueryRowContext(t.Context(), `SELECT group_concat(name, ' ') FROM (
			SELECT name FROM sqlite_schema WHERE type = 'table' AND length(name) = 1 ORDER BY name)`).Scan(&names); err != nil {
			t.Fatal(err)
		}
		return names
	}
	for _, tt := range []struct {
		steps  int
		tables string
		err    string
	}{
		{1, "a b", ""},
		{1, "a b", ""},
		{2, "a b c", ""},
		{3, "a b c", "0003_bad.sql"}, // nothing of a step that fails is left
		{2, "a b c", ""},
		{1, "a b c", "newer version"},
	} {
		err := migrateTo(t.Context(), sqliteMigrator{db}, steps[:tt.steps])
		if (err == nil) != (tt.err == "") || (err != nil && !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("to %d: %v", tt.steps, err)
		}
		if got := tables(); got != tt.tables {
			t.Errorf("to %d: tables %s, want %s", tt.steps, got, tt.tables)
		}
	}
}

func TestNumbered(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"SELECT 1":                        "SELECT 1",
		"a = ? AND b IN (?, ?)":           "a = $1 AND b IN ($2, $3)",
		"a LIKE '?' AND b = ? OR c = '''": "a LIKE '?' AND b = $1 OR c = '''",
		"a = '''?' AND b = ?":             "a = '''?' AND b = $1",
	} {
		if got := numbered(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for n, want := range map[int]string{-1: "", 0: "", 1: "?", 3: "?, ?, ?"} {
		if got := marks(n); got != want {
			t.Errorf("%d marks: %s", n, got)
		}
	}
}

// Runs from before there were numbers get theirs in the order they were made in.
func TestMigrationNumbersRuns(t *testing.T) {
	t.Parallel()
	db, err := sql.Open("sqlite", sqliteDSN(filepath.Join(t.TempDir(), "a.db"), "immediate", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	steps, err := migrations()
	if err != nil {
		t.Fatal(err)
	}
	const before = 12
	if err := migrateTo(t.Context(), sqliteMigrator{db}, steps[:before]); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{
		"'second', 'PIPELINE', 'a', 20", "'first', 'PIPELINE', 'a', 10", "'other', 'PIPELINE', 'b', 30",
		"'none', 'PIPELINE', NULL, 40", "'task', 'ORCHESTRATION', NULL, 50",
	} {
		if _, err := db.ExecContext(t.Context(), "INSERT INTO executions (id, type, pipeline_config_id, build_time, application, status) VALUES ("+row+", 'x', 'SUCCEEDED')"); err != nil {
			t.Fatal(err)
		}
	}
	if err := migrateTo(t.Context(), sqliteMigrator{db}, steps); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := db.QueryRowContext(t.Context(), `SELECT (SELECT group_concat(id || ' ' || number, ', ') FROM (SELECT id, number FROM execution_labels
		JOIN executions ON seq = execution_seq ORDER BY id)) || '; ' || (SELECT group_concat(pipeline_config_id || ' ' || last, ', ') FROM pipeline_counters)`).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := "first 1, other 1, second 2; a 2, b 1"; got != want {
		t.Errorf("numbers %q, want %q", got, want)
	}
}
