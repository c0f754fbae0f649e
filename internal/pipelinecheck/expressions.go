package pipelinecheck

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// names are what expressions may refer to; nil where it can't be known.
type names struct {
	stages, refs, parameters map[string]bool
}

func namesOf(pipeline map[string]any) names {
	out := names{stages: map[string]bool{}, refs: map[string]bool{}, parameters: map[string]bool{}}
	for _, s := range model.Objects(pipeline, "stages") {
		name := model.String(s, "name")
		if name == "" { // the engine names it by its type
			name = model.String(s, "type")
		}
		if expression.HasExpression(name) && out.stages != nil {
			out.stages = nil // known only when it runs
		}
		if out.stages != nil {
			out.stages[name] = true
		}
		out.refs[model.String(s, "refId")] = true
	}
	for _, p := range model.Objects(pipeline, "parameterConfig") {
		out.parameters[model.String(p, "name")] = true
	}
	if templated(pipeline) { // the template may have more
		return names{}
	}
	return out
}

// expressions checks every text of the pipeline that holds an expression.
func (r *report) expressions(pipeline map[string]any) {
	w := &walk{report: r, known: namesOf(pipeline)}
	for _, key := range slices.Sorted(maps.Keys(pipeline)) {
		if key != "stages" {
			w.value(pipeline[key], key)
		}
	}
	for i, item := range model.List(pipeline, "stages") {
		s, ok := item.(map[string]any)
		if !ok {
			continue
		}
		w.stage = model.String(s, "name")
		asIs := model.Bool(s, "skipExpressionEvaluation", false)
		for _, key := range slices.Sorted(maps.Keys(s)) {
			if asIs && (key == "manifests" || key == "manifest") {
				continue // deployed as they are
			}
			w.value(s[key], stagePath(i)+"."+key)
		}
	}
}

// walk looks at the values of a pipeline.
type walk struct {
	*report
	known names
	stage string
}

func (w *walk) value(value any, path string) {
	switch v := value.(type) {
	case string:
		w.text(v, path)
	case []any:
		for i, item := range v {
			w.value(item, fmt.Sprintf("%s[%d]", path, i))
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			w.text(key, join(path, key))
			w.value(v[key], join(path, key))
		}
	}
}

var plainKey = regexp.MustCompile(`^[A-Za-z_][\w-]*$`)

func join(path, key string) string {
	if len(key) <= limit.Name && plainKey.MatchString(key) {
		return path + "." + key
	}
	return fmt.Sprintf("%s[%q]", path, fault.Short(key))
}

// shell is what a shell's parameter expansion looks like, which scripts in
// manifests are full of. It is left as it is when the pipeline runs.
var shell = regexp.MustCompile(`\$\{[A-Za-z_][A-Za-z0-9_]*(:?[-+=?]|##?|%%?|//?|\^|,)`)

func (w *walk) text(text, path string) {
	if !expression.HasExpression(text) {
		return
	}
	if err := expression.Check(text); err != nil {
		if shell.MatchString(text) {
			w.addf(Warning, path, w.stage, "%v; it stays as it is when the pipeline runs", err)
			return
		}
		w.addf(Error, path, w.stage, "the expression can't be parsed: %v", err)
		return
	}
	for _, ref := range expression.References(text) {
		w.reference(ref, path)
	}
}

func (w *walk) reference(ref expression.Reference, path string) {
	if len(w.problems) > mostProblems {
		return
	}
	switch ref.Kind {
	case expression.ToStage:
		if w.known.stages != nil && !w.known.stages[ref.Name] {
			w.addf(Warning, path, w.stage, "no stage is named %q%s", fault.Short(ref.Name), fold(ref.Name, w.known.stages))
		}
	case expression.ToStageRef:
		if w.known.refs != nil && !w.known.refs[ref.Name] {
			w.addf(Warning, path, w.stage, "no stage has the refId %q", fault.Short(ref.Name))
		}
	case expression.ToParameter:
		if w.known.parameters != nil && !w.known.parameters[ref.Name] {
			w.addf(Warning, path, w.stage, "the pipeline declares no parameter %q%s", fault.Short(ref.Name), fold(ref.Name, w.known.parameters))
		}
	}
}

// fold asks for the name that differs in nothing but case and spaces.
func fold(name string, known map[string]bool) string {
	flat := func(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }
	for _, candidate := range slices.Sorted(maps.Keys(known)) {
		if flat(candidate) == flat(name) {
			return fmt.Sprintf("; did you mean %q?", candidate)
		}
	}
	return ""
}
