// Package storetest gives tests stores to work on, on each database there is.
package storetest

import (
	"path/filepath"
	"testing"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// Each runs the test on an empty store of each kind. The package's TestMain
// must call [testpostgres.Main].
func Each(t *testing.T, test func(t *testing.T, st *store.Store)) {
	t.Helper()
	EachURL(t, func(t *testing.T, url string) { test(t, Open(t, url, store.Options{})) })
}

// EachURL runs the test with the URL of an empty database of each kind.
func EachURL(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		test(t, "sqlite:"+filepath.Join(t.TempDir(), "gennaker.db"))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		test(t, testpostgres.New(t))
	})
}

// SQLite returns an empty store on SQLite.
func SQLite(tb testing.TB) *store.Store {
	tb.Helper()
	return Open(tb, "sqlite:"+filepath.Join(tb.TempDir(), "gennaker.db"), store.Options{})
}

// Postgres returns an empty store on PostgreSQL.
func Postgres(tb testing.TB) *store.Store {
	tb.Helper()
	return Open(tb, testpostgres.New(tb), store.Options{})
}

// Open opens a store and closes it at the end of the test.
func Open(tb testing.TB, url string, opts store.Options) *store.Store {
	tb.Helper()
	st, err := store.Open(tb.Context(), url, opts)
	if err != nil {
		tb.Fatalf("open store: %v", err)
	}
	tb.Cleanup(func() {
		if err := st.Close(); err != nil {
			tb.Errorf("close store: %v", err)
		}
	})
	return st
}
