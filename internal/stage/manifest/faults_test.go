package manifest_test

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	hooksv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// front stands before the API server and can fail in its place.
type front struct {
	*httptest.Server
	// fail, where it answers true, has dealt with a request itself.
	fail atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
}

// behind gives the test's account by way of a front.
func (k *kube) behind(more ...func(*kubernetes.AccountConfig)) *front {
	k.t.Helper()
	config, err := clientcmd.BuildConfigFromFlags("", k.Kubeconfig)
	if err != nil {
		k.t.Fatal(err)
	}
	target, err := url.Parse(config.Host)
	if err != nil {
		k.t.Fatal(err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		k.t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Transport:    transport,
		Rewrite:      func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	}
	f := &front{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fail := f.fail.Load(); fail != nil && (*fail)(w, r) {
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	k.t.Cleanup(f.Close)
	account := kubernetes.AccountConfig{Name: account, KubeconfigContents: strings.Replace(downKubeconfig, "https://127.0.0.1:1", f.URL, 1)}
	for _, change := range more {
		change(&account)
	}
	if k.provider, err = kubernetes.New([]kubernetes.AccountConfig{account}, kubernetes.Options{}); err != nil {
		k.t.Fatal(err)
	}
	return f
}

func (f *front) failing(fail func(http.ResponseWriter, *http.Request) bool) { f.fail.Store(&fail) }

// applies tells whether a request changes the test's objects.
func applies(r *http.Request) bool { return r.Method == http.MethodPatch }

// hangUp ends a connection without an answer, as a server does that dies.
func hangUp(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err == nil {
		_ = conn.Close()
	}
}

func configMaps(k *kube, count int) []any {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, "---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: c%d, annotations: {strategy.spinnaker.io/versioned: \"false\"}}, data: {n: \"%d\"}}\n", i, i)
	}
	return k.yaml(text.String())
}

func (k *kube) countConfigMaps() int {
	k.t.Helper()
	list, err := k.Client.CoreV1().ConfigMaps(k.namespace).List(context.Background(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=spinnaker"})
	if err != nil {
		k.t.Fatal(err)
	}
	return len(list.Items)
}

// An API server that dies while a deployment goes on fails no stage if it
// comes back; and meanwhile the stage tells what it waits for.
func TestServerDiesMidDeploy(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	front := k.behind()
	var (
		patches   atomic.Int32
		backAfter atomic.Pointer[time.Time]
	)
	front.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if applies(r) && patches.Add(1) == 20 {
			back := time.Now().Add(3 * time.Second)
			backAfter.Store(&back)
		}
		back := backAfter.Load()
		if back == nil || time.Now().After(*back) {
			return false
		}
		hangUp(w)
		return true
	})
	k.options.RetryFor = time.Millisecond // which counts only before the first change
	r := k.start("deployManifest", k.deployment(configMaps(k, 40)))
	told := false
	r.looked = func(task string, s *model.Stage) {
		told = told || task == "monitorDeploy" && strings.Contains(strings.Join(model.Strings(s.Context, "messages"), ""), "the cluster can't be reached")
	}
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if got := created(r.stage); len(got) != 40 || k.countConfigMaps() != 40 {
		t.Errorf("%d were made, %d are there, want 40", len(got), k.countConfigMaps())
	}
	if !told {
		t.Error("the outage was never told")
	}
}

func TestServerStaysAway(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	front := k.behind()
	var patches atomic.Int32
	front.failing(func(w http.ResponseWriter, r *http.Request) bool {
		if !applies(r) || patches.Add(1) < 10 {
			return false
		}
		hangUp(w)
		return true
	})
	k.options.OutageFor = 500 * time.Millisecond
	stagetest.WantFailure(t, k.deploy(configMaps(k, 20)), "the cluster can't be reached", "account "+account)
	front.failing(func(http.ResponseWriter, *http.Request) bool { return false })
	stagetest.WantStatus(t, k.deploy(configMaps(k, 20)), model.Succeeded)
}

// A server that is busy, slow or broken for a while is asked again.
func TestServerInTrouble(t *testing.T) {
	t.Parallel()
	status := func(code int, retryAfter string) func(http.ResponseWriter, *http.Request) {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if retryAfter != "" {
				w.Header().Set("Retry-After", retryAfter)
			}
			w.WriteHeader(code)
			reason := map[int]metav1.StatusReason{429: metav1.StatusReasonTooManyRequests, 500: metav1.StatusReasonInternalError, 503: metav1.StatusReasonServiceUnavailable, 504: metav1.StatusReasonTimeout}[code]
			_ = json.NewEncoder(w).Encode(metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: int32(code), Reason: reason, Message: "trouble"})
		}
	}
	for name, trouble := range map[string]func(http.ResponseWriter, *http.Request){
		"429 with a time":    status(http.StatusTooManyRequests, "1"),
		"429 without a time": status(http.StatusTooManyRequests, ""),
		"500":                status(http.StatusInternalServerError, ""),
		"503":                status(http.StatusServiceUnavailable, ""),
		"504":                status(http.StatusGatewayTimeout, ""),
		"no answer": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the client has gone
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKube(t)
			k.options.RetryFor = 20 * time.Second
			front := k.behind(func(c *kubernetes.AccountConfig) { c.RequestTimeoutSeconds = 1 })
			var requests atomic.Int32
			front.failing(func(w http.ResponseWriter, r *http.Request) bool {
				// Discovery is the first to fail, then a list, then an apply.
				switch requests.Add(1) {
				case 1, 6, 9:
					trouble(w, r)
					return true
				}
				return false
			})
			stagetest.WantStatus(t, k.deploy(configMaps(k, 10)), model.Succeeded)
			if requests.Load() < 10 || k.countConfigMaps() != 10 {
				t.Errorf("%d requests, %d are there", requests.Load(), k.countConfigMaps())
			}
		})
	}
}

