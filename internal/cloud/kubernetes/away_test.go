package kubernetes

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// However a cluster is away, whatever is asked of it fails in a way that is
// worth another try.
func TestClusterThatIsAway(t *testing.T) {
	t.Parallel()
	status := func(code int, reason, message string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			_, _ = w.Write([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"` + reason + `","message":"` + message + `","code":` + strconv.Itoa(code) + `}`))
		}
	}
	page := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(code)
			_, _ = w.Write([]byte("<html>the load balancer says no</html>"))
		}
	}
	ways := map[string]http.HandlerFunc{
		"gone": nil, // nothing listens
		"half an answer": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"kind":`))
		},
		"bad gateway":     page(http.StatusBadGateway),
		"unavailable":     page(http.StatusServiceUnavailable),
		"gateway timeout": page(http.StatusGatewayTimeout),
		"leader changed":  status(http.StatusInternalServerError, "InternalError", "etcdserver: leader changed"),
		"etcd times out":  status(http.StatusInternalServerError, "", "etcdserver: request timed out"),
		"shutting down":   status(http.StatusServiceUnavailable, "ServiceUnavailable", "apiserver is shutting down"),
		"busy":            status(http.StatusTooManyRequests, "TooManyRequests", "too many requests"),
		"timeout":         status(http.StatusGatewayTimeout, "Timeout", "request did not complete within the allotted timeout"),
	}
	target := manifest.TargetRequest{ID: "op", Account: "sim", Location: "ns", ManifestName: "deployment web"}
	asked := map[string]func(context.Context, *Provider) error{
		"cluster size": func(ctx context.Context, p *Provider) error {
			_, err := p.ServerGroups(ctx, preconditions.Cluster{Application: "shop", Account: "sim", Name: "web"})
			return err
		},
		"server groups": func(ctx context.Context, p *Provider) error {
			_, err := p.ClusterServerGroups(ctx, "sim", "shop", "web")
			return err
		},
		"manifest": func(ctx context.Context, p *Provider) error {
			_, err := p.Manifest(ctx, "sim", "ns", "deployment web", true)
			return err
		},
		"cluster manifests": func(ctx context.Context, p *Provider) error {
			_, err := p.ClusterManifests(ctx, "sim", "ns", "replicaSet", "shop", "web")
			return err
		},
		"dynamic manifest": func(ctx context.Context, p *Provider) error {
			_, err := p.DynamicManifest(ctx, "sim", "ns", "replicaSet", "shop", "web", "newest")
			return err
		},
		"troubles": func(ctx context.Context, p *Provider) error {
			_, err := p.Troubles(ctx, "sim", "ns", "deployment web")
			return err
		},
		"job": func(ctx context.Context, p *Provider) error {
			_, err := p.Job(ctx, "sim", "ns", "job sweep")
			return err
		},
		"deploy": func(ctx context.Context, p *Provider) error {
			_, err := p.PlanDeploy(ctx, manifest.DeployRequest{ID: "op", Account: "sim", Manifests: []map[string]any{configMap("c")}})
			return err
		},
		"execute": func(ctx context.Context, p *Provider) error {
			_, err := p.Execute(ctx, "sim", manifest.Step{
				Action: manifest.Apply, Operation: "op", APIVersion: "v1", Kind: "ConfigMap", Namespace: "ns", Name: "c", Manifest: configMap("c"), Force: true,
			})
			return err
		},
		"version": func(ctx context.Context, p *Provider) error {
			_, err := p.Execute(ctx, "sim", manifest.Step{
				Action: manifest.Apply, Operation: "op", APIVersion: "v1", Kind: "ConfigMap", Namespace: "ns", Name: "c-v000", Manifest: configMap("c-v000"),
				Version: &manifest.Version{Name: "c"},
			})
			return err
		},
		"scale": func(ctx context.Context, p *Provider) error {
			_, err := p.PlanScale(ctx, manifest.ScaleRequest{TargetRequest: target, Replicas: 1})
			return err
		},
		"delete": func(ctx context.Context, p *Provider) error {
			_, err := p.PlanDelete(ctx, manifest.DeleteRequest{
				TargetRequest: manifest.TargetRequest{ID: "op", Account: "sim", Location: "ns"}, Kinds: []string{"configMap"},
				LabelSelectors: manifest.Selectors{Selectors: []manifest.Selector{{Kind: "EXISTS", Key: "a"}}},
			})
			return err
		},
	}
	for way, fail := range ways {
		for _, known := range []bool{false, true} {
			t.Run(way+map[bool]string{false: ", at first", true: ", later"}[known], func(t *testing.T) {
				t.Parallel()
				var away atomic.Bool
				cluster := simulated.New(simulated.Kinds)
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if away.Load() {
						fail(w, r)
						return
					}
					cluster.ServeHTTP(w, r)
				}))
				t.Cleanup(server.Close)
				p := testProvider(t, AccountConfig{Name: "sim", KubeconfigContents: kubeconfigOf(server.URL)})
				if known {
					if got := p.Namespaces(t.Context(), "sim"); got == nil {
						t.Fatal("no namespaces")
					}
				}
				away.Store(true)
				if fail == nil {
					server.Close()
				}
				for what, ask := range asked {
					if err := ask(t.Context(), p); fault.KindOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "account sim") {
						t.Errorf("%s: %v is %v, want Unavailable", what, err, fault.KindOf(err))
					}
				}
			})
		}
	}
}

func configMap(name string) map[string]any {
	return map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": name, "namespace": "ns"}}
}
