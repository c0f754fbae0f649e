package expression

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

// released is an execution with what the helper functions look for: stages of a
// name that is used twice, of no name, with synthetic stages, and with outputs.
func released() *model.Execution {
	return &model.Execution{
		Type: model.PipelineExecution, ID: "01R", Application: "shop", Name: "release", PipelineConfigID: "cfg",
		Authentication: &model.Authentication{User: "ann"},
		Trigger: model.Trigger{
			"type": "manual", "user": "ann", "parameters": object{"region": "eu"},
			"resolvedExpectedArtifacts": []any{
				object{"id": "a", "boundArtifact": object{"type": "docker/image", "name": "shop/web", "reference": "shop/web:1"}},
				object{"id": "b", "boundArtifact": object{"type": "docker/image", "name": "shop/api", "reference": "shop/api:2"}},
				object{"id": "c"},
			},
		},
		Stages: []*model.Stage{
			{ID: "A", RefID: "1", Name: "Bake", Type: "bake", Status: model.Succeeded, StartTime: 10, EndTime: 30,
				Outputs: object{"ami": "ami-1", "artifacts": []any{object{"type": "docker/image", "name": "made"}}}, Context: object{"region": "eu"}},
			{ID: "A1", RefID: "1<1", Name: "Before bake", Type: "wait", ParentStageID: "A", SyntheticStageOwner: model.StageBefore, Status: model.Succeeded, Context: object{}},
			{ID: "A2", RefID: "1>1", Name: "After bake", Type: "wait", ParentStageID: "A", SyntheticStageOwner: model.StageAfter, Status: model.Succeeded, Context: object{}},
			{ID: "B", RefID: "2", Name: "Deploy", Type: "deploy", Status: model.Succeeded, RequisiteStageRefIDs: []string{"1"}, Context: object{
				"account": "prod", "region": "eu", "deploy.server.groups": object{"eu": []any{"shop-v001"}}}},
			{ID: "C", RefID: "3", Name: "Deploy", Type: "deploy", Status: model.Succeeded, RequisiteStageRefIDs: []string{"1"}, Context: object{
				"account": "test", "availabilityZones": object{"us": []any{"us-a"}}, "deploy.server.groups": object{"us": []any{"shop-v007"}},
				"deploymentDetails": []any{object{"region": "us", "imageId": "img"}, object{"region": "eu", "imageId": "other"}}}},
			{ID: "D", RefID: "4", Name: "Failed deploy", Type: "deploy", Status: model.Terminal, RequisiteStageRefIDs: []string{"2"}, Context: object{
				"region": "eu", "deploy.server.groups": object{"eu": []any{"shop-v002"}}}},
			{ID: "F", RefID: "5", Name: "Ask", Type: "manualJudgment", Status: model.Succeeded, RequisiteStageRefIDs: []string{"2", "3"}, Context: object{"judgmentInput": "go"}},
			{ID: "G", RefID: "6", Name: "Silent", Type: "manualJudgment", Status: model.Succeeded, Context: object{}},
			{ID: "H", RefID: "7", Name: "Manifests", Type: "deployManifest", Status: model.Succeeded, Context: object{"outputs.manifests": []any{
				object{"kind": "Service"}, object{"kind": "Deployment", "spec": object{"template": object{"metadata": object{"labels": object{"app": "web", "n": json.Number("1")}}}}}}}},
			{ID: "I", RefID: "8", Type: "wait", Status: model.Running, RequisiteStageRefIDs: []string{"5"}, Context: object{"continuePipeline": true}},
		},
	}
}

type fewPipelines struct{}

func (fewPipelines) PipelineID(_ context.Context, application, name string) (string, bool, error) {
	switch {
	case name == "broken":
		return "", false, errors.New("the database is away")
	case application == "shop" && name == "child":
		return "id-of-child", true, nil
	case application == "other" && name == "theirs":
		return "id-of-theirs", true, nil
	}
	return "", false, nil
}

type fewApplications struct{}

func (fewApplications) Application(_ context.Context, name string) (map[string]any, error) {
	if name != "shop" {
		return nil, errors.New("there is no application of this name")
	}
	return object{"name": "shop", "email": "ann@shop"}, nil
}

type fewConfigs struct{}