// hook installs a validating webhook for the test's namespace.
func (k *kube) hook(name string, client hooksv1.WebhookClientConfig) {
	k.t.Helper()
	fail, none, seconds := hooksv1.Fail, hooksv1.SideEffectClassNone, int32(2)
	config := &hooksv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: k.namespace},
		Webhooks: []hooksv1.ValidatingWebhook{{
			Name: name, ClientConfig: client, FailurePolicy: &fail, SideEffects: &none, TimeoutSeconds: &seconds,
			AdmissionReviewVersions: []string{"v1"},
			NamespaceSelector:       &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": k.namespace}},
			Rules: []hooksv1.RuleWithOperations{{
				Operations: []hooksv1.OperationType{hooksv1.Create, hooksv1.Update},
				Rule:       hooksv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"services"}},
			}},
		}},
	}
	hooks := k.Client.AdmissionregistrationV1().ValidatingWebhookConfigurations()
	if _, err := hooks.Create(context.Background(), config, metav1.CreateOptions{}); err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { _ = hooks.Delete(context.Background(), k.namespace, metav1.DeleteOptions{}) })
}

func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	var code atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		_ = json.NewDecoder(r.Body).Decode(&review)
		review.Response = &admissionv1.AdmissionResponse{
			UID: review.Request.UID, Result: &metav1.Status{Message: "services need an owner label", Code: code.Load()},
		}
		review.Request = nil
		_ = json.NewEncoder(w).Encode(review)
	}))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	address := server.URL
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	k.hook("owners.example.com", hooksv1.WebhookClientConfig{URL: &address, CABundle: authority})
	refused := func() string {
		s := k.deploy(k.yaml(service, "NAME", "web"))
		return strings.Join(s.Failures(), "\n")
	}
	// It takes a moment until the API server knows of it.
	deadline := time.Now().Add(2 * time.Minute)
	for refused() == "" && time.Now().Before(deadline) {
		<-time.After(100 * time.Millisecond)
	}
	for _, status := range []int32{0, 400, 422} {
		code.Store(status)
		stagetest.WantFailure(t, k.deploy(k.yaml(service, "NAME", "web")), `can't apply service "web"`, "an admission rule of the cluster rejected it",
			`webhook "owners.example.com"`, "services need an owner label")
	}
	s, p := k.plan(k.yaml(service, "NAME", "web"))
	stagetest.WantFailure(t, s, "owners.example.com")
	if p.Summary["errors"] != 1 {
		t.Errorf("the plan is %s", p.Text)
	}
}

