// Package bakerytest helps tests of renderers.
package bakerytest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Artifacts are contents by the references of artifacts: a bakery.Fetcher.
type Artifacts map[string][]byte

// Fetch gives a content.
func (a Artifacts) Fetch(_ context.Context, artifact map[string]any) ([]byte, error) {
	reference := model.String(artifact, "reference")
	data, ok := a[reference]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no %s", reference)
	}
	return data, nil
}

// Pack makes a tar.gz of texts by their paths.
func Pack(tb testing.TB, files map[string]string) []byte {
	tb.Helper()
	var headers []tar.Header
	for _, name := range slices.Sorted(maps.Keys(files)) {
		headers = append(headers, tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(files[name]))})
	}
	return PackEntries(tb, headers, files)
}

// PackBelow is Pack of files in a directory.
func PackBelow(tb testing.TB, dir string, files map[string]string) []byte {
	tb.Helper()
	below := map[string]string{}
	for name, text := range files {
		below[dir+"/"+name] = text
	}
	return Pack(tb, below)
}

// PackEntries makes a tar.gz of entries of any kind, with their texts.
func PackEntries(tb testing.TB, headers []tar.Header, texts map[string]string) []byte {
	tb.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	for i := range headers {
		if err := w.WriteHeader(&headers[i]); err != nil {
			tb.Fatal(err)
		}
		if _, err := w.Write([]byte(texts[headers[i].Name])); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := zipped.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// Read reads a directory's files.
func Read(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		out[filepath.ToSlash(path)] = string(data)
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}
