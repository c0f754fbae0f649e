package kubernetes

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

func step(r *Report, name string) provider.Step {
	i := slices.IndexFunc(r.Steps, func(s provider.Step) bool { return s.Name == name })
	if i < 0 {
		return provider.Step{}
	}
	return r.Steps[i]
}

func TestCheckFindsWhatKeepsUsFromACluster(t *testing.T) {
	t.Parallel()
	cluster := newFakeCluster(t, "sesame")
	for name, test := range map[string]struct {
		config AccountConfig
		step   string
		want   string
	}{
		"no kubeconfig":     {AccountConfig{KubeconfigFile: "/no/such/file"}, "credentials", "/no/such/file"},
		"nobody there":      {AccountConfig{Server: "https://127.0.0.1:1", Token: "t"}, "connection", "can't be reached"},
		"no such name":      {AccountConfig{Server: "https://no-such-host.invalid", Token: "t"}, "connection", "no-such-host.invalid"},
		"silence":           {AccountConfig{Server: silentServer(t), Token: "t", RequestTimeoutSeconds: 1}, "connection", "does not answer in time"},
		"unknown authority": {AccountConfig{Server: cluster.URL, Token: "sesame"}, "connection", "certificateAuthorityData"},
		"another name":      {AccountConfig{Server: cluster.URL, Token: "sesame", CertificateAuthorityData: cluster.authority(), TLSServerName: "example.org"}, "connection", "tlsServerName"},
		"wrong token":       {AccountConfig{Server: cluster.URL, Token: "simsim", CertificateAuthorityData: cluster.authority()}, "authentication", "renew the token"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.config.Name = "a"
			report, err := testProvider(t).CheckConfig(t.Context(), test.config)
			if err != nil {
				t.Fatal(err)
			}
			if s := step(report, test.step); report.OK || s.Status != provider.StepFailed || !strings.Contains(s.Detail, test.want) {
				t.Errorf("the report is %+v, want %s to say %q", report, test.step, test.want)
			}
			if s := step(report, "permissions"); s.Status != provider.StepSkipped {
				t.Errorf("permissions are %+v", s)
			}
			if strings.Contains(fmt.Sprint(report), "sesame") {
				t.Errorf("%+v shows a secret", report)
			}
		})
	}
	if _, err := testProvider(t).CheckConfig(t.Context(), AccountConfig{Name: "a", QPS: -1}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an account that is not valid: %v", err)
	}
	if _, err := testProvider(t).Check(t.Context(), provider.Definition{Key: provider.Key{Type: ID, Name: "none"}}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no account: %v", err)
	}
}

// TestErrorsRepeatNoCredentials: what refuses a request may say what it was sent with, and
// an address may be none because of its password.
func TestErrorsRepeatNoCredentials(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/version" {
			_, _ = w.Write([]byte(`{"gitVersion": "v1.30.0"}`))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = fmt.Fprintf(w, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Unauthorized", "code": 401, "message": "%sno entry with %s"}`,
			strings.Repeat("x", 4000), r.Header.Get("Authorization"))
	}))
	t.Cleanup(server.Close)
	kubeconfig := func(address, user string) AccountConfig {
		return AccountConfig{Name: "a", KubeconfigContents: fmt.Sprintf(`{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
			clusters: [{name: c, cluster: {server: %q, insecure-skip-tls-verify: true}}], users: [{name: u, user: %s}]}`, address, user)}
	}
	for name, test := range map[string]struct {
		config AccountConfig
		want   string
	}{
		"a token":                  {kubeconfig(server.URL, "{token: open-sesame}"), "no entry with Bearer [hidden]"},
		"a password":               {kubeconfig(server.URL, "{username: ali, password: open-sesame}"), "no entry with Basic [hidden]"},
		"in an address":            {kubeconfig("https://ali:open-sesame@127.0.0.1:1", "{}"), "https://[hidden]@127.0.0.1:1"},
		"in what is no address":    {kubeconfig("https://ali:p/open-sesame@127.0.0.1:1", "{}"), "[hidden]@127.0.0.1:1"},
		"in another, with escapes": {kubeconfig("https://ali:%zzopen-sesame@127.0.0.1:1", "{}"), "[hidden]@127.0.0.1:1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := testProvider(t, test.config)
			report, err := p.CheckConfig(t.Context(), test.config)
			require.NoError(t, err)
			_, err = p.Manifest(t.Context(), "a", "default", "pod x", false)
			require.Error(t, err)
			said := fmt.Sprintf("%+v %v", report, err)
			require.Contains(t, said, test.want)
			require.NotContains(t, said, "open-sesame")
			require.NotContains(t, said, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte("ali:open-sesame")), "="))
		})
	}
}

