package crashtest

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// account is the name of the cluster's account.
const account = "sandbox"

// on is a stage that works on one object.
func (u *tour) on(kind, ref, object string, fields map[string]any, requires ...string) map[string]any {
	return step(kind, ref, model.Merge(map[string]any{
		"account": account, "cloudProvider": "kubernetes", "location": u.namespace, "manifestName": object,
	}, fields), requires...)
}

// deploy is a stage that deploys manifests, a YAML text in which NAME stands for
// the tour's name.
func (u *tour) deploy(ref, text string, fields map[string]any, requires ...string) map[string]any {
	manifests, err := manifest.Decode([]byte(u.named(text)))
	if err != nil {
		u.t.Error(err)
	}
	return step("deployManifest", ref, model.Merge(map[string]any{
		"account": account, "cloudProvider": "kubernetes", "source": "text", "manifests": manifests,
		"namespaceOverride": u.namespace, "moniker": map[string]any{"app": "crash"},
	}, fields), requires...)
}

func (u *tour) named(text string) string { return strings.ReplaceAll(text, "NAME", u.name) }

const workload = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: shared}, data: {of: NAME}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings-NAME}, data: {of: NAME}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys-NAME}, stringData: {of: NAME}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: gone-NAME, annotations: {strategy.spinnaker.io/versioned: "false"}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web-NAME}
spec:
  replicas: 1
  selector: {matchLabels: {app: NAME}}
  template:
    metadata: {labels: {app: NAME}}
    spec:
      terminationGracePeriodSeconds: 0
      containers: [{name: web, image: "web:1", envFrom: [{configMapRef: {name: settings-NAME}}, {secretRef: {name: keys-NAME}}]}]
`

// job is a Job that runs for a while.
func (u *tour) job(ref, duration string, fields map[string]any, requires ...string) map[string]any {
	list, err := manifest.Decode([]byte(u.named(`
apiVersion: batch/v1
kind: Job
metadata: {generateName: NAME-, labels: {tour: NAME}}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {sandbox.gennaker.io/run-duration: "` + duration + `"}}
    spec: {restartPolicy: Never, containers: [{name: job, image: job}]}
