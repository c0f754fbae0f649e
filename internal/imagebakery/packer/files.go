package packer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// readJSON decodes a file of ours, and tells whether it is there.
func readJSON(path string, into any) (bool, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return true, nil
}

// readFrom reads a file from a byte on, and nothing of one that isn't there.
func readFrom(path string, from int64, most int) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data := make([]byte, most)
	n, err := file.ReadAt(data, from)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return data[:n], err
}

// lock takes the lock of a file, if nobody has it. It is held until the file is closed,
// and lost with the process.
func lock(path string) (*os.File, bool) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		return nil, false
	}
	return file, true
}

// alive tells whether a build's supervisor is there: it holds the build's lock.
func alive(dir string) bool {
	path := filepath.Join(dir, fileLock)
	if _, err := os.Stat(path); err != nil {
		return false
	}
	file, free := lock(path)
	if free {
		_ = file.Close()
	}
	return !free
}
