package template

import (
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// base and canary are templates of version 1, the second standing on the
// first.
const base = `
schema: "1"
id: base
metadata: {name: Base, description: Builds, scopes: [global]}
variables:
- {name: regions, type: list}
- {name: wait, type: int, defaultValue: 5}
- {name: title, defaultValue: "Build {{ application }}"}
- {name: note, type: string, nullable: true}
- {name: careful, type: boolean, defaultValue: false}
configuration:
  triggers: [{name: nightly, type: cron}]
  parameters: [{name: reason, default: "for {{ application }}"}]
  notifications: [{name: mail, type: email}]
  concurrentExecutions: {limitConcurrent: false}
stages:
- id: build
  type: jenkins
  name: "{{ title }}"
  config: {job: "{{ application }}-job", note: "{{ note }}", master: ci}
- id: tests
  type: partial.checks
  dependsOn: [build]
  config: {level: full}
- id: judge
  type: manualJudgment
  dependsOn: [tests]
  when: ["{{ careful }}"]
  config: {}
- id: "deploy-{{ templateLoop.value }}"
  type: deploy
  name: "To {{ templateLoop.value }}"
  loopWith: "{{ regions }}"
  dependsOn: [judge]
  config: "{% module cluster region=templateLoop.value capacity=wait + 1 %}"
modules:
- id: cluster
  variables:
  - {name: region}
  - {name: capacity, defaultValue: 1}
  - {name: label, defaultValue: none}
  definition:
    clusters:
    - {provider: aws, region: "{{ region }}", capacity: "{{ capacity }}", label: "{{ label }}"}
partials:
- id: checks
  name: Checks
  stages:
  - {id: lint, type: wait, name: "Lint {{ level }}", config: {waitTime: "{{ wait }}"}}
  - {id: unit, type: wait, dependsOn: [lint], config: {waitTime: 1}}
`

const canary = `
schema: "1"
id: canary
source: spinnaker://base
metadata: {name: Canary, description: Builds carefully, scopes: [shop]}
variables: [{name: wait, merge: true, defaultValue: 9}]
stages:
- {id: watch, type: wait, inject: {after: [build]}, config: {waitTime: "{{ wait }}"}}
`

func request(tb testing.TB, more string) object {
	tb.Helper()
	definition := model.Merge(document(tb, `
schema: "1"
pipeline:
  application: shop
  name: Made
  pipelineConfigId: p1
  template: {source: spinnaker://base}
  variables: {regions: [eu, us]}
`), document(tb, more))
	return object{"type": "templatedPipeline", "id": "p1", "config": definition, "trigger": object{"type": "manual"}}
}

func library() shelf { return shelf{"base": base, "canary": canary} }

func TestExpandV1(t *testing.T) {
	t.Parallel()
	got, err := library().planner().Expand(t.Context(), request(t, "configuration: {inherit: [triggers, parameters, concurrentExecutions], parameters: [{name: mine}]}"))
	if err != nil {
		t.Fatal(err)
	}
	want := document(t, `
id: p1
application: shop
name: Made
trigger: {type: manual}
limitConcurrent: false
maxConcurrentExecutions: 0
keepWaitingPipelines: false
triggers: [{name: nightly, type: cron}]
parameterConfig: [{name: reason, default: for shop}, {name: mine}]
notifications: []
expectedArtifacts: []
source: {id: "spinnaker://base", type: templatedPipeline, version: v1}
stages:
- {refId: build, type: jenkins, name: Build shop, requisiteStageRefIds: [], job: shop-job, note: null, master: ci}
- {refId: tests.lint, type: wait, name: Lint full, requisiteStageRefIds: [build], waitTime: 5, group: "Checks: tests"}
- {refId: tests.unit, type: wait, name: unit, requisiteStageRefIds: [tests.lint], waitTime: 1, group: "Checks: tests"}
- {refId: deploy-eu, type: deploy, name: To eu, requisiteStageRefIds: [tests.unit], clusters: [{provider: aws, region: eu, capacity: 6, label: none}]}
- {refId: deploy-us, type: deploy, name: To us, requisiteStageRefIds: [tests.unit], clusters: [{provider: aws, region: us, capacity: 6, label: none}]}
`)
	equal(t, got, want)
}

func TestTemplatesThatStandOnOthers(t *testing.T) {
	t.Parallel()
	p := library().planner()
	_, err := p.Expand(t.Context(), request(t, `
pipeline: {application: shop, template: {source: "spinnaker://{{ trigger.which }}"}, variables: {regions: [eu], careful: true}}
`))
	says(t, err, "configuration:pipeline.template.source", "which")
	in := request(t, `
pipeline: {application: shop, template: {source: "spinnaker://{{ trigger.which }}"}, variables: {regions: [eu], careful: true}}
`)
	in["trigger"] = object{"which": "canary"}
	got, err := p.Expand(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, refs(got), document(t, `{build: [], watch: [build], tests.lint: [watch], tests.unit: [tests.lint], judge: [tests.unit], deploy-eu: [judge]}`))
	equal(t, model.Object(got, "source")["id"], "spinnaker://base")
	for _, s := range model.Objects(got, "stages") {
		if s["refId"] == "watch" {
			equal(t, s["waitTime"], 9)
		}
	}
	resolved, err := p.Resolve(t.Context(), "spinnaker://canary", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, []any{resolved["id"], len(model.List(resolved, "stages")), len(model.List(resolved, "variables"))}, list{"mergedTemplate", 5, 5})
	resolved, err = p.Resolve(t.Context(), "spinnaker://{{ trigger.id }}", "shop", object{"id": "base"})
	if err != nil || len(model.List(resolved, "stages")) != 4 {
		t.Errorf("resolved by a trigger: %v %v", resolved, err)
	}
}

func TestStagesOfConfigurationsV1(t *testing.T) {
	t.Parallel()
	const few = `
schema: "1"
id: base
stages:
- {id: a, type: wait, config: {list: [1], map: {x: 1, y: 2}, items: [{n: one, v: 1}, {n: two, v: 2}]}, inheritanceControl: {merge: [{path: $.list, value: [2]}, {path: "$['map']", value: {z: 3}}], replace: [{path: "$.items[?(@.n == 'two')].v", value: 5}], remove: [{path: $.map.x}]}}
- {id: b, type: wait, dependsOn: [a], config: {}}
partials:
- {id: pair, stages: [{id: one, type: wait, config: {}}, {id: two, type: wait, dependsOn: [one], config: {}}]}
`
	got, err := shelf{"base": few}.planner().Expand(t.Context(), request(t, `
stages:
- {id: b, type: wait, dependsOn: [a], config: {mine: true}}
- {id: c, type: partial.pair, inject: {before: [b]}, config: {}}
- {id: d, type: wait, dependsOn: [b], loopWith: "{{ regions }}", config: {to: "{{ templateLoop.value }}"}}
`))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, refs(got), document(t, "{a: [], c.one: [a], c.two: [c.one], b: [c.two], d0: [b], d1: [b]}"))
	equal(t, model.Objects(got, "stages")[0], document(t, `
{refId: a, name: a, type: wait, requisiteStageRefIds: [], list: [1, 2], map: {y: 2, z: 3}, items: [{n: one, v: 1}, {n: two, v: 5}]}
`))
}

