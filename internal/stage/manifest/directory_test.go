package manifest_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// repository is a directory as an artifact of type git/repo comes.
type repository [][2]string

func (r repository) Fetch(context.Context, map[string]any) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	pack := tar.NewWriter(zip)
	_ = pack.WriteHeader(&tar.Header{Typeflag: tar.TypeXGlobalHeader, Name: "pax_global_header", PAXRecords: map[string]string{"comment": "c0ffee"}})
	_ = pack.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "deploy/", Mode: 0o755})
	for _, file := range r {
		_ = pack.WriteHeader(&tar.Header{Name: file[0], Mode: 0o644, Size: int64(len(file[1]))})
		_, _ = io.WriteString(pack, file[1])
	}
	_ = pack.Close()
	_ = zip.Close()
	return out.Bytes(), nil
}

func configMap(name string) string {
	return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}}"
}

func (k *kube) fromRepository() map[string]any {
	return map[string]any{
		"account": account, "source": "artifact", "namespaceOverride": k.namespace, "moniker": map[string]any{"app": "shop"},
		"manifestArtifact": map[string]any{"type": "git/repo", "reference": "https://git.example.com/shop.git", "version": "main", "location": "deploy"},
	}
}

func TestRepositoryOfManifests(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	files := repository{
		{"deploy/b.yml", configMap("b")},
		{"deploy/README.md", "# Deploying"},
		{"deploy/sub/c.json", `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"}}]}`},
		{"deploy/.github/workflow.yaml", "on: push"},
		{"deploy/a.yaml", configMap("a") + "\n---\n"},
	}
	k.options.Artifacts = files
	preview, err := manifest.PreviewDeploy(t.Context(), k.provider, files, k.fromRepository())
	if err != nil || preview.Summary["create"] != 3 {
		t.Fatalf("the preview is %v: %v", preview.Summary, err)
	}
	s := k.run("deployManifest", k.fromRepository())
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := created(s); len(got) != 3 {
		t.Errorf("made %v, want three", got)
	}
}

func TestRepositoryThatIsNoneOfManifests(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	for name, c := range map[string]struct {
		files repository
		kind  fault.Kind
		says  string
	}{
		"nothing":     {repository{{"README.md", "hello"}}, fault.NotFound, "no .yaml, .yml, or .json files found"},
		"broken":      {repository{{"deploy/a.yaml", configMap("a")}, {"deploy/b.yaml", "a: [b"}}, fault.Invalid, "deploy/b.yaml: document 1"},
		"values":      {repository{{"deploy/values.yaml", "replicas: 2"}}, fault.Invalid, "deploy/values.yaml: contains something other than Kubernetes objects"},
		"kustomize":   {repository{{"deploy/kustomization.yaml", "resources: [a.yaml]"}}, fault.Invalid, "is for Kustomize"},
		"a chart":     {repository{{"deploy/Chart.yaml", "name: web"}}, fault.Invalid, "helmUpgrade"},
		"no metadata": {repository{{"deploy/a.yaml", "{apiVersion: v1, kind: ConfigMap}"}}, fault.Invalid, "metadata.name is missing"},
	} {
		_, err := manifest.PreviewDeploy(t.Context(), k.provider, c.files, k.fromRepository())
		if err == nil || fault.KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", name, err, c.says)
		}
	}
	unbound := model.Without(k.fromRepository(), "manifestArtifact")
	if _, err := manifest.PreviewDeploy(t.Context(), k.provider, nil, unbound); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a preview without an artifact: %v", err)
	}
}

func FuzzDirectory(f *testing.F) {
	seed, _ := repository{{"a.yaml", configMap("a")}}.Fetch(f.Context(), nil)
	f.Add(seed)
	f.Add([]byte("no archive"))
	for _, bomb := range limittest.YAMLBombs() {
		seed, _ := repository{{"a.yaml", bomb}, {"b.yaml", bomb}}.Fetch(f.Context(), nil)
		f.Add(seed)
	}
	large, _ := repository{{"a.txt", strings.Repeat("x", 300<<20)}, {"a.yaml", configMap("a")}}.Fetch(f.Context(), nil)
	f.Add(large)
	f.Fuzz(func(t *testing.T, archive []byte) {
		// An archive may be a thousandth of its content.
		limittest.Bounded(t, len(archive), 30_000, func() { _, _ = manifest.DecodeDirectory(archive) })
	})
}
