package kubernetes

import (
	"strings"
	"testing"
)

// Nulls in manifests are as if the fields were not there.
func TestNullsInManifests(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const text = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, creationTimestamp: null, labels: {a: b, c: null}, annotations: null}
spec:
  replicas: null
  strategy: null
  selector: {matchLabels: {app: web}}
  template:
    metadata: {creationTimestamp: null, labels: {app: web}, annotations: ~}
    spec:
      containers: [{name: c, image: web, env: null, args: null, resources: {limits: null}, ports: [{containerPort: 80, name: null}]}]
      volumes: null
status: null
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, annotations: {strategy.spinnaker.io/versioned: "false"}}
data: {a: "1", b: null}
binaryData: null
`
	b.deploy(text)
	b.deploy(strings.ReplaceAll(text, "env: null", `env: [{name: A, value: "1"}]`))
	b.deploy(text)
	live, err := b.Manifest(t.Context(), "test", b.namespace, "deployment web", false)
	if err != nil {
		t.Fatal(err)
	}
	if got := valueAt(live.Manifest, "spec.template.spec.containers.0.env"); got != nil {
		t.Errorf("the environment is %v", got)
	}
	if got := asJSON(t, valueAt(live.Manifest, "spec.replicas")); got != "1" {
		t.Errorf("there are %s replicas", got)
	}
	if live, err = b.Manifest(t.Context(), "test", b.namespace, "configMap settings", false); err != nil {
		t.Fatal(err)
	}
	if got := asJSON(t, live.Manifest["data"]); got != `{"a":"1"}` {
		t.Errorf("the settings are %s", got)
	}
}