// TestCheckTellsTheMissingRules gives a new service account the rules that the
// report asks for, and looks again.
func TestCheckTellsTheMissingRules(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	report, err := b.CheckConfig(t.Context(), b.configured[0])
	if err != nil || !report.OK || report.Version == "" || report.User == "" || report.Missing != nil {
		t.Fatalf("the administrator's report is %+v, %v", report, err)
	}
	config := b.serviceAccount(t)
	config.Namespaces = []string{b.namespace}
	if report, err = b.CheckConfig(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	user := "system:serviceaccount:" + b.namespace + ":deployer"
	if report.OK || report.User != user || step(report, "permissions").Status != provider.StepFailed || len(report.Missing) < 15 {
		t.Fatalf("the report is %+v", report)
	}
	if p := report.Missing[0]; p.Namespace != b.namespace || p.Resource != "configmaps" || !slices.Equal(p.Verbs, allVerbs) {
		t.Errorf("the first missing is %+v", p)
	}
	for text := range strings.SplitSeq(report.RBAC, "---\n") {
		b.applyRBAC(t, text)
	}
	testkube.Eventually(t, 2*time.Minute, func() string {
		if report, err = b.CheckConfig(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		if report.OK {
			return ""
		}
		return fmt.Sprintf("with the rules granted the report is still %+v", report)
	})
}

// serviceAccount makes a service account without any rights, and an account
// that uses its token.
func (b *bench) serviceAccount(t *testing.T) AccountConfig {
	t.Helper()
	accounts := b.Client.CoreV1().ServiceAccounts(b.namespace)
	if _, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "deployer"}}, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	token, err := accounts.CreateToken(t.Context(), "deployer", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	admin, err := clientcmd.BuildConfigFromFlags("", b.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	return AccountConfig{Name: "deployer", Server: admin.Host, Token: token.Status.Token, CertificateAuthorityData: string(admin.CAData), CertificateAuthority: admin.CAFile}
}

func (b *bench) applyRBAC(t *testing.T, text string) {
	t.Helper()
	var kind metav1.TypeMeta
	yamltest.Decode(t, text, &kind)
	var (
		role    rbacv1.Role
		binding rbacv1.RoleBinding
		err     error
	)
	switch kind.Kind {
	case "Role":
		yamltest.DecodeStrict(t, text, &role)
		_, err = b.Client.RbacV1().Roles(b.namespace).Create(t.Context(), &role, metav1.CreateOptions{})
	case "RoleBinding":
		yamltest.DecodeStrict(t, text, &binding)
		_, err = b.Client.RbacV1().RoleBindings(b.namespace).Create(t.Context(), &binding, metav1.CreateOptions{})
	default:
		t.Fatalf("the rules hold a %s:\n%s", kind.Kind, text)
	}
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
}

func TestGrant(t *testing.T) {
	t.Parallel()
	text, err := grant("My Prod", "ann", []Permission{
		{Group: "", Resource: "pods", Verbs: []string{"get"}},
		{Group: "", Resource: "secrets", Verbs: []string{"get"}},
		{Group: "apps", Resource: "deployments", Verbs: []string{"get", "list"}},
	})
	want := `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: gennaker-my-prod
rules:
- apiGroups:
  - ""
  resources:
  - pods
  - secrets
  verbs:
  - get
- apiGroups:
  - apps
  resources:
  - deployments
  verbs:
  - get
  - list
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
  name: gennaker-my-prod
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: gennaker-my-prod
subjects:
- apiGroup: rbac.authorization.k8s.io
  kind: User
  name: ann
`
	if err != nil || text != want {
		t.Errorf("got %v:\n%s", err, text)
	}
}
