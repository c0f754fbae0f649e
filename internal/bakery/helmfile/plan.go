package helmfile

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

const (
	defaultEnvironment = "default"
	// mostReleases is how many releases a helmfile and those it includes may have.
	mostReleases = 200
	// mostNested is how deep helmfiles may include others.
	mostNested = 10
	// mostParts is how many parts a helmfile may have.
	mostParts = 100
)

// release is a chart to render.
type release struct {
	Name, Namespace string
	// Directory is where the chart is in the artifact; otherwise it has a repository.
	Directory, Repository, Chart, Version string
	Values                                []bakery.File
	Set, SetStrings                       []string
	KubeVersion                           string
	APIVersions                           []string
	// File is the helmfile that it is in.
	File string

	needs []string
}

// planner works out the releases of helmfiles.
type planner struct {
	order
	templates *templater
	files     map[string][]byte
	stack     []string
	count     int
}

func (o order) plan() ([]release, error) {
	p := &planner{order: o, files: map[string][]byte{}}
	for _, f := range o.Files {
		p.files[f.Name] = f.Data
	}
	p.templates = &templater{files: p.files}
	given := map[string]any{}
	for _, f := range o.StateValues {
		more, err := object(f)
		if err != nil {
			return nil, err
		}
		values.Over(given, more)
	}
	return p.helmfile(o.Where, given)
}

// helmfile works out the releases of a helmfile, after those of the ones it includes.
func (p *planner) helmfile(file string, given map[string]any) ([]release, error) {
	if slices.Contains(p.stack, file) {
		return nil, fault.New(fault.Invalid, "%s: includes itself: %s", file, strings.Join(append(p.stack, file), " includes "))
	}
	if len(p.stack) == mostNested {
		return nil, fault.New(fault.Invalid, "%s: helmfiles include each other more than %d deep", file, mostNested)
	}
	p.stack = append(p.stack, file)
	defer func() { p.stack = p.stack[:len(p.stack)-1] }()
	fields, err := p.load(file, file, given)
	if err != nil {
		return nil, err
	}
	s := &state{file: file, fields: fields}
	if err := s.check(); err != nil {
		return nil, err
	}
	environment, err := p.values(s, given)
	if err != nil {
		return nil, err
	}
	var out []release
	for _, of := range model.List(s.fields, "helmfiles") {
		more, err := p.nested(s, of, environment)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	own, err := p.releases(s, environment)
	return append(out, own...), err
}

// nested is a helmfile that another one includes.
func (p *planner) nested(s *state, of any, environment map[string]any) ([]release, error) {
	name, fields := "", map[string]any{}
	switch v := of.(type) {
	case string:
		name = v
	case map[string]any:
		fields = v
		name = model.String(v, "path")
		if err := known(s.file, "helmfiles: ", v, map[string]bool{"path": true, "values": true}); err != nil {
			return nil, err
		}
	}
	at, err := within(path.Dir(s.file), name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: helmfiles: %w", s.file, err)
	}
	if _, ok := p.files[at]; !ok {
		if at = p.find(at); at == "" {
			return nil, fault.New(fault.Invalid, "%s: helmfiles: there is no file %s in the artifact", s.file, fault.Short(name))
		}
	}
	given := map[string]any{}
	if err := p.overlay(s, model.List(fields, "values"), environment, given, missingFails); err != nil {
		return nil, err
	}
	return p.helmfile(at, given)
}

// find is the helmfile of a directory; "" if it has none.
func (p *planner) find(dir string) string {
	for _, name := range fileNames {
		if _, ok := p.files[path.Join(dir, name)]; ok {
			return path.Join(dir, name)
		}
	}
	return ""
}

// load reads a file's parts, and the bases that they name before them. Later parts see
// the values of the environment that earlier ones define.
func (p *planner) load(of, file string, given map[string]any) (map[string]any, error) {
	data, ok := p.files[file]
	if !ok {
		return nil, fault.New(fault.Invalid, "%s: there is no file %s in the artifact", of, fault.Short(file))
	}
	out := &state{file: of, fields: map[string]any{}}
	all := parts(string(data))
	if err := limit.Count(len(all), mostParts, "parts of a helmfile"); err != nil {
		return nil, err
	}
	for _, part := range all {
		environment, err := p.values(out, given)
		if err != nil {
			environment = given // the environment may be defined later
		}
		if path.Ext(file) == ".gotmpl" {
			// The lines before the part keep the numbers of lines in errors.
			if part.text, err = p.templates.render(file, path.Dir(file), strings.Repeat("\n", part.line)+part.text, p.data(environment)); err != nil {
				return nil, err
			}
		}
		fields, err := object(bakery.File{Name: file, Data: []byte(part.text)})
		if err != nil {
			return nil, err
		}
		layer := &state{file: of, fields: map[string]any{}}
		for _, base := range model.Strings(fields, "bases") {
			more, err := p.base(of, file, base, environment)
			if err != nil {
				return nil, err
			}
			layer.merge(more, true)
		}
		layer.merge(model.Without(fields, "bases"), true)
		out.merge(layer.fields, false)
	}
	return out.fields, nil
}

// base reads a file that another one has as its base.
func (p *planner) base(of, file, name string, environment map[string]any) (map[string]any, error) {
	at, err := within(path.Dir(file), name)
	switch {
	case err != nil:
		return nil, fault.New(fault.Invalid, "%s: bases: %w", file, err)
	case slices.Contains(p.stack, at):
		return nil, fault.New(fault.Invalid, "%s: bases include each other: %s", file, strings.Join(append(p.stack, at), ", "))
	case len(p.stack) == mostNested:
		return nil, fault.New(fault.Invalid, "%s: bases include each other more than %d deep", file, mostNested)
	}
	p.stack = append(p.stack, at)
	defer func() { p.stack = p.stack[:len(p.stack)-1] }()
	return p.load(of, at, environment)
}

// part is a document of a helmfile, and how many lines are before it.
type part struct {
	text string
	line int
}

// parts separates a helmfile at its lines ---, before anything of it is rendered.
func parts(text string) []part {
	var out []part
	current, lines := part{}, 0
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \t\r\n") == "---" {
			out = append(out, current)
			current = part{line: lines + 1}
		} else {
			current.text += line
		}
		lines++
	}
	return append(out, current)
}

