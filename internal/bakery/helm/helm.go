// Package helm renders charts: what Rosco has the commands "helm template" of Helm 2 and
// 3 do, Helm 4's packages do in a confined child process.
package helm

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/kustomize"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/fault"
	charts "github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Renderer renders charts.
type Renderer struct{}

var _ bakery.Renderer = Renderer{}

// Names are Rosco's. Charts of Helm 2 are rendered by the same version of Helm.
func (Renderer) Names() []string { return []string{"HELM2", "HELM3", "HELM4"} }

// Version is that of the packages of Helm.
func (Renderer) Version() string { return "Helm " + charts.Version() }

// settings are what a chart is rendered with, apart from files.
type settings struct {
	Name, Namespace, KubeVersion string
	APIVersions                  []string
	Set, SetStrings, SetJSON     []string
	IncludeCRDs, Directory       bool
	// PostRender is the directory of a kustomization, after the version of what builds it.
	PostRender []string `json:",omitempty"`
}

// Prepare fetches the chart and the files of values.
func (Renderer) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	if strings.TrimSpace(o.OutputName) == "" {
		return bakery.Job{}, fault.New(fault.Invalid, "outputName: is missing; it is the name of the release")
	}
	t := charts.Template{
		Name: strings.TrimSpace(o.OutputName), Namespace: strings.TrimSpace(o.Namespace), KubeVersion: strings.TrimSpace(o.KubeVersion),
		APIVersions: o.APIVersions, IncludeCRDs: o.IncludeCRDs && o.Renderer != "HELM2", // which knew no such directory
	}
	if t.Namespace == "" {
		t.Namespace = "default"
	}
	if err := Override(&t, o); err != nil {
		return bakery.Job{}, err
	}
	found, err := chart(ctx, from, o, &t)
	if err == nil {
		err = Depend(ctx, from, &t, found.all, found.at)
	}
	if err != nil {
		return bakery.Job{}, err
	}
	files := slices.Clone(files(t))
	for _, f := range t.Dependencies {
		files = append(files, bakery.File(f))
	}
	for i, artifact := range o.Artifacts[1:] {
		data, err := from.Fetch(ctx, artifact)
		if err != nil {
			return bakery.Job{}, fault.New(fault.KindOf(err), "inputArtifacts[%d]: fetch the values: %w", i+1, err)
		}
		f := charts.File{Name: valuesName(artifact, i+1), Data: data}
		t.Values = append(t.Values, f)
		files = append(files, bakery.File(f))
	}
	given := files[len(files)-len(t.Values):]
	after, err := postRender(ctx, from, o)
	if err != nil {
		return bakery.Job{}, err
	}
	var post []string
	if after != nil {
		post = []string{kustomize.Version(), after.Directory}
		files = append(slices.Clone(files), after.Files...)
	}
	return bakery.Job{
		Source: about(&t),
		Settings: settings{
			PostRender: post,
			Name:       t.Name, Namespace: t.Namespace, KubeVersion: t.KubeVersion, APIVersions: t.APIVersions,
			Set: t.Set, SetStrings: t.SetStrings, SetJSON: t.SetJSON, IncludeCRDs: t.IncludeCRDs, Directory: t.Chart == nil,
		},
		Files: files, Values: given,
		Render: func(ctx context.Context) (bakery.Output, error) {
			made, err := t.Render(ctx)
			if err != nil {
				return bakery.Output{}, err
			}
			manifest := []byte(WithoutTests(made.Manifest))
			if after != nil {
				manifest, err = after.PostRender(ctx, manifest)
			}
			return bakery.Output{Manifest: manifest, Varying: made.Varying}, err
		},
	}, nil
}

// postRender fetches the kustomization that the rendered chart is passed through; nil if
// there is none.
func postRender(ctx context.Context, from bakery.Fetcher, o bakery.Order) (*kustomize.Kustomization, error) {
	if o.PostRender == nil {
		return nil, nil //nolint:nilnil // there need not be one
	}
	k, err := kustomize.Collect(ctx, from, o.PostRender, o.PostRenderPath)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "postRender: %w", err)
	}
	if !k.Uses(kustomize.Rendered) {
		return nil, fault.New(fault.Invalid, "postRender: the kustomization must have the rendered chart as a resource: add %s to its resources", kustomize.Rendered)
	}
	return &k, nil
}

