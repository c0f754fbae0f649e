package kubernetes

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// A Job is what clouddriver's KubernetesJobStatus says of it: whether it has
// succeeded as often as it wants to, or has failed, and then which container did.
func TestJobs(t *testing.T) {
	t.Parallel()
	const owned = `ownerReferences: [{uid: uid-of-sweep}], `
	failed := `{conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: it has failed too often}]}`
	for name, c := range map[string]struct {
		spec, status string
		pods         []string
		state        string
		code, detail string
	}{
		"is new":                   {`{}`, `{}`, nil, "Running", "", ""},
		"runs":                     {`{}`, `{active: 1}`, nil, "Running", "", ""},
		"is done":                  {`{}`, `{succeeded: 1}`, nil, "Succeeded", "", ""},
		"is half done":             {`{completions: 2}`, `{succeeded: 1}`, nil, "Running", "", ""},
		"says that it is done":     {`{completions: 2}`, `{succeeded: 1, conditions: [{type: Complete, status: "True"}]}`, nil, "Succeeded", "", ""},
		"has not failed":           {`{}`, `{failed: 1, conditions: [{type: Failed, status: "False"}]}`, nil, "Running", "", ""},
		"failed without pods":      {`{}`, failed, nil, "Failed", "", ""},
		"failed with a code":       {`{}`, failed, []string{`status: {containerStatuses: [{name: c, state: {terminated: {exitCode: 3, reason: Error, message: oh}}}]}`}, "Failed", "3", "Pod: 'p0' had errors.\n Container: 'c' exited with code: 3.\n Status: Error.\n Logs: oh"},
		"failed before it began":   {`{}`, failed, []string{`status: {initContainerStatuses: [{name: i, state: {terminated: {exitCode: 1, reason: Error}}}], containerStatuses: [{name: c, state: {waiting: {reason: PodInitializing}}}]}`}, "Failed", "1", "Pod: 'p0' had errors.\n Container: 'i' exited with code: 1.\n Status: Error.\n Logs: "},
		"failed without its image": {`{}`, failed, []string{`status: {containerStatuses: [{name: c, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}]}`}, "Failed", "", "Pod: 'p0' had errors.\n Container: 'c' exited with code: .\n Status: ImagePullBackOff.\n Logs: no such image"},
		"failed in its second pod": {`{}`, failed, []string{`status: {containerStatuses: [{name: c, state: {terminated: {exitCode: 0}}}]}`, `status: {containerStatuses: [{name: c, state: {terminated: {exitCode: 9, signal: 9, reason: OOMKilled}}}]}`}, "Failed", "9", "Pod: 'p1' had errors.\n Container: 'c' exited with code: 9.\n Status: OOMKilled.\n Logs: "},
	} {
		l := newLab(t, Options{}, `{apiVersion: batch/v1, kind: Job, metadata: {name: sweep, creationTimestamp: "2024-01-01T00:00:00Z"}, spec: `+c.spec+`, status: `+c.status+`}`,
			`{apiVersion: v1, kind: Pod, metadata: {name: stranger}, status: {containerStatuses: [{name: c, state: {terminated: {exitCode: 77}}}]}}`)
		for i, pod := range c.pods {
			l.put(`{apiVersion: v1, kind: Pod, metadata: {` + owned + `name: p` + string(rune('0'+i)) + `, creationTimestamp: "2024-01-0` + string(rune('1'+i)) + `T00:00:00Z"}, ` + pod + `}`)
		}
		got, err := l.Job(t.Context(), "sim", "ns", "sweep")
		require.NoError(t, err, name)
		require.Equal(t, c.state, got.JobState, name)
		require.Equal(t, c.code, got.CompletionDetails["exitCode"], name)
		require.Equal(t, c.detail, got.FailureDetails, name)
		require.Len(t, got.Pods, len(c.pods), name)
		require.Equal(t, []string{"sweep", "sweep", "sim", "ns", "kubernetes"}, []string{got.Name, got.ID, got.Account, got.Location, got.Provider})
		require.EqualValues(t, 1704067200000, got.CreatedTime)
		if c.state == "Failed" {
			require.Equal(t, "it has failed too often", got.Message)
			require.Equal(t, "BackoffLimitExceeded", got.Reason)
		}
		if len(c.pods) > 0 {
			require.Equal(t, "p"+string(rune('0'+len(c.pods)-1)), got.MostRecentPodName)
		}
	}
	l := newLab(t, Options{}, workloads...)
	_, err := l.Job(t.Context(), "sim", "ns", "deployment web")
	require.EqualError(t, err, `deployment "web" in namespace "ns" is no Job`)
	_, err = l.Job(t.Context(), "sim", "ns", "gone")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

// The properties of a log are its lines that say so; later ones win, and JSON is
// taken whole.
func TestPropertiesOfLogs(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]map[string]any{
		"":                                   {},
		"nothing here\nA=1":                  {},
		"SPINNAKER_PROPERTY_A=1":             {"a": "1"},
		"SPINNAKER_PROPERTY_Mixed_Case=Ab":   {"mixed_case": "Ab"},
		"  SPINNAKER_PROPERTY_A = x y  \r\n": {"a": "x y"},
		"SPINNAKER_PROPERTY_A=1\nSPINNAKER_PROPERTY_A=2":           {"a": "2"},
		"SPINNAKER_PROPERTY_URL=http://a?b=c":                      {"url": "http://a?b=c"},
		"SPINNAKER_PROPERTY_A=":                                    {},
		"SPINNAKER_PROPERTY_A":                                     {},
		"10:00 SPINNAKER_PROPERTY_A=1":                             {"10:00 a": "1"},
		`SPINNAKER_CONFIG_JSON={"a": {"b": [1]}, "c": "d"}`:        {"a": map[string]any{"b": []any{1.0}}, "c": "d"},
		"SPINNAKER_PROPERTY_A=1\nSPINNAKER_CONFIG_JSON={\"a\": 2}": {"a": 2.0},
		` SPINNAKER_CONFIG_JSON={"a": 1}`:                          {"a": 1.0},
		strings.Repeat("x", 2<<20) + "\nSPINNAKER_PROPERTY_A=1":    {"a": "1"},
	} {
		got, err := parseProperties(strings.NewReader(log))
		require.NoError(t, err)
		require.JSONEq(t, asJSON(t, want), asJSON(t, got), log[:min(len(log), 100)])
	}
	for log, want := range map[string]string{
		`SPINNAKER_CONFIG_JSON={`:   "can't be read as JSON",
		`SPINNAKER_CONFIG_JSON=`:    "can't be read as JSON",
		`SPINNAKER_CONFIG_JSON=[1]`: "can't be read as JSON",
		strings.Repeat("SPINNAKER_PROPERTY_A="+strings.Repeat("x", 1000)+"\n", 5000): "the log contains more than 4 MiB of properties",
	} {
		_, err := parseProperties(strings.NewReader(log))
		require.ErrorContains(t, err, want)
	}
}

