package agent

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	var (
		free     = Limits{}
		reader   = Limits{ReadOnly: true}
		shop     = Limits{Namespaces: []string{"shop", "cart"}}
		onlyRead = Limits{Namespaces: []string{"shop"}, ReadOnly: true}
	)
	for _, tt := range []struct {
		limits  Limits
		method  string
		path    string
		refused string // "" where it is let through
	}{
		{free, "DELETE", "/api/v1/namespaces/x", ""},
		{free, "GET", "/metrics", ""},
		{reader, "GET", "/api/v1/namespaces/x/pods", ""},
		{reader, "GET", "/api/v1/watch/namespaces/x/pods", ""},
		{reader, "GET", "/api/v1/namespaces/x/pods/p/log", ""},
		{reader, "GET", "/api/v1/namespaces/x/pods/p/exec", "--read-only"},
		{reader, "GET", "/api/v1/namespaces/x/pods/p/portforward", "--read-only"},
		{reader, "GET", "/api/v1/namespaces/x/services/s/proxy/a/b", "--read-only"},
		{reader, "GET", "/api/v1/nodes/n/proxy/run", "--read-only"},
		{reader, "GET", "/api/v1/proxy/namespaces/x/pods/p", "--read-only"},
		{reader, "POST", "/api/v1/namespaces/x/pods", "--read-only"},
		{reader, "POST", "/api/v1/namespaces/x/pods?dryRun=All", "--read-only"},
		{reader, "PATCH", "/apis/apps/v1/namespaces/x/deployments/d", "--read-only"},
		{reader, "DELETE", "/apis/apps/v1/namespaces/x/deployments/d", "--read-only"},
		{reader, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", ""},
		{reader, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", ""},
		{reader, "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "--read-only"},
		{reader, "POST", "/apis/evil.io/v1/selfsubjectreviews", "--read-only"},
		{shop, "GET", "/api", ""},
		{shop, "GET", "/api/v1", ""},
		{shop, "GET", "/apis", ""},
		{shop, "GET", "/apis/apps", ""},
		{shop, "GET", "/apis/apps/v1", ""},
		{shop, "GET", "/version", ""},
		{shop, "GET", "/openapi/v3/apis/apps/v1", ""},
		{shop, "GET", "/metrics", "for the whole cluster"},
		{shop, "GET", "/", "for the whole cluster"},
		{shop, "GET", "/api/v1/pods", "for the whole cluster"},
		{shop, "GET", "/api/v1/namespaces", "for the whole cluster"},
		{shop, "GET", "/api/v1/nodes/n", "for the whole cluster"},
		{shop, "GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles", "for the whole cluster"},
		{shop, "GET", "/api/v1/namespaces/shop", ""},
		{shop, "PUT", "/api/v1/namespaces/shop/finalize", ""},
		{shop, "PUT", "/api/v1/namespaces/other/finalize", "not other"},
		{shop, "PATCH", "/apis/apps/v1/namespaces/cart/deployments/d/scale", ""},
		{shop, "GET", "/api/v1/namespaces/other/secrets", "not other"},
		{shop, "GET", "/api/v1/watch/namespaces/other/secrets", "not other"},
		{shop, "GET", "/api/v1/namespaces/shop/../other/secrets", "relative"},
		{shop, "GET", "/api/v1//namespaces/other/secrets", "empty"},
		{onlyRead, "GET", "/api/v1/namespaces/shop/pods", ""},
		{onlyRead, "DELETE", "/api/v1/namespaces/shop/pods/p", "--read-only"},
		{onlyRead, "GET", "/api/v1/namespaces/x/pods", "not x"},
	} {
		u, err := url.Parse(tt.path)
		if err != nil {
			t.Fatal(err)
		}
		why := tt.limits.refuse(&http.Request{Method: tt.method, URL: u})
		if (why == "") != (tt.refused == "") || !strings.Contains(why, tt.refused) {
			t.Errorf("%+v, %s %s: %q, want %q", tt.limits, tt.method, tt.path, why, tt.refused)
		}
	}
}

// FuzzLimits looks for paths into a namespace that the limits don't name.
func FuzzLimits(f *testing.F) {
	f.Add("/api/v1/namespaces/shop/pods")
	f.Add("/api/v1/namespaces/%2e%2e/other")
	f.Add("/apis/apps/v1/watch/namespaces/shop/deployments")
	f.Fuzz(func(t *testing.T, target string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x"+target, http.NoBody)
		if err != nil || (Limits{Namespaces: []string{"shop"}}).refuse(r) != "" {
			return
		}
		about := parseTarget(r.URL.Path)
		if !about.discovery && !about.selfReview && about.namespace != "shop" {
			t.Errorf("%q is let through, about %+v", target, about)
		}
		if strings.Contains(r.URL.Path, "/namespaces/") && !strings.Contains(r.URL.Path, "/namespaces/shop") && !about.discovery && !about.selfReview {
			t.Errorf("%q is let through", target)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"https://gennaker.example.com": true, "http://localhost:8084": true, "http://127.0.0.1": true, "http://[::1]:1": true,
		"http://gennaker.example.com": false, "ftp://x": false, "gennaker": false, "https://": false,
	} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := Check(u, false) == nil; got != want {
			t.Errorf("%s: %v", text, Check(u, false))
		}
	}
	if err := Check(&url.URL{Scheme: "http", Host: "x"}, true); err != nil {
		t.Error(err)
	}
}

func TestManifest(t *testing.T) {
	t.Parallel()
	install := Install{Server: "https://g.example.com", Account: "prod", Token: "gka_x", Image: "gennaker:1"}
	text, err := install.Manifest()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"kind: Namespace", "kind: ClusterRole\n", "kind: ClusterRoleBinding", "kind: Deployment", "kind: Secret", "token: gka_x",
		"- --server=https://g.example.com", "- --account=prod", "- --token-file=/etc/gennaker-agent/token", "- deployments/scale", "runAsNonRoot: true",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	for _, none := range []string{"null", "status:", "strategy: {}"} {
		if strings.Contains(strings.ReplaceAll(text, "creationTimestamp: null", ""), none) {
			t.Errorf("%s is in\n%s", none, text)
		}
	}
	install.Limits, install.Authority = Limits{Namespaces: []string{"shop", "cart"}, ReadOnly: true}, "PEM"
	text, err = install.Manifest()
	if err != nil || strings.Contains(text, "ClusterRole") || strings.Count(text, "\nkind: Role\n") != 2 || strings.Contains(text, "- patch") ||
		!strings.Contains(text, "--namespaces=shop,cart") || !strings.Contains(text, "--read-only") || !strings.Contains(text, "ca.crt: PEM") {
		t.Errorf("%v:\n%s", err, text)
	}
	if _, err := (Install{}).Manifest(); err == nil {
		t.Error("a manifest of nothing")
	}
}
