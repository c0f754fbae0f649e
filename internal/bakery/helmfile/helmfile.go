// Package helmfile renders helmfiles: what Rosco has the command "helmfile template" do.
// The declarative part of Helmfile is read here, in a confined child process, and the
// charts of its releases are rendered as those of Helm are. What would run commands, or
// read the server's environment and secrets, is refused.
package helmfile

import (
	"bytes"
	"context"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	charted "github.com/gennaker/gennaker/internal/bakery/helm"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	charts "github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// Renderer renders helmfiles.
type Renderer struct{}

var _ bakery.Renderer = Renderer{}

// Names is Rosco's.
func (Renderer) Names() []string { return []string{"HELMFILE"} }

// Version is that of what reads helmfiles, and of Helm.
func (Renderer) Version() string { return "Helmfile v1 subset, Helm " + charts.Version() }

// fileNames are the names that a directory's helmfile can have.
var fileNames = []string{"helmfile.yaml.gotmpl", "helmfile.yaml", "helmfile.yml.gotmpl", "helmfile.yml"}

// plans are the child processes that read helmfiles.
var plans = confine.New(confine.Kind{
	Name: "helmfile", Subject: "helmfile", Advice: "check its templates for nested loops", Work: work,
})

func init() { plans.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do.
type order struct {
	Where, Environment, Namespace string
	Files, StateValues            []bakery.File
}

func work(input json.RawMessage, _ confine.Ask) (any, error) {
	var o order
	if err := model.Unmarshal(input, &o); err != nil {
		return nil, err
	}
	all, err := o.plan()
	if err == nil {
		err = bound(all)
	}
	return all, err
}

// name is what Rosco takes for an environment and a namespace.
var name = regexp.MustCompile(`^[A-Za-z0-9._-]*$`)

// Prepare fetches the helmfile and works out its releases.
func (Renderer) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	with := order{Environment: strings.TrimSpace(o.Environment), Namespace: strings.TrimSpace(o.Namespace)}
	for field, value := range map[string]string{"environment": with.Environment, "namespace": with.Namespace} {
		if !name.MatchString(value) {
			return bakery.Job{}, fault.New(fault.Invalid, "%s: %q must consist of letters, digits, dots, hyphens, and underscores", field, fault.Short(value))
		}
	}
	if with.Environment == "" {
		with.Environment = defaultEnvironment
	}
	all, where, err := tree.Input(ctx, from, o.Artifacts[0], o.Path, "helmfileFilePath")
	if err != nil {
		return bakery.Job{}, err
	}
	if with.Where, err = located(all, where); err != nil {
		return bakery.Job{}, err
	}
	if with.Files, err = all.Bounded(".", func(name string) bool { return !strings.HasPrefix(name, ".git/") }); err != nil {
		return bakery.Job{}, err
	}
	given, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	if with.StateValues, err = tree.Values(ctx, from, o.StateValues, "stateValuesArtifacts", 0); err != nil {
		return bakery.Job{}, err
	}
	var releases []release
	if err := plans.Do(ctx, confine.DefaultBounds, with, nil, &releases); err != nil {
		return bakery.Job{}, bakery.Hide(err, nil, with.StateValues)
	}
	return job(ctx, from, o, with, all, releases, given)
}

// located is the helmfile that a path names.
func located(all tree.Tree, where string) (string, error) {
	if _, isFile := all[where]; isFile {
		return where, nil
	}
	for _, name := range fileNames {
		if _, ok := all[path.Join(where, name)]; ok {
			return path.Join(where, name), nil
		}
	}
	return "", fault.New(fault.Invalid, "helmfileFilePath: the directory %q has no helmfile.yaml", where)
}

// job fetches the charts of releases, and makes the job that renders them one after
// another.
func job(ctx context.Context, from bakery.Fetcher, o bakery.Order, with order, all tree.Tree, releases []release, given []bakery.File) (bakery.Job, error) {
	var files, secret []bakery.File
	var templates []charts.Template
	for _, r := range releases {
		t := charts.Template{
			Name: r.Name, Namespace: r.Namespace, KubeVersion: r.KubeVersion, APIVersions: r.APIVersions, IncludeCRDs: o.IncludeCRDs,
			Set: r.Set, SetStrings: r.SetStrings,
		}
		if t.Namespace == "" {
			t.Namespace = "default"
		}
		for _, f := range slices.Concat(r.Values, given) {
			t.Values = append(t.Values, charts.File(f))
		}
		secret = append(secret, r.Values...)
		if err := charted.Override(&t, o); err != nil {
			return bakery.Job{}, err
		}
		if err := fetch(ctx, from, r, all, &t); err != nil {
			return bakery.Job{}, fault.New(fault.KindOf(err), "%s: release %s: %w", r.File, r.Name, err)
		}
		if t.Chart != nil {
			files = append(files, bakery.File{Name: r.Name + ".tgz", Data: t.Chart})
		}
		for _, f := range t.Dependencies {
			files = append(files, bakery.File(f))
		}
		templates = append(templates, t)
	}
	files = slices.Concat(files, with.Files, given)
	settings := struct {
		Order       order
		Releases    []release
		Overrides   map[string]any
		IncludeCRDs bool
		Raw         bool
	}{order{Where: with.Where, Environment: with.Environment, Namespace: with.Namespace}, releases, o.Overrides, o.IncludeCRDs, o.RawOverrides}
	return bakery.Job{
		Source: bakery.Source{Name: with.Where, Version: with.Environment}, Settings: settings, Files: files, Values: slices.Concat(secret, given),
		Render: func(ctx context.Context) (bakery.Output, error) { return render(ctx, templates) },
	}, nil
}

// fetch gives a release its chart.
func fetch(ctx context.Context, from bakery.Fetcher, r release, all tree.Tree, t *charts.Template) error {
	if r.Directory != "" {
		for _, f := range all.Below(r.Directory) {
			t.Files = append(t.Files, charts.File(f))
		}
		return charted.Depend(ctx, from, t, all, r.Directory)
	}
	finder, ok := from.(bakery.ChartFetcher)
	if !ok {
		return fault.New(fault.Invalid, "there are no artifact accounts for charts")
	}
	var err error
	if t.Chart, err = finder.Chart(ctx, r.Repository, r.Chart, r.Version); err != nil {
		return fault.New(fault.KindOf(err), "fetch the chart %s: %w", fault.Short(r.Chart), err)
	}
	if t.Chart == nil {
		return fault.New(fault.Invalid, "there is no Helm artifact account for the repository %s; add one", fault.WithoutUserinfo(fault.Short(r.Repository)))
	}
	return charted.Depend(ctx, from, t, nil, "")
}

// render renders releases one after another, as "helmfile template" prints them.
func render(ctx context.Context, templates []charts.Template) (bakery.Output, error) {
	var out bytes.Buffer
	varying := false
	for _, t := range templates {
		made, err := t.Render(ctx)
		if err != nil {
			return bakery.Output{}, fault.New(fault.KindOf(err), "release %s: %w", t.Name, err)
		}
		text := charted.WithoutTests(made.Manifest)
		if out.Len()+len(text) > limit.Inflated {
			return bakery.Output{}, fault.New(fault.TooLarge, "release %s: with it, the manifest has more than %s", t.Name, limit.Size(limit.Inflated))
		}
		out.WriteString(text)
		if text != "" && !strings.HasSuffix(text, "\n") {
			out.WriteByte('\n')
		}
		varying = varying || made.Varying
	}
	return bakery.Output{Manifest: out.Bytes(), Varying: varying}, nil
}
