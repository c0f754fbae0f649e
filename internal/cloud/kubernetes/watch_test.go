package kubernetes

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// changes keeps what a watcher told.
type changes struct {
	mu   sync.Mutex
	list []view.Change
}

func (c *changes) add(change view.Change) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, change)
}

func (c *changes) has(match func(view.Change) bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.ContainsFunc(c.list, match)
}

// watch runs a watcher of the provider's accounts until the test ends.
func watchAll(t *testing.T, p *Provider) (*Watcher, *changes) {
	t.Helper()
	told := &changes{}
	w := NewWatcher(p, told.add)
	run(t, w)
	return w, told
}

// run runs a watcher until the test ends.
func run(t *testing.T, w *Watcher) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// stateOf is how the watch of one account is.
func stateOf(w *Watcher, account string) view.WatchState {
	states := w.States()
	at := slices.IndexFunc(states, func(s view.WatchState) bool { return s.Account == account })
	if at < 0 {
		return view.WatchState{}
	}
	return states[at]
}

func (b *bench) view(w *Watcher, account string) *mirror.Store {
	b.t.Helper()
	var store *mirror.Store
	testkube.Eventually(b.t, 2*time.Minute, func() string {
		s, ok := w.Store(account)
		if !ok {
			return "account " + account + " is not watched"
		}
		if state := stateOf(w, account); state.State != view.WatchLive {
			return fmt.Sprintf("account %s is %s: %s", account, state.State, state.Error)
		}
		store = s
		return ""
	})
	return store
}

