package retention

import (
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// archive keeps executions as files.
type archive struct{ dir string }

// write writes an execution. When it returns, the file is whole, and survives a
// crash; before, there is none of that name.
func (a *archive) write(o store.Old, e *model.Execution) error {
	data, err := model.Marshal(e)
	if err != nil {
		return err
	}
	dir := filepath.Join(a.dir, fileName(o.Application), time.UnixMilli(o.BuildTime).UTC().Format("2006/01"))
	if _, err := os.Stat(dir); err != nil {
		if err := a.make(dir); err != nil {
			return err
		}
	}
	path := filepath.Join(dir, fileName(o.ID)+".json.gz")
	partial := path + ".partial" // what a crash leaves is written over
	if err := compress(partial, data); err != nil {
		return fmt.Errorf("write %s: %w", partial, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return syncDir(dir)
}

// make makes a directory that survives a crash.
func (a *archive) make(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for ; len(dir) > len(a.dir); dir = filepath.Dir(dir) {
		if err := syncDir(filepath.Dir(dir)); err != nil {
			return err
		}
	}
	return nil
}

func compress(path string, data []byte) (err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if closing := file.Close(); err == nil {
			err = closing
		}
	}()
	zipper := gzip.NewWriter(file)
	if _, err := zipper.Write(data); err != nil {
		return err
	}
	if err := zipper.Close(); err != nil {
		return err
	}
	return file.Sync()
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // it was only read
	return dir.Sync()
}

// longName is how long a name may be before it is shortened; file systems take
// 255.
const longName = 150

// fileName makes a name that can't lead out of its directory.
func fileName(name string) string {
	escaped := url.PathEscape(name)
	if escaped == "" || escaped[0] == '.' {
		escaped = "%" + escaped
	}
	if len(escaped) > longName {
		return fmt.Sprintf("%s-%x", escaped[:longName/2], sha256.Sum256([]byte(name)))
	}
	return escaped
}
