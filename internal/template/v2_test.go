package template

import (
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// rollout is a template: bake, check, ship.
const rollout = `
schema: v2
id: rollout
metadata: {name: Rollout, description: Bakes and ships, owner: me@example.com, scopes: [global]}
variables:
- {name: image, type: string}
- {name: replicas, type: int, defaultValue: 3}
- {name: regions, type: list, defaultValue: [eu, us]}
- {name: hurry, type: boolean, defaultValue: false}
- {name: share, type: float, defaultValue: 0.5}
- {name: extra, type: object, nullable: true}
- {name: title, defaultValue: "Ship ${ application }"}
pipeline:
  keepWaitingPipelines: true
  stages:
  - {refId: bake, type: wait, name: Bake, requisiteStageRefIds: [], waitTime: "${ templateVariables.replicas }"}
  - {refId: check, type: wait, name: Check, requisiteStageRefIds: [bake]}
  - {refId: ship, type: wait, name: "${ templateVariables.title }", requisiteStageRefIds: [check]}
  triggers: [{type: cron, id: nightly}]
  parameterConfig: [{name: reason}]
  notifications: [{type: email, address: all@example.com}]
  expectedArtifacts: [{id: chart, displayName: theirs}]
`

func configured(tb testing.TB, more string) object {
	tb.Helper()
	out := document(tb, `
schema: v2
application: shop
id: p1
name: Ship the shop
type: templatedPipeline
template: {artifactAccount: front50ArtifactCredentials, type: front50/pipelineTemplate, reference: spinnaker://rollout}
variables: {image: shop:1}
`)
	return model.Merge(out, document(tb, more))
}

func refs(pipeline object) object {
	out := object{}
	for _, s := range model.Objects(pipeline, "stages") {
		out[model.String(s, "refId")] = s["requisiteStageRefIds"]
	}
	return out
}

func TestExpandV2(t *testing.T) {
	t.Parallel()
	in := configured(t, "trigger: {type: manual, user: me}\nexecutionId: E1")
	before := jsonText(in)
	got, err := shelf{"rollout": rollout}.planner().Expand(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want := document(t, `
application: shop
id: p1
name: Ship the shop
executionId: E1
trigger: {type: manual, user: me}
limitConcurrent: true
maxConcurrentExecutions: 0
keepWaitingPipelines: true
stages:
- {refId: bake, type: wait, name: Bake, requisiteStageRefIds: [], waitTime: "${ templateVariables.replicas }"}
- {refId: check, type: wait, name: Check, requisiteStageRefIds: [bake]}
- {refId: ship, type: wait, name: "${ templateVariables.title }", requisiteStageRefIds: [check]}
triggers: [{type: cron, id: nightly, inherited: true}]
parameterConfig: [{name: reason, inherited: true}]
notifications: [{type: email, address: all@example.com, inherited: true}]
expectedArtifacts: [{id: chart, displayName: theirs}]
templateVariables: {image: "shop:1", replicas: 3, regions: [eu, us], hurry: false, share: 0.5, title: Ship shop}
source: {id: "spinnaker://rollout", type: templatedPipeline, version: v2}
`)
	equal(t, got, want)
	if jsonText(in) != before {
		t.Error("the configuration was changed")
	}
	if Templated(got) {
		t.Error("the pipeline would be expanded again")
	}
}

func TestPlanV2(t *testing.T) {
	t.Parallel()
	got, err := shelf{"rollout": rollout}.planner().Plan(t.Context(), configured(t, "variables: {image: a, replicas: 7}"))
	if err != nil {
		t.Fatal(err)
	}
	stages := model.Objects(got, "stages")
	equal(t, stages[0]["waitTime"], 7)
	equal(t, stages[2]["name"], "Ship shop")
}

func TestSectionsV2(t *testing.T) {
	t.Parallel()
	p := shelf{"rollout": rollout}.planner()
	const own = `
triggers: [{type: git}, {type: cron, id: nightly, inherited: true}]
parameters: [{name: mine}]
notifications: [{type: slack}]
expectedArtifacts: [{id: chart, displayName: mine}]
description: Ships it
limitConcurrent: false
disabled: true
`
	got, err := p.Expand(t.Context(), configured(t, own))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got["triggers"], list{object{"type": "cron", "id": "nightly", "inherited": true}, object{"type": "git"}})
	equal(t, got["parameterConfig"], list{object{"name": "reason", "inherited": true}, object{"name": "mine"}})
	equal(t, got["notifications"], list{object{"type": "email", "address": "all@example.com", "inherited": true}, object{"type": "slack"}})
	equal(t, got["expectedArtifacts"], list{object{"id": "chart", "displayName": "mine"}})
	equal(t, []any{got["limitConcurrent"], got["disabled"], got["description"]}, list{false, true, "Ships it"})
	got, err = p.Expand(t.Context(), configured(t, own+"exclude: [triggers, parameters, notifications, expectedArtifacts]"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got["triggers"], list{object{"type": "git"}})
	equal(t, got["parameterConfig"], list{object{"name": "mine"}})
	equal(t, got["notifications"], list{object{"type": "slack"}})
}

func TestStagesV2(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ stages, want string }{
		"replaced":     {"[{refId: check, type: manualJudgment, requisiteStageRefIds: [bake]}]", "{bake: [], check: [bake], ship: [check]}"},
		"depending":    {"[{refId: mine, type: wait, requisiteStageRefIds: [check]}]", "{bake: [], check: [bake], ship: [check], mine: [check]}"},
		"first":        {"[{refId: mine, type: wait, inject: {first: true}}]", "{mine: [], bake: [mine], check: [bake], ship: [check]}"},
		"last":         {"[{refId: mine, type: wait, inject: {last: true}}]", "{bake: [], check: [bake], ship: [check], mine: [ship]}"},
		"before":       {"[{refId: mine, type: wait, inject: {before: [ship]}}]", "{bake: [], check: [bake], mine: [check], ship: [mine]}"},
		"after":        {"[{refId: mine, type: wait, inject: {after: [bake]}}]", "{bake: [], mine: [bake], check: [mine], ship: [check]}"},
		"after two":    {"[{refId: mine, type: wait, inject: {after: [check, ship]}}]", ""},
		"two in order": {"[{refId: a, type: wait, inject: {after: [bake]}}, {refId: b, type: wait, inject: {after: [a]}}]", "{bake: [], a: [bake], b: [a], check: [b], ship: [check]}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := shelf{"rollout": rollout}.planner().Expand(t.Context(), configured(t, "stages: "+c.stages))
			if c.want == "" {
				says(t, err, "circle")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t, refs(got), document(t, c.want))
			for _, s := range model.Objects(got, "stages") {
				if s["inject"] != nil {
					t.Errorf("a rule of injection is left: %v", s)
				}
			}
		})
	}
}