`)))
	if err != nil {
		u.t.Error(err)
	}
	return step("runJobManifest", ref, model.Merge(map[string]any{
		"account": account, "cloudProvider": "kubernetes", "source": "text", "namespace": u.namespace, "manifest": list[0],
	}, fields), requires...)
}

// operate deploys a workload and goes through all that can be done to it. Each
// change makes one revision of it, and another generation, so that both tell
// whether one was made twice.
func operate(ctx context.Context, u *tour) error {
	web := "deployment web-" + u.name
	stages := []any{
		u.deploy("deploy", workload, nil),
		u.on("scaleManifest", "scale", web, map[string]any{"replicas": 2}, "deploy"),
		u.on("patchManifest", "patch", web, map[string]any{"source": "text", "patchBody": []any{map[string]any{
			"spec": map[string]any{"template": map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "web", "image": "web:2"}}}}},
		}}}, "scale"),
		u.on("undoRolloutManifest", "undo", web, map[string]any{"numRevisionsBack": 1}, "patch"),
		u.on("rollingRestartManifest", "restart", web, nil, "undo"),
		u.on("pauseRolloutManifest", "pause", web, nil, "restart"),
		u.on("resumeRolloutManifest", "resume", web, nil, "pause"),
		u.on("findArtifactsFromResource", "find", web, nil, "resume"),
		u.on("deleteManifest", "delete", "configMap gone-"+u.name, nil, "find"),
	}
	if _, err := u.run(ctx, "operate", stages...); err != nil {
		return err
	}
	u.after(func() error { return u.checkWorkload() })
	return nil
}

func (u *tour) checkWorkload() error {
	web, err := u.cluster.Client.AppsV1().Deployments(u.namespace).Get(u.t.Context(), "web-"+u.name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	sets, err := u.cluster.Client.AppsV1().ReplicaSets(u.namespace).List(u.t.Context(), metav1.ListOptions{LabelSelector: "app=" + u.name})
	if err != nil {
		return err
	}
	got := fmt.Sprintf("revision %s, generation %d, %d replicas, image %s, %d replica sets", web.Annotations["deployment.kubernetes.io/revision"],
		web.Generation, *web.Spec.Replicas, web.Spec.Template.Spec.Containers[0].Image, len(sets.Items))
	// Deployed, patched, undone (which renumbers the first) and restarted; and
	// scaled, paused and resumed. The figures are those of a run without trouble.
	if want := "revision 4, generation 8, 2 replicas, image web:1, 3 replica sets"; got != want {
		return fmt.Errorf("the workload has %s; want %s", got, want)
	}
	names, err := u.configs()
	if err != nil {
		return err
	}
	secrets, err := u.cluster.Client.CoreV1().Secrets(u.namespace).List(u.t.Context(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, s := range secrets.Items {
		if strings.Contains(s.Name, u.name) {
			names = append(names, s.Name)
		}
	}
	shared := 0
	mine := slices.DeleteFunc(names, func(name string) bool {
		if strings.HasPrefix(name, "shared-v") {
			shared++
			return true
		}
		return !strings.Contains(name, u.name)
	})
	if got, want := fmt.Sprint(shared, mine), fmt.Sprintf("1 [settings-%s-v000 keys-%s-v000]", u.name, u.name); got != want {
		return fmt.Errorf("there are %s; want %s", got, want)
	}
	return nil
}

// configs are the names of the ConfigMaps with the tour's data, and of those
// that have its name.
func (u *tour) configs() ([]string, error) {
	list, err := u.cluster.Client.CoreV1().ConfigMaps(u.namespace).List(u.t.Context(), metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, c := range list.Items {
		if c.Data["of"] == u.name || strings.Contains(c.Name, u.name) {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

// jobs runs Jobs in each of the ways there are, and one of them again.
func jobs(ctx context.Context, u *tour) error {
	e, err := u.run(ctx, "jobs",
		u.job("job", "1500ms", nil),
		step("sweep", "sweep", map[string]any{"parameters": map[string]any{"tour": u.name, "namespace": u.namespace}}),
		step("script", "script", map[string]any{"command": "true", "namespace": u.namespace}),
		u.job("second", "0s", nil, "job", "sweep", "script"),
	)
	if err != nil {
		return err
	}
	if _, err = u.restart(ctx, e, "second"); err != nil {
		return err
	}
	u.after(func() error {
		list, err := u.cluster.Client.BatchV1().Jobs(u.namespace).List(u.t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		kinds := map[string]int{}
		for _, j := range list.Items {
			switch {
			case j.Labels["tour"] == u.name && j.Labels["job"] == "sweep":
				kinds["sweep"]++
			case j.Labels["tour"] == u.name:
				kinds["manifest"]++
			}
		}
		runs := u.spans[stageOf(e, "second").ID]
		if n := kinds["manifest"] - 1; kinds["sweep"] != 1 || n < runs.least || n > runs.most {
			return fmt.Errorf("there are Jobs %v; want 1 sweep, and 1 and %v of manifests", kinds, runs)
		}
		return nil
	})
	return nil
}

// cancel cancels an execution whose Job runs, which leaves none behind.
func cancel(ctx context.Context, u *tour) error {
	canceled := map[string]any{keyWant: string(model.Canceled)}
	config := map[string]any{
		"application": "crash", "name": u.name, "id": u.name,
		"trigger": map[string]any{"type": "manual", "correlationId": u.name},
		"stages":  []any{u.job("job", "10m", canceled), step("manualJudgment", "judge", canceled)},
	}
	id, err := submit(ctx, u.servers, config)
	if err != nil {
		return err
	}
	u.ids = append(u.ids, id)
	if _, err = u.until(ctx, id, func(e *model.Execution) (bool, error) {
		return stageOf(e, "job").Status == model.Running && stageOf(e, "judge").Status == model.Running, nil
	}); err != nil {
		return err
	}
	if _, _, err := u.ask(ctx, http.MethodPut, "/pipelines/"+id+"/cancel", nil); err != nil {
		return err
	}
	if _, err := u.follow(ctx, id, 0); err != nil {
		return err
	}
	u.after(func() error {
		list, err := u.cluster.Client.BatchV1().Jobs(u.namespace).List(u.t.Context(), metav1.ListOptions{LabelSelector: "tour=" + u.name})
		if err == nil && slices.ContainsFunc(list.Items, func(j batchv1.Job) bool { return j.DeletionTimestamp == nil }) {
			err = fmt.Errorf("the canceled execution has left a Job")
		}
		return err
	})
	return nil
}

const front = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: front-NAME}
spec:
  replicas: 2
  selector: {matchLabels: {app: front-NAME}}
  template:
    metadata: {labels: {app: front-NAME}}
    spec: {terminationGracePeriodSeconds: 0, containers: [{name: web, image: "web:1"}]}
`

