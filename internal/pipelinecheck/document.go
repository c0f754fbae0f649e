package pipelinecheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/template"
)

// Kind is what a document is, in a word for people.
type Kind string

// The kinds of documents that people keep beside their pipelines.
const (
	KindPipeline         Kind = "pipeline"
	KindTemplate         Kind = "pipeline template"
	KindTemplateV1       Kind = "pipeline template of schema 1"
	KindConfigurationV1  Kind = "template configuration of schema 1"
	KindPipelinesAsCode  Kind = "file of pipelines as code"
	KindExecution        Kind = "execution"
	KindTask             Kind = "task"
	KindTaskAnswer       Kind = "task that has run"
	KindStage            Kind = "stage"
	KindApplication      Kind = "application"
	KindProject          Kind = "project"
	KindDelivery         Kind = "delivery configuration"
	KindCanary           Kind = "canary configuration"
	KindKubernetesObject Kind = "Kubernetes object"
	KindWrapper          Kind = "wrapper" // of another document; see wrapped
	KindUnknown          Kind = "unknown document"
)

// KindOf recognises a document by its fields.
func KindOf(document map[string]any) Kind {
	has := func(keys ...string) bool {
		return !slices.ContainsFunc(keys, func(key string) bool { return document[key] == nil })
	}
	schema := model.String(document, "schema")
	switch {
	case has("apiVersion", "kind"):
		return KindKubernetesObject
	case wrapped(document) != "":
		return KindWrapper
	case schema == "v2" && has("pipeline") && !has("template"):
		return KindTemplate
	case has("pipeline", "id", "variables", "metadata") && !has("stages"):
		return KindTemplate
	case schema == "1" && has("pipeline"):
		return KindConfigurationV1
	case schema == "1" && has("id") && (has("stages") || has("metadata")) && !withRefs(document):
		return KindTemplateV1
	case has("stages") && isExecution(document):
		return KindExecution
	case has("stages") || templated(document):
		return KindPipeline
	case objects(document["pipelines"]):
		return KindPipelinesAsCode
	case objects(document["job"]):
		return KindTask
	case has("id", "status") && (has("steps") || has("execution")):
		return KindTaskAnswer
	case has("type") && (has("refId") || has("requisiteStageRefIds")):
		return KindStage
	case has("environments") && (has("artifacts") || has("serviceAccount")):
		return KindDelivery
	case has("metrics", "classifier") || has("metrics", "judge"):
		return KindCanary
	case has("config", "name") && model.Object(document, "config")["applications"] != nil:
		return KindProject
	case has("name") && (has("attributes") || has("email") || has("cloudProviders")) && !has("triggers"):
		return KindApplication
	case has("name") || len(document) == 0:
		return KindPipeline
	}
	return KindUnknown
}

// wrapped is the field under which a document holds the one that is meant; ""
// for most documents. Policies are asked about {"input": {"pipeline": ...}}, and
// what is stored with a pipeline or a template wraps it likewise.
func wrapped(document map[string]any) string {
	if document["stages"] != nil || document["variables"] != nil {
		return ""
	}
	for _, key := range []string{"input", "pipeline", "pipelineConfig", "pipelineTemplate", "template"} {
		inner := model.Object(document, key)
		switch {
		case inner == nil || key == "pipeline" && model.String(document, "schema") != "":
			continue
		case key == "template":
			// A pipeline that uses a template refers to it, or has its source.
			if kind := KindOf(inner); kind != KindTemplate && kind != KindTemplateV1 {
				continue
			}
		case KindOf(inner) == KindUnknown:
			continue
		}
		return key
	}
	return ""
}

// withRefs tells whether a document has stages as pipelines have them. Deck saves
// pipelines with "schema": "1", which templates of that schema have too.
func withRefs(document map[string]any) bool {
	return slices.ContainsFunc(model.Objects(document, "stages"), func(s map[string]any) bool {
		return s["refId"] != nil || s["requisiteStageRefIds"] != nil
	})
}

func objects(value any) bool {
	list, ok := value.([]any)
	return ok && !slices.ContainsFunc(list, func(item any) bool { _, isObject := item.(map[string]any); return !isObject })
}

// isExecution tells whether stages have run or were to: those of a pipeline
// have neither tasks nor a status.
func isExecution(document map[string]any) bool {
	switch model.String(document, "type") {
	case "PIPELINE", "ORCHESTRATION", "pipeline", "orchestration":
		return true
	}
	stages := model.Objects(document, "stages")
	return len(stages) > 0 && !slices.ContainsFunc(stages, func(s map[string]any) bool {
		return s["status"] == nil || s["context"] == nil && s["tasks"] == nil
	})
}

// CheckDocument checks a document as what it is, and tells what that is.
func (c *Checker) CheckDocument(document map[string]any) (Kind, []Problem) {
	kind := KindOf(document)
	switch kind {
	case KindPipeline:
		return kind, c.Check(document)
	case KindTemplate:
		return kind, c.template(document)
	case KindTemplateV1:
		return kind, c.templateV1(document)
	case KindPipelinesAsCode:
		return kind, c.asCode(document)
	case KindExecution:
		return kind, c.execution(document)
	case KindTask:
		task := map[string]any{"name": "task", "application": "task", "stages": document["job"]}
		return kind, within("", "stages", "job", c.Check(task))
	case KindStage:
		return kind, c.single(document)
	case KindConfigurationV1, KindTaskAnswer, KindApplication, KindProject, KindDelivery, KindCanary:
		return kind, nil
	case KindWrapper:
		key := wrapped(document)
		kind, problems := c.CheckDocument(model.Object(document, key))
		return kind, within(key, "", "", problems)
	case KindKubernetesObject:
		return kind, []Problem{{Warning, "", "", fmt.Sprintf("it is a Kubernetes object of kind %s, and no pipeline: it is not checked", model.String(document, "kind"))}}
	case KindUnknown:
	}
	return KindUnknown, []Problem{{Error, "", "", "it is not a pipeline: it has neither a name nor stages"}}
}

