package expression

import (
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/model"
)

// functions are what can be called as #name(...).
var functions map[string]*method

func functionNames() []string {
	out := make([]string, 0, len(functions))
	for name := range functions {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// helper is a failure of a function's own.
func helper(format string, args ...any) *Failure { return fail(exHelper, format, args...) }

// during says in which function an outside failure came.
func during(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	f := *asFailure(err)
	prefix := helper(format, args...).Message
	if _, ok := errors.AsType[*Failure](err); !ok {
		f.Class = exHelper
	}
	f.Message = prefix + ": " + f.Message
	return &f
}

func defineFunctions() {
	table := newClass("functions", nil)
	defineTextFunctions(table)
	defineStageFunctions(table)
	defineArtifactFunctions(table)
	defineLookupFunctions(table)
	defineReadFunctions(table)
	functions = make(map[string]*method, len(table.own))
	for _, m := range table.own {
		functions[m.name] = m
	}
}

// text is a text argument that must not be null.
func textArgument(in *invocation, i int) (string, error) {
	s, ok := in.args[i].(string)
	if !ok {
		return "", fail(exNull, "the argument is null")
	}
	return s, nil
}

// onText makes the body of a function of one text.
func onText(f func(in *invocation, s string) (any, error)) func(*invocation) (any, error) {
	return func(in *invocation) (any, error) {
		s, err := textArgument(in, 0)
		if err != nil {
			return nil, err
		}
		return f(in, s)
	}
}

func defineTextFunctions(c *class) {
	c.def("static alphanumerical(String)String", onText(func(_ *invocation, s string) (any, error) {
		return strings.Map(func(r rune) rune {
			if r < utf8.RuneSelf && (isLetter(byte(r)) || isDigit(byte(r))) {
				return r
			}
			return -1
		}, s), nil
	}))
	c.def("static toInt(String)Integer", func(in *invocation) (any, error) {
		s, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNumber, "null is not a number")
		}
		n, err := parseInteger(s, 10, 32)
		if err != nil {
			return nil, err
		}
		return int32(n), nil
	})
	c.def("static toFloat(String)Float", onText(func(_ *invocation, s string) (any, error) { return parseFloat(s) }))
	c.def("static toBoolean(String)Boolean", give(func(in *invocation) any {
		s, _ := in.args[0].(string)
		return strings.EqualFold(s, "true")
	}))
	c.def("static toBase64(String)String", onText(func(_ *invocation, s string) (any, error) {
		return base64.StdEncoding.EncodeToString([]byte(s)), nil
	}))
	c.def("static fromBase64(String)String", onText(func(_ *invocation, s string) (any, error) {
		b, err := decodeBase64(s)
		if err != nil {
			return nil, err
		}
		return decodeText(b, "UTF-8"), nil
	}))
	c.def("static toJson(Object)String", func(in *invocation) (any, error) {
		v := in.args[0]
		b, free := v.(*bean)
		if free = free && b.class == classNotEvaluable; free {
			v = b.fields.get("expression")
		}
		out, err := toJSON(v, jsonPlain)
		if err != nil {
			return nil, err
		}
		if err := in.st.payText(string(out)); err != nil {
			return nil, err
		}
		if !free && strings.Contains(string(out), prefix) {
			return nil, helper("the result of #toJson must not contain an expression: wrap its argument in #doNotEval(...)")
		}
		return string(out), nil
	})
	c.def("static doNotEval(Object)NotEvaluable", give(func(in *invocation) any {
		m := newMap(classLinkedHashMap)
		m.put("expression", in.args[0])
		return &bean{class: classNotEvaluable, fields: view{own: m}}
	}))
	c.def("static fetchReference(String)String", give(func(in *invocation) any { return in.args[0] }))
}

// executionArgument is the execution that a function was handed.
func executionArgument(in *invocation) (*execution, error) {
	e, ok := in.args[0].(*execution)
	if !ok {
		return nil, fail(exNull, "there is no execution here")
	}
	return e, nil
}

