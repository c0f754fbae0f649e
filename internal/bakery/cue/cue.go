// Package cue renders CUE: its own packages evaluate it in a confined child process.
// Imports are CUE's own packages and those of the same artifact, and nothing else.
package cue

import (
	"context"
	"path"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/confine"
)

// Renderer renders CUE.
type Renderer struct{}

var _ bakery.Renderer = Renderer{}

// Names is ours; Rosco has no such renderer.
func (Renderer) Names() []string { return []string{"CUE"} }

// Version is that of the language's implementation.
func (Renderer) Version() string { return "CUE " + version() }

var version = sync.OnceValue(func() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "cuelang.org/go" {
				return m.Version
			}
		}
	}
	return "v0"
})

// Prepare fetches the package, all that it could import, and files of values.
func (Renderer) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	all, where, err := tree.Input(ctx, from, o.Artifacts[0], o.Path, "templateFilePath")
	if err != nil {
		return bakery.Job{}, err
	}
	given, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	with := order{Where: where, Name: strings.TrimSpace(o.OutputName), Namespace: strings.TrimSpace(o.Namespace)}
	if with.Values, err = values.Merge(given, o.Overrides); err != nil {
		return bakery.Job{}, err
	}
	settings := with
	if with.Files, err = all.Bounded(".", func(name string) bool { return path.Ext(name) == ".cue" }); err != nil {
		return bakery.Job{}, err
	}
	return bakery.Job{
		Source: bakery.Source{Name: where}, Settings: settings, Files: with.Files, Values: given,
		Render: func(ctx context.Context) (bakery.Output, error) { return with.within(ctx, confine.DefaultBounds) },
	}, nil
}
