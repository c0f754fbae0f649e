package hub_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/agent"
	"github.com/gennaker/gennaker/internal/agent/hub"
	provider "github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(withCluster{m}) }

type withCluster struct{ tests *testing.M }

func (w withCluster) Run() int { return testkube.Main(w.tests) }

const patience = 2 * time.Minute

// process is a server process with a hub; its accounts with agents are "edge"
// and "other", and "direct" is one without.
type process struct {
	*hub.Hub
	t       *testing.T
	server  *httptest.Server
	cut     func() // cuts the agents off
	closing chan struct{}
	stop    context.CancelFunc
}

func newProcess(t *testing.T, id string, st *store.Store) *process {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewUnstartedServer(mux)
	cut := &cuttable{Listener: server.Listener}
	server.Listener = cut
	server.StartTLS()
	p := &process{t: t, server: server, cut: cut.cut, closing: make(chan struct{})}
	// The processes know each other by an address without TLS.
	inside := httptest.NewServer(mux)
	p.Hub = hub.New(hub.Options{
		Store: st, ProcessID: id, Address: func() string { return inside.URL }, Secret: "among us", Closing: p.closing,
		Beat: 50 * time.Millisecond, Logger: testlog.New(t, slog.LevelInfo),
		IsAgent: func(account string) (exists, served bool) {
			return account != "none", account == "edge" || account == "other"
		},
	})
	p.Register(mux)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	p.stop = stop
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, p.Close(ctx)); err != nil {
			t.Errorf("the hub ends: %v", err)
		}
		inside.Close()
		p.server.Close()
	})
	return p
}

// cuttable remembers the connections that come.
type cuttable struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (c *cuttable) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil {
		c.conns = append(c.conns, conn)
	}
	return conn, err
}

func (c *cuttable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
	c.conns = nil
}

func (p *process) token(account string) *hub.Token {
	p.t.Helper()
	token, err := p.NewToken(p.t.Context(), account, "ann")
	if err != nil {
		p.t.Fatal(err)
	}
	return token
}

// runAgent runs an agent until the test ends; what it logs is given to heard.
func (p *process) runAgent(account string, token func() (string, error), handler http.Handler, heard io.Writer) {
	p.t.Helper()
	runAgent(p.t, p.server, account, token, handler, heard)
}

func runAgent(t *testing.T, server *httptest.Server, account string, token func() (string, error), handler http.Handler, heard io.Writer) {
	t.Helper()
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	if heard == nil {
		heard = t.Output()
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() {
		done <- agent.Run(ctx, agent.Options{
			Server: at, Account: account, Token: token, Handler: handler, Version: "1.2.3",
			TLS: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}, Logger: slog.New(slog.NewTextHandler(heard, nil)),
			MinPause: 5 * time.Millisecond, MaxPause: 50 * time.Millisecond,
		})
	}()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the agent ends: %v", err)
		}
	})
}

func fixed(token string) func() (string, error) { return func() (string, error) { return token, nil } }

// ask makes a request through the agent of an account.
func (p *process) ask(account, path string) (string, error) {
	client := &http.Client{Timeout: patience, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext:       func(ctx context.Context, _, _ string) (net.Conn, error) { return p.Dial(ctx, account) },
	}}
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://cluster"+path, http.NoBody)
	if err != nil {
		return "", err
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

func (p *process) until(account, want string) {
	p.t.Helper()
	testkube.Eventually(p.t, patience, func() string {
		if got, err := p.ask(account, "/"); got != want {
			return fmt.Sprintf("the agent says %q, %v; want %q", got, err, want)
		}
		return ""
	})
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

func TestAgentsConnect(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		p := newProcess(t, "one", st)
		_, err := p.Dial(t.Context(), "edge")
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "the agent of account edge is not connected (it never was: install it") {
			t.Errorf("before it was there: %v", err)
		}
		p.runAgent("edge", fixed(p.token("edge").Token+"\n"), says("edge"), nil)
		p.runAgent("other", fixed(p.token("other").Token), says("other"), nil)
		p.until("edge", "edge")
		p.until("other", "other")
		testkube.Eventually(t, patience, func() string { // it is noted a moment after the agent can be used
			status, err := p.Status(t.Context(), "edge")
			if err != nil || !status.Connected || len(status.Connections) != 1 || status.Connections[0].Version != "1.2.3" || len(status.Tokens) != 1 ||
				status.Tokens[0].Token != "" || status.Tokens[0].UsedAt == 0 {
				return fmt.Sprintf("the status is %+v, %v", status, err)
			}
			return ""
		})
		for account, kind := range map[string]fault.Kind{"none": fault.NotFound, "direct": fault.Conflict} {
			if _, err := p.NewToken(t.Context(), account, "ann"); fault.KindOf(err) != kind {
				t.Errorf("a token of %s: %v", account, err)
			}
			if _, err := p.Status(t.Context(), account); fault.KindOf(err) != kind {
				t.Errorf("the status of %s: %v", account, err)
			}
		}
	})
}

