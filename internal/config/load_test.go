package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// load reads a configuration from a text and an environment.
func load(t *testing.T, text string, env ...string) (*Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gennaker.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return Load(Sources{File: file, Env: env})
}

// problems reads a configuration that is wrong and returns the complaints, with
// the file's directory cut off.
func problems(t *testing.T, text string, env ...string) []string {
	t.Helper()
	_, err := load(t, text, env...)
	var wrong *Error
	require.ErrorAs(t, err, &wrong)
	out := make([]string, len(wrong.Problems))
	for i, p := range wrong.Problems {
		if at := strings.Index(p.Where, "gennaker.yaml"); at >= 0 {
			p.Where = p.Where[at:]
		}
		out[i] = p.String()
	}
	return out
}

func TestLoad(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, `
server:
  listen: :80
  bodyLimit: 64KB
  readTimeout: 90s
  cors: {allowedOrigins: ["https://deck.example.com"]}
database:
  url: postgres://gennaker:secret@db/gennaker
roles: [api]
logging: {format: json}
tracing:
  sampleRatio: 0.5
  headers: {x-token: abc}
engine:
  workers: 0x10
  timezone: Europe/Berlin
  tasks:
    global: {backOffPeriod: 2s}
    providers:
      kubernetes:
        backOffPeriod: 5s
        accounts: {prod: {backOffPeriod: 10s}}
kubernetes:
  accounts:
    - name: prod
      kubeconfigFile: /etc/prod
      permissions: {READ: [devs]}
    - name: test
      kubeconfigContents: |
        apiVersion: v1
`)
	require.NoError(t, err)
	require.Equal(t, ":80", cfg.Server.Listen)
	require.Equal(t, 64*KB, cfg.Server.BodyLimit)
	require.Equal(t, 90*time.Second, cfg.Server.ReadTimeout)
	require.Equal(t, []string{"https://deck.example.com"}, cfg.Server.CORS.AllowedOrigins)
	require.Equal(t, Default().Server.IdleTimeout, cfg.Server.IdleTimeout)
	require.Equal(t, "postgres://gennaker:secret@db/gennaker", cfg.Database.URL)
	require.Equal(t, []Role{RoleAPI}, cfg.Roles)
	require.Equal(t, Logging{Level: "info", Format: "json"}, cfg.Logging)
	require.InDelta(t, 0.5, cfg.Tracing.SampleRatio, 0)
	require.Equal(t, map[string]string{"x-token": "abc"}, cfg.Tracing.Headers)
	require.Equal(t, 16, cfg.Engine.Workers)
	require.Len(t, cfg.Kubernetes.Accounts, 2)
	require.Equal(t, "/etc/prod", cfg.Kubernetes.Accounts[0].KubeconfigFile)
	require.Equal(t, "apiVersion: v1\n", cfg.Kubernetes.Accounts[1].KubeconfigContents)

	tasks := cfg.Engine.Tasks
	require.Equal(t, 2*time.Second, tasks.BackOff("", ""))
	require.Equal(t, 5*time.Second, tasks.BackOff("kubernetes", "test"))
	require.Equal(t, 10*time.Second, tasks.BackOff("kubernetes", "prod"))
}

func TestLoadTakesAnEmptyFile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "---\n", "server:\n", "kubernetes: {}\n"} {
		cfg, err := load(t, text)
		require.NoError(t, err, text)
		require.Equal(t, Default(), cfg, text)
	}
}

func TestLoadTellsEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`gennaker.yaml:2:3: server.listn: unknown key; did you mean "listen"? (known here: listen, baseUrl, allowedHosts, advertise, cors, bodyLimit, readHeaderTimeout, readTimeout, idleTimeout, shutdownDelay, shutdownTimeout)`,
		`gennaker.yaml:3:14: server.bodyLimit: "large" is not a size such as 10MB`,
		`gennaker.yaml:4:16: server.readTimeout: is 30, must be a duration such as 500ms, 30s or 5m`,
		`gennaker.yaml:5:8: roles: is "api", must be a list`,
		`gennaker.yaml:6:18: logging.level: is "warning", must be one of debug, info, warn, error; did you mean "warn"?`,
		`gennaker.yaml:7:20: metrics.enabled: is "yes", must be true or false`,
		`gennaker.yaml:9:12: engine.workers: is "many", must be a whole number`,
		`gennaker.yaml:11:3: kubernetes: is a list, must be a mapping of keys to values`,
	}, problems(t, strings.TrimPrefix(`
server:
  listn: :80
  bodyLimit: large
  readTimeout: 30
roles: api
logging: {level: warning}
metrics: {enabled: yes}
engine:
  workers: many
kubernetes:
  - name: prod
`, "\n")))
}

