package helm

import (
	"context"
	"path"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/fault"
	charts "github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// mostDependencies is how many charts are fetched for one.
const mostDependencies = 50

// dependency is an entry of a Chart.yaml, requirements.yaml, or of their locks.
type dependency struct {
	Name       string `yaml:"name"`
	Version    string `yaml:"version"`
	Repository string `yaml:"repository"`
}

// Depend fetches the charts that a chart depends on and doesn't have: from the repository
// that the chart is in, at a directory, or with the artifact account of theirs. What can't
// be found stays missing, and Helm names it.
func Depend(ctx context.Context, from bakery.Fetcher, t *charts.Template, all tree.Tree, at string) error {
	files := directory(t)
	wanted := entries(files, "Chart.yaml", "requirements.yaml")
	locked := entries(files, "Chart.lock", "requirements.lock")
	if err := limit.Count(len(wanted), mostDependencies, "dependencies of the chart"); err != nil {
		return err
	}
	for _, d := range wanted {
		if d.Name == "" || strings.ContainsAny(d.Name, `/\`) || has(files, d.Name) {
			continue
		}
		if local, ok := strings.CutPrefix(d.Repository, "file://"); ok {
			for _, f := range all.Below(path.Join(at, local)) {
				t.Dependencies = append(t.Dependencies, charts.File{Name: path.Join("charts", d.Name, f.Name), Data: f.Data})
			}
			continue
		}
		finder, ok := from.(bakery.ChartFetcher)
		if !ok || d.Repository == "" {
			continue
		}
		for _, l := range locked {
			if l.Name == d.Name {
				d.Version = l.Version
			}
		}
		data, err := finder.Chart(ctx, d.Repository, d.Name, d.Version)
		if err != nil {
			return fault.New(fault.KindOf(err), "inputArtifacts[0]: fetch the dependency %s: %w", fault.Short(d.Name), err)
		}
		if data != nil {
			t.Dependencies = append(t.Dependencies, charts.File{Name: "charts/" + d.Name + ".tgz", Data: data})
		}
	}
	return nil
}

// directory is the chart's files by their paths within it; none if its archive can't be
// read, which Helm says better.
func directory(t *charts.Template) map[string][]byte {
	out := map[string][]byte{}
	for _, f := range t.Files {
		out[f.Name] = f.Data
	}
	if t.Chart != nil {
		all, err := tree.Archive(t.Chart)
		if err != nil {
			return nil
		}
		for name, data := range all {
			if _, within, ok := strings.Cut(name, "/"); ok {
				out[within] = data
			}
		}
	}
	return out
}

// entries reads the dependencies that files name.
func entries(files map[string][]byte, names ...string) []dependency {
	var out []dependency
	for _, name := range names {
		var of struct {
			Dependencies []dependency `yaml:"dependencies"`
		}
		if text, err := yamldoc.Check(files[name], limit.Document); err == nil && text.Fill(&of) == nil {
			out = append(out, of.Dependencies...)
		}
	}
	return out
}

// has tells whether a chart has another one in its charts directory.
func has(files map[string][]byte, name string) bool {
	for file := range files {
		rest, ok := strings.CutPrefix(file, "charts/")
		if !ok {
			continue
		}
		if dir, _, below := strings.Cut(rest, "/"); below && dir == name || !below && strings.HasPrefix(rest, name+"-") && path.Ext(rest) == ".tgz" {
			return true
		}
		if strings.HasSuffix(rest, "/Chart.yaml") && strings.Count(rest, "/") == 1 {
			var c struct {
				Name string `yaml:"name"`
			}
			if text, err := yamldoc.Check(files[file], limit.Document); err == nil && text.Fill(&c) == nil && c.Name == name {
				return true
			}
		}
	}
	return false
}
