package queue

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// The tests of this file and of river_test.go hold River to what the queue takes
// for granted about it. Each stands for a row of the table "What the queue depends
// on in River" in docs/architecture.md.

// incompatiblef fails the test: River is not what the queue was written for.
func incompatiblef(tb testing.TB, what, format string, args ...any) {
	tb.Helper()
	tb.Errorf(`River changed %s; see "What the queue depends on in River" in docs/architecture.md: %s`,
		what, fmt.Sprintf(format, args...))
}

// opened gives a queue that works on nothing, on tables as River makes them.
func opened(tb testing.TB, st *store.Store) *Queue {
	tb.Helper()
	q, err := New(tb.Context(), st, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return q
}

// texts reads the one column of what a statement answers.
func texts(tb testing.TB, st *store.Store, sqlite, postgres string) (all []string) {
	tb.Helper()
	err := st.Query(tb.Context(), store.NewStatement(sqlite, postgres), nil, func(row store.Row) error {
		var text string
		err := row.Scan(&text)
		all = append(all, text)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// Everything about River was read in this version. Whoever takes another one
// reads the table's rows against its sources, runs these tests, and changes this.
func TestRiverIsTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\s+(github\.com/riverqueue/\S+) (\S+)`).FindAllStringSubmatch(string(text), -1)
	if len(found) != 6 {
		incompatiblef(t, "its modules", "go.mod requires %d", len(found))
	}
	for _, module := range found {
		if module[2] != "v0.31.0" {
			incompatiblef(t, "its version", "%s is %s", module[1], module[2])
		}
	}
}

func TestRiverMigrations(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		opened(t, st)
		got := texts(t, st, `SELECT CAST(version AS text) FROM river_migration WHERE line = 'main' ORDER BY version`, "")
		if want := []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(got, want) {
			incompatiblef(t, "its schema", "the migrations are %v instead of %v", got, want)
		}
	})
}

// The columns that our statements read and write, with their types, and with the
// defaults that our inserts leave to River.
func TestRiverJobColumns(t *testing.T) {
	t.Parallel()
	for database, test := range map[string]struct {
		open func(testing.TB) *store.Store
		read string
		want map[string]string // whether it may be NULL, type, default
	}{
		"SQLite": {storetest.SQLite, `
			SELECT name || ' ' || CASE "notnull" WHEN 1 THEN '' ELSE 'nullable ' END || type || COALESCE(' ' || dflt_value, '')
			FROM pragma_table_info('river_job')`, map[string]string{
			"id": "nullable INTEGER", "args": "BLOB '{}'", "attempt": "INTEGER 0", "attempted_at": "nullable timestamp",
			"attempted_by": "nullable BLOB", "created_at": "timestamp CURRENT_TIMESTAMP", "errors": "nullable BLOB",
			"finalized_at": "nullable timestamp", "kind": "TEXT", "max_attempts": "INTEGER", "metadata": "BLOB json('{}')",
			"priority": "INTEGER 1", "queue": "TEXT 'default'", "state": "TEXT 'available'", "tags": "BLOB json('[]')",
			"scheduled_at": "timestamp CURRENT_TIMESTAMP", "unique_key": "nullable BLOB", "unique_states": "nullable INTEGER",
		}},
		"PostgreSQL": {storetest.Postgres, `
			SELECT column_name || ' ' || CASE is_nullable WHEN 'NO' THEN '' ELSE 'nullable ' END || udt_name
				|| COALESCE(' ' || column_default, '')
			FROM information_schema.columns WHERE table_name = 'river_job'`, map[string]string{
			"id": "int8 nextval('river_job_id_seq'::regclass)", "args": "jsonb", "attempt": "int2 0",
			"attempted_at": "nullable timestamptz", "attempted_by": "nullable _text", "created_at": "timestamptz now()",
			"errors": "nullable _jsonb", "finalized_at": "nullable timestamptz", "kind": "text", "max_attempts": "int2",
			"metadata": "jsonb '{}'::jsonb", "priority": "int2 1", "queue": "text 'default'::text",
			"state": "river_job_state 'available'::river_job_state", "tags": "_varchar '{}'::character varying[]",
			"scheduled_at": "timestamptz now()", "unique_key": "nullable bytea", "unique_states": "nullable bit",
		}},
	} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			st := test.open(t)
			opened(t, st)
			got := map[string]string{}
			for _, row := range texts(t, st, test.read, "") {
				name, kind, _ := strings.Cut(row, " ")
				got[name] = kind
				if _, known := test.want[name]; !known {
					incompatiblef(t, "the columns of river_job", "%s is new", name)
				}
			}
			for name, want := range test.want {
				if !strings.EqualFold(got[name], want) {
					incompatiblef(t, "the columns of river_job", "%s is %q instead of %q", name, got[name], want)
				}
			}
		})
	}
}

// Our statements go by the index that River fetches with.
func TestRiverIndexOfTheFetch(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		opened(t, st)
		got := texts(t, st, `SELECT sql FROM sqlite_master WHERE name = 'river_job_prioritized_fetching_index'`,
			`SELECT indexdef FROM pg_indexes WHERE indexname = 'river_job_prioritized_fetching_index'`)
		if len(got) != 1 || !strings.Contains(got[0], "(state, queue, priority, scheduled_at, id)") {
			incompatiblef(t, "the index that jobs are fetched by", "%v", got)
		}
		if st.Postgres() != nil {
			return // which plans empty tables otherwise
		}
		plan := ""
		err := st.Query(t.Context(), store.NewStatement(`EXPLAIN QUERY PLAN
			SELECT id FROM river_job
			WHERE state = 'available' AND queue = 'advance' AND priority = 1 AND scheduled_at <= '2030'
			ORDER BY scheduled_at, id LIMIT 10`, ""), nil, func(row store.Row) error {
			var ignored [3]int
			var detail string
			err := row.Scan(&ignored[0], &ignored[1], &ignored[2], &detail)
			plan += detail + "\n"
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(plan, "river_job_prioritized_fetching_index (state=? AND queue=? AND priority=? AND scheduled_at<?)") ||
			strings.Contains(plan, "TEMP B-TREE") {
			incompatiblef(t, "the index that jobs are fetched by", "a fetch is planned as\n%s", plan)
		}
	})
}

// Inserts notify nobody within their transaction, and nothing else happens either.
func TestRiverHasNoTriggers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		opened(t, st)
		got := texts(t, st, `SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'river%'`,
			`SELECT CAST(tgname AS text) FROM pg_trigger WHERE tgrelid = 'river_job'::regclass AND NOT tgisinternal`)
		if len(got) > 0 {
			incompatiblef(t, "what happens when a job is inserted", "there are triggers: %v", got)
		}
	})
}

// River's tables are this package's business alone.
func TestNoOtherPackageKnowsRiversTables(t *testing.T) {
	t.Parallel()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") ||
			filepath.Dir(path) == filepath.Join("..", "queue") {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "river_") {
			t.Errorf("%s names a table of River; only internal/queue may", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