func TestTemplatesWithInjectedStages(t *testing.T) {
	t.Parallel()
	got, err := shelf{"rollout": `
schema: v2
id: rollout
pipeline: {stages: [{refId: a, type: wait}, {refId: z, type: wait, inject: {first: true}}]}
`}.planner().Expand(t.Context(), configured(t, "{}"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, refs(got), object{"z": list{}, "a": list{"z"}})
}

func TestRefusalsV2(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config, template string
		want             []string
	}{
		"missing variable":         {"variables: {}", rollout, []string{"Missing variable values for: image"}},
		"null":                     {"variables: {image: null}", rollout, []string{`variable "image" is null and is not nullable`}},
		"wrong types":              {"variables: {image: 5, replicas: many, regions: eu, hurry: 1, share: half}", rollout, []string{`variable "image" must be of type string, not int`, `"replicas" must be of type int, not string`, `"regions" must be of type list`, `"hurry" must be of type boolean, not int`, `"share" must be of type float`}},
		"a fraction":               {"variables: {image: a, replicas: 1.5}", rollout, []string{`"replicas" must be of type int, not float`}},
		"unknown template":         {"template: {reference: 'spinnaker://nothing'}", rollout, []string{"spinnaker://nothing", "not found"}},
		"unknown tag":              {"template: {reference: 'spinnaker://rollout:stable'}", rollout, []string{"rollout:stable"}},
		"unknown digest":           {"template: {reference: 'spinnaker://rollout@sha256:ab'}", rollout, []string{"rollout@sha256:ab"}},
		"bad reference":            {"template: {type: front50/pipelineTemplate, reference: rollout}", rollout, []string{"must be like spinnaker://id"}},
		"no template":              {"template: null", rollout, []string{"template is missing"}},
		"version 1":                {"{}", "schema: '1'\nid: rollout", []string{`schema version "1"`}},
		"protected":                {"stages: [{refId: a, type: wait, inject: {first: true}}]", "schema: v2\nid: rollout\nprotect: true\npipeline: {}", []string{"protected"}},
		"nested":                   {"{}", "schema: v2\nid: rollout\npipeline: {schema: v2, template: {reference: 'spinnaker://rollout'}}", []string{"can't be nested"}},
		"no pipeline":              {"{}", "schema: v2\nid: rollout", []string{"has no pipeline"}},
		"no application":           {"application: ''", rollout, []string{"application is missing"}},
		"undeclared":               {"{}", "schema: v2\nid: rollout\npipeline: {stages: [{type: wait, name: \"${ templateVariables.nam }\", x: \"${templateVariables['other']}\", y: \"${templateVariables.size()}\"}]}", []string{"stages[0].name: templateVariables.nam", "stages[0].x: templateVariables.other"}},
		"no place":                 {"stages: [{refId: lost, type: wait}]", rollout, []string{`stage "lost" of the pipeline needs a place`}},
		"unknown target":           {"stages: [{refId: a, type: wait, inject: {before: [none]}}]", rollout, []string{`no stage "none"`}},
		"circle":                   {"stages: [{refId: bake, type: wait, requisiteStageRefIds: [ship]}]", rollout, []string{"circle"}},
		"several rules":            {"stages: [{refId: a, type: wait, inject: {first: true, last: true}}]", rollout, []string{"several rules"}},
		"twice":                    {"stages: [{refId: a, requisiteStageRefIds: [bake]}, {refId: a, requisiteStageRefIds: [bake]}]", rollout, []string{`two stages have the id "a"`}},
		"no id":                    {"stages: [{type: wait}]", rollout, []string{"has no refId"}},
		"stages are no list":       {"stages: {}", rollout, []string{"must be a list"}},
		"unknown schema":           {"schema: v3", rollout, []string{`not "v3"`}},
		"version 1 without config": {"schema: '1'", rollout, []string{"config is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := shelf{"rollout": c.template}.planner().Expand(t.Context(), configured(t, c.config))
			says(t, err, c.want...)
		})
	}
}