func TestLoadTellsWhichValuesCantBe(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`gennaker.yaml:2:11: server.listen: "8084" is not an address as host:port, such as 127.0.0.1:8084 or :8084`,
		`gennaker.yaml:3:16: server.readTimeout: must not be negative`,
		`gennaker.yaml:5:8: database.url: begins with "mysql:", must begin with postgres:// or sqlite://`,
		`gennaker.yaml:7:20: engine.timezone: "Mars/Base" is not a time zone such as Europe/Berlin or UTC`,
		`gennaker.yaml:8:24: tracing.sampleRatio: must be between 0 and 1`,
		`gennaker.yaml:6:14: roles[1]: "api" is named twice`,
	}, problems(t, strings.TrimPrefix(`
server:
  listen: "8084"
  readTimeout: -1s
database:
  url: mysql://db/x
roles: [api, api]
engine: {timezone: Mars/Base}
tracing: {sampleRatio: 2}
`, "\n")))
}

func TestLoadRefusesRetentionThatDeletesTooMuch(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`gennaker.yaml:3:42: pollers.old-pipeline-cleanup.threshold-days: must be at least 1`,
		`gennaker.yaml:3:74: pollers.old-pipeline-cleanup.minimum-pipeline-executions: must be at least 0`,
		`gennaker.yaml:4:51: pollers.top-application-execution-cleanup.chunk-size: must be at least 1`,
		`gennaker.yaml:5:41: pollers.revision-cleanup.minimum-revisions: must be at least 1`,
	}, problems(t, `
pollers:
  old-pipeline-cleanup: {threshold-days: 0, minimum-pipeline-executions: -4}
  top-application-execution-cleanup: {chunk-size: 0}
  revision-cleanup: {minimum-revisions: 0}
`))
	_, err := load(t, "pollers: {old-pipeline-cleanup: {minimum-pipeline-executions: 0}, top-application-execution-cleanup: {threshold: 0}}")
	require.NoError(t, err)
}

func TestLoadTellsWhatOthersCantUse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"kubernetes: {accounts: [{name: a}, {name: a}]}\n":                              `gennaker.yaml:1:43: kubernetes.accounts[1].name: "a" is taken by kubernetes.accounts[0]`,
		"kubernetes: {accounts: [{name: a, kinds: [pod], omitKinds: [job]}]}\n":         `gennaker.yaml:1:60: kubernetes.accounts[0].omitKinds: only one of kinds and omitKinds may be set`,
		"kubernetes: {accounts: [{kinds: [pod]}]}\n":                                    `gennaker.yaml:1:25: kubernetes.accounts[0].name: is missing`,
		"user-configured-url-restrictions: {allowedHostnamesRegex: '('}\n":              "gennaker.yaml:1:59: user-configured-url-restrictions.allowedHostnamesRegex: error parsing",
		"webhook: {allowedRequestsEnabled: true, allowedRequests: [{urlPattern: x}]}\n": "gennaker.yaml:1:59: webhook.allowedRequests[0]: urlPrefix is missing",
		"webhook: {trust: {enabled: true, trustPem: /does/not/exist}}\n":                "gennaker.yaml:1:18: webhook.trust: ",
	} {
		got := problems(t, text)
		require.Len(t, got, 1, text)
		require.True(t, strings.HasPrefix(got[0], want), "%q\n got %q\nwant %q", text, got[0], want)
	}
}

func TestLoadTellsOfWrongYAML(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"server:\n\tlisten: x\n":                    "gennaker.yaml:2: ",
		"server: {listen: x\n":                      "gennaker.yaml:1: ",
		"roles: [api]\n---\nroles: [api]\n":         "gennaker.yaml:2:1: a second document",
		"server:\n  listen: :1\n  listen: :2\n":     "gennaker.yaml:3:3: ",
		"- a\n- b\n":                                "gennaker.yaml:1:1: is a list",
		"just text\n":                               `gennaker.yaml:1:1: is "just text"`,
		"server: *nowhere\n":                        "gennaker.yaml:1: there is no anchor &nowhere above",
		"dataDir: 5\n":                              "gennaker.yaml:1:10: dataDir: must be a text: put 5 in quotes",
		"dataDir: [a]\n":                            "gennaker.yaml:1:10: dataDir: is a list, must be a text",
		"dataDir: {a: b}\n":                         "gennaker.yaml:1:10: dataDir: is a mapping, must be a text",
		"engine: {workers: 99999999999999999999}\n": `gennaker.yaml:1:19: engine.workers: is "99999999999999999999", must be a whole number`,
		"engine: {workers: 1.5}\n":                  "gennaker.yaml:1:19: engine.workers: is 1.5, must be a whole number",
	} {
		got := problems(t, text)
		require.Len(t, got, 1, text)
		require.True(t, strings.HasPrefix(got[0], want), "%q\n got %q\nwant %q", text, got[0], want)
	}
}

