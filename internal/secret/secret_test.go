package secret_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestNothingShowsASecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	for _, value := range []any{secret.New("hunter2"), secret.NewRef("hunter2"), &struct{ S secret.Secret }{secret.New("hunter2")}} {
		text, err := json.Marshal(value)
		require.NoError(t, err)
		logger.Info("it", slog.Any("value", value))
		require.NotContains(t, string(text)+log.String()+fmt.Sprintf("%v %+v %#v %s", value, value, value, value), "hunter2")
	}
	require.Equal(t, "hunter2", secret.New("hunter2").Reveal())
	require.Equal(t, "env:TOKEN", secret.NewRef("env:TOKEN").String(), "a place is no secret")
	require.Empty(t, secret.Ref{}.String())
}

func TestReferencesAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "",
		"plain: text!":                "",
		"env:X":                       "",
		"file:///etc/token":           "",
		"encrypted:vault!e:s!p:a!k:b": "",
		"encrypted:vault!e:s!p:a!n:b": "",
		"encryptedFile:k8s!n:a!k:b":   "",
		"env:":                        "names no environment variable",
		"file:":                       "names no file",
		"encrypted:":                  "no secret engine",
		"encrypted:safe!k:v":          "no secret engine",
		"encrypted:vault!e:s!p:a":     "lacks k:",
		"encrypted:k8s!k:a":           "lacks n:",
		"encrypted:vault!hunter2":     "part 1",
		"encrypted:s3!r:w!b:x!f:y":    "",
		"encrypted:gcs!b:x":           "lacks f:",
	} {
		err := secret.NewRef(text).Validate()
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
		require.NotContains(t, err.Error(), "hunter2")
	}
}

func FuzzValidate(f *testing.F) {
	f.Add("encrypted:vault!e:s!p:a!k:b")
	f.Add("encryptedFile:k8s!")
	f.Fuzz(func(t *testing.T, text string) {
		ref := secret.NewRef(text)
		if err := ref.Validate(); err != nil {
			require.NotEmpty(t, err.Error())
		}
		_ = ref.String()
	})
}

func TestEnvironmentAndFiles(t *testing.T) {
	t.Setenv("SECRET_TEST", "from the environment")
	path := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(path, []byte("from the file\n"), 0o600))
	resolver := secret.NewResolver(secret.Options{})

	for text, want := range map[string]string{
		"": "", "literal": "literal", "env:SECRET_TEST": "from the environment", "file:" + path: "from the file",
	} {
		got, err := resolver.Resolve(t.Context(), secret.NewRef(text))
		require.NoError(t, err)
		require.Equal(t, want, got.Reveal())
	}
	for _, text := range []string{path, "file:" + path} {
		got, err := resolver.File(t.Context(), text)
		require.NoError(t, err)
		require.Equal(t, "from the file", got.Reveal())
	}

	for text, want := range map[string]string{
		"env:SECRET_TEST_MISSING":     "SECRET_TEST_MISSING",
		"file:" + path + "x":          "token",
		"encrypted:vault!e:s!p:a!k:b": "secrets.vault is not configured",
		"encrypted:k8s!n:a!k:b":       "no cluster",
	} {
		_, err := resolver.Resolve(t.Context(), secret.NewRef(text))
		require.ErrorContains(t, err, want)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	require.NoError(t, os.WriteFile(path, make([]byte, 2<<20), 0o600))
	_, err := resolver.File(t.Context(), path)
	require.Equal(t, fault.TooLarge, fault.KindOf(err))
}

type cluster map[string]string

func (c cluster) SecretKey(_ context.Context, name, key string) ([]byte, error) {
	value, ok := c[name+"/"+key]
	if !ok {
		return nil, fault.New(fault.NotFound, "there is no Secret %s with a key %s", name, key)
	}
	return []byte(value), nil
}

func TestKubernetes(t *testing.T) {
	t.Parallel()
	resolver := secret.NewResolver(secret.Options{Kubernetes: cluster{"github/token": "abc"}})
	got, err := resolver.Resolve(t.Context(), secret.NewRef("encrypted:k8s!n:github!k:token"))
	require.NoError(t, err)
	require.Equal(t, "abc", got.Reveal())
	_, err = resolver.File(t.Context(), "encryptedFile:k8s!n:github!k:nope")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

// fakeVault answers as Vault's HTTP API does: a key-value engine of version 2
// at kv, one of version 1 at old, and the login methods.
type fakeVault struct {
	token  atomic.Pointer[string]
	logins atomic.Int64
}

func (v *fakeVault) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(code int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
	}
	login := func(ok bool) {
		if !ok {
			answer(http.StatusBadRequest, `{"errors":["invalid username or password"]}`)
			return
		}
		token := fmt.Sprintf("hvs.%d", v.logins.Add(1))
		v.token.Store(&token)
		answer(http.StatusOK, `{"auth":{"client_token":"`+token+`","lease_duration":3600,"renewable":true}}`)
	}
	var body map[string]string
	_ = json.NewDecoder(r.Body).Decode(&body)
	switch r.URL.Path {
	case "/v1/auth/userpass/login/ci":
		login(body["password"] == "right")
		return
	case "/v1/auth/cluster/login":
		login(body["role"] == "gennaker" && body["jwt"] == "pod's token")
		return
	}
	if token := v.token.Load(); token == nil || r.Header.Get("X-Vault-Token") != *token {
		answer(http.StatusForbidden, `{"errors":["permission denied"]}`)
		return
	}
	switch r.URL.Path {
	case "/v1/kv/data/apps/github":
		answer(http.StatusOK, `{"data":{"data":{"token":"abc","b64":"YWJj","number":7},"metadata":{"version":3}}}`)
	case "/v1/old/apps/github":
		answer(http.StatusOK, `{"data":{"token":"old abc"},"lease_duration":2764800}`)
	default:
		answer(http.StatusNotFound, `{"errors":[]}`)
	}
}

