package absent_test

import (
	"net/http"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
)

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

// Deck's forms drop what isn't in the lists that they ask for, so these have what
// stored pipelines name.
func TestListsHaveWhatPipelinesName(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	stages := list{
		object{"type": "jenkins", "name": "a", "refId": "1", "master": "ci", "job": "folder/job/build", "parameters": object{"branch": "main", "a": "b"}},
		object{"type": "jenkins", "name": "b", "refId": "2", "master": "ci", "job": "${parameters.job}"},
		object{"type": "travis", "name": "c", "refId": "3", "master": "travis-ci", "job": "example/repo"},
		object{"type": "concourse", "name": "d", "refId": "4", "master": "concourse-ci", "teamName": "main", "pipelineName": "build", "resourceName": "image"},
		object{"type": "googleCloudBuild", "name": "e", "refId": "5", "account": "gcb", "triggerId": "trigger-1"},
		object{"type": "awsCodeBuild", "name": "f", "refId": "6", "account": "codebuild", "projectName": "project"},
		object{"type": "wait", "name": "g", "refId": "7", "master": "none", "job": "none"},
	}
	triggers := list{
		object{"type": "jenkins", "master": "ci", "job": "another"},
		object{"type": "concourse", "master": "concourse-ci", "team": "other", "project": "other/deploy", "job": "other/deploy/run", "jobName": "run"},
	}
	k.Post("/pipelines", object{"application": "shop", "name": "named", "stages": stages, "triggers": triggers}).Is(http.StatusOK)
	k.Post("/pipelines", object{"application": "other", "name": "named too", "stages": list{
		object{"type": "jenkins", "name": "a", "refId": "1", "master": "ci-2", "job": "build"},
	}}).Is(http.StatusOK)

	for path, want := range map[string]any{
		"/v2/builds":                                   list{"ci", "ci-2", "concourse-ci", "travis-ci"},
		"/v3/builds?type=travis":                       list{"travis-ci"},
		"/v2/builds?type=JENKINS":                      list{"ci", "ci-2"},
		"/v2/builds/ci/jobs":                           list{"another", "folder/job/build"},
		"/v3/builds/ci/jobs":                           list{"another", "folder/job/build"},
		"/v3/builds/elsewhere/jobs":                    list{},
		"/v3/builds/ci/job?job=another":                object{},
		"/concourse/concourse-ci/teams":                list{"main", "other"},
		"/concourse/ci/teams":                          nil,
		"/gcb/accounts":                                list{"gcb"},
		"/gcb/triggers/gcb":                            list{object{"id": "trigger-1", "name": "trigger-1", "description": "trigger-1"}},
		"/gcb/triggers/other":                          nil,
		"/codebuild/accounts":                          list{"codebuild"},
		"/codebuild/projects/codebuild":                list{"project"},
		"/concourse/concourse-ci/teams/main/pipelines": list{"build"},
		"/concourse/concourse-ci/teams/main/pipelines/build/resources": list{"image"},
		"/concourse/concourse-ci/teams/other/pipelines/deploy/jobs":    list{"run"},
		"/concourse/concourse-ci/teams/other/pipelines/nothing/jobs":   nil,
		"/v3/builds/ci/job?job=folder%2Fjob%2Fbuild":                   jobWith("folder/job/build", "a", "branch"),
		"/v2/builds/ci/jobs/folder/job/build":                          jobWith("folder/job/build", "a", "branch"),
	} {
		if want == nil {
			k.Get(path).Is(http.StatusNotFound)
			continue
		}
		var got any
		k.Get(path).Is(http.StatusOK).Decode(&got)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("GET %s: %v, want %v", path, got, want)
		}
	}
}

// jobWith is a job with parameters of these names, none of which has a default.
func jobWith(name string, parameters ...string) object {
	out := list{}
	for _, parameter := range parameters {
		out = append(out, object{"name": parameter, "type": "StringParameterDefinition", "defaultValue": nil, "description": ""})
	}
	return object{"name": name, "parameterDefinitionList": out}
}