func TestLoadFollowsAnchors(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, `
kubernetes:
  accounts:
    - &base
      name: one
      namespaces: &spaces [a, b]
    - <<: *base
      name: two
    - name: three
      omitNamespaces: *spaces
`)
	require.NoError(t, err)
	accounts := cfg.Kubernetes.Accounts
	require.Equal(t, "two", accounts[1].Name)
	require.Equal(t, []string{"a", "b"}, accounts[1].Namespaces)
	require.Equal(t, []string{"a", "b"}, accounts[2].OmitNamespaces)
}

func TestEnvironmentOverridesTheFile(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, "server: {listen: ':1', bodyLimit: 1MB}\nroles: [api]\n",
		"GENNAKER_SERVER_LISTEN=:2",
		"GENNAKER_SERVER_CORS_ALLOWED_ORIGINS=https://a.example, https://b.example",
		"GENNAKER_SERVER_READ_TIMEOUT=5s",
		"GENNAKER_ROLES=engine,api",
		"GENNAKER_ENGINE_WORKERS=7",
		"GENNAKER_METRICS_ENABLED=false",
		"GENNAKER_DATA_DIR=12345",
		`GENNAKER_KUBERNETES_ACCOUNTS=[{"name": "prod", "kinds": ["pod"]}]`,
		"GENNAKER_TRACING_HEADERS=x-token: abc",
		"HOME=/x", "NOT A VARIABLE", "GENNAKER_ENGINE_TIMEZONE=",
	)
	require.NoError(t, err)
	require.Equal(t, ":2", cfg.Server.Listen)
	require.Equal(t, 1*MB, cfg.Server.BodyLimit)
	require.Equal(t, []string{"https://a.example", "https://b.example"}, cfg.Server.CORS.AllowedOrigins)
	require.Equal(t, 5*time.Second, cfg.Server.ReadTimeout)
	require.Equal(t, []Role{RoleEngine, RoleAPI}, cfg.Roles)
	require.Equal(t, 7, cfg.Engine.Workers)
	require.False(t, cfg.Metrics.Enabled)
	require.Equal(t, "12345", filepath.Base(cfg.DataDir))
	require.True(t, filepath.IsAbs(cfg.DataDir))
	require.Equal(t, "prod", cfg.Kubernetes.Accounts[0].Name)
	require.Equal(t, []string{"pod"}, cfg.Kubernetes.Accounts[0].Kinds)
	require.Equal(t, map[string]string{"x-token": "abc"}, cfg.Tracing.Headers)
}

func TestEnvironmentIsCheckedToo(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`GENNAKER_SERVER_READ_TIMEOUT: server.readTimeout: is "soon", must be a duration such as 500ms, 30s or 5m`,
		`GENNAKER_ROLES: roles[0]: is "ui", must be one of api, engine, cloud`,
		`GENNAKER_ENGINE_WORKERS: engine.workers: is "lots", must be a whole number`,
		`GENNAKER_KUBERNETES_ACCOUNTS: kubernetes.accounts[0].nam: unknown key; did you mean "name"? (known here:`,
		`GENNAKER_SERVER_LISTEN: server.listen: "nonsense" is not an address as host:port, such as 127.0.0.1:8084 or :8084`,
	}, cutKnown(problems(t, "",
		"GENNAKER_SERVER_READ_TIMEOUT=soon", "GENNAKER_ROLES=ui", "GENNAKER_ENGINE_WORKERS=lots",
		"GENNAKER_KUBERNETES_ACCOUNTS=[{nam: x}]", "GENNAKER_SERVER_LISTEN=nonsense")[:5]))
}

// cutKnown leaves the lists of known keys out.
func cutKnown(problems []string) []string {
	for i, p := range problems {
		if before, _, found := strings.Cut(p, " (known here:"); found {
			problems[i] = before + " (known here:"
		}
	}
	return problems
}

func TestSettingsOverrideTheEnvironment(t *testing.T) {
	t.Parallel()
	cfg, err := Load(Sources{
		Env:      []string{"GENNAKER_SERVER_LISTEN=:2"},
		Settings: []Setting{{Path: "server.listen", Value: ":3", Origin: "--listen"}},
	})
	require.NoError(t, err)
	require.Equal(t, ":3", cfg.Server.Listen)

	_, err = Load(Sources{Settings: []Setting{{Path: "roles", Value: "", Origin: "--roles"}}})
	require.EqualError(t, err, "configuration: --roles: roles: must name at least one role")
}

func TestLoadWithoutTheFile(t *testing.T) {
	t.Parallel()
	_, err := Load(Sources{File: filepath.Join(t.TempDir(), "nothing.yaml")})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"server: {listen: ':80'}", "a: &a [*a]", "x: |\n  y", "<<: {}", "? [a]: b", "!!int 5", "roles: [api, ~]",
		"kubernetes: {accounts: [{name: a}, &x {name: b}, *x]}", "server:\n  <<: *x", "\"\": 1", "server: &s {cors: *s}", "server: &s {<<: *s}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := newLoader(Default())
		l.file("fuzz.yaml", []byte(text)) // must come back, whatever the text
	})
}