// single checks a stage that is kept in a file of its own. What it comes after is
// in others.
func (c *Checker) single(document map[string]any) []Problem {
	alone := map[string]any{
		"name": "pipeline", "application": "application", "type": "templatedPipeline",
		"stages": []any{model.Without(document, "requisiteStageRefIds")},
	}
	out := within("", "stages[0]", "", c.Check(alone))
	for i := range out {
		out[i].Path = strings.TrimPrefix(out[i].Path, ".")
	}
	return out
}

// template checks the pipeline of a template of schema v2. What its variables
// stand for is not known.
func (c *Checker) template(document map[string]any) []Problem {
	pipeline := model.Object(document, "pipeline")
	if pipeline == nil {
		return []Problem{{Error, "pipeline", "", "pipeline must be an object"}}
	}
	// As a templated pipeline: what uses the template may add parameters, and
	// has the name.
	whole := model.Merge(pipeline, map[string]any{"name": "template", "application": "template", "type": "templatedPipeline"})
	out := c.Check(whole)
	for _, use := range template.Undeclared(document) {
		path, name, _ := strings.Cut(use, ": ")
		severity, consequence := Warning, "pipelines that use it must omit this"
		if strings.HasPrefix(path, "stages[") {
			severity, consequence = Error, "no pipeline can use it"
		}
		name = strings.TrimPrefix(name, "templateVariables.")
		out = append(out, Problem{severity, path, "", fmt.Sprintf("the template has no variable %s: %s", name, consequence)})
	}
	return within("pipeline", "", "", out)
}

// templateV1 checks a template of schema 1, whose texts are to be rendered
// first.
func (c *Checker) templateV1(document map[string]any) []Problem {
	var out []Problem
	ids := map[string]bool{}
	for i, s := range model.Objects(document, "stages") {
		id, kind := model.String(s, "id"), model.String(s, "type")
		switch {
		case id == "":
			out = append(out, Problem{Error, stagePath(i) + ".id", model.String(s, "name"), "id is missing"})
		case ids[id] && s["when"] == nil:
			out = append(out, Problem{Warning, stagePath(i) + ".id", model.String(s, "name"), fmt.Sprintf("another stage has the id %q too", id)})
		}
		ids[id] = true
		for _, other := range model.Strings(s, "dependsOn") {
			if !strings.Contains(other, "{{") && !hasStage(document, other) {
				out = append(out, Problem{Warning, stagePath(i) + ".dependsOn", model.String(s, "name"), fmt.Sprintf("the template has no stage with the id %q: what uses it must add one", fault.Short(other))})
			}
		}
		if kind == "" || strings.Contains(kind, "{{") || strings.HasPrefix(kind, "partial") {
			continue
		}
		if why := c.stages.Unavailable(kind); why != "" {
			out = append(out, Problem{Error, stagePath(i) + ".type", model.String(s, "name"), why})
		}
	}
	return out
}

// hasStage tells whether a template of schema 1 has a stage with an id, which may become
// it only when it is rendered.
func hasStage(document map[string]any, id string) bool {
	return slices.ContainsFunc(model.Objects(document, "stages"), func(s map[string]any) bool {
		own := model.String(s, "id")
		return own == id || strings.Contains(own, "{{") || strings.HasPrefix(model.String(s, "type"), "partial")
	})
}

// asCode checks the pipelines of a file of an application's pipelines.
func (c *Checker) asCode(document map[string]any) []Problem {
	var out []Problem
	for i, pipeline := range model.Objects(document, "pipelines") {
		if model.String(pipeline, "application") == "" && document["application"] != nil {
			pipeline = model.Merge(pipeline, map[string]any{"application": document["application"]})
		}
		_, problems := c.CheckDocument(pipeline)
		out = append(out, within(fmt.Sprintf("pipelines[%d]", i), "", "", problems)...)
	}
	return out
}

// execution checks what an execution was started with, as far as it is still
// there. It has run, so that nothing about it is an error.
func (c *Checker) execution(document map[string]any) []Problem {
	var stages []any
	for _, s := range model.Objects(document, "stages") {
		if model.String(s, "parentStageId") != "" {
			continue
		}
		stages = append(stages, model.Merge(model.Object(s, "context"), map[string]any{
			"type": s["type"], "name": s["name"], "refId": s["refId"], "requisiteStageRefIds": s["requisiteStageRefIds"],
		}))
	}
	name := model.String(document, "name")
	if name == "" {
		name = "execution"
	}
	pipeline := map[string]any{"name": name, "application": document["application"], "stages": stages, "type": "templatedPipeline"}
	out := c.Check(pipeline)
	for i := range out {
		out[i].Severity = Warning
	}
	return out
}

// within puts the path of problems below another, and may rename its start.
func within(path, from, to string, problems []Problem) []Problem {
	for i, p := range problems {
		if from != "" {
			if rest, ok := strings.CutPrefix(p.Path, from); ok {
				p.Path = to + rest
			}
		}
		if path != "" {
			p.Path = strings.TrimSuffix(path+"."+p.Path, ".")
		}
		problems[i] = p
	}
	return problems
}