// data is what templates see.
func (p *planner) data(environment map[string]any) map[string]any {
	return map[string]any{
		"Values": environment, "StateValues": environment, "Namespace": p.Namespace,
		"Environment": map[string]any{"Name": p.Environment, "KubeContext": "", "Values": environment},
	}
}

// values are those of the environment, and what was given over them.
func (p *planner) values(s *state, given map[string]any) (map[string]any, error) {
	listed, err := s.environment(p.Environment)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	if err := p.overlay(s, listed, out, out, handlerOf(s.fields)); err != nil {
		return nil, err
	}
	values.Over(out, given)
	return out, nil
}

const missingFails = "Error"

// handlerOf tells what is done if a file of values is missing.
func handlerOf(fields map[string]any) string {
	if h := model.String(fields, "missingFileHandler"); h != "" {
		return h
	}
	return missingFails
}

// overlay puts values that a state lists, as files or objects, over others. Templates
// among the files see the values so far.
func (p *planner) overlay(s *state, listed []any, seen, out map[string]any, missing string) error {
	for _, item := range listed {
		switch v := item.(type) {
		case map[string]any:
			values.Over(out, v)
		case string:
			files, err := p.valueFiles(s, v, p.data(seen), missing)
			if err != nil {
				return err
			}
			for _, f := range files {
				more, err := object(f)
				if err != nil {
					return err
				}
				values.Over(out, more)
			}
		default:
			return fault.New(fault.Invalid, "%s: values: must be paths and objects", s.file)
		}
	}
	return nil
}

// valueFiles are the files that a path names, which may be a pattern, with their
// templates rendered.
func (p *planner) valueFiles(s *state, name string, data map[string]any, missing string) ([]bakery.File, error) {
	at, err := within(path.Dir(s.file), name)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: values: %w", s.file, err)
	}
	var found []string
	if _, ok := p.files[at]; ok {
		found = []string{at}
	} else if strings.ContainsAny(at, "*?[") {
		for _, file := range slices.Sorted(maps.Keys(p.files)) {
			if ok, _ := path.Match(at, file); ok {
				found = append(found, file)
			}
		}
	}
	if len(found) == 0 {
		if missing != missingFails {
			return nil, nil
		}
		return nil, fault.New(fault.Invalid, "%s: values: there is no file %s in the artifact", s.file, fault.Short(at))
	}
	out := make([]bakery.File, len(found))
	for i, file := range found {
		out[i] = bakery.File{Name: file, Data: p.files[file]}
		if path.Ext(file) == ".gotmpl" {
			text, err := p.templates.render(file, path.Dir(s.file), string(p.files[file]), data)
			if err != nil {
				return nil, err
			}
			out[i].Data = []byte(text)
		}
	}
	return out, nil
}

// document is a file of values that an object makes.
func document(name string, value any) (bakery.File, error) {
	data, err := yamldoc.Marshal(value)
	return bakery.File{Name: name, Data: data}, err
}
