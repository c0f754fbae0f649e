package packaging

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteRoot writes the image's files, without the program, to a directory. It can't
// change owners: the one of the data directory is up to the caller.
func WriteRoot(dir string) error {
	for _, f := range systemFiles() {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		var err error
		if strings.HasSuffix(f.Name, "/") {
			err = os.MkdirAll(path, 0o755) //nolint:gosec // the mode is set below
		} else {
			err = os.WriteFile(path, f.Data, 0o600)
		}
		if err != nil {
			return fmt.Errorf("write the root file system: %w", err)
		}
		if err := os.Chmod(path, fileMode(f.Mode)); err != nil {
			return fmt.Errorf("write the root file system: %w", err)
		}
	}
	return nil
}

// fileMode is Go's form of a mode with Unix's sticky bit.
func fileMode(mode int64) fs.FileMode {
	const sticky = 0o1000
	out := fs.FileMode(mode & int64(fs.ModePerm))
	if mode&sticky != 0 {
		out |= fs.ModeSticky
	}
	return out
}
