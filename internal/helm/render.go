// Package helm renders charts and reads and writes the records of releases,
// by Helm's own packages for both. It speaks to no cluster: applying what it
// renders is the Kubernetes provider's. So a release is made in the same
// resumable steps as everything else, and is still one that Helm knows.
//
// Templates are programs, which can take any amount of memory and time. So a chart
// is rendered in a process of its own ([Render]), with a bound on both.
package helm

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releases "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Request asks for a chart to be rendered as a revision of a release.
type Request struct {
	Name, Namespace string
	// Revision is the number it will have.
	Revision int
	// Install says that there is no release yet.
	Install bool
	// Chart is an archive (.tgz); Values override the chart's.
	Chart  []byte
	Values map[string]any
	// KubeVersion and APIVersions are the cluster's.
	KubeVersion string
	APIVersions []string
	// Lookup gives templates access to live objects; they find none if nil.
	Lookup engine.ClientProvider `json:"-"`
	Now    time.Time
}

// Release is a revision of a release as Helm records it.
type Release = releases.Release

// build renders a chart in this process. Faults of the chart or its values are
// Invalid.
func build(r Request, find lookup) (*Release, error) {
	loaded, err := load(r.Chart)
	if err != nil {
		return nil, fault.New(fault.Invalid, "chart: can't be read; it must be a chart's archive (.tgz): %w", err)
	}
	if err := check(loaded, "package it after \"helm dependency build\"", r.KubeVersion); err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(loaded, r.Values); err != nil {
		return nil, fault.New(fault.Invalid, "chart %s: its dependencies can't be worked out: %w", loaded.Name(), err)
	}
	values, err := renderValues(loaded, r)
	if err != nil {
		return nil, err
	}
	files, err := templates(loaded, values, find)
	if err != nil {
		return nil, fault.New(fault.Invalid, "chart %s: %w", loaded.Name(), err)
	}
	notes := files[path.Join(loaded.ChartFullPath(), "templates", notesFile)]
	for name := range files {
		if strings.HasSuffix(name, notesFile) {
			delete(files, name)
		}
	}
	if err := checkRendered(files); err != nil {
		return nil, fault.New(fault.KindOf(err), "chart %s: %w", loaded.Name(), err)
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, fault.New(fault.Invalid, "chart %s: the rendered manifests are not valid YAML: %w", loaded.Name(), err)
	}
	var text strings.Builder
	for _, m := range manifests {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", m.Name, m.Content)
	}
	return &Release{
		Name: r.Name, Namespace: r.Namespace, Version: r.Revision, Chart: loaded, Config: r.Values,
		Manifest: text.String(), Hooks: hooks, ApplyMethod: string(releases.ApplyMethodServerSideApply),
		Info: &releases.Info{FirstDeployed: r.Now, LastDeployed: r.Now, Notes: notes},
	}, nil
}

const notesFile = "NOTES.txt"

// check tells what keeps a chart from being installed. advice says what to do about
// dependencies that it lacks.
func check(c *chart.Chart, advice, kubeVersion string) error {
	if err := c.Validate(); err != nil {
		return fault.New(fault.Invalid, "chart: is not valid: %w", err)
	}
	if c.Metadata.Type == "library" {
		return fault.New(fault.Invalid, "chart %s: is a library, which can't be installed", c.Name())
	}
	if missing := missing(c); len(missing) > 0 {
		return fault.New(fault.Invalid, "chart %s: lacks its dependencies %s; %s", c.Name(), strings.Join(missing, ", "), advice)
	}
	if want := c.Metadata.KubeVersion; want != "" && !chartutil.IsCompatibleRange(want, kubeVersion) {
		return fault.New(fault.Invalid, "chart %s: requires Kubernetes %s, but the cluster has %s", c.Name(), want, kubeVersion)
	}
	return nil
}

// missing are the dependencies that are named and not in the archive.
func missing(c *chart.Chart) []string {
	var out []string
	for _, d := range c.Metadata.Dependencies {
		if !slices.ContainsFunc(c.Dependencies(), func(have *chart.Chart) bool { return have.Name() == d.Name }) {
			out = append(out, d.Name)
		}
	}
	return out
}

func renderValues(c *chart.Chart, r Request) (common.Values, error) {
	version, err := common.ParseKubeVersion(r.KubeVersion)
	if err != nil {
		return nil, fmt.Errorf("read the cluster's version %q: %w", r.KubeVersion, err)
	}
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.KubeVersion, capabilities.APIVersions = *version, r.APIVersions
	options := common.ReleaseOptions{Name: r.Name, Namespace: r.Namespace, Revision: r.Revision, IsInstall: r.Install, IsUpgrade: !r.Install}
	values, err := util.ToRenderValues(c, r.Values, options, capabilities)
	if err != nil {
		return nil, fault.New(fault.Invalid, "values: are not valid for chart %s: %w", c.Name(), err)
	}
	return values, nil
}

func templates(c *chart.Chart, values common.Values, find lookup) (map[string]string, error) {
	return engine.Engine{CustomTemplateFuncs: functions(find)}.Render(c, values)
}

// Objects are a release's objects, in the order in which they are installed.
func Objects(text string) ([]map[string]any, error) { return manifest.Decode([]byte(text)) }

// CRDs are the CustomResourceDefinitions that a chart installs first.
func CRDs(r *Release) ([]map[string]any, error) {
	var out []map[string]any
	for _, crd := range r.Chart.CRDObjects() {
		objects, err := manifest.Decode(crd.File.Data)
		if err != nil {
			return nil, fault.New(fault.Invalid, "chart %s: %s: %w", r.Chart.Name(), crd.Filename, err)
		}
		out = append(out, objects...)
	}
	return out, nil
}

// Hook is an object that runs before or after something is done.
type Hook struct {
	Object map[string]any
	// DeleteFirst deletes what an earlier run has left, DeleteAfter what this
	// one leaves when it has succeeded.
	DeleteFirst, DeleteAfter bool
}

// Hooks are a release's hooks for an event such as "pre-install", in the order
// in which they run: by weight, kind and name, as Helm does.
func Hooks(r *Release, event string) ([]Hook, error) {
	var of []*releases.Hook
	for _, h := range r.Hooks {
		if slices.Contains(h.Events, releases.HookEvent(event)) {
			of = append(of, h)
		}
	}
	slices.SortStableFunc(of, func(x, y *releases.Hook) int {
		if x.Weight != y.Weight {
			return x.Weight - y.Weight
		}
		return strings.Compare(x.Name, y.Name)
	})
	var out []Hook
	for _, h := range of {
		objects, err := manifest.Decode([]byte(h.Manifest))
		if err != nil {
			return nil, fault.New(fault.Invalid, "hook %s: %w", h.Path, err)
		}
		policies := h.DeletePolicies
		for _, o := range objects {
			out = append(out, Hook{
				Object:      o,
				DeleteFirst: len(policies) == 0 || slices.Contains(policies, releases.HookBeforeHookCreation),
				DeleteAfter: slices.Contains(policies, releases.HookSucceeded),
			})
		}
	}
	return out, nil
}

// MergeValues puts values over others, as Helm does with several files.
func MergeValues(over, under map[string]any) map[string]any { return loader.MergeMaps(under, over) }
