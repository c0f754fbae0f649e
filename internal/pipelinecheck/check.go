// Package pipelinecheck tells what is wrong with a pipeline's configuration
// before it runs: its graph, its stages' fields, its expressions, and what they
// refer to. It does no I/O.
package pipelinecheck

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Severity tells what is wrong from what may be.
type Severity string

// The severities.
const (
	// Error can't run, or fails when it does.
	Error Severity = "error"
	// Warning runs, and probably not as it is meant to.
	Warning Severity = "warning"
)

// Problem is one thing that is wrong.
type Problem struct {
	Severity Severity `json:"severity"`
	// Path is where: "stages[2].manifests[0].metadata.name".
	Path string `json:"path"`
	// Stage is the name of the stage it is in, if any.
	Stage string `json:"stage,omitempty"`
	// Message says what, in a sentence without its end.
	Message string `json:"message"`
}

// String is the problem as one line.
func (p Problem) String() string {
	where := p.Path
	if p.Stage != "" {
		where += " (" + p.Stage + ")"
	}
	if where == "" {
		return p.Message
	}
	return where + ": " + p.Message
}

// Stages knows the stage types there are. Its methods are called by any number
// of goroutines.
type Stages interface {
	// Graph checks how stages fit together; its sentences start with
	// "stages[i]" where they are about one.
	Graph(stages []any) []string
	// Unavailable says why stages of a type can't run here; "" where they can.
	Unavailable(stageType string) string
	// Stage tells which of a stage's fields make it fail when it runs.
	Stage(stage map[string]any) []string
}

// Doubts is what [Stages] may know besides.
type Doubts interface {
	// Odd tells which of a stage's fields are not as its type describes them,
	// and yet no reason to fail.
	Odd(stage map[string]any) []string
	// Fields lists the names of the fields that stages of a type have.
	Fields(stageType string) []string
}

// Checker checks pipelines. It is safe for concurrent use.
type Checker struct {
	stages Stages
	doubts Doubts
}

// New returns a checker.
func New(stages Stages) *Checker {
	doubts, _ := stages.(Doubts)
	return &Checker{stages, doubts}
}

// unavailable says why a stage can't run here; its alias stands for its type,
// as the engine has it.
func (c *Checker) unavailable(s map[string]any) string {
	if alias := model.String(s, "alias"); alias != "" && c.stages.Unavailable(alias) == "" {
		return ""
	}
	return c.stages.Unavailable(model.String(s, "type"))
}

// Check lists what is wrong with a pipeline, errors first, and otherwise in the
// order of the pipeline.
func (c *Checker) Check(pipeline map[string]any) []Problem {
	r := &report{checker: c, unparsed: map[string]int{}, told: map[Severity]int{}}
	r.head(pipeline)
	// Before the stages' fields: a text that stays as it is may be what is wrong
	// with a field.
	r.expressions(pipeline)
	r.allStages(pipeline)
	r.inOrder()
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return strings.Compare(string(a.Severity), string(b.Severity)) // "error" < "warning"
	})
	return r.problems
}

// HasErrors tells whether one of the problems is an error.
func HasErrors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// report gathers the problems of one pipeline.
type report struct {
	checker  *Checker
	problems []Problem
	// unparsed are the places of the problems about texts that can't be parsed,
	// by path.
	unparsed map[string]int
	// told counts the problems by severity.
	told map[Severity]int
	// ofExpressions counts the problems about expressions, which come first
	// while the pipeline is checked.
	ofHead, ofExpressions int
}

// inOrder puts the problems about expressions behind the others.
func (r *report) inOrder() {
	head, expressions := r.problems[:r.ofHead], r.problems[r.ofHead:r.ofHead+r.ofExpressions]
	r.problems = slices.Concat(head, r.problems[r.ofHead+r.ofExpressions:], expressions)
}

// mostProblems is how many errors are told of one pipeline, and how many warnings:
// however many there are of these, no error goes untold.
const mostProblems = 1000

func (r *report) addf(severity Severity, path, stage, format string, args ...any) {
	if r.told[severity] > mostProblems {
		return
	}
	r.told[severity]++
	if r.told[severity] > mostProblems {
		r.problems = append(r.problems, Problem{severity, "", "", "there are more problems than are listed"})
		return
	}
	r.problems = append(r.problems, Problem{severity, path, fault.Short(stage), fault.New(fault.Invalid, format, args...).Message})
}

// templated tells whether a pipeline takes its stages from a template.
func templated(pipeline map[string]any) bool {
	return model.String(pipeline, "type") == "templatedPipeline" || model.Object(pipeline, "template") != nil
}