func (fewConfigs) CanaryConfigID(_ context.Context, name, _ string) (string, bool, error) {
	return "id-of-" + name, name == "known", nil
}

type fewURLs struct{}

func (fewURLs) Fetch(_ context.Context, url string) (string, error) {
	text, ok := map[string]string{
		"http://a/text": "plain", "http://a/json": `{"a":[1,{"b":null}]}`, "http://a/list": `[1,2]`,
		"http://a/yaml": "a: yes\nb: 010\n", "http://a/two": "a: 1\n---\na: 2\n", "http://a/none": "",
		"http://a/properties": "# said\n! too\na=1\nb : two\nc three\n d\\ e = f \\\n   g\nh\n\\u0041=\\t\\n\\r\\f\\q\n=x\n",
		"http://a/bad":        "a=\\u00g1",
	}[url]
	if !ok {
		return "", errors.New("the server answered 404")
	}
	return text, nil
}

func rowsOn(t *testing.T, exec *model.Execution, rows map[string]any) {
	t.Helper()
	e := New(Options{Outside: Outside{Pipelines: fewPipelines{}, Applications: fewApplications{}, CanaryConfigs: fewConfigs{}, URLs: fewURLs{}}})
	scope := func() *Scope { return StageScope(exec, exec.Stages[len(exec.Stages)-1], "ann") }
	for expr, want := range rows {
		got, summary := e.EvaluateText(t.Context(), prefix+expr+suffix, scope())
		if fault, ok := want.(refused); ok {
			require.Equal(t, 1, summary.Failures(), expr)
			for _, entries := range summary.Entries() {
				require.Contains(t, entries[0].Description, string(fault), expr)
			}
			require.Equal(t, prefix+expr+suffix, got, "what fails stays as it is")
			continue
		}
		require.Zero(t, summary.Failures(), "%s: %v", expr, summary.Entries())
		require.Equal(t, want, got, expr)
	}
}

// refused is a part of what the summary says of an expression that fails.
type refused string

func number(text string) json.Number { return json.Number(text) }

// Stages are found by name or id, the first one of a name; a stage without a name
// has its type's (Orca's StageExpressionFunctionProvider).
func TestStageFunctions(t *testing.T) {
	t.Parallel()
	rowsOn(t, released(), map[string]any{
		"#stage('Bake').id":                                 "A",
		"#stage('A').name":                                  "Bake",
		"#stage('Deploy').id":                               "B",
		"#stage('wait').id":                                 "I",
		"#stage('Bak').id":                                  refused("the execution 01R has no stage 'Bak' (did you mean 'Bake'?)"),
		"#stage('bake').id":                                 refused("has no stage 'bake'"),
		"#stage(null).id":                                   refused("has no stage 'null'"),
		"#stageExists('Bake')":                              true,
		"#stageExists('A')":                                 true,
		"#stageExists('Bak')":                               false,
		"#stageExists(null)":                                false,
		"#stageByRefId('2').name":                           "Deploy",
		"#stageByRefId('99').name":                          refused("has no stage of refId '99'"),
		"#stageByRefId(null).name":                          refused("the refId is null"),
		"#currentStage().type":                              "wait",
		"#currentStage().name":                              "wait",
		"#currentUser()":                                    "ann",
		"#judgment('Ask')":                                  "go",
		"#judgement('Ask') == 'go'":                         true,
		"#judgment('Silent')":                               refused("has no manual judgment 'Silent' with an answer"),
		"#judgment('Bake')":                                 refused("has no manual judgment 'Bake' with an answer"),
		"#judgment('F')":                                    refused("has no manual judgment 'F' with an answer"),
		"execution.stageById('A').name":                     "Bake",
		"execution.stageByRef('2').id":                      "B",
		"execution.stageById('nope')":                       refused("has no stage of id 'nope'"),
		"execution.stageByRef('nope')":                      refused("has no stage of refId 'nope'"),
		"#stage('Bake').parent == null":                     true,
		"#stage('Bake').hasSucceeded":                       true,
		"#stage('Failed deploy').hasFailed":                 true,
		"#stage('Failed deploy').hasSucceeded":              false,
		"#stage('Bake').status == 'SUCCEEDED'":              true,
		"#stage('Bake').endTime - #stage('Bake').startTime": number("20"),
	})
}

