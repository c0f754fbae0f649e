package template

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// templatedType is the type of pipelines made of templates.
const templatedType = "templatedPipeline"

// Templates are the stored templates. It must be safe for use by many
// goroutines.
type Templates interface {
	// PipelineTemplate gives a template by its id, and by a tag or a digest (a
	// SHA-256 without its prefix) where one is set, as an object that the caller
	// may change. One that isn't there is a fault of kind NotFound.
	PipelineTemplate(ctx context.Context, id, tag, digest string) (any, error)
}

// Fetcher gets what an artifact refers to, for templates that aren't stored
// here. It must be safe for use by many goroutines.
type Fetcher interface {
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
}

// Pipelines finds pipelines and strategies, for the tags pipelineid and
// strategyid of templates of version 1. It must be safe for use by many
// goroutines.
type Pipelines interface {
	// ConfigID is the id of an application's pipeline, or strategy, of that
	// name; false where there is none.
	ConfigID(ctx context.Context, strategy bool, application, name string) (string, bool, error)
}

// Options are what a Planner is made of. Templates is required; a thing that
// needs one of the others and finds it missing is refused with a fault.
type Options struct {
	Templates Templates
	Fetcher   Fetcher
	Pipelines Pipelines
	// Expressions evaluates ${...}; one that reaches nothing outside by default.
	Expressions *expression.Evaluator
}

// Planner makes pipelines of templates. It is safe for concurrent use.
type Planner struct {
	templates   Templates
	fetcher     Fetcher
	pipelines   Pipelines
	expressions *expression.Evaluator
}

// New returns a planner.
func New(o Options) *Planner {
	p := &Planner{templates: o.Templates, fetcher: o.Fetcher, pipelines: o.Pipelines, expressions: o.Expressions}
	if p.expressions == nil {
		p.expressions = expression.New(expression.Options{})
	}
	return p
}

// Templated tells whether a configuration is to be made into a pipeline with a
// template before it can be started.
func Templated(config map[string]any) bool { return templated(config) }

func templated(config map[string]any) bool {
	return (model.String(config, "schema") == SchemaV2 && config["template"] != nil) ||
		model.String(config, "type") == templatedType
}

// Templated is the function of the same name.
func (p *Planner) Templated(config map[string]any) bool { return templated(config) }

// Expand gives the whole pipeline of a configuration with a template, to be
// started; any other configuration is given back as it is. Its
// templateVariables go to the execution, and its expressions are evaluated at
// the start with them, as in Orca. What the template can't be used for is a
// fault of kind Invalid (NotFound for a template that isn't there) that names
// each field.
func (p *Planner) Expand(ctx context.Context, config map[string]any) (map[string]any, error) {
	if !templated(config) {
		return config, nil
	}
	own, err := clone(config)
	if err != nil {
		return nil, err
	}
	schema := model.String(own, "schema")
	if inner := model.Object(own, "config"); inner != nil && model.String(inner, "schema") != "" {
		schema = model.String(inner, "schema")
	}
	switch schema {
	case SchemaV1:
		return p.expandV1(ctx, own)
	case SchemaV2:
		return p.expandV2(ctx, own)
	}
	return nil, fault.New(fault.Invalid, "the schema version of a templated pipeline must be v2, or 1 in its config, not %q", schema)
}

func (p *Planner) expandV2(ctx context.Context, config map[string]any) (map[string]any, error) {
	template, err := p.load(ctx, config)
	if err != nil {
		return nil, err
	}
	if template, err = clone(template); err != nil {
		return nil, err
	}
	p.evaluateDefaults(ctx, config, template)
	pipeline, err := makeV2(config, template)
	if err != nil {
		return nil, err
	}
	pipeline["source"] = map[string]any{
		"id": model.String(model.Object(config, "template"), "reference"), "type": templatedType, "version": SchemaV2,
	}
	return pipeline, nil
}

// load gets the template that a configuration names. Expressions in its
// reference are evaluated with the trigger, as Orca does.
func (p *Planner) load(ctx context.Context, config map[string]any) (map[string]any, error) {
	artifact := model.Object(config, "template")
	if artifact == nil {
		return nil, fault.New(fault.Invalid, "template is missing: an artifact such as {type: front50/pipelineTemplate, reference: spinnaker://id}")
	}
	scope := map[string]any{"application": model.String(config, "application"), "trigger": orEmpty(model.Object(config, "trigger"))}
	artifact, _ = p.expressions.Evaluate(ctx, artifact, expression.StartScope(scope))
	reference := model.String(artifact, "reference")
	if strings.HasPrefix(reference, Scheme) || model.String(artifact, "type") == "front50/pipelineTemplate" {
		ref, err := ParseReference(reference)
		if err != nil {
			return nil, err
		}
		return p.stored(ctx, ref)
	}
	return p.fetch(ctx, artifact)
}

func (p *Planner) stored(ctx context.Context, ref Reference) (map[string]any, error) {
	found, err := p.templates.PipelineTemplate(ctx, ref.ID, ref.Tag, ref.Digest)
	if err != nil {
		return nil, fmt.Errorf("load pipeline template %s: %w", ref, err)
	}
	template, ok := found.(map[string]any)
	if !ok {
		return nil, fault.New(fault.Invalid, "pipeline template %s is not an object", ref)
	}
	return template, nil
}

