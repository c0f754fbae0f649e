package helm

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"helm.sh/helm/v4/pkg/strvals"

	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// File is a file of a chart, or of values. Names have slashes.
type File struct {
	Name string
	Data []byte
}

// defaultKubeVersion is the version of Kubernetes that the command of this version of Helm
// assumes. Helm itself finds it in what a program was built of, which differs in tests.
const defaultKubeVersion = "v1.36.0"

// Template asks for what "helm template" prints.
type Template struct {
	// Name is the release's name.
	Name, Namespace string
	// Chart is an archive (.tgz). If it is nil, Files are the files of the chart's
	// directory, of which .helmignore may exclude some.
	Chart []byte
	Files []File
	// Dependencies are added to the chart's files: charts that it depends on and doesn't
	// have in its charts directory.
	Dependencies []File
	// Values override the chart's, and each file the files before it.
	Values []File
	// SetJSON, Set and SetStrings are what --set-json, --set and --set-string take; they
	// override the files, and each those before it.
	SetJSON, Set, SetStrings []string
	// KubeVersion is [defaultKubeVersion] if it is "". APIVersions are added to Helm's own.
	KubeVersion string
	APIVersions []string
	IncludeCRDs bool
}

// Templated is what a chart renders to.
type Templated struct {
	Manifest     string
	Chart        string
	ChartVersion string
	// Varying says that the templates use functions whose results differ from one time to
	// the next, such as randAlphaNum and now.
	Varying bool
}

// Render renders in a child process, as [Render] does. The output is, byte for byte, that
// of the command of Helm's version that this program contains. Faults are Invalid.
func (t Template) Render(ctx context.Context) (*Templated, error) {
	var out Templated
	if err := charts.Do(ctx, confine.DefaultBounds, order{Template: &t}, nil, &out); err != nil {
		return nil, err
	}
	return &out, nil
}

// render renders in this process.
func (t Template) render() (*Templated, error) {
	if err := chartutil.ValidateReleaseName(t.Name); err != nil {
		return nil, fault.New(fault.Invalid, "outputName: %q can't be the name of a release: %w", t.Name, err)
	}
	c, err := t.load()
	if err != nil {
		return nil, err
	}
	values, err := t.values()
	if err != nil {
		return nil, err
	}
	capabilities, err := t.capabilities()
	if err != nil {
		return nil, err
	}
	if err := check(c, "add an artifact account of their repository, or add them to the charts directory with \"helm dependency build\"", capabilities.KubeVersion.String()); err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, fault.New(fault.Invalid, "chart %s: its dependencies can't be worked out: %w", c.Name(), err)
	}
	options := common.ReleaseOptions{Name: t.Name, Namespace: t.Namespace, Revision: 1, IsInstall: true}
	all, err := util.ToRenderValues(c, values, options, capabilities)
	if err != nil {
		return nil, fault.New(fault.Invalid, "values: are not valid for chart %s: %w", c.Name(), err)
	}
	out := Templated{Chart: c.Name(), ChartVersion: c.Metadata.Version}
	files, err := engine.Engine{CustomTemplateFuncs: noting(functions(nil), &out.Varying)}.Render(c, all)
	if err != nil {
		return nil, fault.New(fault.Invalid, "chart %s: %w", c.Name(), err)
	}
	out.Manifest, err = t.print(c, files)
	return &out, err
}

func (t Template) load() (*chart.Chart, error) {
	var (
		c   *chart.Chart
		err error
	)
	if t.Chart != nil {
		c, err = load(t.Chart, t.Dependencies...)
	} else {
		c, err = loadDirectory(t.Files, t.Dependencies)
	}
	if err != nil {
		return nil, fault.New(fault.Invalid, "chart: can't be read: %w", err)
	}
	return c, nil
}

// values merges the values, those of later files over those of earlier ones.
func (t Template) values() (map[string]any, error) {
	out := map[string]any{}
	var cost limit.Cost
	for _, f := range t.Values {
		text, err := yamldoc.Check(f.Data, limit.Document)
		if err == nil {
			err = cost.Add(text.Cost)
		}
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "values %s: %w", f.Name, err)
		}
		more, err := loader.LoadValues(bytes.NewReader(f.Data))
		if err != nil {
			return nil, fault.New(fault.Invalid, "values %s: must be a YAML object: %w", f.Name, err)
		}
		out = loader.MergeMaps(out, more)
	}
	for _, text := range t.SetJSON {
		if err := strvals.ParseJSON(text, out); err != nil {
			return nil, fault.New(fault.Invalid, "overrides: can't be read as the values of --set-json: %w", err)
		}
	}
	for _, text := range t.Set {
		if err := strvals.ParseInto(text, out); err != nil {
			return nil, fault.New(fault.Invalid, "overrides: can't be read as the values of --set: %w", err)
		}
	}
	for _, text := range t.SetStrings {
		if err := strvals.ParseIntoString(text, out); err != nil {
			return nil, fault.New(fault.Invalid, "overrides: can't be read as the values of --set-string: %w", err)
		}
	}
	return out, nil
}

func (t Template) capabilities() (*common.Capabilities, error) {
	out := common.DefaultCapabilities.Copy()
	version, err := common.ParseKubeVersion(cmp.Or(t.KubeVersion, defaultKubeVersion))
	if err != nil {
		return nil, fault.New(fault.Invalid, "kubeVersion: %q is not a version of Kubernetes, such as 1.34.0", t.KubeVersion)
	}
	out.KubeVersion = *version
	out.APIVersions = slices.Concat(out.APIVersions, t.APIVersions)
	return out, nil
}

// print gives CRDs, objects and hooks in the order in which Helm prints them.
func (t Template) print(c *chart.Chart, files map[string]string) (string, error) {
	for name := range files {
		if strings.HasSuffix(name, notesFile) {
			delete(files, name)
		}
	}
	if err := checkRendered(files); err != nil {
		return "", fault.New(fault.KindOf(err), "chart %s: %w", c.Name(), err)
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return "", fault.New(fault.Invalid, "chart %s: the rendered manifests are not valid YAML: %w", c.Name(), err)
	}
	var text strings.Builder
	if t.IncludeCRDs {
		for _, crd := range c.CRDObjects() {
			fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", crd.Filename, crd.File.Data)
		}
	}
	for _, m := range manifests {
		fmt.Fprintf(&text, "---\n# Source: %s\n%s\n", m.Name, m.Content)
	}
	var out strings.Builder
	fmt.Fprintln(&out, strings.TrimSpace(text.String()))
	for _, h := range hooks {
		fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", h.Path, h.Manifest)
	}
	return out.String(), nil
}

// loadDirectory reads the files of a chart's directory.
func loadDirectory(files, more []File) (*chart.Chart, error) {
	rules, err := ignored(files)
	if err != nil {
		return nil, err
	}
	var kept []*archive.BufferedFile
	for _, f := range files {
		if !rules(f.Name) {
			kept = append(kept, &archive.BufferedFile{Name: f.Name, Data: bytes.TrimPrefix(f.Data, []byte("\xef\xbb\xbf"))})
		}
	}
	kept = append(kept, buffered(more)...)
	b := bounds{left: limit.Archive}
	if err := b.check(kept, 0); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(kept, func(f *archive.BufferedFile) bool { return path.Clean(f.Name) == chartutil.ChartfileName }) {
		return nil, fault.New(fault.Invalid, "it has no %s; set the path of the chart's directory", chartutil.ChartfileName)
	}
	return loader.LoadFiles(kept)
}
