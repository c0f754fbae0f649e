package expression

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Version is how an execution's expressions are evaluated.
type Version string

// The versions, by Orca's names.
const (
	// V2 and V3 evaluate the whole pipeline when it starts, and each stage again
	// when it starts.
	V2 Version = "v2"
	V3 Version = "v3"
	// V4 leaves the stages alone until they start, and lets some types of
	// stages have a say in what is evaluated.
	V4 Version = "v4"
)

// parseVersion reads an execution's spelEvaluator; V3 is for all that isn't
// known.
func parseVersion(name string) Version {
	switch {
	case strings.EqualFold(name, string(V4)):
		return V4
	case strings.EqualFold(name, string(V2)):
		return V2
	}
	return V3
}

// StageScope is what a stage's expressions see: its own context, the outputs
// of the stages before it, and, in a pipeline, the execution and its trigger.
// Names that aren't known are null. User is who the stage runs as.
func StageScope(exec *model.Execution, stage *model.Stage, user string) *Scope {
	return stageScope(newExecution(exec), stage, user)
}

func stageScope(e *execution, stage *model.Stage, user string) *Scope {
	root := &Map{class: classStageContext, values: map[any]any{}, top: true, parent: &stageView{exec: e.m, stage: stage, order: e.orders[stage.ID]}}
	if e.m.Type == model.PipelineExecution || e.m.Type == "" {
		root.put("execution", e)
		root.put("trigger", e.trigger().asTriggerMap())
		if parseVersion(e.m.SpelEvaluator) == V4 && len(e.m.TemplateVariables) > 0 {
			root.put("templateVariables", e.m.TemplateVariables)
		}
	}
	augment(root)
	return &Scope{scope{root: root, allowUnknown: true, current: stage, user: user, parents: parentsOf(e, root), application: e.m.Application}}
}

// StartScope is what a pipeline's expressions see when it starts: the given
// values, which are "trigger" and "templateVariables" as a rule. Names that
// aren't known are errors.
func StartScope(values map[string]any) *Scope {
	root := newMap(classHashMap)
	for _, k := range (view{raw: values}).keys() {
		root.put(k, (view{raw: values}).get(k))
	}
	augment(root)
	trigger, _ := values["trigger"].(map[string]any)
	return &Scope{scope{root: root, parents: newParents(trigger, func(whole map[string]any) { root.put("trigger", whole) })}}
}

// Of returns the scope for an execution of an application, whose stored contents of
// artifacts are then read.
func (s *Scope) Of(application string) *Scope {
	out := *s
	out.application = application
	return &out
}

// parentsOf are the parents of an execution that a scope's root shows.
func parentsOf(e *execution, root *Map) *parents {
	if (view{own: root}).get("execution") != e {
		return nil
	}
	return newParents(e.m.Trigger, func(whole map[string]any) {
		m := *e.m
		m.Trigger = whole
		shown := &execution{m: &m, orders: e.orders}
		root.put("execution", shown)
		root.put("trigger", shown.trigger().asTriggerMap())
	})
}

// Strict makes names that aren't known errors.
func (s *Scope) Strict() *Scope {
	out := *s
	out.allowUnknown = false
	return &out
}

// augment adds the names that are always there: parameters and scmInfo.
func augment(root *Map) {
	top := view{own: root}
	var trigger *bean
	if m, ok := asMap(top.get("trigger")); ok {
		fields := m.raw
		if fields == nil {
			fields = make(map[string]any, m.len())
			for _, k := range m.keys() {
				fields[keyText(k)] = m.get(k)
			}
		}
		trigger = newTrigger(fields)
	}
	if trigger != nil && hasMembers(trigger.field("parameters")) {
		root.put("parameters", trigger.field("parameters"))
	} else if !top.has("parameters") {
		root.put("parameters", emptyMap())
	}
	scm := top.get("scmInfo")
	if info, ok := top.get("buildInfo").(*bean); ok {
		scm = info.field("scm")
	}
	if scm == nil && trigger != nil {
		if info, ok := trigger.field("buildInfo").(*bean); ok {
			scm = info.field("scm")
		}
	}
	root.put("scmInfo", pickSource(scm))
}

func hasMembers(v any) bool {
	m, ok := asMap(v)
	return ok && m.len() > 0
}

// pickSource takes one of the source changes of a build: the first that is not
// of a main branch, else the first.
func pickSource(scm any) any {
	all, ok := collection(scm)
	if !ok {
		return scm
	}
	if all.len() == 0 {
		return nil
	}
	if all.len() > 1 {
		for i := range all.len() {
			branch := member(all.at(i), "branch")
			if b, ok := all.at(i).(*bean); ok {
				branch = b.field("branch")
			}
			if branch != "master" && branch != "develop" {
				return all.at(i)
			}
		}
	}
	return all.at(0)
}
