package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// rolled is a server with a cluster, in which one application is deployed and
// rolled back.
type rolled struct {
	*instance
	namespace, app string
}

func newRolled(t *testing.T) *rolled {
	t.Helper()
	cluster := testkube.Get(t)
	return &rolled{app: "shop", namespace: cluster.Namespace(t), instance: start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "k8s", KubeconfigFile: cluster.Kubeconfig}}
	})}
}

// deploys starts a run that deploys manifests, and returns its id.
func (r *rolled) deploys(manifests objs, more obj) string {
	r.t.Helper()
	stage := model.Merge(obj{
		"type": "deployManifest", "name": "Deploy", "refId": "1", "account": "k8s", "cloudProvider": "kubernetes", "source": "text", "manifests": manifests,
		"moniker": obj{"app": r.app}, "failFastAfterSeconds": 1,
	}, more)
	ref := model.String(r.object(http.MethodPost, "/pipelines/start", obj{"application": r.app, "name": "Deploy", "stages": objs{stage}}), "ref")
	return strings.TrimPrefix(ref, "/pipelines/")
}

func (r *rolled) ends(id string, want model.Status) {
	r.t.Helper()
	e := r.until("/pipelines/"+id, "at its end", complete)
	if model.String(e, "status") != string(want) {
		r.t.Fatalf("the run is %s, want %s: %v", e["status"], want, e["stages"])
	}
}

// plan is what a run's deployment is rolled back to.
func (r *rolled) plan(id string) obj {
	r.t.Helper()
	e := r.object(http.MethodGet, "/pipelines/"+id, nil)
	return r.object(http.MethodGet, "/pipelines/"+id+"/stages/"+model.String(stageNamed(e, "Deploy"), "id")+"/rollback", nil)
}

// wants checks a plan: its verdict, and what the named object goes back to.
func (r *rolled) wants(plan obj, verdict, name, target string) {
	r.t.Helper()
	for _, o := range model.Objects(plan, "objects") {
		if o["name"] != name {
			continue
		}
		got := ""
		if to := model.Object(o, "target"); to != nil {
			got = fmt.Sprintf("%s %v", strings.Join(model.Strings(to, "images"), " "), to["number"])
		}
		if plan["verdict"] != verdict || got != target {
			r.t.Fatalf("it is %v to %q, want %s to %q: %v", plan["verdict"], got, verdict, target, plan)
		}
		return
	}
	r.t.Fatalf("there is no %s in %v", name, plan)
}

// does runs a plan's task.
func (r *rolled) does(plan obj) {
	r.t.Helper()
	jobs, _ := plan["jobs"].([]any)
	if len(jobs) == 0 {
		r.t.Fatalf("there is nothing to do: %v", plan)
	}
	ref := model.String(r.object(http.MethodPost, "/tasks", obj{"application": r.app, "description": plan["description"], "job": jobs}), "ref")
	if task := r.until(ref, "done", complete); model.String(task, "status") != "SUCCEEDED" {
		r.t.Fatalf("the task is %s: %v", task["status"], task)
	}
}

// image waits until a workload runs an image, and nothing else.
func (r *rolled) image(name, want string) {
	r.t.Helper()
	path := "/manifests/k8s/" + r.namespace + "/" + strings.ReplaceAll(name, " ", "%20")
	r.until(path, "on "+want, func(live map[string]any) bool {
		template := model.Object(model.Object(model.Object(live, "manifest"), "spec"), "template")
		return model.String(model.Objects(model.Object(template, "spec"), "containers")[0], "image") == want
	})
}

func (r *rolled) web(kind, image, behavior string) obj {
	return obj{
		"apiVersion": "apps/v1", "kind": kind, "metadata": obj{"name": "web", "namespace": r.namespace},
		"spec": obj{
			"replicas": 1, "selector": obj{"matchLabels": obj{"app": "web"}}, "template": obj{
				"metadata": obj{"labels": obj{"app": "web"}, "annotations": obj{"sandbox.gennaker.io/behavior": behavior}},
				"spec": obj{"terminationGracePeriodSeconds": 0, "containers": objs{obj{
					"name": "web", "image": image, "envFrom": objs{obj{"configMapRef": obj{"name": "settings"}}},
				}}},
			},
		},
	}
}