func (r *report) head(pipeline map[string]any) {
	if strings.TrimSpace(model.String(pipeline, "name")) == "" {
		if pipeline["stages"] == nil && !templated(pipeline) {
			r.addf(Error, "name", "", "name is missing: every pipeline has one")
		} else {
			r.addf(Warning, "name", "", "name is missing: the pipeline can't be saved before it has one")
		}
	}
	if strings.TrimSpace(model.String(pipeline, "application")) == "" {
		r.addf(Warning, "application", "", "application is missing: the pipeline can't be saved before it has one")
	}
	names := map[string]bool{}
	for i, parameter := range model.Objects(pipeline, "parameterConfig") {
		name := model.String(parameter, "name")
		switch {
		case name == "":
			r.addf(Warning, fmt.Sprintf("parameterConfig[%d].name", i), "", "the parameter has no name")
		case names[name]:
			r.addf(Warning, fmt.Sprintf("parameterConfig[%d].name", i), "", "another parameter is named %q too", fault.Short(name))
		}
		names[name] = true
	}
	r.misspelled(pipeline, "", "", pipelineFields)
	r.cronTriggers(pipeline)
	r.quietPeriods(pipeline, "notifications", "")
	r.idle(pipeline)
}

func (r *report) allStages(pipeline map[string]any) {
	value, given := pipeline["stages"]
	if !given || value == nil {
		if !templated(pipeline) {
			r.addf(Warning, "stages", "", "the pipeline has no stages")
		}
		return
	}
	stages, ok := value.([]any)
	if !ok {
		r.addf(Error, "stages", "", "stages must be a list of objects")
		return
	}
	for _, sentence := range r.checker.stages.Graph(stages) {
		r.graph(sentence, stages)
	}
	for i, item := range stages {
		if s, ok := item.(map[string]any); ok && model.String(s, "type") != "" {
			r.stage(s, i)
			r.quietPeriods(s, stagePath(i)+".notifications", model.String(s, "name"))
		}
	}
}

var placed = regexp.MustCompile(`^stages\[(\d+)\](?: \(.*?\))?: (.*)$`)

// graph adds a sentence about the graph, with the place taken out of it.
func (r *report) graph(sentence string, stages []any) {
	match := placed.FindStringSubmatch(sentence)
	if match == nil {
		r.addf(Error, "stages", "", "%s", sentence)
		return
	}
	name := ""
	i, err := strconv.Atoi(match[1])
	if err == nil && i < len(stages) {
		s, _ := stages[i].(map[string]any)
		name = model.String(s, "name")
	}
	r.addf(Error, stagePath(i), name, "%s", match[2])
}

func stagePath(i int) string { return fmt.Sprintf("stages[%d]", i) }

var fieldFirst = regexp.MustCompile(`^([A-Za-z_][\w.\[\]]*) (?:is missing$|must be )`)

func (r *report) stage(s map[string]any, i int) {
	name := model.String(s, "name")
	sentences := r.checker.stages.Stage(s)
	why := r.checker.unavailable(s)
	for _, sentence := range sentences { // it may know more: the nearest name
		if why != "" && strings.HasPrefix(sentence, why) {
			why = ""
		}
	}
	if r.configured(s) {
		if why != "" || len(sentences) > 0 {
			r.addf(Warning, stagePath(i)+".type", name, "the stage type %q is defined by a server's configuration, and can't be checked without it", model.String(s, "type"))
		}
		return
	}
	if why != "" {
		r.addf(Error, stagePath(i)+".type", name, "%s", why)
	}
	for _, sentence := range sentences {
		r.field(Error, sentence, name, i)
	}
	r.ignored(s, name, i)
	if r.checker.doubts == nil {
		return
	}
	for _, sentence := range r.checker.doubts.Odd(s) {
		r.field(Warning, sentence, name, i)
	}
	if known := r.checker.doubts.Fields(r.checker.typeOf(s)); known != nil {
		r.misspelled(s, stagePath(i), name, append(known, stageFields...))
	}
}

// field adds a sentence about one of a stage's fields. If the field holds an
// expression that can't be parsed, that is what is wrong with it.
func (r *report) field(severity Severity, sentence, name string, i int) {
	path := stagePath(i)
	if match := fieldFirst.FindStringSubmatch(sentence); match != nil {
		path += "." + match[1]
	}
	if at, ok := r.unparsed[path]; ok {
		if severity == Error {
			r.problems[at].Severity, r.problems[at].Message = Error, strings.TrimSuffix(r.problems[at].Message, staysAsItIs)
		}
		return
	}
	r.addf(severity, path, name, "%s", sentence)
}

// typeOf is the type that counts for a stage.
func (c *Checker) typeOf(s map[string]any) string {
	if alias := model.String(s, "alias"); alias != "" && c.stages.Unavailable(alias) == "" {
		return alias
	}
	return model.String(s, "type")
}

// configured tells whether a stage's type is one that a server's configuration
// defines and that isn't known here.
func (r *report) configured(s map[string]any) bool {
	switch model.String(s, "alias") {
	case "preconfiguredWebhook", "preconfiguredJob":
		return r.checker.unavailable(s) != ""
	}
	return false
}
