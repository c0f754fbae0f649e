package encryption

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// ensureFile makes a file with a new key, which nobody but its owner may read,
// where there is none yet, and gives the reference to it.
func ensureFile(path string) (Ref, error) {
	ref := NewRef("file:" + path)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ref, nil
	}
	if err != nil {
		return ref, fmt.Errorf("make the key %s: %w", path, err)
	}
	_, err = file.WriteString(NewKey() + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return ref, errors.Join(fmt.Errorf("write the key %s: %w", path, err), os.Remove(path))
	}
	return ref, nil
}
