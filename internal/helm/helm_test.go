package helm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
)

func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	w := tar.NewWriter(zip)
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: "web/" + files[i], Mode: 0o644, Size: int64(len(files[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	_, _ = w.Close(), zip.Close()
	return out.Bytes()
}

func render(t testing.TB, values map[string]any, files ...string) (*Release, error) {
	t.Helper()
	return build(request(t, values, files...), nil)
}

func request(t testing.TB, values map[string]any, files ...string) Request {
	t.Helper()
	archive := pack(t, append([]string{"Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0}", "values.yaml", "{a: 1, deep: {b: 2, c: 3}}"}, files...)...)
	return Request{Name: "shop", Namespace: "prod", Revision: 3, Chart: archive, Values: values, KubeVersion: "v1.36.3", Now: time.Unix(1_000_000, 0)}
}

func TestRenderAndRecord(t *testing.T) {
	t.Parallel()
	made, err := render(t, map[string]any{"deep": map[string]any{"b": 7}},
		"templates/b.yaml", "{apiVersion: v1, kind: Service, metadata: {name: '{{ .Release.Name }}'}}",
		"templates/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {sum: '{{ .Values.a }} {{ .Values.deep.b }} {{ .Values.deep.c }}', namespace: '{{ .Release.Namespace }}'}}",
		"templates/h1.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: late, annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-weight: '5', helm.sh/hook-delete-policy: hook-succeeded}}}",
		"templates/h2.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: early, annotations: {helm.sh/hook: 'pre-upgrade,post-upgrade'}}}")
	if err != nil {
		t.Fatal(err)
	}
	SetStatus(made, Deployed, "Upgrade complete", time.Unix(2_000_000, 0))
	record, err := Record(made, map[string]string{"team": "shop"})
	if err != nil {
		t.Fatal(err)
	}
	labels := model.Object(model.Object(record, "metadata"), "labels")
	if labels["status"] != "deployed" || labels["version"] != "3" || labels["owner"] != "helm" || labels["team"] != "shop" || record["type"] != "helm.sh/release.v1" {
		t.Errorf("the record is %v", record["metadata"])
	}
	read, err := ReadRecord(model.String(model.Object(record, "data"), "release"))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := Objects(read.Manifest)
	if err != nil || len(objects) != 2 {
		t.Fatalf("the objects are %v %v", objects, err)
	}
	// In the order of installing: a ConfigMap before a Service.
	if data := model.Object(objects[0], "data"); data["sum"] != "1 7 3" || data["namespace"] != "prod" {
		t.Errorf("the first object is %v", objects[0])
	}
	hooks, err := Hooks(read, "pre-upgrade")
	if err != nil || len(hooks) != 2 || model.String(model.Object(hooks[0].Object, "metadata"), "name") != "early" {
		t.Fatalf("the hooks are %v %v", hooks, err)
	}
	if !hooks[0].DeleteFirst || hooks[0].DeleteAfter || hooks[1].DeleteFirst || !hooks[1].DeleteAfter {
		t.Errorf("the hooks are %+v", hooks)
	}
	if more, _ := Hooks(read, "post-upgrade"); len(more) != 1 {
		t.Errorf("the hooks after are %v", more)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 1<<20)
	for i := range noise {
		noise[i] = byte(i*i*7 + i>>8*31 + i>>3)
	}
	made, err := render(t, nil, "files/noise", base64.StdEncoding.EncodeToString(pack(t, "x", string(noise)))+string(noise))
	if err != nil {
		t.Fatal(err)
	}
	made.Manifest = incompressible()
	if _, err := Record(made, nil); fault.KindOf(err) != fault.TooLarge {
		t.Errorf("the fault is %v", err)
	}
}

// incompressible is a text that no compression makes much smaller.
func incompressible() string {
	state, out := uint64(1), make([]byte, 2<<20)
	for i := range out {
		state = state*6364136223846793005 + 1442695040888963407
		out[i] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[state>>58]
	}
	return string(out)
}

// Whatever stands in a Secret, reading it ends with a release or an error.
func FuzzReadRecord(f *testing.F) {
	made, err := render(f, nil, "templates/a.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}")
	if err != nil {
		f.Fatal(err)
	}
	record, err := Record(made, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(model.String(model.Object(record, "data"), "release"))
	f.Add("")
	f.Add(base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(`{"info": null}`)))))
	for _, bomb := range limittest.JSONBombs() {
		f.Add(base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString([]byte(`{"config":{"a":` + bomb + "}}")))))
	}
	f.Fuzz(func(t *testing.T, value string) {
		var (
			read *Release
			err  error
		)
		limittest.Bounded(t, len(value), 1000, func() { read, err = ReadRecord(value) })
		if err == nil && read == nil {
			t.Error("there is neither a release nor an error")
		}
	})
}