func (r *rolled) release(image, behavior string) objs {
	return objs{
		obj{"apiVersion": "v1", "kind": "ConfigMap", "metadata": obj{"name": "settings", "namespace": r.namespace}, "data": obj{"image": image}},
		obj{"apiVersion": "v1", "kind": "Service", "metadata": obj{"name": "web", "namespace": r.namespace}, "spec": obj{"selector": obj{"app": "web"}, "ports": objs{obj{"port": 80}}}},
		r.web("Deployment", image, behavior),
	}
}

const deployment = "deployment web"

// A roll back goes to the revision before that deployment, after a success, after
// a failure and while the rollout is stuck, and never to a revision that failed.
func TestRollBack(t *testing.T) {
	t.Parallel()
	r := newRolled(t)
	one := r.deploys(r.release("web:1", "none"), nil)
	r.ends(one, model.Succeeded)
	r.wants(r.plan(one), "created", deployment, "")
	two := r.deploys(r.release("web:2", "none"), nil)
	r.ends(two, model.Succeeded)

	// After a success, with what comes along and what stays.
	plan := r.plan(two)
	r.wants(plan, "ready", deployment, "web:1 1")
	verdicts := map[string]any{}
	for _, o := range model.Objects(plan, "objects") {
		name, _, _ := strings.Cut(model.String(o, "name"), "-v")
		verdicts[name] = o["verdict"]
		if diff := model.String(o, "diff"); o["name"] == deployment && (!strings.Contains(diff, "-    image: web:2") || !strings.Contains(diff, "+    image: web:1")) {
			t.Errorf("the diff is %s", diff)
		}
	}
	if verdicts["configMap settings"] != "versioned" || verdicts["service web"] != "notChanged" {
		t.Errorf("the other objects are %v", verdicts)
	}
	if plan["description"] != "Roll back deployment web to web:1 (revision 1)" {
		t.Errorf("the task is called %q", plan["description"])
	}
	r.does(plan)
	r.image(deployment, "web:1")

	// It was rolled back; the way on is to what it had brought, and then back again.
	plan = r.plan(two)
	r.wants(plan, "rolledBack", deployment, "web:2 2")
	r.does(plan)
	r.image(deployment, "web:2")
	r.wants(r.plan(two), "ready", deployment, "web:1 3")

	// A broken one goes back to what was there, and is never gone back to.
	broken := r.deploys(r.release("web:broken", "crash-loop"), nil)
	r.ends(broken, model.Terminal)
	r.wants(r.plan(broken), "ready", deployment, "web:2 4")
	r.wants(r.plan(two), "superseded", deployment, "")
	if by := model.Object(model.Objects(r.plan(two), "objects")[2], "supersededBy"); by["id"] != broken {
		t.Errorf("it was superseded by %v, want %s", by, broken)
	}
	three := r.deploys(r.release("web:3", "none"), nil)
	r.ends(three, model.Succeeded)
	r.wants(r.plan(broken), "superseded", deployment, "")
	plan = r.plan(three)
	r.wants(plan, "ready", deployment, "web:2 4")
	workload := r.object(http.MethodGet, "/manifests/k8s/"+r.namespace+"/deployment%20web/rollback", nil)
	r.wants(workload, "ready", deployment, "web:2 4")
	failed := ""
	for _, revision := range model.Objects(model.Objects(workload, "objects")[0], "revisions") {
		if revision["failed"] == true {
			failed += strings.Join(model.Strings(revision, "images"), " ")
		}
	}
	if failed != "web:broken" {
		t.Errorf("failed are %q", failed)
	}

	// Twice in a row: back, and back again by the run before.
	r.does(plan)
	r.image(deployment, "web:2")
	plan = r.object(http.MethodGet, "/manifests/k8s/"+r.namespace+"/deployment%20web/rollback", nil)
	r.wants(plan, "ready", deployment, "web:1 3")
	r.does(plan)
	r.image(deployment, "web:1")
}

