package helmfile

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// releases are those of a state that are installed, in the order that they need.
func (p *planner) releases(s *state, environment map[string]any) ([]release, error) {
	var all []release
	skipped := map[string]bool{}
	for i, fields := range model.Objects(s.fields, "releases") {
		fields, err := p.inherited(s, fields, 0)
		if err != nil {
			return nil, err
		}
		name := model.String(fields, "name")
		if name == "" {
			return nil, fault.New(fault.Invalid, "%s: releases[%d]: name is missing", s.file, i)
		}
		of := "release " + fault.Short(name) + ": "
		if err := known(s.file, of, fields, fieldsOfRelease); err != nil {
			return nil, err
		}
		if err := checkHooks(s.file, of, fields); err != nil {
			return nil, err
		}
		p.count++
		if err := limit.Count(p.count, mostReleases, "releases"); err != nil {
			return nil, err
		}
		installed, err := isInstalled(s, of, fields, environment)
		if err != nil {
			return nil, err
		}
		r, err := p.release(s, of, fields, environment, installed)
		if err != nil {
			return nil, err
		}
		if installed {
			all = append(all, r)
		} else {
			skipped[r.Name] = true
		}
	}
	return sorted(all, skipped)
}

// inherited adds a release to the templates that it inherits from, as Helmfile does: lists
// are joined, and what a template has isn't replaced.
func (p *planner) inherited(s *state, fields map[string]any, depth int) (map[string]any, error) {
	if depth > mostNested {
		return nil, fault.New(fault.Invalid, "%s: templates inherit from each other more than %d deep", s.file, mostNested)
	}
	out := map[string]any{}
	for _, from := range model.Objects(fields, "inherit") {
		name := model.String(from, "template")
		template, ok := model.Object(s.fields, "templates")[name].(map[string]any)
		if !ok {
			return nil, fault.New(fault.Invalid, "%s: release %s: inherit: there is no template %q", s.file, fault.Short(model.String(fields, "name")), fault.Short(name))
		}
		template, err := p.inherited(s, template, depth+1)
		if err != nil {
			return nil, err
		}
		add(out, model.Without(template, model.Strings(from, "except")...))
	}
	add(out, model.Without(fields, "inherit"))
	return out, nil
}

// add adds what an object lacks, and joins lists.
func add(to, more map[string]any) {
	for key, value := range more {
		switch have := to[key].(type) {
		case nil:
			to[key] = value
		case []any:
			if list, ok := value.([]any); ok {
				to[key] = slices.Concat(have, list)
			}
		case map[string]any:
			if object, ok := value.(map[string]any); ok {
				both := maps.Clone(have)
				add(both, object)
				to[key] = both
			}
		}
	}
}

// isInstalled tells whether a release is rendered at all.
func isInstalled(s *state, of string, fields, environment map[string]any) (bool, error) {
	if !model.Bool(fields, "installed", true) {
		return false, nil
	}
	condition := model.String(fields, "condition")
	switch strings.ToLower(condition) {
	case "", "true":
		return true, nil
	case "false":
		return false, nil
	}
	above, ok := strings.CutSuffix(condition, ".enabled")
	if !ok {
		return false, fault.New(fault.Invalid, "%s: %scondition: %q must end with .enabled", s.file, of, fault.Short(condition))
	}
	value, err := getOrNil(above, environment)
	if err != nil {
		return false, err
	}
	object, ok := value.(map[string]any)
	if !ok {
		return false, fault.New(fault.Invalid, "%s: %scondition: there is no object of values at %q", s.file, of, fault.Short(above))
	}
	enabled, _ := object["enabled"].(bool)
	return enabled, nil
}

// release works out one release. Of one that isn't installed, only the name.
func (p *planner) release(s *state, of string, fields, environment map[string]any, installed bool) (release, error) {
	data := p.data(environment)
	labels := map[string]any{}
	values.Over(labels, model.Object(s.fields, "commonLabels"))
	values.Over(labels, model.Object(fields, "labels"))
	own := map[string]any{"Name": model.String(fields, "name"), "Namespace": model.String(fields, "namespace"), "Chart": model.String(fields, "chart"), "Labels": labels, "KubeContext": "", "ChartVersion": model.String(fields, "version")}
	data["Release"] = own
	text := func(field, value string) (string, error) {
		if !strings.Contains(value, "{{") {
			return value, nil
		}
		return p.templates.render(s.file+": "+of+field, path.Dir(s.file), value, data)
	}
	out := release{File: s.file, KubeVersion: model.String(s.fields, "kubeVersion"), APIVersions: model.Strings(s.fields, "apiVersions")}
	var chart string
	for _, f := range []struct {
		name string
		to   *string
	}{{"name", &out.Name}, {"namespace", &out.Namespace}, {"chart", &chart}, {"version", &out.Version}} {
		var err error
		if *f.to, err = text(f.name, model.String(fields, f.name)); err != nil {
			return out, err
		}
	}
	switch {
	case p.Namespace != "":
		out.Namespace = p.Namespace
	case model.String(s.fields, "namespace") != "":
		out.Namespace = model.String(s.fields, "namespace")
	}
	own["Name"], own["Namespace"], own["Chart"] = out.Name, out.Namespace, chart
	if !installed {
		return out, nil
	}
	if version := model.String(fields, "kubeVersion"); version != "" {
		out.KubeVersion = version
	}
	if versions := model.Strings(fields, "apiVersions"); len(versions) > 0 {
		out.APIVersions = versions
	}
	out.needs = model.Strings(fields, "needs")
	if err := p.chart(s, of, chart, &out); err != nil {
		return out, err
	}
	if err := p.releaseValues(s, of, fields, data, &out, text); err != nil {
		return out, err
	}
	err := set(s, of, fields, &out, text)
	return out, err
}