// A stage knows those around it: its parent, children, and what comes before and
// after it (Orca's StageExecutionImpl).
func TestStagesAround(t *testing.T) {
	t.Parallel()
	names := func(list string) string { return list + ".![id]" }
	rowsOn(t, released(), map[string]any{
		"#stage('Before bake').parent.name":                                               "Bake",
		"#stage('Before bake').parentStageId":                                             "A",
		"#stage('Before bake').topLevelStage.id":                                          "A",
		"#stage('Bake').topLevelStage.id":                                                 "A",
		names("#stage('Bake').directChildren()"):                                          []any{"A1", "A2"},
		names("#stage('Bake').downstreamStages()"):                                        []any{"B", "C"},
		names("#stage('Bake').allDownstreamStages()"):                                     []any{"B", "C", "D", "F", "I"},
		names("#stage('Failed deploy').allDownstreamStages()"):                            []any{},
		names("#stage('Ask').ancestors()"):                                                []any{"F", "B", "C", "A", "A1", "A2"},
		names("#stage('Bake').ancestors()"):                                               []any{"A"},
		names("#stage('After bake').ancestors()"):                                         []any{"A2", "A1", "A"},
		names("#stage('Before bake').ancestors()"):                                        []any{"A1", "A"},
		"#stage('Ask').isJoin()":                                                          true,
		"#stage('Deploy').join":                                                           false,
		"#stage('Ask').manualJudgmentType":                                                true,
		"#stage('wait').continuePipelineOnFailure":                                        true,
		"#stage('Bake').continuePipelineOnFailure":                                        false,
		"#stage('Ask').requisiteStageRefIds":                                              []any{"2", "3"},
		"#stage('Deploy') == #stage('B')":                                                 true,
		"#stage('Bake') == #stage('Deploy')":                                              false,
		"#stage('Bake').execution.id":                                                     "01R",
		"#stage('Bake').context.region":                                                   "eu",
		"#stage('Ask').context.ami":                                                       "ami-1",
		"#stage('Bake').outputs.ami":                                                      "ami-1",
		"#stage('Ask').outputs.size()":                                                    number("0"),
		"#stage('Ask').context.containsKey('ami')":                                        false,
		"execution.stages.?[status == 'TERMINAL'].![name]":                                []any{"Failed deploy"},
		"execution.stages.?[parentStageId == 'A' and syntheticStageOwner == null].size()": refused("syntheticStageOwner"),
		"execution.context.ami":                                                           "ami-1",
	})
}

// Server groups are those of deploy stages that ended well, with the details of
// their own region (Orca's DeployedServerGroupsExpressionFunctionProvider).
func TestDeployedServerGroups(t *testing.T) {
	t.Parallel()
	rowsOn(t, released(), map[string]any{
		"#deployedServerGroups().![serverGroup]":                 []any{"shop-v001", "shop-v007"},
		"deployedServerGroups.![serverGroup]":                    []any{"shop-v001", "shop-v007"},
		"#deployedServerGroups('Deploy').![account]":             []any{"prod", "test"},
		"#deployedServerGroups('C').![region]":                   []any{"us"},
		"#deployedServerGroups('C')[0].imageId":                  "img",
		"#deployedServerGroups('Bake')":                          []any{},
		"#deployedServerGroups('Failed deploy')":                 []any{},
		"#deployedServerGroups('B', 'Bake').![serverGroup]":      []any{"shop-v001"},
		"#manifestLabelValue('Manifests', 'Deployment', 'app')":  "web",
		"#manifestLabelValue('Manifests', 'Deployment', 'n')":    refused("the label 'n' is not a text"),
		"#manifestLabelValue('Manifests', 'Deployment', 'ap')":   refused("has no label 'ap' for its pods (did you mean 'app'?)"),
		"#manifestLabelValue('Manifests', 'ReplicaSet', 'app')":  refused("has deployed no manifest of kind ReplicaSet"),
		"#manifestLabelValue('Manifests', 'StatefulSet', 'app')": refused("supports the kinds Deployment and ReplicaSet, not 'StatefulSet'"),
		"#manifestLabelValue('Manifests', 'Deployment', null)":   refused("needs the key of a label"),
		"#manifestLabelValue('Bake', 'Deployment', 'app')":       refused("no Deploy Manifest stage 'Bake'"),
		"#cfServiceKey('Bake')":                                  object{},
		"#cfServiceKey(null)":                                    object{},
		"#triggerResolvedArtifact('shop/web').reference":         "shop/web:1",
		"#triggerResolvedArtifact('shop/wep').reference":         refused("no resolved artifact of name 'shop/wep' (did you mean 'shop/web'"),
		"#triggerResolvedArtifactByType('docker/image').name":    "shop/web",
		"#triggerResolvedArtifactByType('helm/chart').name":      refused("no resolved artifact of type 'helm/chart'"),
		"#triggerResolvedArtifact(null)":                         refused("the name is null"),
		"#resolvedArtifacts().![name]":                           []any{"made"},
	})
}

