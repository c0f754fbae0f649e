package kubernetes

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// fakeCluster answers /version to who has the right token, over TLS.
type fakeCluster struct {
	*httptest.Server
	mu    sync.Mutex
	token string
	asked []string // the tokens that came
}

func newFakeCluster(t *testing.T, token string) *fakeCluster {
	t.Helper()
	c := &fakeCluster{token: token}
	c.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		c.asked = append(c.asked, given)
		w.Header().Set("Content-Type", "application/json")
		switch {
		case given != c.token:
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}`)
		case r.URL.Path == "/version":
			fmt.Fprint(w, `{"gitVersion":"v1.36.0"}`)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *fakeCluster) expect(token string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = token
}

func (c *fakeCluster) authority() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate().Raw}))
}

// askVersion asks for the version by way of an account.
func askVersion(t *testing.T, a *account) error {
	t.Helper()
	conn, err := a.connect()
	if err != nil {
		return err
	}
	return a.explain(conn.resources.client.RESTClient().Get().AbsPath("/version").Do(t.Context()).Error(), "ask for the version")
}

func TestServerAndToken(t *testing.T) {
	t.Parallel()
	cluster := newFakeCluster(t, "sesame")
	ca := cluster.authority()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	caFile, tokenFile := write("ca", ca), write("token", "sesame\n")
	for name, test := range map[string]struct {
		config AccountConfig
		want   fault.Kind
	}{
		"authority as PEM":    {AccountConfig{Token: "sesame", CertificateAuthorityData: ca}, -1},
		"authority in base64": {AccountConfig{Token: "sesame\n", CertificateAuthorityData: base64.StdEncoding.EncodeToString([]byte(ca))}, -1},
		"files":               {AccountConfig{TokenFile: tokenFile, CertificateAuthority: caFile}, -1},
		"no check":            {AccountConfig{Token: "sesame", InsecureSkipTLSVerify: true}, -1},
		"other name":          {AccountConfig{Token: "sesame", CertificateAuthorityData: ca, TLSServerName: "example.com"}, -1},
		"wrong name":          {AccountConfig{Token: "sesame", CertificateAuthorityData: ca, TLSServerName: "example.org"}, fault.Unavailable},
		"wrong token":         {AccountConfig{Token: "simsim", CertificateAuthorityData: ca}, fault.Forbidden},
		"unknown authority":   {AccountConfig{Token: "sesame"}, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Name, test.config.Server = "a", cluster.URL
			p := testProvider(t, test.config)
			a, err := p.account("a")
			if err != nil {
				t.Fatal(err)
			}
			err = askVersion(t, a)
			if test.want == -1 && err != nil || test.want != -1 && fault.KindOf(err) != test.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A token file is read again once the cluster has refused what was in it.
func TestTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	cluster := newFakeCluster(t, "one")
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := testProvider(t, AccountConfig{Name: "a", Server: cluster.URL, TokenFile: path, CertificateAuthorityData: cluster.authority()})
	a, err := p.account("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := askVersion(t, a); err != nil {
		t.Fatal(err)
	}
	cluster.expect("two")
	if err := os.WriteFile(path, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := askVersion(t, a); fault.KindOf(err) != fault.Forbidden {
		t.Fatalf("the old token: %v", err)
	}
	if err := askVersion(t, a); err != nil {
		t.Errorf("the new token: %v", err)
	}
}

// A kubeconfig's exec plugin is run for a token, and again for the next one.
func TestExecPlugin(t *testing.T) {
	t.Parallel()
	cluster := newFakeCluster(t, "from-plugin-1")
	dir := t.TempDir()
	plugin := filepath.Join(dir, "plugin")
	script := `#!/bin/sh
n=$(cat "$1/count" 2>/dev/null || echo 0); n=$((n+1)); echo $n > "$1/count"
test -n "$KUBERNETES_EXEC_INFO" || exit 3
cat <<END
{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-$PLUGIN-$n"}}
END
`
	if err := os.WriteFile(plugin, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	kubeconfig := fmt.Sprintf(`
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: %q, certificate-authority-data: %s}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
users:
- name: u
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: %q
      args: [%q]
      env: [{name: PLUGIN, value: plugin}]
      interactiveMode: IfAvailable
`, cluster.URL, base64.StdEncoding.EncodeToString([]byte(cluster.authority())), plugin, dir)
	p := testProvider(t, AccountConfig{Name: "a", KubeconfigContents: kubeconfig})
	a, err := p.account("a")
	if err != nil {
		t.Fatal(err)
	}
	if err := askVersion(t, a); err != nil {
		t.Fatal(err)
	}
	cluster.expect("from-plugin-2")
	if err := askVersion(t, a); fault.KindOf(err) != fault.Forbidden {
		t.Fatalf("the old token: %v", err)
	}
	if err := askVersion(t, a); err != nil {
		t.Errorf("the new token: %v", err)
	}

	report, err := p.CheckConfig(t.Context(), AccountConfig{Name: "a", KubeconfigContents: strings.Replace(kubeconfig, plugin, "/no/such/plugin", 1)})
	if err != nil || report.OK || !strings.Contains(report.Steps[1].Detail, "program that provides the credentials") {
		t.Errorf("a plugin that is missing: %+v, %v", report, err)
	}
}

func TestCredentialsAreValidated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text string
		want string
	}{
		"server and token":      {"{server: 'https://x:6443', token: t}", ""},
		"local without TLS":     {"{server: 'http://127.0.0.1:8001', token: t}", ""},
		"no token":              {"{server: 'https://x'}", "token:"},
		"two tokens":            {"{server: 'https://x', token: t, tokenFile: /t}", "token:"},
		"token of two words":    {"{server: 'https://x', token: 'a b'}", "token:"},
		"no URL":                {"{server: x, token: t}", "server:"},
		"in the clear":          {"{server: 'http://x', token: t}", "server:"},
		"no PEM":                {"{server: 'https://x', token: t, certificateAuthorityData: '%'}", "certificateAuthorityData:"},
		"no certificate":        {"{server: 'https://x', token: t, certificateAuthorityData: YWJj}", "certificateAuthorityData:"},
		"checked and unchecked": {"{server: 'https://x', token: t, certificateAuthority: /c, insecureSkipTLSVerify: true}", "insecureSkipTLSVerify:"},
		"two sources":           {"{server: 'https://x', token: t, kubeconfigFile: /k}", "kubeconfigFile:"},
		"context":               {"{server: 'https://x', token: t, context: c}", "context:"},
		"token alone":           {"{token: t}", "token:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := AccountConfig{Name: "a"}
			yamltest.DecodeStrict(t, test.text, &c)
			errs := c.Validate()
			if (test.want == "") != (len(errs) == 0) || len(errs) > 1 || len(errs) == 1 && !strings.HasPrefix(errs[0].Error(), test.want) {
				t.Errorf("got %v, want %s", errs, test.want)
			}
		})
	}
}

func TestStoredAccountsMayNotReachTheServer(t *testing.T) {
	t.Parallel()
	contents := func(cluster, user string) AccountConfig {
		return AccountConfig{KubeconfigContents: fmt.Sprintf(`{clusters: [{name: c, cluster: {server: "https://x"%s}}],
			users: [{name: u, user: {%s}}], contexts: [{name: x, context: {cluster: c, user: u}}], current-context: x}`, cluster, user)}
	}
	for name, test := range map[string]struct {
		config AccountConfig
		want   string
		allow  StoredAccounts
	}{
		"kubeconfig":      {contents("", "token: t"), "", StoredAccounts{}},
		"token":           {AccountConfig{Server: "https://x", Token: "t"}, "", StoredAccounts{}},
		"nothing":         {AccountConfig{}, "kubeconfigContents: is missing", StoredAccounts{}},
		"kubeconfigFile":  {AccountConfig{KubeconfigFile: "/k"}, "kubeconfigFile: names a file", StoredAccounts{AllowFiles: true}},
		"tokenFile":       {AccountConfig{Server: "https://x", TokenFile: "/k"}, "tokenFile: names a file", StoredAccounts{AllowFiles: true}},
		"authority":       {AccountConfig{Server: "https://x", Token: "t", CertificateAuthority: "/k"}, "certificateAuthority: names a file", StoredAccounts{AllowFiles: true}},
		"service account": {AccountConfig{ServiceAccount: true}, "serviceAccount: would act", StoredAccounts{AllowServiceAccount: true}},
		"exec":            {contents("", "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}"), `kubeconfigContents: user "u": exec runs`, StoredAccounts{AllowExec: true}},
		"auth-provider":   {contents("", "auth-provider: {name: gcp}"), `kubeconfigContents: user "u": auth-provider runs`, StoredAccounts{AllowExec: true}},
		"certificate":     {contents("", "client-certificate: /c"), `kubeconfigContents: user "u": client-certificate names a file`, StoredAccounts{AllowFiles: true}},
		"key":             {contents("", "client-key: /c"), `kubeconfigContents: user "u": client-key names a file`, StoredAccounts{AllowFiles: true}},
		"its token file":  {contents("", "tokenFile: /c"), `kubeconfigContents: user "u": tokenFile names a file`, StoredAccounts{}},
		"its authority":   {contents(", certificate-authority: /c", "token: t"), `kubeconfigContents: cluster "c": certificate-authority names a file`, StoredAccounts{AllowFiles: true}},
		"secret file":     {AccountConfig{KubeconfigFile: "encryptedFile:noop!v:x"}, "kubeconfigFile: refers to a secret", StoredAccounts{}},
		"secret contents": {AccountConfig{KubeconfigContents: "encrypted:noop!v:x"}, "kubeconfigContents: refers to a secret", StoredAccounts{}},
		"secret token":    {AccountConfig{Server: "https://x", Token: "encrypted:noop!v:x"}, "token: refers to a secret", StoredAccounts{}},
		"no kubeconfig":   {AccountConfig{KubeconfigContents: "["}, "kubeconfigContents: this is not a kubeconfig", StoredAccounts{}},
		"no such context": {AccountConfig{Context: "y", KubeconfigContents: contents("", "token: t").KubeconfigContents}, "kubeconfigContents: can't be used", StoredAccounts{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errs := StoredAccounts{}.Check(test.config)
			if (test.want == "") != (len(errs) == 0) || test.want != "" && !strings.HasPrefix(errs[0].Error(), test.want) {
				t.Errorf("got %v, want %s", errs, test.want)
			}
			if test.allow != (StoredAccounts{}) {
				for _, err := range test.allow.Check(test.config) {
					if !strings.Contains(err.Error(), "no such file") {
						t.Errorf("allowed: %v", err)
					}
				}
			}
		})
	}
}

func TestAccountsDoNotShowSecrets(t *testing.T) {
	t.Parallel()
	config := AccountConfig{Name: "a", Token: "hunter2", KubeconfigContents: "hunter2"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "account", config, "at", time.Time{})
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", config, config, config, []AccountConfig{config}), log.String()} {
		if strings.Contains(text, "hunter2") {
			t.Errorf("%s shows a secret", text)
		}
	}
}