// traffic shifts traffic between versions by each strategy, and between the
// backends of a route.
func traffic(ctx context.Context, u *tour) error {
	strategy := func(name string) map[string]any {
		return map[string]any{"trafficManagement": map[string]any{"enabled": true, "options": map[string]any{
			"enableTraffic": true, "services": []any{"service front-" + u.name}, "strategy": name, "targetPercentages": []any{50},
		}}}
	}
	by := func(criteria string) map[string]any {
		return map[string]any{"kind": "replicaSet", "app": "crash", "cluster": "replicaSet front-" + u.name, "criteria": criteria, "manifestName": nil}
	}
	_, err := u.run(ctx, "traffic",
		u.deploy("service", `
{apiVersion: v1, kind: Service, metadata: {name: front-NAME}, spec: {selector: {traffic: NAME}, ports: [{port: 80}]}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: NAME}
spec: {rules: [{name: all, backendRefs: [{name: stable, port: 80, weight: 100}, {name: canary, port: 80, weight: 0}]}]}
`, nil),
		step("weightedTraffic", "weights", map[string]any{
			"account": account, "location": u.namespace, "manifestName": "HTTPRoute.gateway.networking.k8s.io " + u.name,
			"weights": map[string]any{"stable": 80, "canary": 20},
		}, "service"),
		u.deploy("first", front, strategy("redblack"), "service"),
		u.deploy("redblack", front, strategy("redblack"), "first"),
		u.on("enableManifest", "enable", "", by("second_newest"), "redblack"),
		u.on("disableManifest", "disable", "", by("second_newest"), "enable"),
		u.deploy("rolling", front, strategy("rollingredblack"), "disable"),
		u.deploy("highlander", front, strategy("highlander"), "rolling"),
		step("checkPreconditions", "size", map[string]any{"preconditions": []any{map[string]any{
			"type": "clusterSize", "cloudProvider": "kubernetes", "context": map[string]any{
				"cluster": "replicaSet front-" + u.name, "credentials": account, "regions": []any{u.namespace}, "expected": 1,
				"moniker": map[string]any{"app": "crash", "cluster": "replicaSet front-" + u.name},
			},
		}}}, "highlander"),
	)
	if err != nil {
		return err
	}
	u.after(func() error {
		sets, err := u.cluster.Client.AppsV1().ReplicaSets(u.namespace).List(u.t.Context(), metav1.ListOptions{})
		if err != nil {
			return err
		}
		var got []string
		for _, s := range sets.Items {
			if !strings.HasPrefix(s.Name, "front-"+u.name) {
				continue
			}
			got = append(got, fmt.Sprintf("%s traffic=%s replicas=%d", s.Name, s.Spec.Template.Labels["traffic"], *s.Spec.Replicas))
		}
		if want := u.named("[front-NAME-v003 traffic=NAME replicas=2]"); fmt.Sprint(got) != want {
			return fmt.Errorf("there are %v; want %s", got, want)
		}
		route, err := u.cluster.Dynamic.Resource(schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}).
			Namespace(u.namespace).Get(u.t.Context(), u.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		rules, _, _ := unstructured.NestedSlice(route.Object, "spec", "rules")
		var weights []any
		for _, b := range model.Objects(rules[0].(map[string]any), "backendRefs") {
			weights = append(weights, b["weight"])
		}
		if got := fmt.Sprint(weights, route.GetGeneration()); got != "[80 20] 2" {
			return fmt.Errorf("the route's weights and generation are %s", got)
		}
		return nil
	})
	return nil
}

// rollback deploys two releases by one pipeline, and goes back to the first.
func rollback(ctx context.Context, u *tour) error {
	release := func(image string) map[string]any {
		return u.deploy("deploy", strings.Replace(workload, "web:1", "web:"+image, 1), nil)
	}
	for _, image := range []string{"1", "2"} {
		if _, err := u.run(ctx, "release", release(image)); err != nil {
			return err
		}
	}
	if _, err := u.run(ctx, "back", step("rollbackManifests", "back", map[string]any{"pipeline": u.name + "-release", "cloudProvider": "kubernetes"})); err != nil {
		return err
	}
	u.after(func() error {
		web, err := u.cluster.Client.AppsV1().Deployments(u.namespace).Get(u.t.Context(), "web-"+u.name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		got := fmt.Sprintf("%s at revision %s", web.Spec.Template.Spec.Containers[0].Image, web.Annotations["deployment.kubernetes.io/revision"])
		if got != "web:1 at revision 3" {
			return fmt.Errorf("the workload is %s", got)
		}
		return nil
	})
	return nil
}
