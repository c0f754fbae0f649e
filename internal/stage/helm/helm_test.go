package helm_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
	"github.com/gennaker/gennaker/internal/testkube"
)

func TestMain(m *testing.M) { os.Exit(testkube.Main(m)) }

// kube is one test's cluster and namespace.
type kube struct {
	*testkube.Cluster
	t         *testing.T
	namespace string
	provider  *kubernetes.Provider
	options   manifest.Options
	runs      int
}

func newKube(t *testing.T) *kube {
	t.Helper()
	cluster := testkube.Get(t)
	provider, err := kubernetes.New([]kubernetes.AccountConfig{{Name: "test", KubeconfigFile: cluster.Kubeconfig}}, kubernetes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &kube{Cluster: cluster, t: t, namespace: cluster.Namespace(t), provider: provider, options: manifest.Options{Grace: 2 * time.Second}}
}

// running is a stage on its way.
type running struct {
	k     *kube
	kind  *stage.Type
	view  engine.View
	tasks []engine.TaskSpec
}

func (k *kube) start(kind string, fields map[string]any) *running {
	k.t.Helper()
	k.runs++
	context := map[string]any{"account": "test", "cloudProvider": "kubernetes", "namespace": k.namespace, "releaseName": "shop"}
	maps.Copy(context, fields)
	s := &model.Stage{ID: fmt.Sprintf("stage-%d", k.runs), RefID: "1", Type: kind, Status: model.Running, Context: stagetest.Stored(k.t, context), Outputs: map[string]any{}}
	e := &model.Execution{ID: "e1", Application: "shop", Stages: []*model.Stage{s}, Trigger: model.NormalizeTrigger(nil)}
	r := &running{k: k, view: engine.View{Execution: e, Stage: s}}
	for _, candidate := range helm.Types(k.provider, k.options) {
		if candidate.Name == kind {
			r.kind = candidate
		}
	}
	tasks, err := r.kind.Definition.Tasks(r.view)
	if err != nil {
		k.t.Fatal(err)
	}
	r.tasks = tasks
	return r
}

// run runs a stage to its end, and what its failure plans.
func (k *kube) run(kind string, fields map[string]any) *model.Stage {
	k.t.Helper()
	r := k.start(kind, fields)
	for _, spec := range r.tasks {
		r.task(spec)
		if r.view.Stage.Status != model.Running {
			r.failed()
			return r.view.Stage
		}
	}
	r.view.Stage.Status = model.Succeeded
	return r.view.Stage
}

func (r *running) failed() {
	r.k.t.Helper()
	if r.kind.Cancel != nil {
		if _, err := r.kind.Cancel(context.Background(), r.input(&model.Task{})); err != nil {
			r.k.t.Error(err)
		}
	}
	planner, ok := r.kind.Definition.(engine.FailurePlanner)
	if !ok {
		return
	}
	after, err := planner.OnFailureStages(r.view)
	if err != nil {
		r.k.t.Fatal(err)
	}
	for _, next := range after {
		if s := r.k.run(next.Type, next.Context); s.Status != model.Succeeded {
			r.k.t.Errorf("%s ended %s: %v", next.Name, s.Status, s.Context["exception"])
		}
	}
}

func (r *running) task(spec engine.TaskSpec) {
	r.k.t.Helper()
	t := &model.Task{Name: spec.Name, ImplementingClass: spec.Class, StartTime: model.Millis(time.Now())}
	for deadline := time.Now().Add(time.Minute); ; {
		if status := r.once(spec, t); status != model.Running {
			if status != model.Succeeded {
				r.view.Stage.Status = status
			}
			return
		}
		if time.Now().After(deadline) {
			r.k.t.Fatalf("task %s still runs: %v", spec.Name, r.view.Stage.Context["messages"])
		}
		<-time.After(100 * time.Millisecond)
	}
}

// once runs a task once and stores what it answers.
func (r *running) once(spec engine.TaskSpec, t *model.Task) model.Status {
	r.k.t.Helper()
	status, state := stagetest.Once(r.k.t, r.kind.Tasks[spec.Class], r.input(t))
	r.view.State = state
	return status
}

func (r *running) input(t *model.Task) stage.Input {
	return stage.Input{View: r.view, Task: t, Now: time.Now(), Log: slog.New(slog.DiscardHandler)}
}

// archive packs a chart's files, below a folder of its name.
func archive(files map[string]string) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	pack := tar.NewWriter(zip)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		text := files[path]
		_ = pack.WriteHeader(&tar.Header{Name: "web/" + path, Mode: 0o644, Size: int64(len(text))})
		_, _ = io.WriteString(pack, text)
	}
	_ = pack.Close()
	_ = zip.Close()
	return out.Bytes()
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
      annotations: {sandbox.gennaker.io/behavior: {{ .Values.behavior }}}
    spec: {containers: [{name: web, image: "web:{{ .Values.tag }}"}]}
