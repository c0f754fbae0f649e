package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Reasons are why an execution did not succeed: a sentence for each thing that
// failed, with the stage it failed in.
func (e Execution) Reasons() []string {
	var out []string
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, s := range e.Stages() {
		if !s.Status().Failure() && s.Status() != model.Canceled {
			continue
		}
		for _, reason := range s.Reasons() {
			add(s.Name() + ": " + reason)
		}
	}
	if len(out) == 0 { // what failed doesn't say why
		for _, s := range e.leaves() {
			add(s.Name() + " ended " + string(s.Status()))
		}
	}
	if model.Bool(e, "canceled", false) || e.Status() == model.Canceled {
		text := "canceled"
		if by := model.String(e, "canceledBy"); by != "" {
			text += " by " + by
		}
		if why := model.String(e, "cancellationReason"); why != "" {
			text += ": " + why
		}
		add(text)
	}
	return out
}

// leaves are the stages that failed by themselves, not for a stage within them.
func (e Execution) leaves() []Stage {
	parents := map[string]bool{}
	var failed []Stage
	for _, s := range e.Stages() {
		if s.Status().Failure() {
			parents[s.ParentID()] = true
			failed = append(failed, s)
		}
	}
	return slices.DeleteFunc(failed, func(s Stage) bool { return parents[s.ID()] })
}

// Reasons are why a stage failed, from the places where Orca's stages tell it.
func (s Stage) Reasons() []string {
	context := s.Context()
	var out []string
	add := func(texts ...string) {
		for _, text := range texts {
			if text = strings.TrimSpace(text); text != "" && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	exception := model.Object(context, "exception")
	details := model.Object(exception, "details")
	add(model.Strings(details, "errors")...)
	if len(out) == 0 {
		add(model.String(details, "error"), model.String(exception, "message"))
	}
	for _, task := range s.Tasks() {
		add(model.Strings(model.Object(model.Object(model.Object(task, "taskExceptionDetails"), "exception"), "details"), "errors")...)
	}
	for _, operation := range model.Objects(context, "kato.tasks") {
		add(model.String(model.Object(operation, "exception"), "message"))
	}
	add(model.String(context, "failureMessage"), model.String(model.Object(context, "webhook"), "error"))
	if len(out) == 0 && model.String(context, "judgmentStatus") == "stop" {
		add("the judgment was stop")
	}
	if inner := model.Object(context, "context"); len(out) == 0 && model.String(context, "preconditionType") == "expression" {
		add(fmt.Sprintf("the precondition %q came to %s", model.String(inner, "expression"), model.String(inner, "expressionResult")))
	}
	return out
}
