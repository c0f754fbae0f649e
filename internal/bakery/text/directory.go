package text

import (
	"bytes"
	"context"
	"path"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Directory joins the manifests of a directory.
type Directory struct{}

var _ bakery.Renderer = Directory{}

// Names is ours; Rosco has no such renderer.
func (Directory) Names() []string { return []string{"DIRECTORY"} }

// Version is that of what files are joined to.
func (Directory) Version() string { return "Directory v1" }

// Prepare fetches the directory, and further files after it.
func (Directory) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	files, where, err := manifests(ctx, from, o)
	if err != nil {
		return bakery.Job{}, err
	}
	more, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	files = append(files, more...)
	return bakery.Job{Source: bakery.Source{Name: where}, Files: files, Render: order{Files: files}.render}, nil
}

// manifests fetches the files of manifests that an order names, in the order of their
// paths: hidden ones are left out.
func manifests(ctx context.Context, from bakery.Fetcher, o bakery.Order) (files []bakery.File, where string, err error) {
	all, where, err := tree.Input(ctx, from, o.Artifacts[0], o.Path, "templateFilePath")
	if err != nil {
		return nil, "", err
	}
	if data, ok := all[where]; ok {
		return []bakery.File{{Name: where, Data: data}}, where, nil
	}
	files, err = all.Bounded(where, func(name string) bool {
		for part := range strings.SplitSeq(name, "/") {
			if strings.HasPrefix(part, ".") {
				return false
			}
		}
		return isManifest(name)
	})
	if err == nil && len(files) == 0 {
		err = fault.New(fault.Invalid, "templateFilePath: %q has no files that end with .yaml, .yml, or .json", where)
	}
	return files, where, err
}

func isManifest(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// joined is one text of files, each of which must be valid YAML by itself.
func joined(files []bakery.File) (rendered, error) {
	var out bytes.Buffer
	var cost limit.Cost
	for _, f := range files {
		text, err := yamldoc.Check(f.Data, limit.Document)
		if err == nil {
			err = cost.Add(text.Cost)
		}
		if err == nil {
			for _, failed := range text.Manifests() {
				if failed != nil {
					err = fault.New(fault.Invalid, "%w", failed)
					break
				}
			}
		}
		if err != nil {
			return rendered{}, fault.New(fault.KindOf(err), "%s: %w", f.Name, err)
		}
		content := bytes.TrimSpace(bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf")))
		if rest, ok := bytes.CutPrefix(content, []byte("---")); ok && (len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r') {
			content = bytes.TrimLeft(rest, "\r\n")
		}
		if len(content) == 0 {
			continue
		}
		out.WriteString("---\n# Source: " + f.Name + "\n")
		out.Write(content)
		out.WriteByte('\n')
	}
	return rendered{Manifest: out.Bytes()}, nil
}