// heard waits for something to be logged.
type heard struct{ lines chan string }

func (h heard) Write(p []byte) (int, error) {
	select {
	case h.lines <- string(p):
	default:
	}
	return len(p), nil
}

func TestAgentsAreRefused(t *testing.T) {
	t.Parallel()
	p := newProcess(t, "one", storetest.SQLite(t))
	for name, test := range map[string]struct{ account, token, want string }{
		"wrong token":   {"edge", "gka_guessed", "401"},
		"no token":      {"edge", "", "401"},
		"another's":     {"edge", p.token("other").Token, "the token is for the agent of account other, not edge"},
		"unknown place": {"a/../b", p.token("other").Token, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := heard{make(chan string, 100)}
			runAgent(t, p.server, test.account, fixed(test.token), says("x"), h)
			select {
			case line := <-h.lines:
				if !strings.Contains(line, test.want) || !strings.Contains(line, "can't connect") {
					t.Errorf("the agent logs %q, want %q", line, test.want)
				}
			case <-time.After(patience):
				t.Error("the agent says nothing")
			}
			if _, err := p.ask("edge", "/"); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("it is taken for connected: %v", err)
			}
		})
	}
	// Nobody else may use a tunnel.
	for _, secret := range []string{"", "guess"} {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.server.URL+"/agents/edge/relay", http.NoBody)
		request.Header.Set("Authorization", "Bearer "+secret)
		answer, err := p.server.Client().Do(request)
		if err != nil || answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("with the secret %q: %v, %v", secret, answer, err)
		}
	}
}

// A token that is revoked ends the connection, and one that replaces it in the
// agent's file is used at the next.
func TestTokensAreChanged(t *testing.T) {
	t.Parallel()
	p := newProcess(t, "one", storetest.SQLite(t))
	first := p.token("edge")
	var current atomic.Pointer[string]
	current.Store(&first.Token)
	p.runAgent("edge", func() (string, error) { return *current.Load(), nil }, says("edge"), nil)
	p.until("edge", "edge")
	if err := p.RevokeToken(t.Context(), "edge", first.ID, "ann"); err != nil {
		t.Fatal(err)
	}
	testkube.Eventually(t, patience, func() string {
		_, err := p.ask("edge", "/")
		if fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "last seen 20") {
			return fmt.Sprintf("after its token was revoked: %v", err)
		}
		return ""
	})
	if err := p.RevokeToken(t.Context(), "edge", first.ID, "ann"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("revoked twice: %v", err)
	}
	second := p.token("edge")
	current.Store(&second.Token)
	p.until("edge", "edge")
}

// An agent is connected to one process, and all of them reach its cluster. When
// that process stops, the agent goes to another one before the old connection
// ends.
func TestProcessesShareAnAgent(t *testing.T) {
	t.Parallel()
	dsn := testpostgres.New(t)
	one := newProcess(t, "one", storetest.Open(t, dsn, store.Options{}))
	two := newProcess(t, "two", storetest.Open(t, dsn, store.Options{}))
	// The balancer sends everybody to one process.
	var at atomic.Pointer[http.Handler]
	at.Store(&one.server.Config.Handler)
	balancer := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*at.Load()).ServeHTTP(w, r) }))
	defer balancer.Close()
	hold, asked := make(chan struct{}), make(chan struct{})
	runAgent(t, balancer, "edge", fixed(one.token("edge").Token), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			close(asked)
			<-hold
		}
		_, _ = io.WriteString(w, "edge")
	}), nil)
	one.until("edge", "edge")
	two.until("edge", "edge")

	slow := make(chan error, 1)
	go func() {
		_, err := one.ask("edge", "/slow")
		slow <- err
	}()
	<-asked
	at.Store(&two.server.Config.Handler)
	close(one.closing)
	testkube.Eventually(t, patience, func() string {
		status, err := two.Status(t.Context(), "edge")
		for _, c := range status.Connections {
			if c.Process == "two" && c.Open {
				return ""
			}
		}
		return fmt.Sprintf("the agent does not move: %+v, %v", status, err)
	})
	close(hold)
	if err := <-slow; err != nil {
		t.Errorf("what was at hand: %v", err)
	}
	if err := one.Close(t.Context()); err != nil {
		t.Error(err)
	}
	two.until("edge", "edge")
	one.until("edge", "edge")
}

