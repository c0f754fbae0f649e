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
	// Stage checks a stage's fields by its type's schema.
	Stage(stage map[string]any) []string
}

// Checker checks pipelines. It is safe for concurrent use.
type Checker struct{ stages Stages }

// New returns a checker.
func New(stages Stages) *Checker { return &Checker{stages} }

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
	r := &report{checker: c}
	r.head(pipeline)
	r.allStages(pipeline)
	r.expressions(pipeline)
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
}

// mostProblems is how many problems are told of one pipeline.
const mostProblems = 1000

func (r *report) addf(severity Severity, path, stage, format string, args ...any) {
	if len(r.problems) == mostProblems {
		r.problems = append(r.problems, Problem{severity, "", "", "there are more problems than are listed"})
	}
	if len(r.problems) > mostProblems {
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
		r.addf(Error, "name", "", "name is missing: every pipeline has one")
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
	sentences := r.checker.stages.Stage(s)
	why := r.checker.unavailable(s)
	for _, sentence := range sentences { // it may know more: the nearest name
		if why != "" && strings.HasPrefix(sentence, why) {
			why = ""
		}
	}
	if why != "" {
		r.addf(Error, stagePath(i)+".type", model.String(s, "name"), "%s", why)
	}
	for _, sentence := range sentences {
		path := stagePath(i)
		if match := fieldFirst.FindStringSubmatch(sentence); match != nil {
			path += "." + match[1]
		}
		r.addf(Error, path, model.String(s, "name"), "%s", sentence)
	}
}
