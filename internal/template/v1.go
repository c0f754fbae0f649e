package template

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// maxChain bounds how many templates a template of version 1 may stand on.
const maxChain = 50

// expandV1 makes the pipeline of a request with a configuration of version 1,
// as Orca's V1 handlers do one after another: load, check, transform, generate.
func (p *Planner) expandV1(ctx context.Context, request map[string]any) (map[string]any, error) {
	config := model.Object(request, "config")
	if config == nil {
		return nil, fault.New(fault.Invalid, "config is missing: a templated pipeline of version 1 has its configuration there")
	}
	w, err := p.newWork(ctx, request, config)
	if err != nil {
		return nil, err
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	values, problems := assign(model.Objects(w.template, "variables"), model.Object(w.definition, "variables"))
	if len(problems) > 0 {
		return nil, problemsOf("The template's variables are not valid", problems)
	}
	// Unlike version 2, values of variables that the template hasn't can be used.
	w.definition["variables"] = model.Merge(model.Object(w.definition, "variables"), values)
	w.prepare()
	stages, err := w.stages()
	if err != nil {
		return nil, err
	}
	if err := w.renderSections(); err != nil {
		return nil, err
	}
	return w.generate(stages), nil
}

// work is a pipeline of version 1 in the making.
type work struct {
	request, config map[string]any
	// definition is the configuration's "pipeline".
	definition map[string]any
	// template is the merged chain of templates.
	template map[string]any
	render   *renderer
}

func (p *Planner) newWork(ctx context.Context, request, config map[string]any) (*work, error) {
	definition := orEmpty(model.Object(config, "pipeline"))
	config["pipeline"] = definition
	settings := orEmpty(model.Object(config, "configuration"))
	config["configuration"] = settings
	settings["notifications"] = append(model.List(settings, "notifications"), model.List(request, "notifications")...)

	application, trigger := model.String(definition, "application"), orEmpty(model.Object(request, "trigger"))
	r := p.renderer(ctx, application, trigger)
	w := &work{request: request, config: config, definition: definition, render: r}
	template, source, err := w.choose(ctx, p)
	if err != nil {
		return nil, err
	}
	if model.String(template, "source") == "" && source != "" {
		template["source"] = source
	}
	w.template = template
	r.template = template
	return w, nil
}

// choose finds the template: the one to use, the one the configuration names,
// or one without stages where it names none.
func (w *work) choose(ctx context.Context, p *Planner) (template map[string]any, source string, err error) {
	var use map[string]any
	if model.Bool(w.request, "plan", false) {
		use = model.Object(w.request, "template") // a plan may bring it along, unpublished
	}
	if use == nil {
		named := model.Object(w.definition, "template")
		if named == nil {
			var variables []any
			for name, value := range model.Object(w.definition, "variables") {
				variables = append(variables, map[string]any{"name": name, "defaultValue": value, "nullable": true})
			}
			return map[string]any{"schema": SchemaV1, "id": "none", "variables": variables}, "", nil
		}
		source, err = w.render.text(model.String(named, "source"), w.render.scope(), "configuration:pipeline.template.source")
		if err != nil {
			return nil, "", err
		}
		if use, err = p.loadV1(ctx, source); err != nil {
			return nil, "", err
		}
	}
	if use, err = clone(use); err != nil {
		return nil, "", err
	}
	chain, err := p.chain(ctx, use)
	if err != nil {
		return nil, "", err
	}
	if err := w.prerender(chain); err != nil {
		return nil, "", err
	}
	template, err = mergeTemplates(chain)
	return template, source, err
}

// loadV1 gets the template that a source names.
func (p *Planner) loadV1(ctx context.Context, source string) (map[string]any, error) {
	scheme, _, _ := strings.Cut(source, "://")
	switch scheme {
	case "spinnaker":
		ref, err := ParseReference(source)
		if err != nil {
			return nil, err
		}
		return p.stored(ctx, ref)
	case "http", "https":
		return p.fetch(ctx, map[string]any{"type": "http/file", "reference": source})
	}
	return nil, fault.New(fault.Invalid, "the template source %q can't be loaded: it must begin with spinnaker://, http:// or https://", source)
}

// chain lists the templates that a template stands on by its source, the first
// of them first, and the template itself last. A template that stands on
// itself is a fault.
func (p *Planner) chain(ctx context.Context, template map[string]any) ([]map[string]any, error) {
	out := []map[string]any{template}
	seen := map[string]bool{Scheme + model.String(template, "id"): true}
	for source := model.String(template, "source"); source != ""; source = model.String(out[0], "source") {
		if seen[source] {
			return nil, fault.New(fault.Invalid, "the pipeline template %q is its own source, directly or indirectly", source)
		}
		if len(out) >= maxChain {
			return nil, fault.New(fault.Invalid, "the chain of pipeline templates is longer than %d", maxChain)
		}
		seen[source] = true
		next, err := p.loadV1(ctx, source)
		if err != nil {
			return nil, err
		}
		if next, err = clone(next); err != nil {
			return nil, err
		}
		out = slices.Insert(out, 0, next)
	}
	return out, nil
}

// prerender renders the defaults of the variables, and stages that are written
// as one text, so that stages can be made by a loop of Jinja.
func (w *work) prerender(chain []map[string]any) error {
	var variables []any
	for _, template := range chain {
		variables = mergeNamed(variables, model.List(template, "variables"))
	}
	scope := w.render.scope()
	objects := model.Objects(map[string]any{"v": variables}, "v")
	for _, v := range objects {
		if v["defaultValue"] != nil || model.Bool(v, "nullable", false) {
			scope[model.String(v, "name")] = v["defaultValue"]
		}
	}
	maps.Copy(scope, model.Object(w.definition, "variables"))
	for _, v := range objects {
		text, ok := v["defaultValue"].(string)
		if !ok {
			continue
		}
		name := model.String(v, "name")
		value, err := w.render.graph(text, scope, "template:variables."+name)
		if err != nil {
			return err
		}
		v["defaultValue"] = value
		if _, given := model.Object(w.definition, "variables")[name]; !given {
			scope[name] = value
		}
	}
	for _, template := range chain {
		template["variables"] = variables
		text, ok := template["stages"].(string)
		if !ok {
			continue
		}
		rendered, err := w.render.text(text, scope, "template:stages")
		if err != nil {
			return err
		}
		value, err := loadYAML(rendered)
		list, isList := value.([]any)
		if err != nil || !isList {
			return fault.New(fault.Invalid, "template:stages: the text does not make a list of stages: %w", firstError(err, fmt.Errorf("it makes a %s", kindOf(value))))
		}
		template["stages"] = list
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// check refuses what can't be used: Orca's V1 validators.
func (w *work) check() error {
	var problems []string
	say := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if schema := model.String(w.config, "schema"); schema != SchemaV1 {
		say("config schema version is unsupported: expected '1', got '%s'", schema)
	}
	if schema := model.String(w.template, "schema"); schema != SchemaV1 {
		say("template schema version is unsupported: expected '1', got '%s'", schema)
	}
	if model.String(w.definition, "application") == "" {
		say("configuration:pipeline.application is missing")
	}
	if model.Bool(w.template, "protect", false) && len(model.List(w.config, "stages")) > 0 {
		say("the template is protected: a configuration can't add, remove or change stages")
	}
	for where, document := range map[string]map[string]any{"template": w.template, "configuration": w.config} {
		if stages, ok := document["stages"]; ok && stages != nil && model.List(document, "stages") == nil {
			say("%s:stages must be a list", where)
		}
		for i, stage := range model.Objects(document, "stages") {
			id := model.String(stage, "id")
			at := fmt.Sprintf("%s:stages.%s", where, firstText(fmt.Sprint(i), id))
			if id == "" {
				say("%s: id is missing", at)
			}
			if model.String(stage, "type") == "" {
				say("%s: type is missing", at)
			}
			if stage["config"] == nil {
				say("%s: config is missing", at)
			}
			rule := injectionOf(stage)
			if len(model.Strings(stage, "dependsOn")) > 0 && rule.any() {
				say("%s: a stage can't have both dependsOn and an inject rule", at)
			}
			if rule.many() {
				say("%s: a stage can't have several inject rules", at)
			}
		}
	}
	slices.Sort(problems)
	return problemsOf("The pipeline template or its configuration is invalid", problems)
}

// prepare takes the configuration's modules and partials over the template's,
// and drops the template's sections that are not inherited.
func (w *work) prepare() {
	for _, section := range []string{"modules", "partials"} {
		w.template[section] = mergeIdentified(model.List(w.template, section), model.List(w.config, section))
	}
	kept := map[string]any{}
	from := model.Object(w.template, "configuration")
	for _, section := range w.inherited() {
		if value, ok := from[section]; ok {
			kept[section] = value
		}
	}
	w.template["configuration"] = kept
}

func (w *work) inherited() []string {
	return model.Strings(model.Object(w.config, "configuration"), "inherit")
}

// renderSections renders parameters, triggers and notifications.
func (w *work) renderSections() error {
	scope := w.scope()
	for where, document := range map[string]map[string]any{"template": w.template, "configuration": w.config} {
		settings := model.Object(document, "configuration")
		for _, section := range []string{"parameters", "triggers", "notifications"} {
			for _, member := range model.Objects(settings, section) {
				for key, value := range member {
					rendered, err := w.render.deep(value, scope, where+":configuration."+section)
					if err != nil {
						return err
					}
					member[key] = rendered
				}
			}
		}
	}
	return nil
}

// scope is what texts are rendered with: the variables' values over all else.
func (w *work) scope() map[string]any {
	scope := w.render.scope()
	for _, v := range model.Objects(w.template, "variables") {
		if v["defaultValue"] != nil || model.Bool(v, "nullable", false) {
			scope[model.String(v, "name")] = v["defaultValue"]
		}
	}
	maps.Copy(scope, model.Object(w.definition, "variables"))
	return scope
}

// generate puts the pipeline together: Orca's V1SchemaExecutionGenerator.
func (w *work) generate(stages []any) map[string]any {
	settings, inherited := model.Object(w.config, "configuration"), model.Object(w.template, "configuration")
	pipeline := map[string]any{
		"id":          firstText("unknown", model.String(w.request, "id"), model.String(w.definition, "pipelineConfigId")),
		"application": model.String(w.definition, "application"),
		"name":        firstText("Unnamed Execution", model.String(w.definition, "name")),
		"stages":      stages,
	}
	for _, field := range carried {
		if value, ok := w.request[field]; ok {
			pipeline[field] = value
		}
	}
	if source := model.String(w.template, "source"); source != "" {
		pipeline["source"] = map[string]any{"id": source, "type": templatedType, "version": "v1"}
	}
	concurrent := model.Object(inherited, "concurrentExecutions")
	for field, missing := range map[string]any{"limitConcurrent": true, "maxConcurrentExecutions": 0, "keepWaitingPipelines": false} {
		pipeline[field] = missing
		for _, from := range []map[string]any{concurrent, w.request} {
			if value, ok := from[field]; ok && value != nil {
				pipeline[field] = value
				break
			}
		}
	}
	for field, section := range map[string]string{"notifications": "notifications", "parameterConfig": "parameters", "triggers": "triggers"} {
		pipeline[field] = mergeNamed(model.List(inherited, section), model.List(settings, section))
	}
	artifacts := mergeIdentified(model.List(settings, "expectedArtifacts"), model.List(w.request, "expectedArtifacts"))
	pipeline["expectedArtifacts"] = mergeIdentified(model.List(inherited, "expectedArtifacts"), artifacts)
	if description := model.String(settings, "description"); description != "" {
		pipeline["description"] = description
	}
	return pipeline
}