const shop = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {tier: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {}
  ingress: [{ports: [{port: 80, protocol: TCP}, {port: metrics}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {tier: web}}
  template:
    metadata: {labels: {tier: web}}
    spec: {containers: [{name: web, image: "nginx:1.27"}]}
`

func ask(store *mirror.Store, q view.Question) view.Answer {
	answer, _ := store.Ask(context.Background(), q)
	return answer
}

// one asks for the object of a name.
func (b *bench) one(store *mirror.Store, topic view.Topic, name string) view.Answer {
	return ask(store, view.Question{Topic: topic, Region: b.namespace, Name: name})
}

// what the views show of the application shop in one namespace
func (b *bench) groups(store *mirror.Store) []view.ServerGroupSummary {
	return slices.DeleteFunc(ask(store, view.Question{Topic: view.AboutSummaries, Application: "Shop"}).Summaries, func(g view.ServerGroupSummary) bool { return g.Region != b.namespace })
}

func TestWatchFollowsTheCluster(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	w, told := watchAll(t, b.Provider)
	store := b.view(w, "test")
	b.deploy(shop)

	var group view.ServerGroupSummary
	testkube.Eventually(t, 2*time.Minute, func() string {
		groups := b.groups(store)
		if len(groups) != 1 {
			return fmt.Sprintf("%d server groups", len(groups))
		}
		if group = groups[0]; group.InstanceCounts.Up != 2 {
			return fmt.Sprintf("instances %+v", group.InstanceCounts)
		}
		return ""
	})
	if !strings.HasPrefix(group.Name, "replicaSet web-") || group.Cluster != "deployment web" || group.Account != "test" {
		t.Errorf("the server group is %+v", group)
	}
	if !slices.Equal(group.LoadBalancers, []string{"service web"}) || !slices.Equal(group.BuildInfo.Images, []string{"nginx:1.27"}) ||
		group.Capacity.Desired != 2 || group.Moniker.App != "shop" || group.Moniker.Sequence == nil || *group.Moniker.Sequence != 1 {
		t.Errorf("the server group is %+v", group)
	}
	if len(group.ServerGroupManagers) != 1 || group.ServerGroupManagers[0].Name != "web" {
		t.Errorf("its managers are %+v", group.ServerGroupManagers)
	}
	for _, name := range []string{group.Instances[0].Name, group.Instances[0].ID} {
		pods := b.one(store, view.AboutInstances, name).Instances
		if len(pods) != 1 || pods[0].HealthState != view.Up || pods[0].Name != group.Instances[0].ID || pods[0].HumanReadableName != group.Instances[0].Name {
			t.Errorf("the instance %s is %+v", name, pods)
		}
	}
	balancers := b.one(store, view.AboutLoadBalancers, "service web").LoadBalancers
	if len(balancers) != 1 || len(balancers[0].ServerGroups) != 1 || len(balancers[0].ServerGroups[0].Instances) != 2 {
		t.Errorf("the load balancer is %+v", balancers)
	}
	firewalls := b.one(store, view.AboutSecurityGroups, "networkPolicy web").SecurityGroups
	if len(firewalls) != 1 || len(firewalls[0].InboundRules) != 2 ||
		*firewalls[0].InboundRules[0].PortRanges[0].StartPort != 80 || firewalls[0].InboundRules[1].PortRanges[0].StartPortName != "metrics" {
		t.Errorf("the firewall is %+v", firewalls)
	}
	if !told.has(func(c view.Change) bool {
		return c.Application == "shop" && c.Type == view.Instances && c.Region == b.namespace
	}) {
		t.Error("nobody was told of the new pods")
	}

	if err := b.Client.AppsV1().Deployments(b.namespace).Delete(t.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	testkube.Eventually(t, 2*time.Minute, func() string {
		if groups := b.groups(store); len(groups) > 0 {
			return fmt.Sprintf("%d server groups are left", len(groups))
		}
		return ""
	})
	if !told.has(func(c view.Change) bool { return c.Name == group.Name && c.Region == b.namespace && c.Deleted }) {
		t.Error("nobody was told that the server group has gone")
	}
}

// limited makes a user who may see only the kinds of some resources, in one
// namespace or in all where that is "".
func (b *bench) limited(namespace string, rules ...rbacv1.PolicyRule) string {
	b.t.Helper()
	name := "limited-" + b.namespace
	sa := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: b.namespace}}
	if _, err := b.Client.CoreV1().ServiceAccounts(b.namespace).Create(b.t.Context(), sa, metav1.CreateOptions{}); err != nil {
		b.t.Fatal(err)
	}
	subjects := []rbacv1.Subject{{Kind: "ServiceAccount", Name: name, Namespace: b.namespace}}
	meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
	var err error
	if namespace == "" {
		if _, err = b.Client.RbacV1().ClusterRoles().Create(b.t.Context(), &rbacv1.ClusterRole{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}); err == nil {
			_, err = b.Client.RbacV1().ClusterRoleBindings().Create(b.t.Context(), &rbacv1.ClusterRoleBinding{
				ObjectMeta: meta, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
			}, metav1.CreateOptions{})
		}
	} else {
		if _, err = b.Client.RbacV1().Roles(namespace).Create(b.t.Context(), &rbacv1.Role{ObjectMeta: meta, Rules: rules}, metav1.CreateOptions{}); err == nil {
			_, err = b.Client.RbacV1().RoleBindings(namespace).Create(b.t.Context(), &rbacv1.RoleBinding{
				ObjectMeta: meta, Subjects: subjects, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
			}, metav1.CreateOptions{})
		}
	}
	if err != nil {
		b.t.Fatal(err)
	}
	token, err := b.Client.CoreV1().ServiceAccounts(b.namespace).CreateToken(b.t.Context(), name, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	raw, err := clientcmd.LoadFromFile(b.Kubeconfig)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, user := range raw.AuthInfos {
		*user = clientcmdapi.AuthInfo{Token: token.Status.Token}
	}
	text, err := clientcmd.Write(*raw)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func TestWatchWithinNamespaces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kubeconfig := b.limited(b.namespace, rbacv1.PolicyRule{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch"}})
	if err := b.Set([]AccountConfig{
		{Name: "test", KubeconfigFile: b.Kubeconfig},
		{Name: "inside", KubeconfigContents: kubeconfig, Namespaces: []string{b.namespace}},
	}); err != nil {
		t.Fatal(err)
	}
	w, _ := watchAll(t, b.Provider)
	store := b.view(w, "inside")
	b.deploy(shop)
	testkube.Eventually(t, 2*time.Minute, func() string {
		if groups := ask(store, view.Question{Topic: view.AboutSummaries, Application: "shop"}).Summaries; len(groups) != 1 || groups[0].Region != b.namespace {
			return fmt.Sprintf("%d server groups", len(groups))
		}
		return ""
	})
}

func TestWatchTellsWhatItMayNotSee(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kubeconfig := b.limited("", rbacv1.PolicyRule{APIGroups: []string{"", "apps"}, Resources: []string{"pods", "replicasets", "deployments"}, Verbs: []string{"get", "list", "watch"}})
	if err := b.Set([]AccountConfig{{Name: "test", KubeconfigFile: b.Kubeconfig}, {Name: "partial", KubeconfigContents: kubeconfig}}); err != nil {
		t.Fatal(err)
	}
	w, _ := watchAll(t, b.Provider)
	b.deploy(shop)
	testkube.Eventually(t, 2*time.Minute, func() string {
		store, ok := w.Store("partial")
		if !ok || len(b.groups(store)) == 0 {
			return "the server groups don't show"
		}
		state := stateOf(w, "partial")
		i := slices.IndexFunc(state.Kinds, func(k view.KindState) bool { return k.Kind == "service" })
		if state.State != view.WatchDegraded || i < 0 || !strings.Contains(state.Kinds[i].Error, "may not watch services") {
			return fmt.Sprintf("the state is %+v", state)
		}
		return ""
	})
}

func TestWatchOfAClusterThatIsDown(t *testing.T) {
	t.Parallel()
	p, err := New([]AccountConfig{{Name: "down", KubeconfigContents: `{clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}],
		contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c, users: [{name: u, user: {}}]}`}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	w, _ := watchAll(t, p)
	testkube.Eventually(t, 2*time.Minute, func() string {
		state := stateOf(w, "down")
		if state.State != view.WatchDown || !strings.Contains(state.Error, "can't be reached") {
			return fmt.Sprintf("the state is %+v", state)
		}
		return ""
	})
	if err := p.Set(nil); err != nil {
		t.Fatal(err)
	}
	if len(w.States()) != 0 {
		t.Errorf("accounts that have gone are watched: %+v", w.States())
	}
}

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[1]ss.watch.test}
spec:
  group: watch.test
  names: {kind: %[2]s, plural: %[1]ss, singular: %[1]s}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`

// A kind that is defined while the cluster is watched is watched too, and not
// shown any more when its definition goes.
func TestWatchFollowsDefinitions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := b.Set([]AccountConfig{{Name: "test", KubeconfigFile: b.Kubeconfig, CustomResources: []CustomResource{
		{KubernetesKind: "Fleet.watch.test", SpinnakerKind: "serverGroups"},
	}}}); err != nil {
		t.Fatal(err)
	}
	w, _ := watchAll(t, b.Provider)
	store := b.view(w, "test")
	b.deploy(fmt.Sprintf(definition, "fleet", "Fleet"))
	testkube.Eventually(t, 2*time.Minute, func() string {
		manifests, err := manifest.Decode([]byte(`{apiVersion: watch.test/v1, kind: Fleet, metadata: {name: one}, spec: {replicas: 3}}`))
		if err != nil {
			t.Fatal(err)
		}
		plan, err := b.PlanDeploy(t.Context(), manifest.DeployRequest{
			ID: "op", Account: "test", Manifests: manifests, Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: b.namespace,
		})
		if err != nil {
			return err.Error()
		}
		b.carryOut(plan)
		return ""
	})
	shown := func() int {
		return len(slices.DeleteFunc(b.groups(store), func(g view.ServerGroupSummary) bool { return g.Name != "Fleet.watch.test one" }))
	}
	testkube.Eventually(t, 2*time.Minute, func() string {
		if shown() != 1 {
			return "the object of a new kind does not show"
		}
		return ""
	})
	if err := b.Dynamic.Resource(gvkOf("apiextensions.k8s.io/v1", "").GroupVersion().WithResource("customresourcedefinitions")).
		Delete(t.Context(), "fleets.watch.test", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	testkube.Eventually(t, 2*time.Minute, func() string {
		if shown() != 0 {
			return "the object of a kind that has gone still shows"
		}
		state := stateOf(w, "test")
		if slices.ContainsFunc(state.Kinds, func(k view.KindState) bool { return k.Kind == "Fleet.watch.test" }) {
			return "a kind that has gone is still watched"
		}
		return ""
	})
}

// kubeconfigOf is a kubeconfig for a server without log-in.
func kubeconfigOf(url string) string {
	return `{clusters: [{name: c, cluster: {server: "` + url + `"}}], contexts: [{name: c, context: {cluster: c, user: u}}], current-context: c, users: [{name: u, user: {}}]}`
}

func podObject(name string) simulated.Object {
	return simulated.Object{
		"apiVersion": "v1", "kind": "Pod", "metadata": simulated.Object{"name": name, "namespace": "ns", "uid": name},
		"status": simulated.Object{"phase": "Running"},
	}
}

func podNames(store *mirror.Store) []string {
	var out []string
	for _, pod := range ask(store, view.Question{Topic: view.AboutInstances}).Instances {
		out = append(out, pod.DisplayName)
	}
	return out
}

// A cluster that goes away is shown as it was, with a word of it; when it is
// back, so is everything that has changed meanwhile.
func TestWatchOutlastsTheCluster(t *testing.T) {
	t.Parallel()
	cluster := simulated.New(simulated.Kinds, podObject("a"), podObject("b"))
	server := httptest.NewServer(cluster)
	address := server.Listener.Addr().String()
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: kubeconfigOf(server.URL)})
	w, _ := watchAll(t, p)
	until := func(what string, ok func(view.WatchState, *mirror.Store) bool) {
		t.Helper()
		testkube.Eventually(t, 60*time.Second, func() string {
			state := stateOf(w, "sim")
			store, there := w.Store("sim")
			if !there || !ok(state, store) {
				return fmt.Sprintf("not %s: %+v", what, state)
			}
			return ""
		})
	}
	until("live", func(s view.WatchState, store *mirror.Store) bool {
		return s.State == view.WatchLive && slices.Equal(podNames(store), []string{"a", "b"})
	})

	_ = server.Listener.Close() // what is open is closed next, and nothing opened anew
	server.CloseClientConnections()
	until("down", func(s view.WatchState, store *mirror.Store) bool {
		return s.State == view.WatchDown && strings.Contains(s.Error, "can't be reached") && slices.Equal(podNames(store), []string{"a", "b"})
	})

	cluster.Delete(podObject("a"))
	cluster.Put(podObject("c"))
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", address)
	if err != nil {
		t.Skipf("the address was taken meanwhile: %v", err)
	}
	back := &httptest.Server{Listener: listener, Config: &http.Server{Handler: cluster, ReadHeaderTimeout: time.Minute}}
	back.Start()
	t.Cleanup(func() { _ = back.Listener.Close(); back.CloseClientConnections() }) // watches are still open
	until("live again", func(s view.WatchState, store *mirror.Store) bool {
		return s.State == view.WatchLive && s.Error == "" && slices.Equal(podNames(store), []string{"b", "c"})
	})
}

