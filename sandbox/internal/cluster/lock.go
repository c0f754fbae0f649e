package cluster

import (
	"os"
	"path/filepath"
	"syscall"
)

// tempPrefix starts the names of the temporary directories of sandboxes that
// were not given one.
const tempPrefix = "gennaker-sandbox-"

// lockExclusively takes a lock that ends with this process, however it ends.
func lockExclusively(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweep removes the temporary directories of sandboxes that were killed.
func sweep() {
	locks, _ := filepath.Glob(filepath.Join(os.TempDir(), tempPrefix+"*", lockFile))
	for _, path := range locks {
		dir := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(dir, keepFile)); err == nil {
			continue
		}
		lock, err := lockExclusively(path)
		if err != nil {
			continue // it lives
		}
		_ = os.RemoveAll(dir)
		lock.Close()
	}
}