func TestWebhookDown(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	k.options.OutageFor = time.Second
	nowhere := "https://127.0.0.1:1/"
	k.hook("gone.example.com", hooksv1.WebhookClientConfig{URL: &nowhere})
	deadline := time.Now().Add(2 * time.Minute)
	for {
		s := k.deploy(k.yaml(service, "NAME", "web"))
		if s.Status == model.Terminal || time.Now().After(deadline) {
			stagetest.WantFailure(t, s, "an admission webhook of the cluster fails", "gone.example.com", "failurePolicy")
			return
		}
	}
}

func TestImmutableFields(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	job := `
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {strategy.spinnaker.io/recreate: "RECREATE"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: IMAGE}]}}}
`
	set := `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, annotations: {strategy.spinnaker.io/recreate: "RECREATE"}}
spec: {serviceName: IMAGE, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db}]}}}
`
	for name, text := range map[string]string{"job": job, "statefulSet": set} {
		stagetest.WantStatus(t, k.deploy(k.yaml(text, "RECREATE", "false", "IMAGE", "one")), model.Succeeded)
		stagetest.WantFailure(t, k.deploy(k.yaml(text, "RECREATE", "false", "IMAGE", "two")), name, `the annotation strategy.spinnaker.io/recreate: "true" has the object deleted and made anew`)
		stagetest.WantStatus(t, k.deploy(k.yaml(text, "RECREATE", "true", "IMAGE", "two")), model.Succeeded)
	}
}

func TestTerminatingNamespace(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	ctx := context.Background()
	// A finalizer keeps the namespace from going at once.
	stuck := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "stuck", Finalizers: []string{"example.com/stuck"}}}
	space := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "going-"}}
	space, err := k.Client.CoreV1().Namespaces().Create(ctx, space, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	maps := k.Client.CoreV1().ConfigMaps(space.Name)
	if _, err := maps.Create(ctx, stuck, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = maps.Patch(ctx, "stuck", "application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`), metav1.PatchOptions{})
	})
	if err := k.Client.CoreV1().Namespaces().Delete(ctx, space.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	r := k.start("deployManifest", k.deployment(k.file("settings.yaml"), map[string]any{"namespaceOverride": space.Name}))
	r.finish()
	stagetest.WantFailure(t, r.stage, "the namespace is being deleted", space.Name, "choose another")
	if r.runs > 3 {
		t.Errorf("it was tried again: tasks were run %d times", r.runs)
	}
}

func TestLargeObjects(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	large := func(size int) []any {
		return []any{map[string]any{
			"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "large"}, "data": map[string]any{"text": strings.Repeat("x", size)},
		}}
	}
	stagetest.WantStatus(t, k.deploy(large(1<<20-100)), model.Succeeded)
	stagetest.WantFailure(t, k.deploy(large(1<<20+100)), `configMap "large-v001"`, "1048576")
	stagetest.WantFailure(t, k.deploy(large(4<<20)), `configMap "large-v001"`, "too large for the cluster")
}

func TestQuotaOfObjects(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	_, err := k.Client.CoreV1().ResourceQuotas(k.namespace).Create(context.Background(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "few"}, Spec: corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"services": quantity.MustParse("0")}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	deadline := patience(t)
	// Until the quota is counted, the API server says that it doesn't know its state.
	stagetest.WantFailure(t, k.deploy(k.yaml(service, "NAME", "web")), `service "web"`, "few")
	for {
		s := k.deploy(k.yaml(service, "NAME", "web"))
		text := strings.Join(s.Failures(), "\n")
		if strings.Contains(text, "exceeded quota: few") && strings.Contains(text, "have the ResourceQuota raised") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the failure is %s", text)
		}
	}
}

func TestTwoThousandObjects(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	list := map[string]any{"apiVersion": "v1", "kind": "List", "items": configMaps(k, 2000)}
	began := time.Now()
	s := k.deploy([]any{list})
	stagetest.WantStatus(t, s, model.Succeeded)
	t.Logf("it took %s", time.Since(began))
	if got := k.countConfigMaps(); got != 2000 {
		t.Errorf("%d are there", got)
	}
	if names := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(names) != 2000 || names[1999] != "configMap c1999" {
		t.Errorf("the outputs name %d", len(names))
	}
}
