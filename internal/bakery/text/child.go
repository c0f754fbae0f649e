// Package text renders manifests that need no language of templates: the files of a
// directory, files with expressions, and Cloud Foundry's manifests with variables. A
// confined child process does it.
package text

import (
	"context"
	"encoding/json"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/model"
)

// children are the child processes.
var children = confine.New(confine.Kind{
	Name: "text", Subject: "manifest", Advice: "check its expressions and aliases", Work: work,
})

func init() { children.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do: one of the three.
type order struct {
	Files     []bakery.File
	Template  *templateOrder `json:",omitempty"`
	Variables []bakery.File  `json:",omitempty"`
	// Interpolate says that it is a manifest with variables.
	Interpolate bool `json:",omitempty"`
}

func work(input json.RawMessage, _ confine.Ask) (any, error) {
	var o order
	if err := model.Unmarshal(input, &o); err != nil {
		return nil, err
	}
	switch {
	case o.Template != nil:
		return o.Template.render(o.Files)
	case o.Interpolate:
		return interpolate(o.Files[0], o.Variables)
	}
	return joined(o.Files)
}

// rendered is what a child gives.
type rendered struct {
	Manifest []byte
	Varying  bool
}

func (o order) render(ctx context.Context) (bakery.Output, error) {
	return o.within(ctx, confine.DefaultBounds)
}

func (o order) within(ctx context.Context, b confine.Bounds) (bakery.Output, error) {
	var out rendered
	err := children.Do(ctx, b, o, nil, &out)
	return bakery.Output{Manifest: out.Manifest, Varying: out.Varying}, err
}
