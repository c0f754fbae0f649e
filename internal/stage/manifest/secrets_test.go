package manifest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// password is what must be in the cluster and nowhere else.
const password = "correct-horse-battery"

var password64 = base64.StdEncoding.EncodeToString([]byte(password))

const secretManifest = `
apiVersion: v1
kind: Secret
metadata: {name: keys, annotations: {strategy.spinnaker.io/versioned: "VERSIONED"}}
stringData: {password: ` + password + `}
`

// wantHidden fails the test if what is shown of a stage holds the password.
func (k *kube) wantHidden(s *model.Stage) {
	k.t.Helper()
	for name, value := range map[string]any{"the stage": masking.Stage(s), "its outputs": s.Outputs, "its operations": s.Context["kato.tasks"]} {
		data, err := model.Marshal(value)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, secret := range []string{password, password64} {
			if at := bytes.Index(data, []byte(secret)); at >= 0 {
				k.t.Errorf("%s shows the secret: %.300s", name, data[max(0, at-200):])
			}
		}
	}
}

// secretValue is what is in the cluster.
func (k *kube) secretValue(name string) string {
	k.t.Helper()
	found, err := k.Client.CoreV1().Secrets(k.namespace).Get(context.Background(), name, getOptions)
	if err != nil {
		k.t.Fatal(err)
	}
	return string(found.Data["password"])
}

func TestSecretsAreDeployedAndHidden(t *testing.T) {
	t.Parallel()
	embedded := func(text string) map[string]any {
		return map[string]any{"source": "artifact", "manifestArtifact": map[string]any{
			"type": "embedded/base64", "artifactAccount": "embedded-artifact", "reference": base64.StdEncoding.EncodeToString([]byte(text)),
		}}
	}
	base := strings.ReplaceAll(secretManifest, "VERSIONED", "true")
	for name, fields := range map[string]map[string]any{
		"an object":   {"manifests": nil},
		"a text":      {"manifests": base},
		"texts":       {"manifests": []any{base}},
		"a list":      {"manifests": []any{map[string]any{"apiVersion": "v1", "kind": "List", "items": "LIST"}}},
		"an artifact": embedded(base),
		"last applied": embedded(strings.ReplaceAll(base, "annotations: {", `annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data":{"password":"`+
			password64+`"}}', `)),
		"data":   embedded(strings.ReplaceAll(base, "stringData: {password: "+password+"}", "data: {password: "+password64+"}")),
		"a plan": {"manifests": base, "plan": true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKube(t)
			objects := k.yaml(base)
			if fields["manifests"] == nil && fields["source"] == nil {
				fields["manifests"] = objects
			}
			if name == "a list" {
				fields["manifests"].([]any)[0].(map[string]any)["items"] = objects
			}
			r := k.start("deployManifest", model.Merge(k.deployment(nil), fields))
			r.looked = func(_ string, s *model.Stage) { k.wantHidden(s) }
			r.finish()
			stagetest.WantStatus(t, r.stage, model.Succeeded)
			if name == "a plan" {
				return
			}
			if got := k.secretValue("keys-v000"); got != password {
				t.Errorf("the cluster has %q", got)
			}
			shown := model.Objects(r.stage.Outputs, "outputs.manifests")
			if len(shown) != 1 || dig(shown[0], "data", "password") != masking.Hidden {
				t.Errorf("the outputs show %v", shown)
			}

			// A run of the stage as a whole deploys the value again, and what a client
			// sends back of what it has seen changes nothing.
			again := r.kind.Definition.(interface {
				PrepareForRestart(map[string]any) map[string]any
			}).PrepareForRestart(r.stage.Context)
			again = model.Merge(again, masking.Patch(masking.Object(again), again))
			if err := k.Client.CoreV1().Secrets(k.namespace).Delete(context.Background(), "keys-v000", deleteOptions); err != nil {
				t.Fatal(err)
			}
			s := k.run("deployManifest", again)
			stagetest.WantStatus(t, s, model.Succeeded)
			k.wantHidden(s)
			if got := k.secretValue("keys-v000"); got != password {
				t.Errorf("run again, the cluster has %q", got)
			}
			found := k.on("findArtifactsFromResource", "secret keys-v000")
			stagetest.WantStatus(t, found, model.Succeeded)
			k.wantHidden(found)
			if dig(found.Outputs, "manifest", "data", "password") != masking.Hidden {
				t.Errorf("the object found is shown as %v", found.Outputs["manifest"])
			}
		})
	}
}

