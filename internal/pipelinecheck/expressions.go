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
	r.ofHead = len(r.problems)
	defer func() { r.ofExpressions = len(r.problems) - r.ofHead }()
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
		w.strict = model.Bool(s, "failOnFailedExpressions", false)
		asIs := model.Bool(s, "skipExpressionEvaluation", false)
		for _, key := range slices.Sorted(maps.Keys(s)) {
			if asIs && (key == "manifests" || key == "manifest") {
				continue // deployed as they are
			}
			w.value(s[key], stagePath(i)+"."+key)
		}
		w.conditions(s, i)
	}
}

// walk looks at the values of a pipeline.
type walk struct {
	*report
	known names
	stage string
	// strict says that the stage fails with any expression of its.
	strict bool
}

// conditions checks the expressions of a stage that are written without ${}: its own
// condition and those of preconditions.
func (w *walk) conditions(s map[string]any, i int) {
	if own := model.Object(s, "stageEnabled"); model.String(own, "type") == "expression" {
		path := stagePath(i) + ".stageEnabled.expression"
		if strings.TrimSpace(model.String(own, "expression")) == "" {
			w.addf(Warning, path, w.stage, "the condition is empty, so the stage is skipped")
		} else {
			w.bare(model.String(own, "expression"), path, "; the stage is skipped when the pipeline runs")
		}
	}
	if w.checker.typeOf(s) != "checkPreconditions" {
		return
	}
	for at, item := range model.List(s, "preconditions") {
		precondition, _ := item.(map[string]any)
		if model.String(precondition, "type") == "expression" {
			path := fmt.Sprintf("%s.preconditions[%d].context.expression", stagePath(i), at)
			w.bare(model.String(model.Object(precondition, "context"), "expression"), path, "; the precondition is never met")
		}
	}
}

// bare checks an expression that is written without ${}; consequence says what comes
// of one that can't be parsed.
func (w *walk) bare(text, path, consequence string) {
	if text == "" || expression.HasExpression(text) {
		return // texts with ${} are checked as any other
	}
	text = "${" + text + "}"
	if err := expression.Check(text); err != nil {
		w.addf(Warning, path, w.stage, "the expression can't be parsed: %v%s", err, consequence)
		return
	}
	w.references(text, path)
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

const staysAsItIs = "; it stays as it is when the pipeline runs"

func (w *walk) text(text, path string) {
	if !expression.HasExpression(text) {
		return
	}
	if err := expression.Check(text); err != nil {
		w.unparsable(text, path, err)
		return
	}
	w.references(text, path)
}

// references warns of what a text names and is not there.
func (w *walk) references(text, path string) {
	guarded := expression.Guarded(text)
	for _, ref := range expression.References(text) {
		if !slices.Contains(guarded, ref) {
			w.reference(ref, path)
		}
	}
}

func (w *walk) reference(ref expression.Reference, path string) {
	if w.told[Warning] > mostProblems {
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

// unparsable adds a text that can't be parsed. It stays as it is, which is what
// placeholders of other systems want: a shell's, Spring's. So it is an error only
// if the stage fails with it; or if it names what nothing but an expression does,
// in a field of the stage itself.
func (w *walk) unparsable(text, path string, err error) {
	own := strings.HasPrefix(path, "stages[") && ownField.MatchString(path) && expression.MeansSpinnaker(text)
	severity, more := Warning, staysAsItIs
	if w.strict || own {
		severity, more = Error, ""
	}
	w.addf(severity, path, w.stage, "the expression can't be parsed: %v"+more, err)
	if w.told[severity] <= mostProblems {
		w.unparsed[path] = len(w.problems) - 1
	}
}

// ownField is the path of a field of a stage itself, other than those for
// people.
var ownField = regexp.MustCompile(`^stages\[\d+\]\.(\w+)$|\.variables\[\d+\]\.value$`)
