package template

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// carried are the fields of a start that a template has no say in: they go
// over to the pipeline as they are.
var carried = []string{
	"trigger", "executionId", "receivedArtifacts", "origin", "runAsUser", "startTimeExpiry",
	"spelEvaluator", "initialConfig", "disabled", "updateTs", "lastModifiedBy", "index",
}

// makeV2 makes a pipeline of a configuration and its template, as Orca's
// V2SchemaExecutionGenerator. Both are the caller's own copies. Beyond Orca,
// the configuration's expected artifacts count too, unless "exclude" says that
// the template's don't.
func makeV2(config, template map[string]any) (map[string]any, error) {
	if err := checkUse(config, template); err != nil {
		return nil, err
	}
	variables, problems := assign(model.Objects(template, "variables"), model.Object(config, "variables"))
	if len(problems) > 0 {
		return nil, problemsOf("The template's variables are not valid", problems)
	}
	pipeline := model.Without(model.Object(template, "pipeline"), "schema", "template", "type")
	stages, err := weaveV2(model.Objects(pipeline, "stages"), model.Objects(config, "stages"))
	if err != nil {
		return nil, fault.New(fault.Invalid, "put the stages of the pipeline and of template %q together: %w", model.String(template, "id"), err)
	}
	pipeline["stages"] = stages
	identify(pipeline, config)
	inherit(pipeline, config, "notifications", "notifications", "notifications")
	inherit(pipeline, config, "parameters", "parameterConfig", "parameters")
	inherit(pipeline, config, "triggers", "triggers", "triggers")
	artifacts(pipeline, config)
	if description := model.String(config, "description"); description != "" {
		pipeline["description"] = description
	}
	pipeline["templateVariables"] = variables
	if unknown := undeclared(pipeline, template); len(unknown) > 0 {
		return nil, problemsOf("The pipeline uses variables that its template doesn't have", unknown)
	}
	return pipeline, nil
}

// checkUse refuses a template that can't be used, or not for this.
func checkUse(config, template map[string]any) error {
	if schema := model.String(template, "schema"); schema != SchemaV2 {
		return fault.New(fault.Invalid, "template %q has the schema version %q: a pipeline of schema v2 needs a template of v2", model.String(template, "id"), schema)
	}
	if model.String(config, "application") == "" {
		return fault.New(fault.Invalid, "application is missing from the pipeline")
	}
	if model.Bool(template, "protect", false) && len(model.List(config, "stages")) > 0 {
		return fault.New(fault.Invalid, "template %q is protected: a pipeline that uses it can't add, remove, or change stages", model.String(template, "id"))
	}
	pipeline := model.Object(template, "pipeline")
	if pipeline == nil {
		return fault.New(fault.Invalid, "template %q has no pipeline", model.String(template, "id"))
	}
	if templated(pipeline) {
		return fault.New(fault.Invalid, "the pipeline of template %q uses a template itself: v2 templates can't be nested", model.String(template, "id"))
	}
	if stages, ok := config["stages"]; ok && stages != nil && model.List(config, "stages") == nil {
		return fault.New(fault.Invalid, "stages must be a list of stages")
	}
	if variables, ok := config["variables"]; ok && variables != nil && model.Object(config, "variables") == nil {
		return fault.New(fault.Invalid, "variables must be an object of values by name")
	}
	return nil
}

// identify gives the pipeline the identity and the settings of its
// configuration.
func identify(pipeline, config map[string]any) {
	for _, field := range carried {
		if value, ok := config[field]; ok {
			pipeline[field] = value
		}
	}
	pipeline["application"] = model.String(config, "application")
	pipeline["id"] = firstText("unknown", model.String(config, "id"), model.String(config, "pipelineConfigId"))
	pipeline["name"] = firstText("Unnamed Execution", model.String(config, "name"))
	for field, missing := range map[string]any{"limitConcurrent": true, "maxConcurrentExecutions": 0, "keepWaitingPipelines": false} {
		if _, ok := pipeline[field]; ok {
			continue
		}
		pipeline[field] = missing
		if value, ok := config[field]; ok && value != nil {
			pipeline[field] = value
		}
	}
}

func firstText(fallback string, texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return fallback
}

