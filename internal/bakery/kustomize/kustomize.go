// Package kustomize builds kustomizations: what Rosco has the commands "kustomize build"
// of versions 3, 4 and 5 do, Kustomize's own packages do in a confined child process, on
// files in memory. Plugins, containers and what lies elsewhere are refused.
package kustomize

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// mostBytes is how many bytes the files of a kustomization may have.
const mostBytes = 32 << 20

// Renderer builds kustomizations.
type Renderer struct{}

var _ bakery.Renderer = Renderer{}

// Names are Rosco's. All of them are built by the same version of Kustomize.
func (Renderer) Names() []string { return []string{"KUSTOMIZE", "KUSTOMIZE4", "KUSTOMIZE5"} }

// command is the version of the command whose packages these are.
const command = "v5.8.1"

// Version is that of the command.
func (Renderer) Version() string { return Version() }

// Prepare fetches the kustomization: a directory of a git/repo, or a file named
// kustomization and all that it and those it names refer to.
func (Renderer) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	k, err := Collect(ctx, from, o.Artifacts[0], o.Path)
	if err != nil {
		return bakery.Job{}, err
	}
	return bakery.Job{
		Source: bakery.Source{Name: k.Directory}, Settings: map[string]string{"directory": k.Directory}, Files: k.Files,
		Render: func(ctx context.Context) (bakery.Output, error) {
			out, err := k.build(ctx, k.Files)
			return bakery.Output{Manifest: out}, err
		},
	}, nil
}

// Kustomization is a kustomization with all that it refers to.
type Kustomization struct {
	Directory string
	Files     []bakery.File
}

// Collect fetches a kustomization: see [Renderer.Prepare].
func Collect(ctx context.Context, from bakery.Fetcher, artifact map[string]any, at string) (Kustomization, error) {
	var (
		k   Kustomization
		err error
	)
	if model.String(artifact, "type") == "git/repo" {
		k.Directory, k.Files, err = repository(ctx, from, artifact, at)
	} else {
		k.Directory, k.Files, err = walkArtifacts(ctx, from, artifact)
	}
	if err != nil {
		return k, err
	}
	total := 0
	for _, f := range k.Files {
		total += len(f.Data)
	}
	if total > mostBytes {
		return k, fault.New(fault.TooLarge, "the directories of the kustomization have %s; the most is %s", limit.Size(int64(total)), limit.Size(mostBytes))
	}
	return k, nil
}

func (k Kustomization) build(ctx context.Context, files []bakery.File) (out []byte, err error) {
	err = builds.Do(ctx, confine.DefaultBounds, order{Directory: k.Directory, Files: files}, nil, &out)
	return out, err
}

// Rendered is the file, beside the kustomization's, that has the manifest of
// [Kustomization.PostRender].
const Rendered = "all.yaml"

// Version is that of the command whose packages these are.
func Version() string { return "Kustomize " + command }

// PostRender builds the kustomization, which finds a manifest in the file [Rendered] and
// names it as a resource.
func (k Kustomization) PostRender(ctx context.Context, manifest []byte) ([]byte, error) {
	name := path.Join(k.Directory, Rendered)
	files := slices.DeleteFunc(slices.Clone(k.Files), func(f bakery.File) bool { return f.Name == name })
	out, err := k.build(ctx, append(files, bakery.File{Name: name, Data: manifest}))
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "postRender: %w", err)
	}
	return out, nil
}

// Uses tells whether the kustomization, or one that it leads to, may use a file: whether
// any of its files names it.
func (k Kustomization) Uses(name string) bool {
	return slices.ContainsFunc(k.Files, func(f bakery.File) bool {
		return slices.Contains(fileNames, path.Base(f.Name)) && bytes.Contains(f.Data, []byte(name))
	})
}

// repository reads the directory of a kustomization, and those that it leads to.
func repository(ctx context.Context, from bakery.Fetcher, artifact map[string]any, at string) (dir string, files []bakery.File, err error) {
	if strings.TrimSpace(at) == "" {
		return "", nil, fault.New(fault.Invalid, "kustomizeFilePath: is missing; it is the path of kustomization.yaml in the repository")
	}
	data, err := from.Fetch(ctx, artifact)
	if err != nil {
		return "", nil, fault.New(fault.KindOf(err), "inputArtifacts[0]: fetch the repository: %w", err)
	}
	all, err := tree.Archive(data)
	if err != nil {
		return "", nil, fault.New(fault.KindOf(err), "inputArtifacts[0]: %w", err)
	}
	if at, err = tree.Clean(at, "kustomizeFilePath"); err != nil {
		return "", nil, err
	}
	dir = at
	if _, isFile := all[at]; isFile {
		dir = path.Dir(at)
	}
	if name, _ := find(all, dir); name == "" {
		return "", nil, fault.New(fault.Invalid, "kustomizeFilePath: %q has no kustomization.yaml in the repository", at)
	}
	w := walker{read: func(name string) ([]byte, error) { return all[name], nil }, seen: map[string]bool{}}
	if err := w.directory(dir); err != nil {
		return "", nil, err
	}
	wanted := map[string]bool{}
	for name := range all {
		if w.seen[name] || slices.ContainsFunc(w.roots, func(root string) bool { return root == "." || strings.HasPrefix(name, root+"/") }) {
			wanted[name] = true
		}
	}
	for _, f := range all.Below(".") {
		if wanted[f.Name] {
			files = append(files, f)
		}
	}
	return dir, files, nil
}

// fileNames are the names that a kustomization's file can have.
var fileNames = []string{"kustomization.yaml", "kustomization.yml", "Kustomization"}

// find finds the kustomization's file in a directory.
func find(all tree.Tree, dir string) (name string, data []byte) {
	for _, base := range fileNames {
		if data, ok := all[path.Join(dir, base)]; ok {
			return path.Join(dir, base), data
		}
	}
	return "", nil
}
