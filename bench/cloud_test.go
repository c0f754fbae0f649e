package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

type (
	object = map[string]any
	list   = []any
)

// The size of the large cluster.
const (
	bigDeployments = 1000
	bigPods        = 10_000
	bigOldSets     = 2 // ReplicaSets of each Deployment that have no pods any more
	bigPerApp      = 34
)

// bigCluster is a cluster of many Deployments with their ReplicaSets, pods and
// services, in objects of the size that real ones have. An application has
// bigPerApp of the Deployments, and so about a hundred server groups.
func bigCluster() []simulated.Object {
	out := make([]simulated.Object, 0, bigDeployments*(3+bigOldSets)+bigPods)
	for n := range bigDeployments {
		app, name := fmt.Sprintf("app%d", n/bigPerApp), fmt.Sprintf("app%d-web%d", n/bigPerApp, n)
		meta := func(kind, name string, owner object) object {
			m := object{
				"name": name, "namespace": fmt.Sprintf("team-%d", n%20), "uid": kind + "-" + name, "generation": 1,
				"creationTimestamp": "2026-01-02T03:04:05Z",
				"labels":            object{"app": name, "app.kubernetes.io/name": app, "app.kubernetes.io/managed-by": "spinnaker", "team": "payments"},
				"annotations": object{
					"moniker.spinnaker.io/application": app, "moniker.spinnaker.io/cluster": "deployment " + fmt.Sprintf("app%d-web%d", n/bigPerApp, n),
					"artifact.spinnaker.io/name": name, "artifact.spinnaker.io/type": "kubernetes/" + kind, "deployment.kubernetes.io/revision": "3",
				},
				"managedFields": list{object{"manager": "kube-controller-manager", "operation": "Update", "fieldsV1": padding()}},
			}
			if owner != nil {
				m["ownerReferences"] = list{owner}
			}
			return m
		}
		owner := func(kind, uid, name string) object {
			return object{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true}
		}
		pod := object{"containers": list{object{
			"name": "web", "image": "registry.example.com/shop/web:1.2.3", "env": list{object{"name": "A", "value": strings.Repeat("x", 300)}},
			"resources": object{"requests": object{"cpu": "100m", "memory": "128Mi"}}, "volumeMounts": list{object{"name": "token", "mountPath": "/var/run"}},
		}}, "serviceAccountName": "default", "tolerations": list{object{"key": "a", "operator": "Exists"}}}
		spec := func(replicas int) object {
			return object{
				"replicas": replicas, "selector": object{"matchLabels": object{"app": name}},
				"template": object{"metadata": object{"labels": object{"app": name}}, "spec": pod},
			}
		}
		out = append(out,
			object{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("deployment", name, nil), "spec": spec(bigPods / bigDeployments), "status": object{"replicas": 10}},
			object{"apiVersion": "v1", "kind": "Service", "metadata": meta("service", name, nil), "spec": object{"selector": object{"app": name}}})
		for set := range 1 + bigOldSets {
			rs, replicas := fmt.Sprintf("%s-%d", name, set), 0
			if set == 0 {
				replicas = bigPods / bigDeployments
			}
			out = append(out, object{
				"apiVersion": "apps/v1", "kind": "ReplicaSet", "spec": spec(replicas), "status": object{"replicas": replicas},
				"metadata": meta("replicaset", rs, owner("Deployment", "deployment-"+name, name)),
			})
			for i := range replicas {
				out = append(out, object{
					"apiVersion": "v1", "kind": "Pod", "spec": pod,
					"metadata": meta("pod", fmt.Sprintf("%s-%d", rs, i), owner("ReplicaSet", "replicaset-"+rs, rs)),
					"status":   object{"phase": "Running", "podIP": "10.0.0.1", "containerStatuses": list{object{"name": "web", "ready": true}}, "conditions": padding()},
				})
			}
		}
	}
	return out
}

// padding is what objects have that no view shows.
func padding() object {
	out := object{}
	for n := range 40 {
		out[fmt.Sprintf("f:field-%d", n)] = object{"f:a": object{}, "f:b": object{}}
	}
	return out
}

// account is the configuration of an account for a simulated cluster.
func account(name, url string) object {
	return object{"name": name, "kubeconfigContents": fmt.Sprintf(
		`{clusters: [{name: c, cluster: {server: %q}}], contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c, users: [{name: u, user: {}}]}`, url)}
}

func accounts(b *testing.B, all ...object) string {
	b.Helper()
	text, err := json.Marshal(all)
	if err != nil {
		b.Fatal(err)
	}
	return "GENNAKER_KUBERNETES_ACCOUNTS=" + string(text)
}