func startVault(t *testing.T, change func(*secret.VaultConfig)) (*fakeVault, *secret.Resolver) {
	t.Helper()
	fake := &fakeVault{}
	token := "root"
	fake.token.Store(&token)
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	config := secret.VaultConfig{Enabled: true, URL: server.URL, Token: secret.NewRef("root")}
	if change != nil {
		change(&config)
	}
	require.Empty(t, config.Validate())
	return fake, secret.NewResolver(secret.Options{Vault: config})
}

func TestVault(t *testing.T) {
	t.Parallel()
	_, resolver := startVault(t, nil)
	for text, want := range map[string]string{
		"encrypted:vault!e:kv!p:apps/github!k:token":       "abc",
		"encrypted:vault!e:kv!p:apps/github!n:token":       "abc",
		"encrypted:vault!e:kv!p:/apps/github!k:b64!b:true": "abc",
		"encrypted:vault!e:kv!p:apps/github!k:number":      "7",
		"encrypted:vault!e:old!p:apps/github!k:token":      "old abc",
		"encryptedFile:vault!e:kv!p:apps/github!k:token":   "abc",
	} {
		got, err := resolver.Resolve(t.Context(), secret.NewRef(text))
		require.NoError(t, err, text)
		require.Equal(t, want, got.Reveal(), text)
	}
	for text, want := range map[string]string{
		"encrypted:vault!e:kv!p:apps/github!k:nope": "no key nope",
		"encrypted:vault!e:kv!p:apps/nope!k:token":  "the path doesn't exist",
	} {
		_, err := resolver.Resolve(t.Context(), secret.NewRef(text))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, text)
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	}
	_, err := resolver.Resolve(t.Context(), secret.NewRef("encrypted:vault!e:kv!p:apps/github!k:token!b:true"))
	require.NotContains(t, fmt.Sprint(err), "abc")
}

func TestVaultLogins(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(file, []byte("pod's token\n"), 0o600))
	for name, change := range map[string]func(*secret.VaultConfig){
		"user": func(c *secret.VaultConfig) {
			c.AuthMethod, c.Username, c.Password = "USERPASS", "ci", secret.NewRef("right")
		},
		"kubernetes": func(c *secret.VaultConfig) {
			c.AuthMethod, c.Role, c.Path, c.TokenFile = "KUBERNETES", "gennaker", "cluster", file
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, resolver := startVault(t, change)
			read := func() {
				got, err := resolver.Resolve(t.Context(), secret.NewRef("encrypted:vault!e:kv!p:apps/github!k:token"))
				require.NoError(t, err)
				require.Equal(t, "abc", got.Reveal())
			}
			read()
			read()
			require.EqualValues(t, 1, fake.logins.Load(), "the token is kept")
			revoked := "another"
			fake.token.Store(&revoked)
			read()
			require.EqualValues(t, 2, fake.logins.Load(), "a token that is refused is replaced")
		})
	}
}

func TestVaultRefusals(t *testing.T) {
	t.Parallel()
	const text = "encrypted:vault!e:kv!p:apps/github!k:token"
	_, resolver := startVault(t, func(c *secret.VaultConfig) { c.Token = secret.NewRef("hunter2") })
	_, err := resolver.Resolve(t.Context(), secret.NewRef(text))
	require.Equal(t, fault.Forbidden, fault.KindOf(err))
	require.NotContains(t, err.Error(), "hunter2")

	_, resolver = startVault(t, func(c *secret.VaultConfig) {
		c.AuthMethod, c.Username, c.Password = "USERPASS", "ci", secret.NewRef("hunter2")
	})
	_, err = resolver.Resolve(t.Context(), secret.NewRef(text))
	require.Equal(t, fault.Forbidden, fault.KindOf(err))
	require.NotContains(t, err.Error(), "hunter2")

	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	resolver = secret.NewResolver(secret.Options{Vault: secret.VaultConfig{Enabled: true, URL: gone.URL, Token: secret.NewRef("root")}})
	_, err = resolver.Resolve(t.Context(), secret.NewRef(text))
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
}

func TestVaultConfigIsChecked(t *testing.T) {
	t.Parallel()
	require.Empty(t, secret.VaultConfig{URL: "nonsense"}.Validate(), "it is off")
	for want, config := range map[string]secret.VaultConfig{
		"url:":        {URL: "vault"},
		"authMethod:": {URL: "http://v", AuthMethod: "MAGIC"},
		"role:":       {URL: "http://v", AuthMethod: "kubernetes"},
		"username:":   {URL: "http://v", AuthMethod: "USERPASS", Password: secret.NewRef("p")},
		"token:":      {URL: "http://v", Token: secret.NewRef("encrypted:vault!e:a!p:b!k:c")},
	} {
		config.Enabled = true
		require.ErrorContains(t, errors.Join(config.Validate()...), want)
	}
}
