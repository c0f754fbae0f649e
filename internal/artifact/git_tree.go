package artifact

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"

	"github.com/gennaker/gennaker/internal/fault"
)

// contentFactor is how much larger than an artifact its content may be once
// it is unpacked.
const contentFactor = 8

// The modes that `git archive` gives.
const (
	modeFile       = 0o664
	modeExecutable = 0o775
	modeLink       = 0o777
)

// gitTree is the tree of one commit.
type gitTree struct {
	storage storer.EncodedObjectStorer
	commit  *object.Commit
	root    *object.Tree
	limit   int64
}

// file gives one file below a directory of the tree.
func (t *gitTree) file(dir, name string) ([]byte, error) {
	dir, err := cleanPath(dir)
	if err != nil {
		return nil, err
	}
	name, err = cleanPath(name)
	if err != nil {
		return nil, err
	}
	full := path.Join(dir, name)
	file, err := t.root.File(full)
	if err != nil {
		return nil, noPath(full)
	}
	if file.Mode == filemode.Symlink {
		return nil, fault.New(fault.Invalid, "%s is a symbolic link; use the path of its target", full)
	}
	if file.Size > t.limit {
		return nil, tooLarge(t.limit)
	}
	reader, err := file.Reader()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return readAll(reader, t.limit)
}

// archive packs a directory of the tree, or all of it, as
// `git archive --format tgz commit dir` does: names are the ones in the
// repository, and a comment holds the commit.
func (t *gitTree) archive(ctx context.Context, dir string) ([]byte, error) {
	dir, err := cleanPath(dir)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	zipped := gzip.NewWriter(&limitWriter{to: &out, left: t.limit, limit: t.limit})
	w := &treeWriter{tree: t, tar: tar.NewWriter(&limitWriter{to: zipped, left: t.limit * contentFactor, limit: t.limit})}
	if err := w.comment(); err != nil {
		return nil, err
	}
	if err := w.write(ctx, dir); err != nil {
		return nil, err
	}
	if err := errors.Join(w.tar.Close(), zipped.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// cleanPath gives a path in a repository: relative, and nowhere above.
func cleanPath(name string) (string, error) {
	clean := path.Clean("/" + strings.TrimSpace(name))[1:]
	if strings.Contains("/"+name+"/", "/../") {
		return "", fault.New(fault.Invalid, "the path %s is outside the repository", name)
	}
	return clean, nil
}

func noPath(name string) error {
	return fault.New(fault.NotFound, "the repository has no %s in this version; check the path", name)
}

// treeWriter packs a tree.
type treeWriter struct {
	tree *gitTree
	tar  *tar.Writer
}

func (w *treeWriter) comment() error {
	return w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header",
		PAXRecords: map[string]string{"comment": w.tree.commit.Hash.String()},
	})
}

func (w *treeWriter) write(ctx context.Context, dir string) error {
	if dir == "" {
		return w.tree.walk(ctx, w, "", w.tree.root)
	}
	entry, err := w.tree.root.FindEntry(dir)
	if err != nil {
		return noPath(dir)
	}
	for i := range dir {
		if dir[i] == '/' {
			if err := w.dir(dir[:i]); err != nil {
				return err
			}
		}
	}
	entry.Name = path.Base(dir)
	parent := strings.TrimSuffix(dir, entry.Name)
	return w.tree.entry(ctx, w, parent, *entry)
}

func (t *gitTree) walk(ctx context.Context, w *treeWriter, prefix string, tree *object.Tree) error {
	for _, entry := range tree.Entries {
		if err := t.entry(ctx, w, prefix, entry); err != nil {
			return err
		}
	}
	return nil
}

func (t *gitTree) entry(ctx context.Context, w *treeWriter, prefix string, entry object.TreeEntry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	name := prefix + entry.Name
	switch entry.Mode {
	case filemode.Dir:
		tree, err := object.GetTree(t.storage, entry.Hash)
		if err != nil {
			return err
		}
		if err := w.dir(name); err != nil {
			return err
		}
		return t.walk(ctx, w, name+"/", tree)
	case filemode.Submodule:
		return w.dir(name)
	}
	blob, err := object.GetBlob(t.storage, entry.Hash)
	if err != nil {
		return err
	}
	return w.blob(name, entry.Mode, blob)
}

func (w *treeWriter) dir(name string) error {
	return w.tar.WriteHeader(&tar.Header{
		Typeflag: tar.TypeDir, Name: name + "/", Mode: modeExecutable, ModTime: w.tree.commit.Committer.When,
	})
}

func (w *treeWriter) blob(name string, mode filemode.FileMode, blob *object.Blob) error {
	if blob.Size > w.tree.limit*contentFactor {
		return tooLarge(w.tree.limit)
	}
	reader, err := blob.Reader()
	if err != nil {
		return err
	}
	defer reader.Close()
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: blob.Size, Mode: modeFile, ModTime: w.tree.commit.Committer.When,
	}
	switch mode {
	case filemode.Executable:
		header.Mode = modeExecutable
	case filemode.Symlink:
		target, err := readAll(reader, 1<<16)
		if err != nil {
			return err
		}
		header.Typeflag, header.Linkname, header.Size, header.Mode = tar.TypeSymlink, string(target), 0, modeLink
		return w.tar.WriteHeader(header)
	}
	if err := w.tar.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(w.tar, reader)
	return err
}

// limitWriter fails with the fault of an artifact that is too large.
type limitWriter struct {
	to          io.Writer
	left, limit int64
}

// Write writes.
func (l *limitWriter) Write(p []byte) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, tooLarge(l.limit)
	}
	return l.to.Write(p)
}
