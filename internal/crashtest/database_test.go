package crashtest

import (
	"path/filepath"
	"testing"

	"github.com/gennaker/gennaker/internal/testpostgres"
)

// eachDatabase runs a test on SQLite and on PostgreSQL, side by side.
func eachDatabase(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	for name, database := range map[string]func(*testing.T) string{
		"sqlite": func(t *testing.T) string {
			t.Helper()
			return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
		},
		"postgres": func(t *testing.T) string { t.Helper(); return testpostgres.New(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, database(t))
		})
	}
}
