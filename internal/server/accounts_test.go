package server_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// definition is an account with a token.
func definition(name string, more ...any) map[string]any {
	out := map[string]any{"type": "kubernetes", "name": name, "server": "https://127.0.0.1:1", "token": "hunter2"}
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// TestAccountManagement does what Deck's page does, and what it doesn't.
func TestAccountManagement(t *testing.T) {
	t.Parallel()
	s := start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "static", KubeconfigFile: "/k"}}
	})
	call := func(method, path string, body any, status int, want string) any {
		t.Helper()
		got, answer := s.call(method, path, body)
		text, err := model.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if got != status || !strings.Contains(string(text), want) {
			t.Errorf("%s %s answered %d %s; want %d with %s", method, path, got, text, status, want)
		}
		if strings.Contains(string(text), "hunter") {
			t.Errorf("%s %s shows a secret: %s", method, path, text)
		}
		return answer
	}
	call("GET", "/credentials/type/kubernetes", nil, 200, "[]")
	call("POST", "/credentials", definition("b"), 200, `"token":"[hidden]"`)
	call("POST", "/credentials", definition("b"), 400, "Cannot create an account which already exists (name: b)")
	call("POST", "/credentials", definition("static"), 400, "already exists")
	call("POST", "/credentials", map[string]any{"type": "kubernetes", "name": "x", "serviceAccount": true}, 400, "kubernetes.storedAccounts.allowServiceAccount")
	call("PUT", "/credentials", definition("a", "permissions", map[string]any{"WRITE": []any{"ops"}}), 200, `"WRITE":["ops"]`)
	call("PUT", "/credentials", definition("static"), 409, "part of the configuration")
	call("PUT", "/credentials/b", definition("b", "token", "[hidden]", "qps", 5), 200, `"qps":5`)
	call("PUT", "/credentials/b", definition("a"), 400, "Mismatched account names. URI value: b. Request body value: a.")
	call("PUT", "/credentials/none", definition("none"), 400, "Cannot update an account which does not exist (name: none)")
	if list := call("GET", "/credentials/type/kubernetes?limit=100", nil, 200, ""); len(list.([]any)) != 2 {
		t.Errorf("listed %v", list)
	}
	if list := call("GET", "/credentials/type/kubernetes?limit=1&startingAccountName=b", nil, 200, ""); len(list.([]any)) != 1 {
		t.Errorf("listed %v", list)
	}
	call("GET", "/credentials/type/kubernetes?limit=x", nil, 400, "limit")
	call("GET", "/credentials/type/aws", nil, 200, "[]")
	call("GET", "/credentials", nil, 200, `"name":"b"`)
	call("GET", "/credentials/b", nil, 200, `"accountId":"b"`)
	call("GET", "/credentials/b/history", nil, 200, `"version":2`)
	call("POST", "/credentials/b/test", nil, 200, `"name":"connection","status":"failed"`)
	call("POST", "/credentials/test", definition("new"), 200, `"ok":false`)
	call("POST", "/credentials/none/test", nil, 404, "none")
	call("POST", "/credentials/rotateKey", nil, 200, `"current":2`)
	call("DELETE", "/credentials/static", nil, 409, "part of the configuration")
	call("DELETE", "/credentials/b", nil, 200, "null")
	call("DELETE", "/credentials/b", nil, 404, "No account found with name b")
	call("GET", "/credentials/b", nil, 404, "Account not found")
	call("GET", "/credentials/b/history", nil, 200, `"account":null`)
}

