// Package jsonnet renders Jsonnet programs: Google's own implementation does it in a
// confined child process. Imports are files of the same artifact, and nothing else.
package jsonnet

import (
	"context"
	"path"
	"strings"

	"github.com/google/go-jsonnet"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
)

// Renderer renders Jsonnet.
type Renderer struct{}

var _ bakery.Renderer = Renderer{}

// Names is ours; Rosco has no such renderer.
func (Renderer) Names() []string { return []string{"JSONNET"} }

// Version is that of the language's implementation.
func (Renderer) Version() string { return "Jsonnet " + jsonnet.Version() }

// mainFiles are the programs that a directory stands for.
var mainFiles = []string{"main.jsonnet", "index.jsonnet", "default.jsonnet"}

// Prepare fetches the program, all that it could import, and files of values.
func (Renderer) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	all, where, err := tree.Input(ctx, from, o.Artifacts[0], o.Path, "templateFilePath")
	if err != nil {
		return bakery.Job{}, err
	}
	if where, err = program(all, where); err != nil {
		return bakery.Job{}, err
	}
	given, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	with := order{Program: where, Name: strings.TrimSpace(o.OutputName), Namespace: strings.TrimSpace(o.Namespace)}
	if with.Values, err = values.Merge(given, o.Overrides); err != nil {
		return bakery.Job{}, err
	}
	settings := with
	if with.Files, err = all.Bounded(".", imported); err != nil {
		return bakery.Job{}, err
	}
	return bakery.Job{
		Source: bakery.Source{Name: where}, Settings: settings, Files: with.Files, Values: given,
		Render: func(ctx context.Context) (bakery.Output, error) { return with.within(ctx, confine.DefaultBounds) },
	}, nil
}

// imported tells whether a file may be imported: hidden ones, such as those of .git, may
// not.
func imported(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return false
		}
	}
	return true
}

// program is the file to run.
func program(all tree.Tree, where string) (string, error) {
	if _, isFile := all[where]; isFile {
		return where, nil
	}
	for _, name := range mainFiles {
		if _, ok := all[path.Join(where, name)]; ok {
			return path.Join(where, name), nil
		}
	}
	return "", fault.New(fault.Invalid, "templateFilePath: the directory %q has no %s", where, strings.Join(mainFiles, " or "))
}