`

func files(version string) map[string]string {
	return map[string]string{
		"Chart.yaml":                "{apiVersion: v2, name: web, version: " + version + ", appVersion: '7'}",
		"values.yaml":               "{replicas: 1, tag: one, behavior: none, hook: none}",
		"templates/deployment.yaml": deployment,
		"templates/settings.yaml":   "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {revision: '{{ .Release.Revision }}', upgrade: '{{ .Release.IsUpgrade }}', jobs: '{{ .Capabilities.APIVersions.Has \"batch/v1/Job\" }}', root: '{{ (lookup \"v1\" \"ConfigMap\" .Release.Namespace \"kube-root-ca.crt\").kind }}'}}",
		"templates/NOTES.txt":       "Welcome to {{ .Release.Name }}.",
		"templates/migrate.yaml": `
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
  annotations: {helm.sh/hook: "pre-install,pre-upgrade"}
spec: {backoffLimit: 0, template: {metadata: {annotations: {sandbox.gennaker.io/behavior: "{{ .Values.hook }}", sandbox.gennaker.io/message: no database}}, spec: {restartPolicy: Never, containers: [{name: migrate, image: migrate}]}}}
`,
		"templates/greet.yaml": `
apiVersion: batch/v1
kind: Job
metadata:
  name: greet
  annotations: {helm.sh/hook: post-install, helm.sh/hook-delete-policy: hook-succeeded}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: greet, image: greet}]}}}