// TestStoredAccountDeploys adds a cluster to a running server, deploys to it,
// and finds the account again after a restart.
func TestStoredAccountDeploys(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	contents, err := os.ReadFile(cluster.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	allow := func(c *config.Config) {
		c.DataDir = dir
		c.Kubernetes.StoredAccounts.AllowFiles = true // the sandbox's kubeconfig may name some
	}
	t.Run("first", func(t *testing.T) {
		s := start(t, allow)
		s.object("POST", "/credentials", map[string]any{"type": "kubernetes", "name": "prod", "kubeconfigContents": string(contents)})
		if report := s.object("POST", "/credentials/prod/test", nil); report["ok"] != true || model.String(report, "version") == "" {
			t.Errorf("the report is %v", report)
		}
		deployConfigMap(t, s, "prod", namespace, "one")
	})
	t.Run("restarted", func(t *testing.T) {
		s := start(t, allow)
		deployConfigMap(t, s, "prod", namespace, "two")
	})
	info, err := os.Stat(filepath.Join(dir, "gennaker.db.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file: %v, %v", info, err)
	}
}

// deployConfigMap deploys by an ad-hoc task, as Deck and spin do.
func deployConfigMap(t *testing.T, s *instance, account, namespace, name string) {
	t.Helper()
	task := s.object("POST", "/tasks", map[string]any{
		"application": "shop", "description": "deploy",
		"job": []any{map[string]any{
			"type": "deployManifest", "cloudProvider": "kubernetes", "account": account, "source": "text",
			"moniker": map[string]any{"app": "shop"},
			"manifests": []any{map[string]any{
				"apiVersion": "v1", "kind": "ConfigMap", "data": map[string]any{"a": "b"},
				"metadata": map[string]any{"name": name, "namespace": namespace, "annotations": map[string]any{"strategy.spinnaker.io/versioned": "false"}},
			}},
		}},
	})
	ended := s.until(model.String(task, "ref"), "complete", complete)
	if status := model.String(ended, "status"); status != "SUCCEEDED" {
		text, _ := model.Marshal(ended)
		t.Fatalf("the deployment is %s: %s", status, text)
	}
}

// TestPostgresNeedsAKey lets nobody store a secret that other processes, or
// this one after it has lost its disk, could not read.
func TestPostgresNeedsAKey(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	keyless := start(t, func(c *config.Config) { c.Database.URL = url })
	status, answer := keyless.call("POST", "/credentials", definition("a"))
	if status != http.StatusBadRequest || !strings.Contains(fmt.Sprint(answer), "secrets.encryption.keys") {
		t.Errorf("answered %d %v", status, answer)
	}
	key := encryption.NewKey()
	with := func(c *config.Config) {
		c.Database.URL, c.Secrets.Encryption.Keys = url, []encryption.Ref{encryption.NewRef(key)}
	}
	one, two := start(t, with), start(t, with)
	one.object("POST", "/credentials", definition("a"))
	testkube.Eventually(t, 2*time.Minute, func() string {
		if status, answer := two.call("GET", "/credentials/a", nil); status != http.StatusOK {
			return fmt.Sprintf("the other process answers %d %v", status, answer)
		}
		return ""
	})
}

// TestArtifactAccountManagement stores an account of another provider, fetches
// with it, and takes it away: by the same requests as a cluster's.
func TestArtifactAccountManagement(t *testing.T) {
	t.Parallel()
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "hunter2" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte("replicas: 3"))
	}))
	t.Cleanup(files.Close)
	host := strings.TrimPrefix(files.URL, "http://")
	s := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
	})
	account := func(more ...any) map[string]any {
		out := map[string]any{"type": "artifacts.http", "name": "files", "headers": map[string]any{"X-Key": "hunter2"}, "allowedHosts": []any{host}}
		for i := 0; i < len(more); i += 2 {
			out[more[i].(string)] = more[i+1]
		}
		return out
	}
	call := func(method, path string, body any, status int, want string) {
		t.Helper()
		got, answer := s.call(method, path, body)
		text, err := model.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		if got != status || !strings.Contains(string(text), want) || strings.Contains(string(text), "hunter") {
			t.Errorf("%s %s answered %d %s; want %d with %s", method, path, got, text, status, want)
		}
	}
	fetched := func(status int, want string) {
		t.Helper()
		got, body := s.fetch(t, map[string]any{"type": "http/file", "artifactAccount": "files", "reference": files.URL + "/values.yml"})
		if got != status || !strings.Contains(body, want) {
			t.Errorf("fetched %d %s; want %d with %s", got, body, status, want)
		}
	}
	call("GET", "/credentials/types", nil, 200, `"type":"artifacts.http"`)
	call("POST", "/credentials", account("allowedHost", "x"), 400, `allowedHost: a HTTP account has no such field; did you mean \"allowedHosts\"?`)
	call("POST", "/credentials", account("headers", map[string]any{"X-Key": "env:HOME"}), 400, "headers.X-Key: refers to a secret of the server")
	call("POST", "/credentials/test", account(), 200, `"ok":true`)
	call("POST", "/credentials", account(), 200, `"X-Key":"[hidden]"`)
	call("GET", "/artifacts/credentials", nil, 200, `{"name":"files","types":["http/file"]}`)
	call("GET", "/credentials/type/artifacts.http", nil, 200, `"name":"files"`)
	call("GET", "/credentials/type/kubernetes", nil, 200, `[]`)
	fetched(200, "replicas: 3")
	call("PUT", "/credentials/files", account("headers", map[string]any{"X-Key": "[hidden]"}, "username", "ann"), 200, `"username":"ann"`)
	fetched(200, "replicas: 3")
	call("PUT", "/credentials/files", account("headers", map[string]any{"X-Key": "[hidden]"}, "allowedHosts", []any{"evil.example.com"}), 400,
		"headers.X-Key: enter it again, because allowedHosts has changed")
	call("PUT", "/credentials", definition("files"), 400, "type: account files is of type artifacts.http, which can't be changed: remove it first")
	call("POST", "/credentials/files/test", nil, 200, `"ok":true`)
	call("GET", "/credentials/files/history", nil, 200, `"version":2`)
	call("DELETE", "/credentials/files", nil, 200, "")
	fetched(404, "there is no artifact account files")
}