func TestSecretsArePatchedAndHidden(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Secret, metadata: {name: keys, annotations: {strategy.spinnaker.io/versioned: "false"}}, stringData: {password: old}}`)), model.Succeeded)
	for name, fields := range map[string]map[string]any{
		"strategic":     {"patchBody": map[string]any{"stringData": map[string]any{"password": password}}},
		"list":          {"patchBody": []any{map[string]any{"data": map[string]any{"password": password64}}}},
		"merge":         {"patchBody": map[string]any{"data": map[string]any{"password": password64}}, "options": map[string]any{"mergeStrategy": "merge"}},
		"text":          {"patchBody": "stringData: {password: " + password + "}"},
		"json":          {"patchBody": []any{map[string]any{"op": "replace", "path": "/data/password", "value": password64}}, "options": map[string]any{"mergeStrategy": "json"}},
		"json of data":  {"patchBody": []any{map[string]any{"op": "add", "path": "/data", "value": map[string]any{"password": password64}}}, "options": map[string]any{"mergeStrategy": "json"}},
		"by a criteria": {"patchBody": map[string]any{"stringData": map[string]any{"password": password}}, "kind": "secret"},
	} {
		r := k.start("patchManifest", model.Merge(map[string]any{"manifestName": "secret keys", "location": k.namespace}, fields))
		r.looked = func(_ string, s *model.Stage) { k.wantHidden(s) }
		r.finish()
		stagetest.WantStatus(t, r.stage, model.Succeeded)
		if got := k.secretValue("keys"); got != password {
			t.Errorf("%s: the cluster has %q", name, got)
		}
		stagetest.WantStatus(t, k.on("patchManifest", "secret keys", map[string]any{"patchBody": map[string]any{"stringData": map[string]any{"password": "old"}}}), model.Succeeded)
	}
	stagetest.WantFailure(t, k.on("patchManifest", "secret keys", map[string]any{"patchBody": map[string]any{"data": map[string]any{"password": masking.Hidden}}}), "patchBody: a value is hidden")
	if got := k.secretValue("keys"); got != "old" {
		t.Errorf("the mask is patched in: %q", got)
	}
}

// A Secret that was copied from where its values are hidden is refused, whatever
// would become of it.
func TestMaskIsNotDeployed(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for _, text := range []string{
		`{apiVersion: v1, kind: Secret, metadata: {name: keys}, data: {password: "***"}}`,
		`{apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {password: "***", user: joe}}`,
	} {
		stagetest.WantFailure(t, k.deploy(k.yaml(text)), "manifests[0] (Secret keys)", "password is hidden", "enter the value")
	}
}

// What the API server says of a Secret that it refuses does not quote it.
func TestErrorsHideSecrets(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.deploy(k.yaml(`{apiVersion: v1, kind: Secret, metadata: {name: keys, labels: {x: "` + password + ` is no label"}}, type: kubernetes.io/tls, stringData: {password: "` + password + `"}}`))
	stagetest.WantStatus(t, s, model.Terminal)
	text := strings.Join(s.Failures(), "\n")
	if strings.Contains(text, password) || !strings.Contains(text, masking.Hidden) {
		t.Errorf("the failure says %s", text)
	}
	k.wantHidden(&model.Stage{Context: map[string]any{"kato.tasks": s.Context["kato.tasks"]}})
}

// A process that dies in the middle deploys the value, not the mask.
func TestSecretAfterCrash(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("deployManifest", k.deployment(k.yaml(strings.ReplaceAll(secretManifest, "VERSIONED", "true"))))
	for r.tasks[r.next].Name != "monitorDeploy" {
		r.task(time.Now().Add(time.Minute))
	}
	r.stage.Context = stagetest.Stored(t, r.stage.Context)
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if got := k.secretValue("keys-v000"); got != password {
		t.Errorf("the cluster has %q", got)
	}
}