func TestStagesWrittenAsOneText(t *testing.T) {
	t.Parallel()
	got, err := shelf{"base": `
schema: "1"
id: base
variables: [{name: regions, type: list}]
stages: |
  {% for region in regions %}
  - id: to-{{ region }}
    type: wait
    config: {waitTime: {{ loop.index }}}
  {% endfor %}
`}.planner().Expand(t.Context(), request(t, "{}"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, refs(got), document(t, "{to-eu: [], to-us: []}"))
}

func TestConfigurationsWithoutATemplate(t *testing.T) {
	t.Parallel()
	got, err := shelf{}.planner().Expand(t.Context(), request(t, `
pipeline: {application: shop, variables: {n: 3}}
stages: [{id: a, type: wait, config: {waitTime: "{{ n }}"}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, model.Objects(got, "stages")[0]["waitTime"], 3)
	in := request(t, "{}")
	in["plan"], in["template"] = true, document(t, "schema: '1'\nstages: [{id: a, type: wait, config: {}}]")
	if got, err = (shelf{}).planner().Expand(t.Context(), in); err != nil || len(model.List(got, "stages")) != 1 {
		t.Errorf("a template that comes with the plan: %v %v", got, err)
	}
}

func TestRefusalsV1(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config, template string
		want             []string
	}{
		"missing variable":  {"pipeline: {application: a, template: {source: 'spinnaker://base'}}", base, []string{"Missing variable values for: regions"}},
		"wrong type":        {"pipeline: {application: a, template: {source: 'spinnaker://base'}, variables: {regions: eu}}", base, []string{`variable "regions" must be of type list, not string`}},
		"is its own source": {"{}", "schema: '1'\nid: base\nsource: spinnaker://base", []string{"is its own source"}},
		"schemas":           {"schema: '2'", "schema: v2\nid: base", []string{"must be v2, or 1"}},
		"template schema":   {"{}", "schema: v2\nid: base", []string{"expected '1', got 'v2'"}},
		"bad stages":        {"stages: [{id: a}, {id: b, type: t, config: {}, dependsOn: [x], inject: {first: true}}, {id: c, type: t, config: {}, inject: {first: true, last: true}}, {type: t, config: {}}]", base, []string{"configuration:stages.a: type is missing", "stages.a: config is missing", "stages.b: a stage can't have both", "stages.c: a stage can't have several", "stages.3: id is missing"}},
		"no application":    {"pipeline: {template: {source: 'spinnaker://base'}}", base, []string{"configuration:pipeline.application is missing"}},
		"protected":         {"stages: [{id: x, type: t, config: {}, inject: {first: true}}]", "schema: '1'\nid: base\nprotect: true", []string{"protected"}},
		"unknown name":      {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {x: \"{{ nothing }}\"}}]", []string{"template:stages.a.config.x", "nothing"}},
		"bad Jinja":         {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {x: \"{% if %}\"}}]", []string{"template:stages.a.config.x", "can't be read"}},
		"unknown tag":       {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {x: \"{% include 'b' %}\"}}]", []string{"include"}},
		"unknown module":    {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: \"{% module none %}\"}]", []string{`no module "none"`}},
		"module's variable": {"{}", "schema: '1'\nid: base\nmodules: [{id: m, variables: [{name: v}], definition: {}}]\nstages: [{id: a, type: wait, config: \"{% module m %}\"}]", []string{"module:m", "without a value: v"}},
		"module in itself":  {"{}", "schema: '1'\nid: base\nmodules: [{id: m, definition: {a: \"{% module m %}\"}}]\nstages: [{id: a, type: wait, config: \"{% module m %}\"}]", []string{"modules are nested"}},
		"unknown partial":   {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: partial.none, config: {}}]", []string{`no partial "none"`}},
		"loop over no list": {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, loopWith: 'text', config: {}}]", []string{"template:stages.a.loopWith must be a list, not of type string"}},
		"config is no map":  {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: text}]", []string{"must be an object, not of type string"}},
		"unknown scheme":    {"pipeline: {application: a, template: {source: 'file:///etc/passwd'}}", base, []string{"must begin with spinnaker://"}},
		"no path":           {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {}, inheritanceControl: {remove: [{path: $.x}]}}]", []string{`stage "a": inheritanceControl`, "nothing at the path $.x"}},
		"strange path":      {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {}, inheritanceControl: {remove: [{path: $..x}]}}]", []string{"can't be read here"}},
		"merge of a text":   {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {x: t}, inheritanceControl: {merge: [{path: $.x, value: u}]}}]", []string{"merge needs a list or an object"}},
		"unknown pipeline":  {"{}", "schema: '1'\nid: base\nstages: [{id: a, type: wait, config: {x: \"{% pipelineid name=none %}\"}}]", []string{`no pipeline named "none" in application "shop"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := shelf{"base": c.template}.planner().Expand(t.Context(), request(t, c.config))
			says(t, err, c.want...)
		})
	}
}