func (p *Planner) fetch(ctx context.Context, artifact map[string]any) (map[string]any, error) {
	reference := model.String(artifact, "reference")
	if p.fetcher == nil {
		return nil, fault.New(fault.Invalid, "the template %q can't be fetched: artifacts of type %q are not available here", reference, model.String(artifact, "type"))
	}
	text, err := p.fetcher.Fetch(ctx, artifact)
	if err != nil {
		return nil, fmt.Errorf("fetch pipeline template %s: %w", reference, err)
	}
	template, err := parseDocument(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the template %q is neither a JSON nor a YAML object: %w", reference, err)
	}
	return template, nil
}

// parseDocument reads JSON, or YAML, that must be an object.
func parseDocument(text []byte) (map[string]any, error) {
	var out map[string]any
	if err := limit.Unmarshal(text, &out); err == nil && out != nil {
		return out, nil
	}
	value, err := loadYAML(string(text))
	if err != nil {
		return nil, err
	}
	out, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("it is a %s", kindOf(value))
	}
	return out, nil
}

// evaluateDefaults evaluates the expressions in the defaults of a template's
// variables, which may name each other, the configuration's values, the
// trigger and the application, as Orca's V2TemplateLoaderHandler does.
func (p *Planner) evaluateDefaults(ctx context.Context, config, template map[string]any) {
	scope := map[string]any{
		"application": model.String(config, "application"), "trigger": orEmpty(model.Object(config, "trigger")),
		"pipelineTemplate": template,
	}
	variables := model.Objects(template, "variables")
	for _, v := range variables {
		if v["defaultValue"] != nil || model.Bool(v, "nullable", false) {
			scope[model.String(v, "name")] = v["defaultValue"]
		}
	}
	maps.Copy(scope, model.Object(config, "variables"))
	for _, v := range variables {
		if v["defaultValue"] == nil {
			continue
		}
		out, _ := p.expressions.Evaluate(ctx, map[string]any{"value": v["defaultValue"]}, expression.StartScope(scope))
		v["defaultValue"] = out["value"]
	}
}

// Plan gives the pipeline that a configuration would be started as, with its
// expressions evaluated as far as they can be now: Orca's POST
// /v2/pipelineTemplates/plan. What only an execution has, such as its
// parameters, stays as it is. Template variables that have no value are a fault.
func (p *Planner) Plan(ctx context.Context, config map[string]any) (map[string]any, error) {
	pipeline, err := p.Expand(ctx, config)
	if err != nil {
		return nil, err
	}
	out, _ := p.expressions.EvaluatePipeline(ctx, pipeline, expression.StartScope(map[string]any{
		"trigger": orEmpty(model.Object(pipeline, "trigger")), "templateVariables": orEmpty(model.Object(pipeline, "templateVariables")),
	}))
	return out, nil
}

// PlanDependents plans pipelines with a template that is about to be saved,
// without saving it: what would go wrong with each, by its id.
func (p *Planner) PlanDependents(ctx context.Context, template map[string]any, pipelines []map[string]any) map[string][]string {
	with := *p
	with.templates = overlay{p.templates, template}
	out := map[string][]string{}
	for _, config := range pipelines {
		if _, err := with.Expand(ctx, config); err != nil {
			out[model.String(config, "id")] = sentences(err)
		}
	}
	return out
}

// overlay is the stored templates with one that isn't stored yet.
type overlay struct {
	Templates
	template map[string]any
}

// PipelineTemplate gives the template that isn't stored yet for each of its
// versions.
func (o overlay) PipelineTemplate(ctx context.Context, id, tag, digest string) (any, error) {
	if id == model.String(o.template, "id") {
		return o.template, nil
	}
	return o.Templates.PipelineTemplate(ctx, id, tag, digest)
}

// Resolve gives a template of version 1 as its whole chain of sources makes
// it: Orca's GET /pipelineTemplate. A source with Jinja in it is rendered with
// the trigger and the application.
func (p *Planner) Resolve(ctx context.Context, source, application string, trigger map[string]any) (map[string]any, error) {
	if strings.TrimSpace(source) == "" {
		return nil, fault.New(fault.Invalid, "template source must not be empty")
	}
	if hasJinja(source) && trigger != nil {
		r := p.renderer(ctx, application, trigger)
		rendered, err := r.text(source, r.scope(), "source")
		if err != nil {
			return nil, err
		}
		source = firstText(source, rendered)
	}
	chain, err := p.chain(ctx, map[string]any{"source": source})
	if err != nil {
		return nil, err
	}
	return mergeTemplates(chain[:len(chain)-1])
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// clone copies a value at any depth.
func clone(m map[string]any) (map[string]any, error) {
	out, ok := plain(m).(map[string]any)
	if !ok {
		return nil, fault.New(fault.Invalid, "a configuration must be an object")
	}
	return out, nil
}
