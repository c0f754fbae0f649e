package encryption

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// EnsureFile makes a file with a new key, which nobody but its owner may read,
// where there is none yet, and gives the reference to it. made tells whether it
// was made.
func EnsureFile(path string) (ref Ref, made bool, err error) {
	ref = NewRef("file:" + path)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return ref, false, nil
	}
	if err != nil {
		return ref, false, fmt.Errorf("make the key %s: %w", path, err)
	}
	_, err = file.WriteString(NewKey() + "\n")
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return ref, false, errors.Join(fmt.Errorf("write the key %s: %w", path, err), os.Remove(path))
	}
	return ref, true, nil
}