// chart finds out where a release's chart is.
func (p *planner) chart(s *state, of, chart string, out *release) error {
	if chart == "" {
		return fault.New(fault.Invalid, "%s: %schart is missing", s.file, of)
	}
	if rest, ok := strings.CutPrefix(chart, "oci://"); ok {
		out.Repository, out.Chart = "oci://"+path.Dir(rest), path.Base(rest)
		return nil
	}
	if strings.Contains(chart, "://") || strings.HasPrefix(chart, "git::") {
		return fault.New(fault.Invalid, "%s: %schart: %s is an address, which is not supported: name a repository in repositories, or use a chart of the artifact", s.file, of, fault.WithoutUserinfo(fault.Short(chart)))
	}
	at, err := within(path.Dir(s.file), chart)
	if err == nil {
		if _, ok := p.files[path.Join(at, "Chart.yaml")]; ok {
			out.Directory = at
			return nil
		}
	}
	repository, name, named := strings.Cut(chart, "/")
	if address, ok := s.repository(repository); ok && named && !strings.HasPrefix(chart, ".") {
		out.Repository, out.Chart = address, name
		return nil
	}
	if err != nil {
		return fault.New(fault.Invalid, "%s: %schart: %w", s.file, of, err)
	}
	return fault.New(fault.Invalid, "%s: %schart: %s is neither a chart of the artifact nor one of the repositories of the helmfile", s.file, of, fault.Short(chart))
}

type textOf func(field, value string) (string, error)

// releaseValues works out the files of values of a release.
func (p *planner) releaseValues(s *state, of string, fields, data map[string]any, out *release, text textOf) error {
	missing := handlerOf(fields)
	if fields["missingFileHandler"] == nil {
		missing = handlerOf(s.fields)
	}
	for _, field := range []string{"values", "valuesTemplate"} {
		for _, item := range model.List(fields, field) {
			name, isPath := item.(string)
			if isPath {
				name, err := text(field, name)
				if err != nil {
					return err
				}
				files, err := p.valueFiles(s, name, data, missing)
				if err != nil {
					return err
				}
				out.Values = append(out.Values, files...)
				continue
			}
			f, err := document(s.file+": "+of+field, item)
			if err == nil && field == "valuesTemplate" {
				name, err = text(field, string(f.Data))
				f.Data = []byte(name)
			}
			if err != nil {
				return err
			}
			out.Values = append(out.Values, f)
		}
	}
	return nil
}

// set works out what --set and --set-string would be told.
func set(s *state, of string, fields map[string]any, out *release, text textOf) error {
	for _, field := range []string{"set", "setString"} {
		for _, item := range model.Objects(fields, field) {
			if err := known(s.file, of+field+": ", item, map[string]bool{"name": true, "value": true, "values": true}); err != nil {
				return err
			}
			value, err := text(field, model.String(item, "value"))
			if list := model.List(item, "values"); list != nil {
				var items []string
				for i := range list {
					items = append(items, escaped(model.String(map[string]any{"": list[i]}, "")))
				}
				value = "{" + strings.Join(items, ",") + "}"
			} else {
				value = escaped(value)
			}
			if err != nil {
				return err
			}
			assignment := model.String(item, "name") + "=" + value
			if field == "set" {
				out.Set = append(out.Set, assignment)
			} else {
				out.SetStrings = append(out.SetStrings, assignment)
			}
		}
	}
	return nil
}

// escaped is a value in which Helm finds no signs of its own.
func escaped(value string) string {
	return strings.NewReplacer(`\`, `\\`, ",", `\,`, "{", `\{`, "}", `\}`).Replace(value)
}

// sorted puts releases after those that they need; otherwise they keep their order.
func sorted(all []release, skipped map[string]bool) ([]release, error) {
	level := make([]int, len(all))
	find := func(r release, need string) (int, error) {
		steps := strings.Split(need, "/")
		name := steps[len(steps)-1]
		for i, other := range all {
			if other.Name == name && (len(steps) == 1 || other.Namespace == steps[len(steps)-2]) {
				return i, nil
			}
		}
		if skipped[name] {
			return -1, nil
		}
		return 0, fault.New(fault.Invalid, "%s: release %s: needs: there is no release %s", r.File, r.Name, fault.Short(need))
	}
	for range len(all) + 1 {
		changed := false
		for i, r := range all {
			for _, need := range r.needs {
				at, err := find(r, need)
				if err != nil {
					return nil, err
				}
				if at >= 0 && level[i] <= level[at] {
					level[i], changed = level[at]+1, true
				}
			}
		}
		if !changed {
			order := make([]int, len(all))
			for i := range order {
				order[i] = i
			}
			slices.SortStableFunc(order, func(a, b int) int { return level[a] - level[b] })
			out := make([]release, len(all))
			for i, at := range order {
				out[i] = all[at]
			}
			return out, nil
		}
	}
	return nil, fault.New(fault.Invalid, "%s: releases need each other in a circle", all[0].File)
}

// bound is what the files of values of all releases may have together.
func bound(all []release) error {
	total := int64(0)
	for _, r := range all {
		for _, f := range r.Values {
			total += int64(len(f.Data))
		}
	}
	if total > limit.Inflated {
		return fault.New(fault.TooLarge, "the values of the releases have %s; the most is %s", limit.Size(total), limit.Size(limit.Inflated))
	}
	return nil
}