// onExecution makes the body of a function of the execution.
func onExecution(f func(in *invocation, e *execution) (any, error)) func(*invocation) (any, error) {
	return func(in *invocation) (any, error) {
		e, err := executionArgument(in)
		if err != nil {
			return nil, err
		}
		return f(in, e)
	}
}

func stageNames(e *execution) []string {
	var out []string
	for _, s := range e.m.Stages {
		out = append(out, s.Name)
	}
	return out
}

func defineStageFunctions(c *class) {
	named := func(e *execution, in *invocation) *execStage {
		name, ok := in.args[1].(string)
		if !ok {
			return nil
		}
		return e.find(func(s *model.Stage) bool { return s.Name == name || s.Name == "" && s.Type == name || s.ID == name })
	}
	c.def("static stage(Execution,String)Stage", onExecution(func(in *invocation, e *execution) (any, error) {
		if s := named(e, in); s != nil {
			return s, nil
		}
		return nil, helper("the execution %s has no stage '%s'", e.m.ID, javaString(in.args[1])).
			like(javaString(in.args[1]), stageNames(e))
	}))
	c.def("static stageExists(Execution,String)boolean", onExecution(func(in *invocation, e *execution) (any, error) {
		return named(e, in) != nil, nil
	}))
	c.def("static stageByRefId(Execution,String)Stage", onExecution(func(in *invocation, e *execution) (any, error) {
		ref, ok := in.args[1].(string)
		if !ok {
			return nil, helper("the refId is null")
		}
		if s := e.find(func(s *model.Stage) bool { return s.RefID == ref }); s != nil {
			return s, nil
		}
		return nil, helper("the execution %s has no stage of refId '%s'", e.m.ID, ref)
	}))
	c.def("static currentStage(Execution)Stage", onExecution(func(in *invocation, e *execution) (any, error) {
		current := in.st.scope.current
		if current == nil {
			return nil, helper("there is no current stage here")
		}
		if s := e.find(func(s *model.Stage) bool { return strings.EqualFold(s.ID, current.ID) }); s != nil {
			return s, nil
		}
		return nil, helper("the execution %s has no stage of id '%s'", e.m.ID, current.ID)
	}))
	c.def("static currentUser()String", give(func(in *invocation) any {
		if in.st.scope.user == "" {
			return "anonymous"
		}
		return in.st.scope.user
	}))
	judgment := onExecution(func(in *invocation, e *execution) (any, error) {
		name, _ := in.args[1].(string)
		var input any
		s := e.find(func(s *model.Stage) bool {
			if s.Name != name || s.Type != "manualJudgment" || in.args[1] == nil {
				return false
			}
			input = (&stageView{exec: e.m, stage: s}).get("judgmentInput")
			return input != nil
		})
		if s == nil {
			return nil, helper("the execution %s has no manual judgment '%s' with an answer", e.m.ID, name).
				like(name, stageNames(e))
		}
		if _, ok := input.(string); !ok {
			return nil, fail(exCast, "the answer of the manual judgment '%s' is not a text", name)
		}
		return input, nil
	})
	c.def("static judgment(Execution,String)String", judgment)
	c.def("static judgement(Execution,String)String", judgment)
	c.def("static deployedServerGroups(Execution,String...)List", onExecution(deployedServerGroups))
	c.def("static manifestLabelValue(Execution,String,String,String)String", onExecution(manifestLabelValue))
	c.def("static cfServiceKey(Execution,String)Map", onExecution(cfServiceKey))
}

