package kustomize

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"path"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/provenance"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
)

// builds are the child processes.
var builds = confine.New(confine.Kind{
	Name: "kustomization", Subject: "kustomization", Advice: "check it for resources that refer to each other", Work: work, Warm: warm,
})

// warm builds a small kustomization.
func warm() {
	_, _ = order{Directory: ".", Files: []bakery.File{
		{Name: "kustomization.yaml", Data: []byte("resources: [a.yaml]\nnamePrefix: a-\npatches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}, spec: {replicas: 2}}'}]\n")},
		{Name: "a.yaml", Data: []byte("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}")},
	}}.build()
}

func init() { builds.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do.
type order struct {
	Directory string
	Files     []bakery.File
}

// offline refuses all requests.
type offline struct{}

// RoundTrip refuses.
func (offline) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("remote resources are not supported")
}

// work is what a child does. Kustomize would fetch what has a URL, and run git, which it
// doesn't find: the child has no PATH.
func work(input json.RawMessage, _ confine.Ask) (any, error) {
	http.DefaultTransport = offline{} //nolint:forbidigo // it is the one that Kustomize uses
	var o order
	if err := json.Unmarshal(input, &o); err != nil {
		return nil, err
	}
	return o.build()
}

// build builds in this process.
func (o order) build() ([]byte, error) {
	files := filesys.MakeFsInMemory()
	for _, f := range o.Files {
		if err := files.WriteFile("/"+f.Name, f.Data); err != nil {
			return nil, fault.New(fault.Invalid, "%s: %w", f.Name, err)
		}
	}
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified // as the command has it
	built, err := krusty.MakeKustomizer(options).Run(files, path.Join("/", o.Directory))
	if err != nil {
		return nil, fault.New(fault.Invalid, "kustomization: %w", err)
	}
	out, err := built.AsYaml()
	if err != nil {
		return nil, fault.New(fault.Invalid, "kustomization: write what it builds: %w", err)
	}
	// The label of buildMetadata has the version of the command, which this program isn't.
	const label = "app.kubernetes.io/managed-by: kustomize-"
	return bytes.ReplaceAll(out, []byte(label+provenance.GetProvenance().Semver()+"\n"), []byte(label+command+"\n")), nil
}
