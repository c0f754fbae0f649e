package crashtest

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gennaker/gennaker/internal/imagebakery/packertest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/testproxy"
)

// tours are what users do, all at the same time. Together they go through every
// stage type.
var tours = map[string]func(context.Context, *tour) error{
	"operate": operate, "jobs": jobs, "cancel": cancel, "traffic": traffic, "rollback": rollback, "release": release, "bake": bake, "images": bakeImages,
	"decide": decide, "children": children, "notify": notify, "records": records,
}

// notOnTour are the stage types that can't succeed here: nothing sends their
// notifications yet.
var notOnTour = []string{"jira", "pageApplicationOwner"}

// roundTakes is how long a round may take before what has not ended is stuck.
const roundTakes = 5 * time.Minute

// TestSoakEveryStageType has users go through every stage type, on a cluster,
// while processes are killed; on PostgreSQL also while connections break and the
// database fails over. Nothing is lost or stuck, all ends as it should, and what
// was done outside was done once, or is declared to be repeated.
func TestSoakEveryStageType(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	defineRoutes(t, cluster)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		url := "sqlite:" + filepath.Join(t.TempDir(), "test.db")
		s := newSoak(t, cluster)
		s.servers = []*process{s.server(url)}
		s.trouble = func(*rand.Rand) { s.restartOne(s.servers[0], 10) }
		s.stored = func() []*model.Execution {
			s.servers[0].kill() // it has the database for itself
			defer s.servers[0].start()
			return everything(t, url)
		}
		s.run()
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		s := newSoak(t, cluster)
		database := testpostgres.NewServer(t)
		socket, through := testpostgres.Socket(t, database.URL())
		var proxies []*testproxy.Proxy
		for range 2 {
			proxy := testproxy.New(t, "unix", socket)
			proxies = append(proxies, proxy)
			s.servers = append(s.servers, s.server(through(proxy.Address().String())))
		}
		s.trouble = func(random *rand.Rand) {
			switch random.IntN(5) {
			case 0:
				kill := random.IntN(2) == 0
				database.Restart(t, kill)
				s.did["database restarts"]++
			case 1, 2:
				proxies[random.IntN(len(proxies))].Disturb(random, 0.5)
				s.did["connections disturbed"]++
			default:
				s.restartOne(s.servers[random.IntN(len(s.servers))], 3)
			}
		}
		s.stored = func() []*model.Execution { return everything(t, database.URL()) }
		s.run()
	})
}

// soak is a test's servers and what happens to them.
type soak struct {
	estate
	config  string // of the servers
	trouble func(*rand.Rand)
	stored  func() []*model.Execution
	did     map[string]int
	seen    map[string]bool // stage types
	began   int64           // when the round began
	kills   patience
}