func defineArtifactFunctions(c *class) {
	bound := func(what string) func(*invocation) (any, error) {
		return onExecution(func(in *invocation, e *execution) (any, error) {
			want, ok := in.args[1].(string)
			if !ok {
				return nil, fail(exNull, "the %s is null", what)
			}
			expected, _ := collection(e.trigger().field("resolvedExpectedArtifacts"))
			var known []string
			for i := range expected.len() {
				a, ok := expected.at(i).(*bean)
				if !ok {
					continue
				}
				found, ok := a.field("boundArtifact").(*bean)
				if !ok {
					continue
				}
				if found.field(what) == want {
					return found, nil
				}
				known = append(known, javaString(found.field(what)))
			}
			return nil, helper("the trigger of the execution %s has no resolved artifact of %s '%s'", e.m.ID, what, want).
				like(want, known)
		})
	}
	c.def("static triggerResolvedArtifact(Execution,String)Artifact", bound("name"))
	c.def("static triggerResolvedArtifactByType(Execution,String)Artifact", bound("type"))
	c.def("static resolvedArtifacts(Execution)List", onExecution(func(_ *invocation, e *execution) (any, error) {
		out := []any{}
		for _, s := range e.m.Stages {
			found, _ := collection(norm(s.Outputs["artifacts"]))
			out = append(out, found.copied()...)
		}
		return newList(out), nil
	}))
}

func defineLookupFunctions(c *class) {
	lookup := func(in *invocation, function, application, name string) (any, error) {
		if in.st.env.outside.Pipelines == nil {
			return nil, helper("#%s needs the stored pipelines, which are not available here", function)
		}
		answer, err := in.st.ask(Question{Kind: QuestionPipeline, Of: name, In: application})
		if err != nil {
			return nil, during(err, "#%s could not look up '%s'", function, name)
		}
		if !answer.Found {
			return nil, nil
		}
		return answer.Text, nil
	}
	inOwn := func(function string, missing bool) func(*invocation) (any, error) {
		return onExecution(func(in *invocation, e *execution) (any, error) {
			name, _ := in.args[1].(string)
			if name == "" {
				return nil, helper("#%s needs the name of a pipeline", function)
			}
			id, err := lookup(in, function, e.m.Application, name)
			if err == nil && id == nil && !missing {
				return nil, helper("the application %s has no pipeline '%s'", e.m.Application, name)
			}
			return id, err
		})
	}
	c.def("static pipelineId(Execution,String)String", inOwn("pipelineId", false))
	c.def("static pipelineIdOrNull(Execution,String)String", inOwn("pipelineIdOrNull", true))
	c.def("static pipelineIdInApplication(Execution,String,String)String", func(in *invocation) (any, error) {
		application, _ := in.args[2].(string)
		if application == "" {
			return nil, helper("#pipelineIdInApplication needs the name of an application")
		}
		name, err := textArgument(in, 1)
		if err != nil {
			return nil, err
		}
		return lookup(in, "pipelineIdInApplication", application, name)
	})
	c.def("static applicationMetadata(String)Map", func(in *invocation) (any, error) {
		if in.st.env.outside.Applications == nil {
			return nil, helper("#applicationMetadata needs the stored applications, which are not available here")
		}
		name, _ := in.args[0].(string)
		answer, err := in.st.ask(Question{Kind: QuestionApplication, Of: name})
		if err != nil {
			return nil, during(err, "the application '%s' could not be read", name)
		}
		return rawMap(answer.Object), nil
	})
	c.def("static canaryConfigNameToId(String,String)String", func(in *invocation) (any, error) {
		name, _ := in.args[0].(string)
		app, _ := in.args[1].(string)
		switch {
		case name == "":
			return nil, helper("#canaryConfigNameToId needs the name of a canary configuration")
		case app == "":
			return nil, helper("#canaryConfigNameToId needs the name of an application")
		case in.st.env.outside.CanaryConfigs == nil:
			return nil, helper("#canaryConfigNameToId needs the canary configurations, which are not available here")
		}
		answer, err := in.st.ask(Question{Kind: QuestionCanaryConfig, Of: name, In: app})
		if err != nil {
			return nil, during(err, "the canary configurations could not be read")
		}
		if !answer.Found {
			return nil, helper("the application %s has no canary configuration '%s'", app, name)
		}
		return answer.Text, nil
	})
}
