package kubernetes

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	corev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	defaultTimeout = 30 * time.Second
	defaultQPS     = 100
	defaultBurst   = 300
)

// account is a cluster and what may be done with it. It connects when it is
// first used, and anew after its credentials were refused or its kubeconfig has
// changed.
type account struct {
	config  AccountConfig
	options Options
	// namespaces and kinds are those of the cluster, as far as they are known.
	namespaces lastKnown[[]string]
	kinds      lastKnown[[]kind]

	mu   sync.Mutex
	conn *connection
	read contents // the kubeconfig that conn was made from
}

func newAccount(config AccountConfig, options Options) *account {
	return &account{config: config, options: options}
}

// connection holds the clients of one cluster.
type connection struct {
	host      string
	http      *http.Client
	dynamic   dynamic.Interface
	core      corev1.CoreV1Interface
	resources *resources
	schemas   *schemas
	// watching, metadata and logs have no limit on how long an answer goes on
	// but the context's.
	watching dynamic.Interface
	metadata metadata.Interface
	logs     corev1.CoreV1Interface
}

// connect returns the clients. It does not ask the cluster anything.
func (a *account) connect() (*connection, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn != nil && !a.outdated() {
		return a.conn, nil
	}
	read := contents{}
	if file := a.config.kubeconfig(); file != "" {
		read, _ = contentsOf(file, contents{}) // before it is used: a change in between is seen next time
	}
	conn, err := a.dial()
	if err != nil && a.conn != nil {
		a.read = read
		return a.conn, nil // a kubeconfig that is only half written takes nothing away
	}
	if err != nil {
		// The client's library repeats addresses that are none.
		return nil, fault.New(fault.Unavailable, "account %s: its credentials can't be used: %s", a.config.Name, fault.WithoutUserinfo(err.Error()))
	}
	if a.conn != nil {
		a.conn.http.CloseIdleConnections()
	}
	a.conn, a.read = conn, read
	return conn, nil
}

func (a *account) dial() (*connection, error) {
	config, err := a.restConfig()
	if err != nil {
		return nil, err
	}
	return newConnection(config)
}

// forget drops the clients, so that credentials are read anew. Requests at
// hand end as they would have.
func (a *account) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.conn != nil {
		a.conn.http.CloseIdleConnections()
	}
	a.conn = nil
}

func newConnection(config *rest.Config) (*connection, error) {
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("make an HTTP client: %w", err)
	}
	client.CheckRedirect = stayHome
	dyn, err := dynamic.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	disco, err := discovery.NewDiscoveryClientForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("make a discovery client: %w", err)
	}
	core, err := corev1.NewForConfigAndClient(config, client)
	if err != nil {
		return nil, fmt.Errorf("make a core client: %w", err)
	}
	endless := &http.Client{Transport: client.Transport, CheckRedirect: client.CheckRedirect}
	watching, err := dynamic.NewForConfigAndClient(config, endless)
	if err != nil {
		return nil, fmt.Errorf("make a client for watches: %w", err)
	}
	names, err := metadata.NewForConfigAndClient(metadata.ConfigFor(config), endless)
	if err != nil {
		return nil, fmt.Errorf("make a client for metadata: %w", err)
	}
	logs, err := corev1.NewForConfigAndClient(config, endless)
	if err != nil {
		return nil, fmt.Errorf("make a client for logs: %w", err)
	}
	return &connection{
		host: config.Host, http: client, dynamic: dyn, core: core, resources: newResources(disco), schemas: newSchemas(disco.OpenAPIV3()),
		watching: watching, metadata: names, logs: logs,
	}, nil
}

func (a *account) restConfig() (*rest.Config, error) {
	config, err := a.way()
	if err != nil {
		return nil, err
	}
	config.UserAgent = a.options.UserAgent
	config.Timeout = defaultTimeout
	if s := a.config.RequestTimeoutSeconds; s > 0 {
		config.Timeout = time.Duration(s) * time.Second
	}
	config.QPS, config.Burst = defaultQPS, defaultBurst
	if a.config.QPS > 0 {
		config.QPS = a.config.QPS
	}
	if a.config.Burst > 0 {
		config.Burst = a.config.Burst
	}
	config.WarningHandlerWithContext = collectWarnings{}
	config.Wrap(hideRefused)
	config.Wrap(a.options.answers.bound)
	return config, nil
}

// way is how the cluster is reached: by its agent, or with the account's
// credentials.
func (a *account) way() (*rest.Config, error) {
	if a.config.Agent {
		return a.agentConfig()
	}
	revealed, err := a.revealed()
	if err != nil {
		return nil, err
	}
	config, err := revealed.restConfig()
	if err != nil || !a.config.FromAPI {
		return config, err
	}
	return config, a.options.Stored.guarded(a.config.Name, config)
}

// properties are what is known of a kind in this account.
func (a *account) properties(k kind) properties { return propertiesOf(k, a.config.CustomResources) }

// allowNamespace refuses namespaces that the account may not use.
func (a *account) allowNamespace(namespace string) error {
	switch {
	case namespace == "":
		return nil
	case len(a.config.Namespaces) > 0 && !slices.Contains(a.config.Namespaces, namespace):
		return fault.New(fault.Forbidden, "namespace: account %s may not use namespace %q; it may use %s",
			a.config.Name, namespace, list(a.config.Namespaces))
	case slices.Contains(a.config.OmitNamespaces, namespace):
		return fault.New(fault.Forbidden, "namespace: account %s may not use namespace %q, which its omitNamespaces leave out",
			a.config.Name, namespace)
	}
	return nil
}

// allowKind refuses kinds that the account may not use.
func (a *account) allowKind(k kind) error {
	names := func(listed string) bool { return parseKind(listed).key() == k.key() }
	switch {
	case len(a.config.Kinds) > 0 && !slices.ContainsFunc(a.config.Kinds, names):
		return fault.New(fault.Forbidden, "kind: account %s may not use kind %s; it may use %s",
			a.config.Name, k, strings.Join(a.config.Kinds, ", "))
	case slices.ContainsFunc(a.config.OmitKinds, names):
		return fault.New(fault.Forbidden, "kind: account %s may not use kind %s, which its omitKinds leave out", a.config.Name, k)
	}
	return nil
}

// collectWarnings hands the API server's warnings to who has asked for them
// with [withWarnings].
type collectWarnings struct{}

type warningsKey struct{}

// withWarnings returns a context whose requests' warnings are added to the
// list.
func withWarnings(ctx context.Context, into *[]string) context.Context {
	return context.WithValue(ctx, warningsKey{}, into)
}

// warn adds a warning to the list that a context's requests' warnings go to.
func warn(ctx context.Context, texts ...string) {
	if into, ok := ctx.Value(warningsKey{}).(*[]string); ok {
		*into = append(*into, texts...)
	}
}

// HandleWarningHeaderWithContext is called by the client for each warning.
func (collectWarnings) HandleWarningHeaderWithContext(ctx context.Context, code int, _ string, text string) {
	if code == 299 && text != "" {
		warn(ctx, text)
	}
}