// about is the chart's name and version, as its Chart.yaml has them.
func about(t *charts.Template) bakery.Source {
	var out struct {
		Name    string `yaml:"name"`
		Version string `yaml:"version"`
	}
	if text, err := yamldoc.Check(directory(t)["Chart.yaml"], limit.Document); err != nil || text.Fill(&out) != nil {
		return bakery.Source{} // Helm says what is wrong
	}
	return bakery.Source{Name: fault.Short(out.Name), Version: fault.Short(out.Version)}
}

func files(t charts.Template) []bakery.File {
	if t.Chart != nil {
		return []bakery.File{{Name: "chart.tgz", Data: t.Chart}}
	}
	out := make([]bakery.File, len(t.Files))
	for i, f := range t.Files {
		out[i] = bakery.File(f)
	}
	return out
}

// valuesName is what errors call a file of values.
func valuesName(artifact map[string]any, n int) string {
	if name := model.String(artifact, "name"); name != "" {
		return name
	}
	return fmt.Sprintf("inputArtifacts[%d]", n)
}

// source is the repository that a chart's directory is in, and where; it has no files if
// the chart is an archive.
type source struct {
	all tree.Tree
	at  string
}

// chart fetches the chart: an archive, or a directory of a git/repo.
func chart(ctx context.Context, from bakery.Fetcher, o bakery.Order, t *charts.Template) (source, error) {
	data, err := from.Fetch(ctx, o.Artifacts[0])
	if err != nil {
		return source{}, fault.New(fault.KindOf(err), "inputArtifacts[0]: fetch the chart: %w", err)
	}
	if model.String(o.Artifacts[0], "type") != "git/repo" {
		t.Chart = data
		return source{}, nil
	}
	all, err := tree.Archive(data)
	if err != nil {
		return source{}, fault.New(fault.KindOf(err), "inputArtifacts[0]: %w", err)
	}
	at, err := tree.Clean(o.Path, "helmChartFilePath")
	if err != nil {
		return source{}, err
	}
	if packed, ok := all[at]; ok && path.Base(at) != "Chart.yaml" {
		t.Chart = packed
		return source{}, nil
	}
	if path.Base(at) == "Chart.yaml" {
		at = path.Dir(at)
	}
	if _, ok := all[path.Join(at, "Chart.yaml")]; !ok {
		return source{}, fault.New(fault.Invalid, "helmChartFilePath: %q has no Chart.yaml in the repository%s", at, known(all))
	}
	for _, f := range all.Below(at) {
		t.Files = append(t.Files, charts.File(f))
	}
	return source{all, at}, nil
}

// mostNamed is how many charts an error names.
const mostNamed = 5

// known says which charts there are.
func known(all tree.Tree) string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if path.Base(name) == "Chart.yaml" {
			found = append(found, path.Dir(name))
		}
	}
	switch {
	case len(found) == 0:
		return ", and no other directory has one"
	case len(found) > mostNamed:
		found = append(found[:mostNamed], "...")
	}
	return "; there are charts in " + strings.Join(found, ", ")
}

// Override makes the overrides arguments of --set or --set-string, as Rosco does: it
// joins them without escaping. Objects and lists, which Rosco can't pass on, are JSON.
func Override(t *charts.Template, o bakery.Order) error {
	var plain []string
	for _, key := range slices.Sorted(maps.Keys(o.Overrides)) {
		switch value := o.Overrides[key].(type) {
		case map[string]any, []any:
			data, err := json.Marshal(value)
			if err != nil {
				return fault.New(fault.Invalid, "overrides.%s: %w", key, err)
			}
			t.SetJSON = append(t.SetJSON, key+"="+string(data))
		case nil:
			plain = append(plain, key+"=null")
		default:
			plain = append(plain, key+"="+model.String(o.Overrides, key))
		}
	}
	if len(plain) == 0 {
		return nil
	}
	if text := strings.Join(plain, ","); o.RawOverrides {
		t.Set = append(t.Set, text)
	} else {
		t.SetStrings = append(t.SetStrings, text)
	}
	return nil
}

var ofTests = regexp.MustCompile(`# Source: .*/templates/tests/.*`)

// WithoutTests leaves out what comes from a chart's templates/tests directory, as Rosco
// does.
func WithoutTests(manifest string) string {
	const separator = "---\n"
	parts := strings.Split(manifest, separator)
	for len(parts) > 0 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(slices.DeleteFunc(parts, ofTests.MatchString), separator)
}
