package packaging

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// checksums is the file that `sha256sum --check` reads, of all files in a directory
// but itself.
func checksums(dir fs.FS, itself string) (string, error) {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return "", fmt.Errorf("make the checksums: %w", err)
	}
	var out strings.Builder
	for _, entry := range entries {
		if entry.IsDir() || entry.Name() == itself {
			continue
		}
		sum, err := checksum(dir, entry.Name())
		if err != nil {
			return "", fmt.Errorf("make the checksums: %w", err)
		}
		fmt.Fprintf(&out, "%x  %s\n", sum, entry.Name())
	}
	return out.String(), nil
}

func checksum(dir fs.FS, name string) ([]byte, error) {
	file, err := dir.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return nil, err
	}
	return hash.Sum(nil), nil
}
