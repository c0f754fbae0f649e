package kustomize

import (
	"path"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// mostFiles is how many files kustomizations may refer to.
const mostFiles = 2000

// kustomization is what a kustomization refers to.
type kustomization struct {
	Resources             []string          `yaml:"resources"`
	Bases                 []string          `yaml:"bases"`
	Components            []string          `yaml:"components"`
	CRDs                  []string          `yaml:"crds"`
	Configurations        []string          `yaml:"configurations"`
	Generators            []string          `yaml:"generators"`
	Transformers          []string          `yaml:"transformers"`
	Validators            []string          `yaml:"validators"`
	PatchesStrategicMerge []string          `yaml:"patchesStrategicMerge"`
	Patches               []byPath          `yaml:"patches"`
	PatchesJSON6902       []byPath          `yaml:"patchesJson6902"`
	Replacements          []byPath          `yaml:"replacements"`
	ConfigMapGenerator    []generator       `yaml:"configMapGenerator"`
	SecretGenerator       []generator       `yaml:"secretGenerator"`
	OpenAPI               map[string]string `yaml:"openapi"`
	HelmCharts            []any             `yaml:"helmCharts"`
	HelmInflation         []any             `yaml:"helmChartInflationGenerator"`
}

type byPath struct {
	Path string `yaml:"path"`
}

type generator struct {
	Files []string `yaml:"files"`
	Envs  []string `yaml:"envs"`
	Env   string   `yaml:"env"`
}

// files are the paths of files that are no kustomizations.
func (k kustomization) files() []string {
	var out []string
	for _, list := range [][]string{k.CRDs, k.Configurations, k.Generators, k.Transformers, k.Validators, k.PatchesStrategicMerge} {
		out = append(out, list...)
	}
	for _, list := range [][]byPath{k.Patches, k.PatchesJSON6902, k.Replacements} {
		for _, p := range list {
			out = append(out, p.Path)
		}
	}
	for _, list := range [][]generator{k.ConfigMapGenerator, k.SecretGenerator} {
		for _, g := range list {
			for _, f := range g.Files {
				if _, file, named := strings.Cut(f, "="); named {
					f = file
				}
				out = append(out, f)
			}
			out = append(append(out, g.Envs...), g.Env)
		}
	}
	return append(out, k.OpenAPI["path"])
}

// walker finds all that a kustomization refers to.
type walker struct {
	// read reads a file; it gives nil for one that isn't there.
	read func(name string) ([]byte, error)
	// seen are the files that were found, and roots the directories of kustomizations.
	seen  map[string]bool
	roots []string
	files []file
}

type file struct {
	name string
	data []byte
}

// directory walks the kustomization in a directory, if there is one.
func (w *walker) directory(dir string) error {
	for _, base := range fileNames {
		name := path.Join(dir, base)
		if w.seen[name] {
			return nil
		}
		data, err := w.add(name)
		if err != nil {
			return err
		}
		if data != nil {
			w.roots = append(w.roots, dir)
			return w.kustomization(name, data)
		}
	}
	return nil // Kustomize says what is missing
}

func (w *walker) add(name string) ([]byte, error) {
	if err := limit.Count(len(w.seen)+1, mostFiles, "files in the kustomization"); err != nil {
		return nil, err
	}
	data, err := w.read(name)
	if err != nil {
		return nil, err
	}
	if data != nil {
		w.seen[name] = true
		w.files = append(w.files, file{name, data})
	}
	return data, nil
}

func (w *walker) kustomization(name string, data []byte) error {
	var k kustomization
	text, err := yamldoc.Check(data, limit.Document)
	if err == nil {
		err = text.Fill(&k)
	}
	if err != nil {
		return fault.New(fault.Invalid, "%s: can't be read: %w", name, err)
	}
	if len(k.HelmCharts)+len(k.HelmInflation) > 0 {
		return fault.New(fault.Invalid, "%s: helmCharts are not supported; bake the chart in a stage of its own", name)
	}
	dir := path.Dir(name)
	for _, lists := range [][]string{k.Resources, k.Bases, k.Components} {
		for _, entry := range lists {
			if err := w.entry(name, dir, entry, true); err != nil {
				return err
			}
		}
	}
	for _, entry := range k.files() {
		if err := w.entry(name, dir, entry, false); err != nil {
			return err
		}
	}
	return nil
}

// remote matches what Kustomize fetches from elsewhere.
var remote = regexp.MustCompile(`(?i)^(git@|git::|gh:|github\.com[/:]|gitlab\.com[/:]|bitbucket\.org[/:])|^[a-z][a-z0-9+.:-]*://|[?&](ref|version)=`)

// entry walks what an entry of a kustomization refers to: a file, or the directory of
// another kustomization.
func (w *walker) entry(of, dir, entry string, mayBeDirectory bool) error {
	if entry == "" || strings.ContainsAny(entry, "\n{") {
		return nil // the text of a patch or of a plugin's configuration
	}
	if remote.MatchString(entry) {
		return fault.New(fault.Invalid, "%s: refers to %s, and remote resources are not supported; add a copy to the repository", of, fault.WithoutUserinfo(fault.Short(entry)))
	}
	name := path.Join(dir, entry)
	if path.IsAbs(entry) || name == ".." || strings.HasPrefix(name, "../") {
		return fault.New(fault.Invalid, "%s: refers to %s, which is outside of the artifact", of, fault.Short(entry))
	}
	if w.seen[name] {
		return nil
	}
	if path.Ext(entry) != "" || !mayBeDirectory {
		data, err := w.add(name)
		if data != nil || err != nil {
			return err
		}
	}
	return w.directory(name)
}
