package kubernetes

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// lab is a provider with an account "sim" of a cluster that only pretends, and
// answers as a test has it.
type lab struct {
	*Provider
	t       *testing.T
	cluster *simulated.Server

	mu sync.Mutex
	// answers are given in the place of the cluster's own, by method and the end of
	// the path: "PATCH configmaps/c".
	answers map[string][]answer
	asked   []string
}

// answer is a status and an object; a message alone is an error of that status.
type answer struct {
	status  int
	reason  string
	message string
	object  simulated.Object
}

// newLab starts a lab whose cluster has the objects, one YAML text each.
func newLab(t *testing.T, options Options, objects ...string) *lab {
	t.Helper()
	l := &lab{t: t, answers: map[string][]answer{}}
	kinds := append([]simulated.Kind{
		{Group: "autoscaling", Version: "v2", Kind: "HorizontalPodAutoscaler", Plural: "horizontalpodautoscalers", Namespaced: true},
		{Group: "apps", Version: "v1", Kind: "ControllerRevision", Plural: "controllerrevisions", Namespaced: true},
		{Group: "rbac.authorization.k8s.io", Version: "v1", Kind: "Role", Plural: "roles", Namespaced: true},
		{Group: "example.com", Version: "v1", Kind: "Gadget", Plural: "gadgets", Namespaced: true},
		{Version: "v1", Kind: "ServiceAccount", Plural: "serviceaccounts", Namespaced: true},
	}, simulated.Kinds...)
	l.cluster = simulated.New(kinds)
	for _, text := range objects {
		l.put(text)
	}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	if options.Now == nil {
		options.Now = func() time.Time { return time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC) }
	}
	p, err := New([]AccountConfig{{Name: "sim", KubeconfigContents: kubeconfigOf(server.URL)}}, options)
	require.NoError(t, err)
	l.Provider = p
	return l
}

// put adds an object; one without a namespace is in ns.
func (l *lab) put(text string) {
	l.t.Helper()
	o := object(l.t, text)
	md := o["metadata"].(map[string]any)
	if md["namespace"] == nil && o["kind"] != "Namespace" && o["kind"] != "CustomResourceDefinition" {
		md["namespace"] = "ns"
	}
	if md["uid"] == nil {
		md["uid"] = "uid-of-" + md["name"].(string)
	}
	l.cluster.Put(o)
}

// on has the cluster give answers to a request, one after another; after the last
// it answers by itself.
func (l *lab) on(request string, answers ...answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers[request] = answers
}

func (l *lab) requests() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.asked...)
}

func (l *lab) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given, ok := l.next(r)
	switch {
	case !ok && r.Method != http.MethodGet:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTeapot)
		_ = json.NewEncoder(w).Encode(simulated.Object{"kind": "Status", "message": "the test has no answer to this", "code": http.StatusTeapot})
	case !ok:
		l.cluster.ServeHTTP(w, r)
	default:
		w.Header().Set("Content-Type", "application/json")
		body := given.object
		if body == nil {
			body = simulated.Object{
				"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": given.reason, "message": given.message, "code": given.status,
			}
		}
		if given.status != 0 {
			w.WriteHeader(given.status)
		}
		_ = json.NewEncoder(w).Encode(body)
	}
}

func (l *lab) next(r *http.Request) (answer, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.Method != http.MethodGet {
		path := r.URL.Path
		if i := strings.Index(path, "/namespaces/ns/"); i >= 0 {
			path = path[i+len("/namespaces/ns/"):]
		}
		l.asked = append(l.asked, r.Method+" "+path)
	}
	for request, answers := range l.answers {
		method, path, _ := strings.Cut(request, " ")
		if method == r.Method && strings.HasSuffix(r.URL.Path, "/"+path) && len(answers) > 0 {
			l.answers[request] = answers[1:]
			return answers[0], true
		}
	}
	return answer{}, false
}

// plan plans a deployment of manifests, in one YAML text.
func (l *lab) plan(text string, change func(*manifest.DeployRequest)) (manifest.Plan, error) {
	l.t.Helper()
	manifests, err := manifest.Decode([]byte(text))
	require.NoError(l.t, err)
	request := manifest.DeployRequest{ID: "op", Account: "sim", Manifests: manifests, Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: "ns"}
	if change != nil {
		change(&request)
	}
	return l.PlanDeploy(l.t.Context(), request)
}

// names are the steps of a plan: what is done to what.
func names(plan manifest.Plan) []string {
	out := []string{}
	for _, step := range plan.Steps {
		out = append(out, string(step.Action)+" "+step.FullName)
	}
	return out
}