// untilLive waits for the complete view of an account.
func (s *server) untilLive(ctx context.Context, name string) {
	for {
		var found struct{ Watch struct{ State string } }
		if err := s.call(ctx, http.MethodGet, "/credentials/"+name, nil, &found); err != nil {
			s.b.Fatal(err)
		}
		if found.Watch.State == "live" {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
}

// BenchmarkCloudBig reports what it takes to watch a cluster of 10,000 pods:
// memory beyond that of a server without clusters, the time from the start to
// the first complete view, how quickly an application's page of 100 server
// groups is answered, and how soon a change of the cluster is told.
func BenchmarkCloudBig(b *testing.B) {
	dir := b.TempDir()
	serve(b, dir, "").stop()
	idle := serve(b, dir, "")
	<-time.After(3 * time.Second)
	without := memory(b, idle)
	idle.stop()

	objects := bigCluster()
	cluster := simulated.New(simulated.Kinds, objects...)
	api := httptest.NewServer(cluster)
	b.Cleanup(api.Close)
	pod := objects[slices.IndexFunc(objects, func(o simulated.Object) bool { return o["kind"] == "Pod" })]
	for b.Loop() {
		s := serve(b, dir, "", accounts(b, account("big", api.URL)))
		began := time.Now()
		s.untilLive(b.Context(), "big")
		b.ReportMetric(time.Since(began).Seconds(), "view-s")
		<-time.After(3 * time.Second)
		b.ReportMetric(memory(b, s)-without, "RSS-MB-more")
		for path, name := range map[string]string{"/applications/app3/serverGroups": "groups", "/applications/app3/loadBalancers": "balancers"} {
			b.ReportMetric(s.quantile(b, path, 300, 0.99), name+"-p99-ms")
		}
		told := s.changes(b, cluster, pod, 100)
		slices.Sort(told)
		b.ReportMetric(float64(told[len(told)/2].Microseconds())/1000, "told-p50-ms")
		b.ReportMetric(float64(told[len(told)*99/100].Microseconds())/1000, "told-p99-ms")
		s.stop()
	}
}

// quantile asks for a page many times, and gives how long it took at most in
// that share of them, in milliseconds.
func (s *server) quantile(b *testing.B, path string, times int, share float64) float64 {
	b.Helper()
	var took []time.Duration
	for range times {
		began := time.Now()
		if _, err := s.send(b.Context(), http.MethodGet, path, nil); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return float64(took[int(float64(len(took)-1)*share)].Microseconds()) / 1000
}

// changes gives how long it takes from changes of a pod until the API's stream
// tells of them.
func (s *server) changes(b *testing.B, cluster *simulated.Server, pod simulated.Object, times int) []time.Duration {
	b.Helper()
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/applications/*/infrastructure/stream", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer response.Body.Close()
	events := make(chan string)
	go func() {
		lines := bufio.NewScanner(response.Body)
		for lines.Scan() {
			if event, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				select {
				case events <- event:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	wait := func(want string) {
		select {
		case event := <-events:
			if event != want {
				b.Fatalf("the stream told %q, not %q", event, want)
			}
		case <-time.After(10 * time.Second):
			b.Fatalf("the stream did not tell %q", want)
		}
	}
	wait("ready")
	var took []time.Duration
	for n := range times {
		status := []string{"Pending", "Running"}[n%2]
		changed := maps.Clone(pod)
		changed["status"] = object{"phase": status}
		began := time.Now()
		cluster.Put(changed)
		wait("change")
		took = append(took, time.Since(began))
	}
	return took
}

// BenchmarkCloudIdle reports what each of a hundred clusters costs in which
// nothing happens.
func BenchmarkCloudIdle(b *testing.B) {
	const clusters = 100
	dir := b.TempDir()
	serve(b, dir, "").stop()
	idle := serve(b, dir, "")
	<-time.After(3 * time.Second)
	without, before := memory(b, idle), ticks(b, idle)
	const watch = 10 * time.Second
	<-time.After(watch)
	used := ticks(b, idle) - before
	idle.stop()

	all := make([]object, clusters)
	for n := range all {
		api := httptest.NewServer(simulated.New(simulated.Kinds))
		b.Cleanup(api.Close)
		all[n] = account(fmt.Sprintf("cluster-%d", n), api.URL)
	}
	for b.Loop() {
		s := serve(b, dir, "", accounts(b, all...))
		for n := range all {
			s.untilLive(b.Context(), fmt.Sprintf("cluster-%d", n))
		}
		<-time.After(5 * time.Second)
		before := ticks(b, s)
		<-time.After(watch)
		b.ReportMetric((memory(b, s)-without)/clusters, "RSS-MB/cluster")
		b.ReportMetric(float64(ticks(b, s)-before-used)/watch.Seconds()/clusters, "cpu-%/cluster")
		s.stop()
	}
}
