package secret

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// vaultTimeout bounds each request to Vault, and maxVaultBytes its answer.
const (
	vaultTimeout  = 15 * time.Second
	maxVaultBytes = 4 << 20
)

// defaultServiceAccountToken is where Kubernetes puts a pod's token.
const defaultServiceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token" //nolint:gosec // a path, as Kubernetes has it

// VaultConfig is the connection to HashiCorp Vault: Spinnaker's secrets.vault.
type VaultConfig struct {
	Enabled      bool   `json:"enabled" yaml:"enabled" doc:"If true, secrets can be read from Vault."`
	URL          string `json:"url" yaml:"url" doc:"Vault's address, such as https://vault.example.com:8200."`
	Namespace    string `json:"namespace" yaml:"namespace" doc:"Vault's namespace (Vault Enterprise)."`
	AuthMethod   string `json:"authMethod" yaml:"authMethod" enum:"TOKEN,KUBERNETES,USERPASS" doc:"How Gennaker logs in. Default: TOKEN."`
	Token        Ref    `json:"token" yaml:"token" secret:"true" doc:"The token, or its place as env: or file:, for TOKEN. Default: the environment variable VAULT_TOKEN."`
	Role         string `json:"role" yaml:"role" doc:"The role to log in with, for KUBERNETES."`
	Path         string `json:"path" yaml:"path" doc:"The path at which the login method is mounted. Default: kubernetes or userpass."`
	Username     string `json:"username" yaml:"username" doc:"The user, for USERPASS."`
	Password     Ref    `json:"password" yaml:"password" secret:"true" doc:"The password, or its place as env: or file:, for USERPASS."`
	TokenFile    string `json:"serviceAccountTokenFile" yaml:"serviceAccountTokenFile" doc:"The service account token, for KUBERNETES. Default: the token that Kubernetes mounts."`
	UserAuthPath string `json:"userAuthPath" yaml:"userAuthPath" doc:"The path at which USERPASS is mounted (Spinnaker's name for path)."`
}

// Validate tells everything that is wrong, each error beginning with the
// field's name.
func (c VaultConfig) Validate() []error {
	if !c.Enabled {
		return nil
	}
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if u, err := url.Parse(c.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		bad("url: must be an http or https URL, such as https://vault.example.com:8200")
	}
	switch c.method() {
	case "TOKEN":
	case "KUBERNETES":
		if c.Role == "" {
			bad("role: is missing, which KUBERNETES needs")
		}
	case "USERPASS":
		if c.Username == "" {
			bad("username: is missing, which USERPASS needs")
		}
		if c.Password.IsZero() {
			bad("password: is missing, which USERPASS needs")
		}
	default:
		bad("authMethod: %q is not TOKEN, KUBERNETES, or USERPASS", c.AuthMethod)
	}
	for name, ref := range map[string]Ref{"token": c.Token, "password": c.Password} {
		at, err := parse(ref.text)
		if err != nil {
			bad("%s: %w", name, err)
		} else if at.params != nil {
			bad("%s: must be a place that needs no Vault: env: or file:", name)
		}
	}
	return errs
}

func (c VaultConfig) method() string {
	if c.AuthMethod == "" {
		return "TOKEN"
	}
	return strings.ToUpper(c.AuthMethod)
}

// vault reads from one Vault. The token of a login is kept until Vault refuses
// it or its lease ends.
type vault struct {
	config VaultConfig
	client *http.Client
	now    func() time.Time

	mu      sync.Mutex
	token   Secret
	expires time.Time
}

