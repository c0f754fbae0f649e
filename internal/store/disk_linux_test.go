package store_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// smallDisk mounts a file system of a few megabytes; it takes root to do so.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("none", dir, "tmpfs", 0, "size=6m"); err != nil {
		t.Skipf("mount a small disk: %v (it takes root)", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t)
	st := storetest.Open(t, filepath.Join(dir, "a.db"), store.Options{})
	insert(t, st, newExecution("e1"))
	if err := st.Check(t.Context()); err != nil {
		t.Errorf("check before: %v", err)
	}
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		e := newExecution(fmt.Sprintf("full%d", i), "1")
		e.Stages[0].Context["text"] = strings.Repeat("x", 100_000)
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) })
	}
	if fault.KindOf(err) != fault.Unavailable || !store.IsAway(err) || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("write: %v", err)
	}
	if err := st.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("check: %v", err)
	}
	if _, err := st.Execution(t.Context(), "e1"); err != nil {
		t.Errorf("read: %v", err)
	}
	// A patient writer goes on when there is room again.
	ctx := store.WithPatience(t.Context())
	done := make(chan error, 1)
	go func() {
		e := newExecution("late", "1")
		e.Stages[0].Context["text"] = strings.Repeat("x", 3_000_000)
		done <- st.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) })
	}()
	if err := syscall.Mount("none", dir, "tmpfs", syscall.MS_REMOUNT, "size=60m"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("write afterwards: %v", err)
	}
	if err := st.Check(t.Context()); err != nil {
		t.Errorf("check afterwards: %v", err)
	}
}

func TestFilesAreForTheUserAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made beforehand")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.db")
	check := func() {
		t.Helper()
		st, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Beat(ctx, "p1", "")
			return err
		}); err != nil {
			t.Error(err)
		}
		files := 0
		err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			files++
			info, err := entry.Info()
			if err == nil && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %o", name, info.Mode().Perm())
			}
			return err
		})
		if err != nil || files != 4 {
			t.Errorf("%d files, error %v", files, err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}
	check()
	// Those of an earlier version are mended.
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	check()
}