func newSoak(t *testing.T, cluster *testkube.Cluster) *soak {
	t.Helper()
	s := &soak{
		estate: estate{t: t, cluster: cluster, receiver: newReceiver(t)},
		config: filepath.Join(t.TempDir(), "gennaker.yaml"), did: map[string]int{}, seen: map[string]bool{},
	}
	no := false
	data, err := model.Marshal(map[string]any{
		"kubernetes": map[string]any{"accounts": []any{map[string]any{"name": account, "kubeconfigFile": cluster.Kubeconfig}}},
		"script":     map[string]any{"account": account, "allowPlacement": true},
		"job": map[string]any{"preconfigured": map[string]any{"kubernetes": []any{map[string]any{
			"type": "sweep", "label": "Sweep", "account": account,
			"parameters": []any{
				map[string]any{"name": "tour", "mapping": "manifest.metadata.labels.tour"},
				map[string]any{"name": "namespace", "mapping": "manifest.metadata.namespace"},
			},
			"manifest": map[string]any{
				"apiVersion": "batch/v1", "kind": "Job",
				"metadata": map[string]any{"generateName": "sweep-", "namespace": "default", "labels": map[string]any{"tour": "", "job": "sweep"}},
				"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
					"restartPolicy": "Never", "containers": []any{map[string]any{"name": "sweep", "image": "sweep"}},
				}}},
			},
		}}}},
		"webhook": map[string]any{"preconfigured": []any{map[string]any{
			"type": "ping", "label": "Ping", "url": s.receiver.URL, "method": "POST", "payload": "{}", "waitForCompletion": &no,
		}}},
		"packer": map[string]any{"path": packertest.Fake(t)},
		"aws": map[string]any{"bakeryDefaults": map[string]any{"baseImages": []any{map[string]any{
			"baseImage": map[string]any{"id": "bookworm", "packageType": "deb"},
			"virtualizationSettings": []any{
				map[string]any{"region": "us-east-1", "virtualizationType": "hvm", "instanceType": "t3.micro", "sourceAmi": "ami-0123456789"},
				map[string]any{"region": "eu-west-1", "virtualizationType": "hvm", "instanceType": "t3.micro", "sourceAmi": "ami-0123456789"},
			},
		}}}},
		"monitored-deploy": map[string]any{"enabled": true, "deploymentMonitors": []any{map[string]any{"id": "monitor", "name": "Monitor", "baseUrl": s.receiver.URL}}},
		"tasks":            map[string]any{"evaluate-condition": map[string]any{"enabled": true, "backoffWaitMs": 0, "clusters": []any{"held"}, "activeConditions": []any{"freeze"}}},
	})
	if err == nil {
		err = os.WriteFile(s.config, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *soak) server(database string) *process {
	s.t.Helper()
	return newProcess(s.t, database, "--config", s.config)
}

func (s *soak) restartOne(p *process, most int) {
	if s.kills.most = most; !s.kills.mayKill() {
		return
	}
	p.kill()
	p.start()
	s.did["processes killed"]++
}

// run makes one round, or as many as GENNAKER_SOAK says.
func (s *soak) run() {
	random, sc := seed(s.t), newScale(s.t, 4)
	each, most := 1, sc.kills
	if !sc.until.IsZero() {
		each, most = 3, 10
	}
	save(s.t, s.servers[0], s.receiver.nested())
	for ; ; s.round++ {
		s.oneRound(random, each, most)
		if s.t.Failed() || !time.Now().Before(sc.until) {
			break
		}
	}
	s.checkTypes()
	s.t.Logf("%d rounds of %d tours: %v", s.round+1, each*len(tours), s.did)
}

// oneRound has users go on their tours in a namespace of its own, in which most
// troubles happen, and checks the outcome.
func (s *soak) oneRound(random *rand.Rand, each, most int) {
	ctx, stop := context.WithTimeout(s.t.Context(), roundTakes)
	defer stop()
	s.newNamespace()
	var (
		group sync.WaitGroup
		users []*tour
	)
	for kind, walk := range tours {
		for i := range each {
			user := &tour{estate: &s.estate, name: fmt.Sprintf("%s-%d-%d", kind, s.round, i), spans: map[string]span{}}
			users = append(users, user)
			group.Go(func() {
				if err := walk(ctx, user); err != nil {
					s.t.Errorf("%s: %v", user.name, err)
				}
			})
		}
	}
	ended := make(chan struct{})
	go func() { group.Wait(); close(ended) }()
	for range most {
		select {
		case <-ended:
		case <-time.After(time.Duration(200+random.IntN(2800)) * time.Millisecond):
			s.trouble(random)
			continue
		}
		break
	}
	<-ended
	s.checkRound(users)
}

func (s *soak) checkRound(users []*tour) {
	executions := s.stored()
	stored, spans := map[string]*model.Execution{}, map[string]span{}
	for _, e := range executions {
		stored[e.ID] = e
		for _, st := range e.Stages {
			s.seen[st.Type] = true
		}
	}
	s.did["executions"] = len(executions)
	for _, user := range users {
		if err := user.check(stored); err != nil {
			s.t.Error(err)
		}
		maps.Copy(spans, user.spans)
	}
	ran := slices.DeleteFunc(executions, func(e *model.Execution) bool { return e.StartTime < s.began })
	_, repeated := s.receiver.checkRequests(s.t, ran, spans)
	s.did["requests repeated knowingly"] += repeated
	s.receiver.forget()
	if err := s.cluster.Client.CoreV1().Namespaces().Delete(s.t.Context(), s.namespace, metav1.DeleteOptions{}); err != nil {
		s.t.Error(err)
	}
}

// newNamespace makes the round's namespace.
func (s *soak) newNamespace() {
	s.began, s.kills = model.Millis(time.Now()), patience{}
	made, err := s.cluster.Client.CoreV1().Namespaces().Create(s.t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "crashtest-"}}, metav1.CreateOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.namespace = made.Name
}

// checkTypes checks that the tours went through every stage type.
func (s *soak) checkTypes() {
	status, body, err := s.ask(s.t.Context(), http.MethodGet, "/stages/schemas", nil)
	var types []struct{ Name, Unavailable string }
	if err == nil {
		err = model.Unmarshal(body, &types)
	}
	if err != nil || status != http.StatusOK || len(types) == 0 {
		s.t.Fatalf("the list of stage types is answered with %d: %v", status, err)
	}
	for _, kind := range types {
		if kind.Unavailable == "" && !s.seen[kind.Name] && !slices.Contains(notOnTour, kind.Name) {
			s.t.Errorf("no tour has a stage of type %s", kind.Name)
		}
	}
}

// defineRoutes adds the kind HTTPRoute to the cluster.
func defineRoutes(t *testing.T, cluster *testkube.Cluster) {
	t.Helper()
	list, err := manifest.Decode([]byte(`
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: httproutes.gateway.networking.k8s.io
  annotations: {api-approved.kubernetes.io: "https://github.com/kubernetes-sigs/gateway-api/pull/3328"}
spec:
  group: gateway.networking.k8s.io
  names: {kind: HTTPRoute, plural: httproutes, singular: httproute}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = cluster.Dynamic.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}).
		Create(t.Context(), &unstructured.Unstructured{Object: list[0]}, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}