`,
	}
}

func chart(version string, change ...func(map[string]string)) map[string]any {
	all := files(version)
	for _, c := range change {
		c(all)
	}
	return map[string]any{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString(archive(all))}
}

// history is the release's revisions as "1 superseded, 2 deployed".
func (k *kube) history() string {
	k.t.Helper()
	s := k.run("helmHistory", nil)
	stagetest.WantStatus(k.t, s, model.Succeeded)
	var out []string
	for _, r := range model.Objects(s.Outputs, "revisions") {
		out = append(out, fmt.Sprintf("%v %v", r["revision"], r["status"]))
	}
	return strings.Join(out, ", ")
}

func (k *kube) wantHistory(want string) {
	k.t.Helper()
	if got := k.history(); got != want {
		k.t.Errorf("the history is %q, want %q", got, want)
	}
}

func (k *kube) image() string {
	k.t.Helper()
	d, err := k.Client.AppsV1().Deployments(k.namespace).Get(context.Background(), "shop-web", metav1.GetOptions{})
	if err != nil {
		return err.Error()
	}
	return d.Spec.Template.Spec.Containers[0].Image
}

func (k *kube) exists(resource, name string) bool {
	client := k.Client.CoreV1().RESTClient().Get().AbsPath("/api/v1")
	if resource == "jobs" {
		client = k.Client.BatchV1().RESTClient().Get()
	}
	return client.Namespace(k.namespace).Resource(resource).Name(name).Do(context.Background()).Error() == nil
}

func TestRelease(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	s := k.run("helmUpgrade", map[string]any{"chartArtifact": chart("1.0.0"), "plan": true})
	stagetest.WantStatus(t, s, model.Succeeded)
	if text := model.String(model.Object(s.Outputs, "manifestPlan"), "text"); !strings.Contains(text, "2 to create") {
		t.Errorf("the plan is %s", text)
	}
	preview, err := helm.PreviewUpgrade(t.Context(), k.provider, nil, map[string]any{
		"account": "test", "namespace": k.namespace, "releaseName": "shop", "application": "shop", "chartArtifact": chart("1.0.0"), "values": "replicas: 3",
	})
	if err != nil || preview.Summary["create"] != 2 || !strings.Contains(preview.Text, "replicas: 3") {
		t.Errorf("the preview is %s: %v", preview.Text, err)
	}
	if _, err := helm.PreviewUpgrade(t.Context(), k.provider, nil, map[string]any{"account": "test", "namespace": k.namespace, "releaseName": "shop"}); err == nil || !strings.Contains(err.Error(), "chartArtifact") {
		t.Errorf("the preview without a chart: %v", err)
	}
	k.wantHistory("")

	s = k.run("helmUpgrade", map[string]any{"chartArtifact": chart("1.0.0")})
	stagetest.WantStatus(t, s, model.Succeeded)
	if k.image() != "web:one" || s.Context["notes"] != "Welcome to shop." || s.Context["chart"] != "web-1.0.0" {
		t.Errorf("there is %s; the stage has %v, %v", k.image(), s.Context["notes"], s.Context["chart"])
	}
	settings, err := k.Client.CoreV1().ConfigMaps(k.namespace).Get(context.Background(), "settings", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := settings.Data; d["revision"] != "1" || d["upgrade"] != "false" || d["jobs"] != "true" || d["root"] != "ConfigMap" {
		t.Errorf("the templates saw %v", d)
	}
	if a, l := settings.Annotations, settings.Labels; a["meta.helm.sh/release-name"] != "shop" || l["app.kubernetes.io/managed-by"] != "Helm" || a["moniker.spinnaker.io/application"] != "shop" {
		t.Errorf("the marks are %v %v", a, l)
	}
	if !k.exists("jobs", "migrate") || k.exists("jobs", "greet") {
		t.Error("the hooks did not run, or were not deleted")
	}
	if names := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(names) != 2 {
		t.Errorf("the outputs name %v", names)
	}
	k.wantHistory("1 deployed")

	// Values stay where none are given; what has left the chart goes.
	s = k.run("helmUpgrade", map[string]any{
		"chartArtifact": chart("1.1.0"), "values": map[string]any{"tag": "two"},
		"valuesArtifacts": []any{map[string]any{"artifact": map[string]any{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString([]byte("{tag: other, replicas: 2}"))}}},
	})
	stagetest.WantStatus(t, s, model.Succeeded)
	without := chart("1.2.0", func(f map[string]string) { delete(f, "templates/settings.yaml") })
	stagetest.WantStatus(t, k.run("helmUpgrade", map[string]any{"chartArtifact": without}), model.Succeeded)
	if k.image() != "web:two" || k.exists("configmaps", "settings") {
		t.Errorf("there is %s, settings: %v", k.image(), k.exists("configmaps", "settings"))
	}
	k.wantHistory("1 superseded, 2 superseded, 3 deployed")

	stagetest.WantStatus(t, k.run("helmRollback", map[string]any{"revision": 1}), model.Succeeded)
	if k.image() != "web:one" || !k.exists("configmaps", "settings") {
		t.Errorf("there is %s", k.image())
	}
	stagetest.WantStatus(t, k.run("helmRollback", nil), model.Succeeded)
	if k.image() != "web:two" {
		t.Errorf("there is %s, want what was before", k.image())
	}
	k.wantHistory("1 superseded, 2 superseded, 3 superseded, 4 superseded, 5 deployed")
	stagetest.WantStatus(t, k.run("helmUpgrade", map[string]any{"chartArtifact": without, "historyMax": 2, "values": "tag: six"}), model.Succeeded)
	k.wantHistory("5 superseded, 6 deployed")

	s = k.run("helmUninstall", map[string]any{"keepHistory": true})
	stagetest.WantStatus(t, s, model.Succeeded)
	k.wantHistory("5 superseded, 6 uninstalled")
	stagetest.WantStatus(t, k.run("helmUninstall", nil), model.Succeeded)
	k.wantHistory("")
	if !strings.Contains(k.image(), "not found") {
		t.Errorf("there is %s", k.image())
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	up := func(fields map[string]any) *model.Stage {
		return k.run("helmUpgrade", model.Merge(map[string]any{"chartArtifact": chart("1.0.0"), "failFastAfterSeconds": 1}, fields))
	}
	broken := map[string]any{"behavior": "crash-loop", "tag": "bad"}
	// An atomic installation that fails leaves nothing.
	stagetest.WantFailure(t, up(map[string]any{"atomic": true, "values": broken}), "shop-web")
	k.wantHistory("")
	// One that is not leaves what there is, and the next goes on from there.
	stagetest.WantFailure(t, up(map[string]any{"values": broken}), "shop-web")
	k.wantHistory("1 failed")
	stagetest.WantStatus(t, up(nil), model.Succeeded)
	k.wantHistory("1 failed, 2 deployed")
	// An atomic upgrade goes back.
	stagetest.WantFailure(t, up(map[string]any{"atomic": true, "values": broken}), "shop-web")
	if k.image() != "web:one" {
		t.Errorf("there is %s", k.image())
	}
	k.wantHistory("1 failed, 2 superseded, 3 failed, 4 deployed")
	// A hook that fails stops the release before its objects change.
	stagetest.WantFailure(t, up(map[string]any{"values": map[string]any{"hook": "fail", "tag": "never"}}), "hook job migrate has failed")
	if k.image() != "web:one" {
		t.Errorf("there is %s", k.image())
	}
	k.wantHistory("1 failed, 2 superseded, 3 failed, 4 deployed, 5 failed")
	stagetest.WantStatus(t, up(map[string]any{"values": map[string]any{"hook": "fail", "tag": "three"}, "disableHooks": true}), model.Succeeded)
	if k.image() != "web:three" {
		t.Errorf("there is %s", k.image())
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	text := func(name, content string) map[string]any {
		return chart("1.0.0", func(f map[string]string) { f[name] = content })
	}
	for want, fields := range map[string]map[string]any{
		"chartArtifact: is missing":                      {},
		"chart: can't be read":                           {"chartArtifact": map[string]any{"type": "embedded/base64", "reference": "AAAA"}},
		"releaseName: must have 1 to 53":                 {"chartArtifact": chart("1.0.0"), "releaseName": strings.Repeat("x", 60)},
		"namespace: is missing":                          {"chartArtifact": chart("1.0.0"), "namespace": ""},
		"values: must be an object":                      {"chartArtifact": chart("1.0.0"), "values": []any{1}},
		"values: document 1 is not valid YAML":           {"chartArtifact": chart("1.0.0"), "values": "{a: ["},
		"values: are not valid for chart web":            {"chartArtifact": text("values.schema.json", `{"required": ["owner"]}`)},
		"requires Kubernetes >=9.0.0":                    {"chartArtifact": text("Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0, kubeVersion: '>=9.0.0'}")},
		"is a library":                                   {"chartArtifact": text("Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0, type: library}")},
		"lacks its dependencies db":                      {"chartArtifact": text("Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: 1.0.0, repository: 'https://x'}]}")},
		"chart web:":                                     {"chartArtifact": text("templates/bad.yaml", "{{ fail \"no luck\" }}")},
		`no kind "Gadget"`:                               {"chartArtifact": text("templates/g.yaml", "{apiVersion: example.com/v1, kind: Gadget, metadata: {name: x}}")},
		"configMap \"kube-root-ca.crt\" in namespace":    {"chartArtifact": text("templates/c.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: kube-root-ca.crt}}")},
		"valuesArtifacts[0]: no artifact with id nobody": {"chartArtifact": chart("1.0.0"), "valuesArtifacts": []any{map[string]any{"expectedArtifactId": "nobody"}}},
	} {
		t.Run(want, func(t *testing.T) {
			stagetest.WantFailure(t, k.run("helmUpgrade", fields), want)
		})
	}
	stagetest.WantFailure(t, k.run("helmRollback", nil), "there is no release shop")
	stagetest.WantStatus(t, k.run("helmUninstall", nil), model.Succeeded)
}

// A stage whose process is killed goes on with the revision that it has begun;
// one that is run again as a whole makes no other either.
func TestOneRevisionPerStage(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	r := k.start("helmUpgrade", map[string]any{"chartArtifact": chart("1.0.0")})
	for _, spec := range r.tasks {
		before, remembered := *r.view.Stage, r.view.State
		record := &model.Task{Name: spec.Name}
		for r.once(spec, record) == model.Running {
			<-time.After(50 * time.Millisecond)
		}
		*r.view.Stage, r.view.State = before, remembered // what the killed process had not stored
		r.task(spec)
		if r.view.Stage.Status != model.Running {
			t.Fatalf("task %s: %v", spec.Name, r.view.Stage.Context["exception"])
		}
	}
	k.wantHistory("1 deployed")
	again := k.start("helmUpgrade", map[string]any{"chartArtifact": chart("1.0.0")})
	again.view.Stage.ID = r.view.Stage.ID
	for _, spec := range again.tasks {
		again.task(spec)
	}
	k.wantHistory("1 deployed")

	// Another one's operation is not disturbed; one that was canceled is over.
	stuck := k.start("helmUpgrade", map[string]any{"chartArtifact": chart("1.1.0")})
	stuck.task(stuck.tasks[0])
	stuck.task(stuck.tasks[1])
	k.wantHistory("1 deployed, 2 pending-upgrade")
	stagetest.WantFailure(t, k.run("helmUpgrade", map[string]any{"chartArtifact": chart("1.2.0")}), "another operation on release shop is under way")
	if _, err := stuck.kind.Cancel(context.Background(), stuck.input(&model.Task{})); err != nil {
		t.Fatal(err)
	}
	k.wantHistory("1 deployed, 2 failed")
	stagetest.WantStatus(t, k.run("helmUpgrade", map[string]any{"chartArtifact": chart("1.2.0")}), model.Succeeded)
	k.wantHistory("1 superseded, 2 failed, 3 deployed")
}

// A chart comes from a registry by its artifact account.
func TestChartFromRegistry(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	server := httptest.NewServer(registry.New(registry.Logger(slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo))))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	const layer = types.MediaType("application/vnd.cncf.helm.chart.content.v1.tar+gzip")
	image, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{Layer: static.NewLayer(archive(files("2.0.0")), layer)})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := name.ParseReference(host + "/charts/web:2.0.0")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(ref, image, remote.WithContext(t.Context())); err != nil {
		t.Fatal(err)
	}
	config := artifact.DefaultConfig()
	config.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: "oci://" + host + "/charts"}}
	local := httpguard.DefaultConfig()
	local.RejectLocalhost, local.RejectVerbatimIPs = false, false
	guard, err := httpguard.New(local)
	if err != nil {
		t.Fatal(err)
	}
	service, err := artifact.NewService(artifact.Options{Config: config, Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	k.options.Artifacts = service
	s := k.run("helmUpgrade", map[string]any{"chartArtifact": map[string]any{"type": "helm/chart", "artifactAccount": "charts", "name": "web", "version": "^2"}})
	stagetest.WantStatus(t, s, model.Succeeded)
	if s.Context["chart"] != "web-2.0.0" {
		t.Errorf("the chart is %v", s.Context["chart"])
	}
}
