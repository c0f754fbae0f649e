package absent

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
)

// Pipelines name builds, images and subscriptions of systems that are not connected
// here. Deck's forms choose such values from lists, and a value that isn't in its
// list is gone from the pipeline as soon as the form is opened. So these lists have
// what the stored pipelines and strategies name.

// namedList is a list of what pipelines name.
type namedList struct {
	path, name, summary string
	params              []rest.Param
	// types are those of the triggers and stages that name it.
	types []string
	// pick is what one of them names; nil if it names nothing that was asked for.
	pick func(r *http.Request, named gjson.Result) any
	// missing is the error if nothing is named; a list without one is then empty.
	missing string
}

var (
	buildTypes  = []string{"jenkins", "travis", "concourse", "wercker", "gitlab-ci"}
	buildParams = []rest.Param{rest.Text("type", "only build systems of this type")}
)

const (
	noMaster  = "Build master '{buildMaster}' not found"
	noAccount = "Account '{account}' not found"
)

var namedLists = []namedList{
	{path: "/v2/builds", name: "getBuildMastersV2", summary: "List the build systems", params: buildParams, types: buildTypes, pick: buildMaster},
	{path: "/v3/builds", name: "getBuildMasters", summary: "List the build systems", params: buildParams, types: buildTypes, pick: buildMaster},
	{path: "/v2/builds/{buildMaster}/jobs", name: "getJobsForBuildMasterV2", summary: "List a build system's jobs", types: buildTypes, pick: field("job", "master", "buildMaster")},
	{path: "/v3/builds/{buildMaster}/jobs", name: "getJobsForBuildMaster", summary: "List a build system's jobs", types: buildTypes, pick: field("job", "master", "buildMaster")},
	{path: "/concourse/{buildMaster}/teams", name: "getConcourseTeams", summary: "List a Concourse's teams", types: []string{"concourse"}, pick: concourseTeam, missing: noMaster},
	{path: "/concourse/{buildMaster}/teams/{team}/pipelines", name: "getConcoursePipelines", summary: "List a team's Concourse pipelines", types: []string{"concourse"}, pick: concoursePipeline, missing: noMaster},
	{path: "/concourse/{buildMaster}/teams/{team}/pipelines/{pipeline}/jobs", name: "getConcourseJobs", summary: "List a Concourse pipeline's jobs", types: []string{"concourse"}, pick: concoursePart("jobName"), missing: noMaster},
	{path: "/concourse/{buildMaster}/teams/{team}/pipelines/{pipeline}/resources", name: "getConcourseResources", summary: "List a Concourse pipeline's resources", types: []string{"concourse"}, pick: concoursePart("resourceName"), missing: noMaster},
	{path: "/gcb/accounts", name: "getGcbAccounts", summary: "List the Google Cloud Build accounts", types: []string{"googleCloudBuild"}, pick: field("account")},
	{path: "/gcb/triggers/{account}", name: "getGcbTriggers", summary: "List the Google Cloud Build triggers of an account", types: []string{"googleCloudBuild"}, pick: cloudBuildTrigger, missing: noAccount},
	{path: "/codebuild/accounts", name: "getCodeBuildAccounts", summary: "List the AWS CodeBuild accounts", types: []string{"awsCodeBuild"}, pick: field("account")},
	{path: "/codebuild/projects/{account}", name: "getCodeBuildProjects", summary: "List the AWS CodeBuild projects of an account", types: []string{"awsCodeBuild"}, pick: field("projectName", "account", "account"), missing: noAccount},
}

func (a *area) namedRoutes() []rest.Route {
	out := make([]rest.Route, 0, len(namedLists)+2)
	for _, list := range namedLists {
		rt := rest.Route{
			Method: http.MethodGet, Path: list.path, Name: list.name, Needs: rest.Anyone, Tag: "Builds", Params: list.params,
			Summary: list.summary + " (from stored pipelines; no such system is connected yet)", Result: rest.ListOf(rest.Schema{}),
		}
		pathParams := rt.PathParams()
		rt.Serve = func(r *http.Request) (any, error) {
			found, err := a.named(r, list)
			if err == nil && len(found) == 0 && list.missing != "" {
				return nil, fault.New(fault.NotFound, "%s", fill(list.missing, pathParams, r))
			}
			return found, err
		}
		out = append(out, rt)
	}
	const summary = "Get a job's settings (the parameters in stored pipelines; no build system is connected yet)"
	return append(out,
		rest.Route{
			Method: http.MethodGet, Path: "/v3/builds/{buildMaster}/job", Name: "getJobConfig", Needs: rest.Anyone, Tag: "Builds", Summary: summary,
			Params: []rest.Param{rest.Text("job", "the job's name")}, Result: rest.Schema{"type": "object"},
			Serve: func(r *http.Request) (any, error) { return a.namedJob(r, rest.QueryOf(r).Text("job")) },
		},
		rest.Route{
			Method: http.MethodGet, Path: "/v2/builds/{buildMaster}/jobs/{job...}", Name: "getJobConfigV2", Needs: rest.Anyone, Tag: "Builds", Summary: summary,
			Result: rest.Schema{"type": "object"},
			Serve:  func(r *http.Request) (any, error) { return a.namedJob(r, r.PathValue("job")) },
		})
}