// What is stored elsewhere is looked up in the execution's own application, unless
// another is named; why there is no answer is said.
func TestLookupFunctions(t *testing.T) {
	t.Parallel()
	rowsOn(t, released(), map[string]any{
		"#pipelineId('child')":                               "id-of-child",
		"#pipelineId('theirs')":                              refused("the application shop has no pipeline 'theirs'"),
		"#pipelineId('')":                                    refused("#pipelineId needs the name of a pipeline"),
		"#pipelineId('broken')":                              refused("could not look up 'broken'"),
		"#pipelineIdOrNull('child')":                         "id-of-child",
		"#pipelineIdOrNull('broken')":                        refused("the database is away"),
		"#pipelineIdOrNull('theirs') ?: 'none'":              "none",
		"#pipelineIdInApplication('theirs', 'other')":        "id-of-theirs",
		"#pipelineIdInApplication('theirs', 'shop') == null": true,
		"#pipelineIdInApplication('theirs', '')":             refused("needs the name of an application"),
		"#applicationMetadata('shop').email":                 "ann@shop",
		"#applicationMetadata('nope').email":                 refused("the application 'nope' could not be read"),
		"#canaryConfigNameToId('known', 'shop')":             "id-of-known",
		"#canaryConfigNameToId('unknown', 'shop')":           refused("the application shop has no canary configuration 'unknown'"),
		"#canaryConfigNameToId('', 'shop')":                  refused("needs the name of a canary configuration"),
		"#canaryConfigNameToId('known', '')":                 refused("needs the name of an application"),
		"#fromUrl('http://a/text')":                          "plain",
		"#fromUrl('http://a/nope')":                          refused("http://a/nope could not be read: the server answered 404"),
		"#jsonFromUrl('http://a/json')":                      object{"a": []any{number("1"), object{}}},
		"#jsonFromUrl('http://a/list')[1]":                   number("2"),
		"#jsonFromUrl('http://a/text')":                      refused("no JSON"),
		"#jsonFromUrl('http://a/none')":                      refused("the text is empty, so it is no JSON"),
		"#yamlFromUrl('http://a/yaml')":                      object{"a": true, "b": number("8")},
		"#yamlFromUrl('http://a/two')":                       refused("contains 2 documents: use #readAllYaml"),
		"#propertiesFromUrl('http://a/bad')":                 refused(`a \u without four digits`),
		"#propertiesFromUrl('http://a/none')":                object{},
		"#propertiesFromUrl('http://a/properties')": object{
			"a": "1", "b": "two", "c": "three", "d e": "f g", "h": "", "A": "\t\n\r\fq", "": "x",
		},
	})
}

// Without the service that a function needs, it says what is missing.
func TestFunctionsWithoutTheOutside(t *testing.T) {
	t.Parallel()
	exec := released()
	for expr, want := range map[string]string{
		"#pipelineId('child')":           "#pipelineId needs the stored pipelines, which are not available here",
		"#applicationMetadata('shop')":   "#applicationMetadata needs the stored applications, which are not available here",
		"#canaryConfigNameToId('a','b')": "#canaryConfigNameToId needs the canary configurations, which are not available here",
		"#fromUrl('http://a')":           "URLs can't be read here",
	} {
		_, summary := New(Options{}).EvaluateText(t.Context(), prefix+expr+suffix, StageScope(exec, exec.Stages[0], ""))
		require.Equal(t, 1, summary.Failures(), expr)
		for _, entries := range summary.Entries() {
			require.Contains(t, entries[0].Description, want)
		}
	}
}