// While a rollout is stuck, it can be taken back; its run is canceled first.
func TestRollBackOfAStuckRollout(t *testing.T) {
	t.Parallel()
	r := newRolled(t)
	r.ends(r.deploys(r.release("web:1", "none"), nil), model.Succeeded)
	stuck := r.deploys(r.release("web:2", "never-ready"), obj{"failFastAfterSeconds": -1})
	r.until("/pipelines/"+stuck, "waiting for its pods", func(e map[string]any) bool {
		s := stageNamed(e, "Deploy")
		return s != nil && len(model.Objects(model.Object(s, "context"), "outputs.manifests")) > 0
	})
	var plan obj
	for deadline := time.Now().Add(time.Minute); ; {
		if plan = r.plan(stuck); plan["verdict"] != "gone" { // the ReplicaSet comes a moment later
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the plan is %v", plan)
		}
	}
	r.wants(plan, "ready", deployment, "web:1 1")
	if plan["running"] != true {
		t.Errorf("the stage does not run: %v", plan)
	}
	if status, answer := r.call(http.MethodPut, "/pipelines/"+stuck+"/cancel?reason=rolled%20back", nil); status != http.StatusOK {
		t.Fatalf("the cancellation is answered %d %v", status, answer)
	}
	r.ends(stuck, model.Canceled)
	r.does(plan)
	r.image(deployment, "web:1")
	r.wants(r.plan(stuck), "rolledBack", deployment, "")
}

// StatefulSets go back too.
func TestRollBackOfAStatefulSet(t *testing.T) {
	t.Parallel()
	r := newRolled(t)
	release := func(image string) objs {
		set := r.web("StatefulSet", image, "none")
		model.Object(set, "spec")["serviceName"] = "web"
		return objs{set}
	}
	r.ends(r.deploys(release("web:1"), nil), model.Succeeded)
	two := r.deploys(release("web:2"), nil)
	r.ends(two, model.Succeeded)
	plan := r.plan(two)
	r.wants(plan, "ready", "statefulSet web", "web:1 1")
	r.does(plan)
	r.image("statefulSet web", "web:1")
	r.wants(r.plan(two), "rolledBack", "statefulSet web", "web:2 2")
}

// Blue/green: the version before gets the traffic back, and the new one loses it.
func TestRollBackOfBlueGreen(t *testing.T) {
	t.Parallel()
	r := newRolled(t)
	r.ends(r.deploys(objs{obj{
		"apiVersion": "v1", "kind": "Service", "metadata": obj{"name": "web", "namespace": r.namespace},
		"spec": obj{"selector": obj{"traffic": "on"}, "ports": objs{obj{"port": 80}}},
	}}, nil), model.Succeeded)
	green := obj{"trafficManagement": obj{"enabled": true, "options": obj{"enableTraffic": true, "services": []any{"service web"}, "strategy": "bluegreen"}}}
	release := func(image string) string {
		id := r.deploys(objs{r.web("ReplicaSet", image, "none")}, green)
		r.ends(id, model.Succeeded)
		return id
	}
	one, two := release("web:1"), release("web:2")
	r.wants(r.plan(one), "superseded", "replicaSet web-v000", "")
	plan := r.plan(two)
	r.wants(plan, "ready", "replicaSet web-v001", "web:1 0")
	r.does(plan)
	traffic := func() string {
		got := ""
		for _, name := range []string{"web-v000", "web-v001"} {
			live := r.object(http.MethodGet, "/manifests/k8s/"+r.namespace+"/replicaSet%20"+name, nil)
			template := model.Object(model.Object(model.Object(live, "manifest"), "spec"), "template")
			got += model.String(model.Object(model.Object(template, "metadata"), "labels"), "traffic") + ";"
		}
		return got
	}
	if got := traffic(); got != "on;;" {
		t.Errorf("the traffic labels are %s", got)
	}
	plan = r.plan(two)
	r.wants(plan, "rolledBack", "replicaSet web-v001", "web:2 1")
	r.does(plan)
	if got := traffic(); got != ";on;" {
		t.Errorf("the traffic labels are %s", got)
	}
}
