package kustomize

import (
	"context"
	"maps"
	"path"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// place is where the files of an artifact that is a single file are: before and after
// their paths come the parts of the reference that they share.
type place struct{ before, after string }

// placeOf takes a reference apart. The artifact's name is the file's path if the
// reference ends with it, as those of github/file do; otherwise its path on the server
// is.
func placeOf(reference, name string) (at place, file string) {
	location, query, has := strings.Cut(reference, "?")
	if has {
		at.after = "?" + query
	}
	if rest, ok := strings.CutSuffix(location, "/"+strings.TrimPrefix(name, "/")); ok && name != "" {
		at.before = rest + "/"
		return at, path.Clean(strings.TrimPrefix(name, "/"))
	}
	start := 0
	if scheme := strings.Index(location, "://"); scheme >= 0 {
		start = scheme + len("://")
		start += strings.Index(location[start:]+"/", "/") + 1
	}
	start = min(start, len(location))
	at.before = location[:start]
	return at, path.Clean(strings.TrimPrefix(location[start:], "/"))
}

// walkArtifacts fetches a kustomization's file, and file by file what it refers to, as
// Rosco does.
func walkArtifacts(ctx context.Context, from bakery.Fetcher, artifact map[string]any) (dir string, files []bakery.File, err error) {
	reference := model.String(artifact, "reference")
	if strings.HasSuffix(model.String(artifact, "type"), "/base64") {
		return embedded(ctx, from, artifact)
	}
	at, start := placeOf(reference, model.String(artifact, "name"))
	if !strings.Contains(strings.ToLower(path.Base(start)), "kustomization") {
		return "", nil, fault.New(fault.Invalid, "inputArtifacts[0]: must be a kustomization.yaml, or a git/repo with a kustomizeFilePath")
	}
	w := walker{seen: map[string]bool{}, read: func(name string) ([]byte, error) {
		part := maps.Clone(artifact)
		part["reference"], part["name"] = at.before+name+at.after, name
		data, err := from.Fetch(ctx, part)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "fetch %s of the kustomization: %w", name, err)
		}
		if data == nil {
			data = []byte{}
		}
		return data, nil
	}}
	dir = path.Dir(start)
	if err := w.directory(dir); err != nil {
		return "", nil, err
	}
	if len(w.files) == 0 {
		return "", nil, fault.New(fault.NotFound, "inputArtifacts[0]: there is no kustomization.yaml at %s", fault.WithoutUserinfo(fault.Short(at.before+dir)))
	}
	for _, f := range w.files {
		files = append(files, bakery.File{Name: f.name, Data: f.data})
	}
	return dir, files, nil
}

// embedded is a kustomization that refers to no other file.
func embedded(ctx context.Context, from bakery.Fetcher, artifact map[string]any) (dir string, files []bakery.File, err error) {
	data, err := from.Fetch(ctx, artifact)
	if err != nil {
		return "", nil, fault.New(fault.KindOf(err), "inputArtifacts[0]: %w", err)
	}
	const name = "kustomization.yaml"
	w := walker{seen: map[string]bool{}, read: func(string) ([]byte, error) { return nil, nil }}
	if err := w.kustomization(name, data); err != nil {
		return "", nil, err
	}
	return ".", []bakery.File{{Name: name, Data: data}}, nil
}