func TestReferencesOfAllKinds(t *testing.T) {
	t.Parallel()
	s := shelf{"rollout:stable": rollout, "rollout@sha256:ab": rollout, "https://example.com/t.yml": rollout}
	for _, artifact := range []string{
		"{reference: 'spinnaker://rollout:stable'}",
		"{type: front50/pipelineTemplate, reference: 'spinnaker://rollout@sha256:ab'}",
		"{type: http/file, artifactAccount: web, reference: 'https://example.com/t.yml'}",
		"{reference: 'spinnaker://rollout:${trigger.parameters.tag}'}",
	} {
		_, err := s.planner().Expand(t.Context(), configured(t, "trigger: {parameters: {tag: stable}}\ntemplate: "+artifact))
		if err != nil {
			t.Errorf("%s: %v", artifact, err)
		}
	}
	_, err := s.planner().Expand(t.Context(), configured(t, "template: {type: http/file, reference: 'https://gone'}"))
	if err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("a failed fetch is not the user's fault: %v", err)
	}
	_, err = New(Options{Templates: s}).Expand(t.Context(), configured(t, "template: {type: http/file, reference: 'https://example.com/t.yml'}"))
	says(t, err, "http/file", "not available here")
	_, err = shelf{"x": "just text"}.planner().Expand(t.Context(), configured(t, "template: {type: http/file, reference: x}"))
	says(t, err, "neither a JSON nor a YAML object")
}

func TestOtherConfigurationsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	in := object{"stages": list{object{"type": "wait"}}, "schema": "v2"}
	got, err := shelf{}.planner().Expand(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, got, in)
}

func TestPlanDependents(t *testing.T) {
	t.Parallel()
	p := shelf{"rollout": rollout}.planner()
	next := document(t, "schema: v2\nid: rollout\nvariables: [{name: image, type: list}]\npipeline: {stages: []}")
	got := p.PlanDependents(t.Context(), next, []map[string]any{
		configured(t, "id: bad"), configured(t, "id: good\nvariables: {image: [a]}"), configured(t, "id: worse\nvariables: {}"),
	})
	equal(t, len(got), 2)
	equal(t, got["bad"], list{`variable "image" must be of type list, not string`})
	equal(t, got["worse"], list{"Missing variable values for: image"})
}
