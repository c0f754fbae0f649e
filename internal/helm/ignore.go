package helm

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/ignore"
)

// ignored tells which files of a chart's directory its .helmignore excludes, as Helm's
// loader of directories does: with a directory goes all that is in it.
func ignored(files []File) (func(name string) bool, error) {
	rules := ignore.Empty()
	for _, f := range files {
		if f.Name == ignore.HelmIgnore {
			var err error
			if rules, err = ignore.Parse(bytes.NewReader(f.Data)); err != nil {
				return nil, err
			}
		}
	}
	rules.AddDefaults()
	return func(name string) bool {
		for at := range len(name) {
			if name[at] == '/' && rules.Ignore(name[:at], entry{name[:at], true}) {
				return true
			}
		}
		return rules.Ignore(name, entry{name, false})
	}, nil
}

// entry is what the rules want to know of a file.
type entry struct {
	path      string
	directory bool
}

func (e entry) Name() string     { return path.Base(strings.TrimSuffix(e.path, "/")) }
func (entry) Size() int64        { return 0 }
func (entry) ModTime() time.Time { return time.Time{} }
func (e entry) IsDir() bool      { return e.directory }
func (entry) Sys() any           { return nil }
func (e entry) Mode() fs.FileMode {
	if e.directory {
		return fs.ModeDir
	}
	return 0
}