// named lists what the list picks, sorted, each once.
func (a *area) named(r *http.Request, list namedList) ([]any, error) {
	byKey := map[string]any{}
	err := catalog.EachPart(r.Context(), a.store, list.types, func(one gjson.Result) {
		picked := list.pick(r, one)
		if text, ok := picked.(string); picked == nil || ok && !catalog.IsName(text) {
			return
		}
		key, _ := json.Marshal(picked) // texts and objects of texts
		byKey[string(key)] = picked
	})
	out := make([]any, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, byKey[key])
	}
	return out, err
}

// namedJob is a job with the parameters that stages give it: those that it doesn't
// have, Deck offers to remove.
func (a *area) namedJob(r *http.Request, job string) (any, error) {
	names := map[string]bool{}
	err := catalog.EachPart(r.Context(), a.store, buildTypes, func(one gjson.Result) {
		if one.Get("master").String() != r.PathValue("buildMaster") || one.Get("job").String() != job {
			return
		}
		one.Get("parameters").ForEach(func(name, _ gjson.Result) bool {
			names[name.String()] = true
			return true
		})
	})
	if err != nil || len(names) == 0 {
		return map[string]any{}, err
	}
	parameters := []any{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		parameters = append(parameters, map[string]any{"name": name, "type": "StringParameterDefinition", "defaultValue": nil, "description": ""})
	}
	return map[string]any{"name": job, "parameterDefinitionList": parameters}, nil
}

// field picks a field of what has another as the path says, if that is given: the
// field's name and the path parameter's.
func field(name string, where ...string) func(*http.Request, gjson.Result) any {
	return func(r *http.Request, one gjson.Result) any {
		if len(where) > 0 && one.Get(where[0]).String() != r.PathValue(where[1]) {
			return nil
		}
		return one.Get(name).String()
	}
}

func buildMaster(r *http.Request, one gjson.Result) any {
	if kind := rest.QueryOf(r).Text("type"); kind != "" && !strings.EqualFold(kind, one.Get("type").String()) {
		return nil
	}
	return one.Get("master").String()
}

// concourse reads a trigger or stage: a trigger's project is team/pipeline.
func concourse(one gjson.Result) (team, pipeline string) {
	team, pipeline = one.Get("team").String(), one.Get("project").String()
	if pipeline != "" {
		return team, pipeline[strings.LastIndexByte(pipeline, '/')+1:]
	}
	return one.Get("teamName").String(), one.Get("pipelineName").String()
}

func concourseTeam(r *http.Request, one gjson.Result) any {
	if one.Get("master").String() != r.PathValue("buildMaster") {
		return nil
	}
	team, _ := concourse(one)
	return team
}

func concoursePipeline(r *http.Request, one gjson.Result) any {
	if team, pipeline := concourse(one); one.Get("master").String() == r.PathValue("buildMaster") && team == r.PathValue("team") {
		return pipeline
	}
	return nil
}

// concoursePart picks a field of what names the pipeline of the path.
func concoursePart(name string) func(*http.Request, gjson.Result) any {
	return func(r *http.Request, one gjson.Result) any {
		if pipeline := concoursePipeline(r, one); pipeline == r.PathValue("pipeline") {
			return one.Get(name).String()
		}
		return nil
	}
}

func cloudBuildTrigger(r *http.Request, one gjson.Result) any {
	id := one.Get("triggerId").String()
	if one.Get("account").String() != r.PathValue("account") || !catalog.IsName(id) {
		return nil
	}
	return map[string]any{"id": id, "name": id, "description": id}
}