// Properties are read from a pod that has succeeded, if there is one, else from the
// newest.
func TestPropertiesOfJobs(t *testing.T) {
	t.Parallel()
	pod := func(name, phase string) string {
		return `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `, ownerReferences: [{uid: uid-of-sweep}]}, spec: {containers: [{name: c}]}, status: {phase: ` + phase + `}}`
	}
	job := `{apiVersion: batch/v1, kind: Job, metadata: {name: sweep}}`
	l := newLab(t, Options{}, job, pod("a", "Succeeded"), pod("b", "Failed"))
	got, err := l.JobProperties(t.Context(), "sim", "ns", "sweep", "c")
	require.NoError(t, err)
	require.Empty(t, got)
	_, err = l.JobProperties(t.Context(), "sim", "ns", "sweep", "d")
	require.ErrorContains(t, err, `propertyFile: job "sweep" in namespace "ns" has no container "d"; it has c`)
	l = newLab(t, Options{}, job)
	_, err = l.JobProperties(t.Context(), "sim", "ns", "sweep", "c")
	require.EqualError(t, err, `job "sweep" in namespace "ns" has no pods, so there is no log to read properties from`)
}

// A Job that is deleted already counts as deleted.
func TestDeleteJob(t *testing.T) {
	t.Parallel()
	l := newLab(t, Options{})
	l.on("DELETE jobs/sweep", refuses(404, "NotFound", "no such job"), answer{object: map[string]any{"kind": "Status"}}, forbidden)
	require.NoError(t, l.DeleteJob(t.Context(), "sim", "ns", "sweep"))
	require.NoError(t, l.DeleteJob(t.Context(), "sim", "ns", "job sweep"))
	require.Equal(t, fault.Forbidden, fault.KindOf(l.DeleteJob(t.Context(), "sim", "ns", "sweep")))
	require.Equal(t, []string{"DELETE jobs/sweep", "DELETE jobs/sweep", "DELETE jobs/sweep"}, l.requests())
}

const ownedByUs = `managedFields: [{manager: gennaker, operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {"f:metadata": {"f:annotations": {"f:gennaker.io/inventory": {}}}}}]`

// What has left the manifests is deleted only where it is sure that the deployment
// has made it, that nothing is lost with it, and that nothing uses it.
func TestPruning(t *testing.T) {
	t.Parallel()
	object := func(kind, name, annotations, more string) string {
		apiVersion := map[string]string{"Deployment": "apps/v1", "Pod": "v1", "ReplicaSet": "apps/v1"}[kind]
		if apiVersion == "" {
			apiVersion = "v1"
		}
		return `{apiVersion: ` + apiVersion + `, kind: ` + kind + `, metadata: {name: ` + name + `, annotations: {gennaker.io/inventory: inv` + annotations + `}, ` + ownedByUs + `}` + more + `}`
	}
	const version = `, artifact.spinnaker.io/type: kubernetes/replicaSet, artifact.spinnaker.io/name: web, artifact.spinnaker.io/location: ns, artifact.spinnaker.io/version: v001`
	newer := map[string]any{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": map[string]any{"name": "web-v002", "namespace": "ns", "annotations": map[string]any{
		annotationArtifactType: "kubernetes/replicaSet", annotationArtifactName: "web", annotationArtifactLocation: "ns", annotationArtifactVersion: "v002",
	}}}
	for name, c := range map[string]struct {
		objects   []string
		entry     manifest.InventoryEntry
		applied   []map[string]any
		uid, want string
	}{
		"it is ours":                  {objects: []string{object("Service", "a", "", "")}, entry: manifest.InventoryEntry{Kind: "Service"}, want: "prune"},
		"it is gone":                  {entry: manifest.InventoryEntry{Kind: "Service"}, want: ""},
		"it is another's by now":      {objects: []string{strings.Replace(object("Service", "a", "", ""), "inventory: inv", "inventory: other", 1)}, entry: manifest.InventoryEntry{Kind: "Service"}, want: "it is not this deployment's any more"},
		"it was copied":               {objects: []string{strings.Replace(object("Service", "a", "", ""), "manager: gennaker,", "manager: kubectl,", 1)}, entry: manifest.InventoryEntry{Kind: "Service"}, want: "it is not this deployment's any more"},
		"it was made anew":            {objects: []string{object("Service", "a", "", "")}, entry: manifest.InventoryEntry{Kind: "Service", UID: "before"}, want: "it is not this deployment's any more"},
		"it says no":                  {objects: []string{object("Service", "a", `, gennaker.io/prune: "false"`, "")}, entry: manifest.InventoryEntry{Kind: "Service"}, want: `its annotation gennaker.io/prune is "false"`},
		"it says something":           {objects: []string{object("Service", "a", `, gennaker.io/prune: "later"`, "")}, entry: manifest.InventoryEntry{Kind: "Service"}, want: `its annotation gennaker.io/prune is "later"`},
		"it holds others":             {objects: []string{object("Namespace", "a", "", "")}, entry: manifest.InventoryEntry{Kind: "Namespace"}, want: `an object of kind namespace is deleted only if its annotation gennaker.io/prune is "true"`},
		"it holds others, and may go": {objects: []string{object("Namespace", "a", `, gennaker.io/prune: "true"`, "")}, entry: manifest.InventoryEntry{Kind: "Namespace"}, want: "prune"},
		"it is an older version":      {objects: []string{object("ReplicaSet", "a", version, "")}, entry: manifest.InventoryEntry{APIVersion: "apps/v1", Kind: "ReplicaSet"}, applied: []map[string]any{newer}, want: "it is an older version, which the stage's rollout strategy decides about"},
		"it is of no version now":     {objects: []string{object("ReplicaSet", "a", version, "")}, entry: manifest.InventoryEntry{APIVersion: "apps/v1", Kind: "ReplicaSet"}, want: "prune"},
		"it was applied again":        {objects: []string{object("Service", "a", "", "")}, entry: manifest.InventoryEntry{Kind: "Service"}, applied: []map[string]any{{"apiVersion": "v1", "kind": "Service", "metadata": map[string]any{"name": "a", "namespace": "ns"}}}, want: ""},
		"a pod uses it": {objects: []string{object("ConfigMap", "a", "", ""),
			`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, envFrom: [{configMapRef: {name: a}}]}]}}`}, entry: manifest.InventoryEntry{Kind: "ConfigMap"}, want: "it is used by pod p"},
		"an ingress uses it": {objects: []string{object("Secret", "a", "", ""),
			`{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: i}, spec: {tls: [{secretName: a}]}}`}, entry: manifest.InventoryEntry{Kind: "Secret"}, want: "it is used by ingress i"},
		"an image is pulled by it": {objects: []string{object("Secret", "a", "", ""),
			`{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {imagePullSecrets: [{name: a}]}}}}`}, entry: manifest.InventoryEntry{Kind: "Secret"}, want: "it is used by deployment d"},
		"nothing uses it": {objects: []string{object("ConfigMap", "a", "", ""),
			`{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, envFrom: [{configMapRef: {name: b}}]}]}}`}, entry: manifest.InventoryEntry{Kind: "ConfigMap"}, want: "prune"},
	} {
		l := newLab(t, Options{}, c.objects...)
		if c.entry.APIVersion == "" {
			c.entry.APIVersion = "v1"
		}
		c.entry.Name = "a"
		if c.entry.Kind != "Namespace" {
			c.entry.Namespace = "ns"
		}
		got, err := l.PreviewPrune(t.Context(), manifest.PruneRequest{
			ID: "op", Account: "sim", Inventory: manifest.Inventory{ID: "inv"}, Leaving: []manifest.InventoryEntry{c.entry}, Applied: c.applied,
		})
		require.NoError(t, err, name)
		switch c.want {
		case "":
			require.Empty(t, got, name)
		case "prune":
			require.Len(t, got, 1, name)
			require.Equal(t, manifest.Prune, got[0].Action, "%s: %v", name, got[0].Messages)
		default:
			require.Len(t, got, 1, name)
			require.Equal(t, manifest.Keep, got[0].Action, name)
			require.Equal(t, []string{"kept though it has left the manifests: " + c.want}, got[0].Messages, name)
		}
	}
}
