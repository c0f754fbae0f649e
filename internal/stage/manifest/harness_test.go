package manifest_test

import (
	"context"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
	"github.com/gennaker/gennaker/internal/testkube"
)

func TestMain(m *testing.M) { os.Exit(testkube.Main(m)) }

// account is the name of the test's account; readOnly that of one that may
// change nothing; down that of a cluster that does not answer.
const (
	account  = "test"
	readOnly = "read-only"
	down     = "down"
)

// kube is one test's cluster and namespace.
type kube struct {
	*testkube.Cluster
	t         *testing.T
	namespace string
	provider  *kubernetes.Provider
	options   manifest.Options
}

func newKube(t *testing.T) *kube {
	t.Helper()
	cluster := testkube.Get(t)
	provider, err := kubernetes.New([]kubernetes.AccountConfig{
		{Name: account, KubeconfigFile: cluster.Kubeconfig},
		{Name: readOnly, KubeconfigFile: cluster.ReadOnlyKubeconfig},
		{Name: down, KubeconfigContents: downKubeconfig},
		{Name: "one-namespace", KubeconfigFile: cluster.Kubeconfig, Namespaces: []string{"allowed"}},
		{Name: "few-kinds", KubeconfigFile: cluster.Kubeconfig, OmitKinds: []string{"secret"}},
	}, kubernetes.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &kube{
		Cluster: cluster, t: t, namespace: cluster.Namespace(t), provider: provider,
		options: manifest.Options{Grace: 3 * time.Second, RetryFor: time.Second},
	}
}

const downKubeconfig = `
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: u, user: {token: x}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
current-context: c
`

// run runs a stage of a type to its end, as the runner does.
func (k *kube) run(typeName string, fields map[string]any) *model.Stage {
	k.t.Helper()
	s := k.start(typeName, fields)
	s.finish()
	return s.stage
}

// running is a stage on its way.
type running struct {
	k         *kube
	kind      *stage.Type
	execution *model.Execution
	stage     *model.Stage
	state     *stage.State
	tasks     []engine.TaskSpec
	next      int
	// looked, where set, is called after each run of a task.
	looked func(task string, s *model.Stage)
	// runs counts how often tasks were run.
	runs int
}

func (k *kube) start(typeName string, fields map[string]any) *running {
	k.t.Helper()
	var kind *stage.Type
	for _, candidate := range manifest.Types(k.provider, k.options) {
		if candidate.Name == typeName {
			kind = candidate
		}
	}
	if kind == nil {
		k.t.Fatalf("there is no type %s", typeName)
	}
	context := map[string]any{"account": account, "cloudProvider": "kubernetes"}
	maps.Copy(context, fields)
	s := &model.Stage{
		ID: "s1", RefID: "1", Type: typeName, Status: model.Running, Context: stagetest.Stored(k.t, context), Outputs: map[string]any{},
	}
	e := &model.Execution{ID: "e1", Application: "shop", Stages: []*model.Stage{s}, Trigger: model.NormalizeTrigger(nil)}
	r := &running{k: k, kind: kind, execution: e, stage: s}
	tasks, err := kind.Definition.Tasks(engine.View{Execution: e, Stage: s})
	if err != nil {
		k.t.Fatal(err)
	}
	r.tasks = tasks
	return r
}

// finish runs the tasks that are left.
func (r *running) finish() {
	r.k.t.Helper()
	deadline := patience(r.k.t)
	for r.next < len(r.tasks) && r.stage.Status == model.Running {
		r.task(deadline)
	}
	if r.stage.Status == model.Running {
		r.stage.Status = model.Succeeded
	}
}

// patience is when a test gives up on what does not end: shortly before the
// tests themselves would be ended, as only the machine decides how long is long.
func patience(t *testing.T) time.Time {
	t.Helper()
	if deadline, ok := t.Deadline(); ok {
		return deadline.Add(-30 * time.Second)
	}
	return time.Now().Add(10 * time.Minute)
}

// task runs the next task to its end.
func (r *running) task(deadline time.Time) {
	r.k.t.Helper()
	spec := r.tasks[r.next]
	task, ok := r.kind.Tasks[spec.Class]
	if !ok {
		r.k.t.Fatalf("type %s has no task %s", r.kind.Name, spec.Class)
	}
	t := &model.Task{Name: spec.Name, ImplementingClass: spec.Class, StartTime: model.Millis(time.Now())}
	for {
		status := r.once(task, t)
		r.runs++
		if r.looked != nil {
			r.looked(spec.Name, r.stage)
		}
		if status != model.Running {
			r.next++
			if status != model.Succeeded {
				r.stage.Status = status
			}
			return
		}
		if time.Now().After(deadline) {
			r.k.t.Fatalf("task %s still runs: %v", spec.Name, r.stage.Context["messages"])
		}
		pause := time.Second
		if own, ok := task.(stage.BackingOff); ok {
			pause = own.Backoff(r.input(t))
		}
		<-time.After(min(pause, time.Second))
	}
}

// once runs a task once and stores what it answers.
func (r *running) once(task stage.Task, t *model.Task) model.Status {
	r.k.t.Helper()
	status, state := stagetest.Once(r.k.t, task, r.input(t))
	r.state = state
	return status
}

func (r *running) view() engine.View {
	return engine.View{Execution: r.execution, Stage: r.stage, State: r.state}
}

func (r *running) input(t *model.Task) stage.Input {
	return stage.Input{
		View: r.view(), Task: t, Now: time.Now(),
		Log: slog.New(slog.DiscardHandler),
	}
}

// file reads manifests from testdata, in the test's namespace.
func (k *kube) file(name string, replacements ...string) []any {
	k.t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		k.t.Fatal(err)
	}
	return k.yaml(string(data), replacements...)
}

// yaml reads manifests, in the test's namespace.
func (k *kube) yaml(text string, replacements ...string) []any {
	k.t.Helper()
	text = strings.NewReplacer(append([]string{"NAMESPACE", k.namespace}, replacements...)...).Replace(text)
	list, err := manifest.Decode([]byte(text))
	if err != nil {
		k.t.Fatal(err)
	}
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}

// deploy runs deployManifest in the test's namespace.
func (k *kube) deploy(manifests []any, fields ...map[string]any) *model.Stage {
	k.t.Helper()
	return k.run("deployManifest", k.deployment(manifests, fields...))
}

func (k *kube) deployment(manifests []any, fields ...map[string]any) map[string]any {
	out := map[string]any{
		"source": "text", "manifests": manifests, "namespaceOverride": k.namespace, "moniker": map[string]any{"app": "shop"},
	}
	for _, more := range fields {
		out = model.Merge(out, more)
	}
	return out
}

// live reads an object as the provider shows it.
func (k *kube) live(name string) *manifest.Live {
	k.t.Helper()
	live, err := k.provider.Manifest(context.Background(), account, k.namespace, name, false)
	if err != nil {
		k.t.Fatal(err)
	}
	return live
}

// dig reads a value of an object by its keys.
func dig(object map[string]any, path ...string) any {
	var value any = object
	for _, key := range path {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}

// apply applies an object server-side as another manager.
func (k *kube) apply(manager, object, resource, name string) {
	k.t.Helper()
	_, err := k.Client.CoreV1().RESTClient().Patch(types.ApplyPatchType).Namespace(k.namespace).Resource(resource).Name(name).
		Param("fieldManager", manager).Param("force", "true").Body([]byte(object)).DoRaw(context.Background())
	if err != nil {
		k.t.Fatal(err)
	}
}

var (
	getOptions    = metav1.GetOptions{}
	deleteOptions = metav1.DeleteOptions{}
)