// A watch that says nothing for too long is begun anew.
func TestWatchThatStalls(t *testing.T) {
	t.Parallel()
	cluster := simulated.New(simulated.Kinds, podObject("a"))
	// A wall lets nothing through of the first watch of pods but its beginning.
	var stalled atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/pods") && r.URL.Query().Get("watch") == "true" && stalled.CompareAndSwap(false, true) {
			rw.Header().Set("Content-Type", "application/json")
			_, _ = rw.Write([]byte(`{"type":"BOOKMARK","object":{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"1","annotations":{"k8s.io/initial-events-end":"true"}}}}` + "\n"))
			_ = http.NewResponseController(rw).Flush()
			<-r.Context().Done()
			return
		}
		cluster.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: kubeconfigOf(server.URL)})
	told := &changes{}
	w := NewWatcher(p, told.add)
	w.stalled = 200 * time.Millisecond
	run(t, w)
	testkube.Eventually(t, 60*time.Second, func() string {
		store, ok := w.Store("sim")
		if !ok || !slices.Equal(podNames(store), []string{"a"}) || !stalled.Load() {
			return "the pod does not show"
		}
		return ""
	})
}

// Giving up a cluster that doesn't answer holds up nobody: who shares accounts
// must go on telling the other processes that it lives.
func TestWatchThatIsGivenUpWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(asked) })
	api := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		once()
		<-release
	}))
	t.Cleanup(api.Close)
	p := testProvider(t, AccountConfig{Name: "silent", KubeconfigContents: kubeconfigOf(api.URL)})
	var mine atomic.Bool
	mine.Store(true)
	w := NewWatcher(p, nil)
	w.Share(func(string, bool) bool { return mine.Load() })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	<-asked
	mine.Store(false)
	w.Reassign() // would wait for the answer, and the test for its time limit
	if _, watched := w.Store("silent"); watched {
		t.Error("the account is still watched")
	}
	stop()
	close(release)
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
}