// TestClusterByItsAgent works with a real cluster through an agent: it deploys,
// watches, follows a log, and goes on after the connection was cut.
func TestClusterByItsAgent(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	p := newProcess(t, "one", storetest.SQLite(t))
	own, err := clientcmd.BuildConfigFromFlags("", cluster.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := agent.NewProxy(own, agent.Limits{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	edge := provider.AccountConfig{Name: "edge", Agent: true}
	clouds, err := provider.New([]provider.AccountConfig{edge}, provider.Options{DialAgent: p.Dial})
	if err != nil {
		t.Fatal(err)
	}
	report, err := clouds.CheckConfig(t.Context(), edge)
	if err != nil || report.OK || !strings.Contains(report.Steps[1].Detail, "the agent of account edge is not connected") {
		t.Errorf("without the agent: %+v, %v", report, err)
	}
	p.runAgent("edge", fixed(p.token("edge").Token), proxy, nil)
	testkube.Eventually(t, patience, func() string {
		if report, err = clouds.CheckConfig(t.Context(), edge); err != nil || !report.OK {
			return fmt.Sprintf("the report is %+v, %v", report, err)
		}
		return ""
	})

	client := through(t, p)
	watching, err := client.CoreV1().ConfigMaps(namespace).Watch(t.Context(), metav1.ListOptions{FieldSelector: "metadata.name=settings"})
	if err != nil {
		t.Fatal(err)
	}
	defer watching.Stop()
	deploy(t, clouds, namespace, `{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, annotations: {strategy.spinnaker.io/versioned: "false"}}, data: {a: b}}`)
	select {
	case event := <-watching.ResultChan():
		if made, ok := event.Object.(*corev1.ConfigMap); !ok || made.Data["a"] != "b" {
			t.Errorf("the watch says %+v", event)
		}
	case <-time.After(patience):
		t.Error("the watch says nothing")
	}
	deploy(t, clouds, namespace, `{apiVersion: v1, kind: Pod, metadata: {name: talker, annotations: {
			strategy.spinnaker.io/versioned: "false", sandbox.gennaker.io/logs: "hello from inside\n"}},
		spec: {containers: [{name: main, image: busybox}]}}`)
	var following io.ReadCloser
	testkube.Eventually(t, patience, func() string {
		following, err = client.CoreV1().Pods(namespace).GetLogs("talker", &corev1.PodLogOptions{Follow: true}).Stream(t.Context())
		if err != nil {
			return err.Error()
		}
		line := make([]byte, len("hello from inside"))
		if _, err := io.ReadFull(following, line); err != nil || string(line) != "hello from inside" { // it may not have begun
			_ = following.Close()
			return fmt.Sprintf("the log says %q, %v", line, err)
		}
		return ""
	})
	defer following.Close()

	// Cut the connection: what is at hand ends, and it is made anew.
	p.cut()
	if text, err := io.ReadAll(following); err == nil && len(text) > 1 {
		t.Errorf("the log goes on with %q", text)
	}
	testkube.Eventually(t, patience, func() string {
		if _, err := client.CoreV1().ConfigMaps(namespace).Get(t.Context(), "settings", metav1.GetOptions{}); err != nil {
			return err.Error()
		}
		return ""
	})
}

// through is a client of the cluster of the account edge, by its agent.
func through(t *testing.T, p *process) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(&rest.Config{
		Host: "http://cluster", Dial: func(ctx context.Context, _, _ string) (net.Conn, error) { return p.Dial(ctx, "edge") },
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func deploy(t *testing.T, clouds *provider.Provider, namespace, text string) {
	t.Helper()
	manifests, err := manifest.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	plan, err := clouds.PlanDeploy(t.Context(), manifest.DeployRequest{
		ID: "op", Account: "edge", Manifests: manifests, Moniker: manifest.Moniker{App: "shop"}, NamespaceOverride: namespace,
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range plan.Steps {
		testkube.Eventually(t, patience, func() string {
			result, err := clouds.Execute(t.Context(), "edge", step)
			if err != nil {
				t.Fatal(err)
			}
			if result.Wait {
				return result.Message
			}
			return ""
		})
	}
}