// inherit lays the configuration's list after the template's, each member
// once, unless the configuration excludes the template's. Members of the
// template are marked.
func inherit(pipeline, config map[string]any, section, field, own string) {
	list := []any{}
	if !slices.Contains(model.Strings(config, "exclude"), section) {
		for _, member := range model.Objects(pipeline, field) {
			list = append(list, model.Merge(member, map[string]any{"inherited": true}))
		}
	}
	mine := model.List(config, own)
	if mine == nil && field != own {
		mine = model.List(config, field)
	}
	for _, member := range mine {
		if o, ok := member.(map[string]any); ok && model.Bool(o, "inherited", false) {
			continue // written back by an editor that was shown the whole pipeline
		}
		if !slices.ContainsFunc(list, func(other any) bool { return reflect.DeepEqual(other, member) }) {
			list = append(list, member)
		}
	}
	pipeline[field] = list
}

// artifacts lays the configuration's expected artifacts over the template's,
// by their ids.
func artifacts(pipeline, config map[string]any) {
	const field = "expectedArtifacts"
	list := []any{}
	mine := model.Objects(config, field)
	if !slices.Contains(model.Strings(config, "exclude"), field) {
		for _, expected := range model.Objects(pipeline, field) {
			id := model.String(expected, "id")
			if !slices.ContainsFunc(mine, func(o map[string]any) bool { return model.String(o, "id") == id }) {
				list = append(list, expected)
			}
		}
	}
	for _, expected := range mine {
		list = append(list, expected)
	}
	if _, had := pipeline[field]; had || len(list) > 0 {
		pipeline[field] = list
	}
}

// weaveV2 puts the stages of the template and of the configuration together.
func weaveV2(template, config []map[string]any) ([]any, error) {
	if len(config) == 0 && !slices.ContainsFunc(template, func(s map[string]any) bool { return s["refId"] != nil || s["inject"] != nil }) {
		out := make([]any, len(template)) // one after another, as everywhere
		for i, s := range template {
			out[i] = s
		}
		return out, nil
	}
	var lists [2][]*step
	for i, stages := range [][]map[string]any{template, config} {
		for n, stage := range stages {
			id := model.String(stage, "refId")
			if id == "" {
				return nil, fmt.Errorf("stage %d of the %s has no refId", n+1, []string{"template", "pipeline"}[i])
			}
			s := &step{id: id, inject: injectionOf(stage), body: stage}
			s.require(model.Strings(stage, "requisiteStageRefIds")...)
			if s.inject.many() {
				return nil, fmt.Errorf("stage %q has several rules of injection: one is allowed", id)
			}
			lists[i] = append(lists[i], s)
		}
	}
	woven, err := weave(lists[0], lists[1])
	if err != nil {
		return nil, err
	}
	out := make([]any, len(woven))
	for i, s := range woven {
		out[i] = model.Merge(model.Without(s.body, "inject"), map[string]any{"requisiteStageRefIds": anyList(s.requires)})
	}
	return out, nil
}

func anyList(texts []string) []any {
	out := make([]any, len(texts))
	for i, text := range texts {
		out[i] = text
	}
	return out
}

// Undeclared lists the variables that a template of version 2 names in its own pipeline
// and doesn't have, each behind the field that names it. No pipeline can be made of such
// a template.
func Undeclared(template map[string]any) []string {
	return undeclared(model.Object(template, "pipeline"), template)
}

// undeclared lists the template variables that expressions name and the
// template doesn't have, with the field that names them.
func undeclared(pipeline, template map[string]any) []string {
	declared := map[string]bool{}
	for _, v := range model.Objects(template, "variables") {
		declared[model.String(v, "name")] = true
	}
	var out []string
	walkTexts(model.Without(pipeline, "trigger", "templateVariables"), "", func(path, text string) {
		for _, name := range variablesIn(text) {
			if !declared[name] {
				out = append(out, fmt.Sprintf("%s: templateVariables.%s", path, name))
			}
		}
	})
	slices.Sort(out)
	return slices.Compact(out)
}

// walkTexts calls a function with every text of a value, and where it is.
func walkTexts(value any, path string, visit func(path, text string)) {
	switch v := value.(type) {
	case string:
		if strings.Contains(v, "${") {
			visit(path, v)
		}
	case map[string]any:
		for key, member := range v {
			at := key
			if path != "" {
				at = path + "." + key
			}
			walkTexts(member, at, visit)
		}
	case []any:
		for i, member := range v {
			walkTexts(member, fmt.Sprintf("%s[%d]", path, i), visit)
		}
	}
}
