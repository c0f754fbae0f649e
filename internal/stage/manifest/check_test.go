package manifest

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChecksSayWhatTheTasksWouldSay: what makes a stage fail whatever the cluster holds is
// known before it runs, and nothing else is refused.
func TestChecksSayWhatTheTasksWouldSay(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	target := func(fields object) object {
		out := object{"account": "prod", "location": "shop", "manifestName": "deployment web"}
		maps.Copy(out, fields)
		return out
	}
	configMap := object{"apiVersion": "v1", "kind": "ConfigMap", "metadata": object{"name": "web"}}
	one := checkTarget(true)
	scale := checkNumbers(one, true, "replicas")
	for name, c := range map[string]struct {
		check  func(map[string]any) error
		fields object
		want   string
	}{
		"an object":                             {one, target(nil), ""},
		"no account":                            {one, target(object{"account": " "}), "account: is missing"},
		"a kind without a name":                 {one, target(object{"manifestName": "web"}), `manifestName: must be a kind and a name, as in "deployment web", not "web"`},
		"a name that is known when it runs":     {one, target(object{"manifestName": "${ trigger.name }"}), ""},
		"no namespace":                          {one, target(object{"location": nil}), "location: is missing; name the namespace of the deployment"},
		"the namespace of cluster-wide objects": {one, target(object{"location": "_"}), "location: is missing; name the namespace of the deployment"},
		"a kind that may be cluster-wide":       {one, target(object{"location": nil, "manifestName": "Widget.example.com w"}), ""},
		"by criteria":                           {one, target(object{"criteria": "newest", "kind": "replicaSet", "cluster": "c"}), ""},
		"by unknown criteria":                   {one, target(object{"criteria": "best", "kind": "replicaSet", "cluster": "c"}), `criteria: must be one of oldest, newest, second_newest, largest, smallest, not "best"`},
		"criteria of an expression":             {one, target(object{"criteria": "${ parameters.c }", "kind": "replicaSet", "cluster": "c"}), ""},
		"replicas":                              {scale, target(object{"replicas": "3"}), ""},
		"negative replicas":                     {scale, target(object{"replicas": -1}), "replicas: must not be negative, but is -1"},
		"back to nowhere":                       {checkUndo, target(nil), "numRevisionsBack: is missing; name it or a revision"},
		"one back":                              {checkUndo, target(object{"numRevisionsBack": 1}), ""},
		"a leftover revision":                   {checkUndo, target(object{"numRevisionsBack": 1, "revision": -1}), ""},
		"forward":                               {checkUndo, target(object{"numRevisionsBack": -1}), "numRevisionsBack: must not be negative, but is -1"},

		"manifests":                      {checkDeploy, target(object{"manifests": []any{configMap}}), ""},
		"manifests as text":              {checkDeploy, target(object{"manifests": "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}"}), ""},
		"no manifests":                   {checkDeploy, target(nil), "manifests: is missing"},
		"empty manifests":                {checkDeploy, target(object{"manifests": ""}), ""},
		"a manifest without a kind":      {checkDeploy, target(object{"manifests": []any{object{"apiVersion": "v1", "metadata": object{"name": "x"}}}}), "manifests[0].kind is missing"},
		"a manifest with an expression":  {checkDeploy, target(object{"manifests": []any{object{"kind": "${ parameters.kind }"}}}), ""},
		"required artifacts as text":     {checkDeploy, target(object{"manifests": []any{configMap}, "requiredArtifacts": "x"}), ""},
		"an artifact":                    {checkDeploy, target(object{"source": "artifact", "manifestArtifactId": "a"}), ""},
		"an artifact that is not named":  {checkDeploy, target(object{"source": "artifact"}), "manifestArtifact: is missing"},
		"a moniker that is no object":    {checkDeploy, target(object{"manifests": []any{configMap}, "moniker": "x"}), "moniker must be an object"},
		"a moniker of an expression":     {checkDeploy, target(object{"manifests": []any{configMap}, "moniker": "${ #stage('a').context.m }"}), ""},
		"a job":                          {checkJob, object{"credentials": "prod", "manifest": object{"apiVersion": "batch/v1", "kind": "Job", "metadata": object{"generateName": "x-"}}}, ""},
		"no job":                         {checkJob, object{"credentials": "prod"}, "manifest: is missing"},
		"another kind than a job":        {checkJob, object{"credentials": "prod", "manifest": configMap}, "manifest.kind: Only kind of Job is accepted for the Run Job operation, not ConfigMap"},
		"a job of nothing":               {checkJob, object{"credentials": "prod", "manifest": ""}, "manifest: Run Job only supports manifests with a single Job, but there are 0"},
		"a patch":                        {checkPatch, target(object{"patchBody": object{"a": "b"}}), ""},
		"a patch by an artifact":         {checkPatch, target(object{"source": "artifact", "manifestArtifact": object{"type": "embedded/base64"}}), ""},
		"no patch":                       {checkPatch, target(nil), "patchBody: is missing"},
		"a patch that is no object":      {checkPatch, target(object{"patchBody": []any{1}}), "patchBody: must be an object, or a list of operations"},
		"a deletion":                     {checkDelete, target(nil), ""},
		"a deletion of nothing":          {checkDelete, target(object{"manifestName": nil, "kinds": []any{}}), "manifestName: is missing; name one object, or kinds and labelSelectors"},
		"a deletion by labels":           {checkDelete, target(object{"manifestName": "", "kinds": []any{"pod"}, "labelSelectors": object{"selectors": []any{object{"kind": "EXISTS", "key": "a"}}}}), ""},
		"a deletion of all of a kind":    {checkDelete, target(object{"manifestName": "", "kinds": []any{"pod"}}), "labelSelectors: no selector checks a label, so all objects of the kinds would be deleted; select by a label, for example with kind EXISTS"},
		"labels that are known later":    {checkDelete, target(object{"manifestName": "", "kinds": []any{"pod"}, "labelSelectors": "${ #stage('a').context.s }"}), ""},
		"kinds that are known later":     {checkDelete, target(object{"manifestName": "", "kinds": "${ parameters.kinds }", "labelSelectors": object{"selectors": []any{object{"kind": "EXISTS", "key": "a"}}}}), ""},
		"a leftover name among the rest": {checkDelete, target(object{"kinds": []any{"pod"}, "labelSelectors": object{"selectors": []any{}}}), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.check(c.fields)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.EqualError(t, err, c.want)
		})
	}
}
