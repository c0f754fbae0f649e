// Package tree reads archives of files into memory, within bounds, for renderers: no
// entry can get out of it, and nothing touches a disk.
package tree

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// mostHops is how many symbolic links may lead to a file.
const mostHops = 8

// Tree is the files of an archive by their paths, which are relative and clean.
type Tree map[string][]byte

// Archive reads a tar.gz, as artifacts of type git/repo are. A symbolic link is what it
// leads to; one that leads out of the tree, or nowhere, isn't there.
func Archive(data []byte) (Tree, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the content is not a tar.gz archive: %w", err)
	}
	defer func() { _ = unzipped.Close() }()
	out, links := Tree{}, map[string]string{}
	reader := tar.NewReader(limit.Bounded(unzipped, limit.Inflated, "the archive"))
	for entries := 1; ; entries++ {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return out, out.follow(links)
		}
		if err != nil {
			return nil, fault.New(fault.KindOf(invalid(err)), "the archive can't be read: %w", err)
		}
		if err := limit.Count(entries, limit.Files, "files in the archive"); err != nil {
			return nil, err
		}
		name := path.Clean(header.Name)
		if outside(name) {
			return nil, fault.New(fault.Invalid, "the archive has an entry outside of its directory: %s", fault.Short(header.Name))
		}
		switch header.Typeflag {
		case tar.TypeReg:
			if out[name], err = io.ReadAll(reader); err != nil {
				return nil, fault.New(fault.KindOf(invalid(err)), "%s can't be read: %w", fault.Short(name), err)
			}
		case tar.TypeSymlink:
			links[name] = path.Join(path.Dir(name), header.Linkname) //nolint:gosec // follow refuses those that lead out
			if path.IsAbs(header.Linkname) {
				links[name] = header.Linkname
			}
		}
	}
}

// invalid makes a fault of an error that is none.
func invalid(err error) error {
	if fault.KindOf(err) == fault.Internal {
		return fault.New(fault.Invalid, "%w", err)
	}
	return err
}

// outside tells whether a clean path leaves the tree.
func outside(name string) bool {
	return path.IsAbs(name) || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, "\\")
}

// follow puts what links lead to in their places.
func (t Tree) follow(links map[string]string) error {
	for range mostHops {
		if len(links) == 0 {
			return nil
		}
		for _, name := range slices.Sorted(maps.Keys(links)) {
			target := links[name]
			if outside(target) || target == "." || name == target || strings.HasPrefix(name, target+"/") {
				delete(links, name) // it leads out, or has itself in it
				continue
			}
			if data, ok := t[target]; ok {
				t[name] = data
				delete(links, name)
				continue
			}
			if below := t.below(target); len(below) > 0 {
				for _, f := range below {
					t[name+"/"+f.Name] = f.Data
				}
				delete(links, name)
			}
			if err := limit.Count(len(t), limit.Files, "files in the archive"); err != nil {
				return err
			}
		}
	}
	return nil
}

// Clean makes a path that a user gave one of the tree. What isn't one is Invalid; field
// is what the fault names.
func Clean(given, field string) (string, error) {
	name := path.Clean(strings.TrimPrefix(strings.TrimSpace(given), "/"))
	if outside(name) {
		return "", fault.New(fault.Invalid, "%s: %q leads out of the artifact; use a path within it", field, fault.Short(given))
	}
	return name, nil
}

// Below lists the files of a directory, by their paths within it, in order. The
// directory "." has all.
func (t Tree) Below(dir string) []bakery.File {
	if dir == "." {
		return t.files("")
	}
	return t.below(dir)
}

func (t Tree) below(dir string) []bakery.File { return t.files(dir + "/") }

func (t Tree) files(prefix string) []bakery.File {
	var out []bakery.File
	for name, data := range t {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			out = append(out, bakery.File{Name: rest, Data: data})
		}
	}
	slices.SortFunc(out, func(a, b bakery.File) int { return strings.Compare(a.Name, b.Name) })
	return out
}