func newVault(config VaultConfig) *vault {
	return &vault{
		config: config, now: time.Now,
		client: &http.Client{
			Timeout: vaultTimeout,
			// A token must not follow a redirect to elsewhere.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// secret reads a key of a secret: e is the engine's mount, p the secret's path,
// k the key, and b:true says that the value is base64.
func (v *vault) secret(ctx context.Context, at place) ([]byte, error) {
	value, err := v.read(ctx, at.params["e"], at.params["p"], at.params["k"])
	if err != nil || at.params["b"] != "true" {
		return []byte(value), err
	}
	decoded, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return nil, fault.New(fault.Invalid, "it is not base64, but the reference has b:true")
	}
	return decoded, nil
}

// read gives a key of a secret. The path is tried as version 2 of the
// key-value engine has it, then as version 1.
func (v *vault) read(ctx context.Context, engine, path, key string) (string, error) {
	data, err := v.readPath(ctx, engine, path)
	var status *vaultStatusError
	if errors.As(err, &status) && status.code == http.StatusForbidden && v.config.method() != "TOKEN" {
		v.forget() // the token may have been revoked: log in again, once
		data, err = v.readPath(ctx, engine, path)
	}
	if err != nil {
		return "", err
	}
	switch value := data[key].(type) {
	case string:
		return value, nil
	case nil:
		return "", fault.New(fault.NotFound, "it has no key %s in Vault", key)
	default:
		text, err := json.Marshal(value)
		if err != nil {
			return "", fault.New(fault.Invalid, "its key %s is not a text", key)
		}
		return string(text), nil
	}
}

func (v *vault) readPath(ctx context.Context, engine, path string) (map[string]any, error) {
	engine, path = strings.Trim(engine, "/"), strings.Trim(path, "/")
	var first error
	for version, at := range []string{engine + "/data/" + path, engine + "/" + path} {
		var answer struct {
			Data map[string]any `json:"data"`
		}
		err := v.get(ctx, at, &answer)
		if err == nil {
			if version == 0 {
				data, _ := answer.Data["data"].(map[string]any)
				return data, nil
			}
			return answer.Data, nil
		}
		if first == nil {
			first = err
		}
		if status := (*vaultStatusError)(nil); !errors.As(err, &status) || status.code != http.StatusNotFound && status.code != http.StatusForbidden {
			return nil, err
		}
	}
	return nil, first
}

func (v *vault) get(ctx context.Context, path string, out any) error {
	token, err := v.login(ctx)
	if err != nil {
		return err
	}
	return v.do(ctx, http.MethodGet, path, token, nil, out)
}

// login gives a token to read with.
func (v *vault) login(ctx context.Context) (Secret, error) {
	if v.config.method() == "TOKEN" {
		ref := v.config.Token
		if ref.IsZero() {
			ref = NewRef("env:VAULT_TOKEN")
		}
		return (*Resolver)(nil).Resolve(ctx, ref)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.token.IsZero() && v.now().Before(v.expires) {
		return v.token, nil
	}
	path, body, err := v.loginRequest(ctx)
	if err != nil {
		return Secret{}, err
	}
	var answer struct {
		Auth struct {
			ClientToken   string `json:"client_token"`
			LeaseDuration int64  `json:"lease_duration"` // seconds, 0 is for ever
		} `json:"auth"`
	}
	if err := v.do(ctx, http.MethodPost, path, Secret{}, body, &answer); err != nil {
		return Secret{}, fault.New(fault.KindOf(err), "log in to Vault: %w", err)
	}
	lease := time.Duration(answer.Auth.LeaseDuration) * time.Second
	if lease <= 0 {
		lease = time.Hour
	}
	v.token, v.expires = New(answer.Auth.ClientToken), v.now().Add(lease*9/10)
	return v.token, nil
}

func (v *vault) loginRequest(ctx context.Context) (string, map[string]string, error) {
	mount := v.config.Path
	if v.config.method() == "USERPASS" {
		if mount == "" {
			mount = v.config.UserAuthPath
		}
		if mount == "" {
			mount = "userpass"
		}
		password, err := (*Resolver)(nil).Resolve(ctx, v.config.Password)
		if err != nil {
			return "", nil, err
		}
		return "auth/" + mount + "/login/" + url.PathEscape(v.config.Username), map[string]string{"password": password.Reveal()}, nil
	}
	if mount == "" {
		mount = "kubernetes"
	}
	file := v.config.TokenFile
	if file == "" {
		file = defaultServiceAccountToken
	}
	jwt, err := readFile(file)
	if err != nil {
		return "", nil, err
	}
	return "auth/" + mount + "/login", map[string]string{"role": v.config.Role, "jwt": jwt.Reveal()}, nil
}

func (v *vault) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.token = Secret{}
}

// vaultStatusError is an answer of Vault that is no success.
type vaultStatusError struct{ code int }

func (e *vaultStatusError) Error() string { return fmt.Sprintf("Vault answers with status %d", e.code) }

func (v *vault) do(ctx context.Context, method, path string, token Secret, body, out any) error {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encode a request to Vault: %w", err)
		}
		payload = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(v.config.URL, "/")+"/v1/"+path, payload)
	if err != nil {
		return fault.New(fault.Invalid, "secrets.vault.url: %w", err)
	}
	if !token.IsZero() {
		req.Header.Set("X-Vault-Token", token.Reveal())
	}
	if v.config.Namespace != "" {
		req.Header.Set("X-Vault-Namespace", v.config.Namespace)
	}
	req.Header.Set("X-Vault-Request", "true")
	resp, err := v.client.Do(req)
	if err != nil {
		return fault.New(fault.Unavailable, "Vault can't be reached: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return statusFault(resp.StatusCode)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxVaultBytes)).Decode(out); err != nil {
		return fault.New(fault.Unavailable, "Vault's answer can't be read: %w", err)
	}
	return nil
}

func statusFault(code int) error {
	cause := &vaultStatusError{code: code}
	switch code {
	case http.StatusForbidden, http.StatusUnauthorized, http.StatusBadRequest:
		return fault.New(fault.Forbidden, "%w: the token, the role or the policy of secrets.vault doesn't allow it", cause)
	case http.StatusNotFound:
		return fault.New(fault.NotFound, "%w: the path doesn't exist", cause)
	}
	return fault.New(fault.Unavailable, "%w", cause)
}
