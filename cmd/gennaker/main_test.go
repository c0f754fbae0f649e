package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
)

// gennaker runs a command line and returns the exit code and what it wrote.
func gennaker(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestMistakesAreOneLineAndExitCode2(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"srve":                         `gennaker: gennaker has no command "srve"; did you mean "serve"?`,
		"xyzzy":                        `gennaker: gennaker has no command "xyzzy"; gennaker --help lists them`,
		"config valdate":               `gennaker: gennaker config has no command "valdate"; did you mean "validate"?`,
		"serve --lisen :1":             `gennaker: unknown flag: --lisen; gennaker serve --help lists the flags`,
		"serve now":                    `gennaker: gennaker serve got the argument "now"; usage: gennaker serve [flags]`,
		"serve --listen nonsense":      `gennaker: configuration: --listen: server.listen: "nonsense" is not an address as host:port, such as 127.0.0.1:8084 or :8084`,
		"serve --roles api,ui":         `gennaker: configuration: --roles: roles[1]: is "ui", must be one of api, engine, cloud`,
		"config validate one two":      `gennaker: gennaker config validate got 2 arguments; usage: gennaker config validate [FILE] [flags]`,
		"expression evaluate ${1}":     `gennaker: set --execution to a file with the response of GET /pipelines/{id}`,
		"serve --database mysql://x/y": `gennaker: configuration: --database: database.url: begins with "mysql:", must begin with postgres:// or sqlite://`,
	} {
		code, out, errs := gennaker(t, strings.Fields(command)...)
		require.Equal(t, exitUsage, code, command)
		require.Equal(t, want+"\n", errs, command)
		require.Empty(t, out, command)
	}
}

func TestFailuresAreExitCode1(t *testing.T) {
	t.Parallel()
	code, _, errs := gennaker(t, "config", "validate", filepath.Join(t.TempDir(), "nothing.yaml"))
	require.Equal(t, exitFailed, code)
	require.Regexp(t, `^gennaker: read the configuration: open .*nothing.yaml: no such file or directory\n$`, errs)
}

func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		"":                {"serve", "demo", "config", "version", "Exit codes"},
		"serve":           {"127.0.0.1:8084", "GENNAKER_SERVER_LISTEN", "--database postgres://", "SIGTERM", "GET /health"},
		"demo":            {"--auto-approve", "./dev demo"},
		"config":          {"validate", "GENNAKER_SERVER_BODY_LIMIT"},
		"config validate": {"--show"},
	} {
		code, out, _ := gennaker(t, append(strings.Fields(command), "--help")...)
		require.Equal(t, exitOK, code)
		for _, text := range want {
			require.Contains(t, out, text, command)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	_, out, _ := gennaker(t, "version")
	require.Regexp(t, `^gennaker \S+ \(go1\S+, \w+/\w+\)\n$`, out)
	_, out, _ = gennaker(t, "version", "--json")
	require.Contains(t, out, `"platform": `)
}

func TestConfigValidate(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "gennaker.yaml")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }

	write("server: {listen: ':80'}\ndatabase: {url: 'postgres://u:hunter2@db/x'}\n")
	code, out, _ := gennaker(t, "config", "validate", file)
	require.Equal(t, exitOK, code)
	require.Equal(t, "The configuration is valid.\n", out)
	_, out, _ = gennaker(t, "config", "validate", "--show", file)
	require.Contains(t, out, "url: postgres://u:xxxxx@db/x")
	require.NotContains(t, out, "hunter2")

	write("server:\n  listn: ':80'\n  readTimeout: soon\n")
	code, _, errs := gennaker(t, "config", "validate", file)
	require.Equal(t, exitUsage, code)
	require.Contains(t, errs, "gennaker: configuration: 2 problems\n")
	require.Contains(t, errs, `gennaker.yaml:2:3: server.listn: unknown key; did you mean "listen"?`)
	require.Contains(t, errs, `gennaker.yaml:3:16: server.readTimeout: is "soon", must be a duration`)
}

func TestConfigKeysAndSchema(t *testing.T) {
	t.Parallel()
	_, out, _ := gennaker(t, "config", "keys")
	for _, key := range config.Keys() {
		if !key.Section {
			require.Contains(t, out, key.Path)
		}
	}
	_, out, _ = gennaker(t, "config", "schema")
	require.Equal(t, string(config.Schema()), out)
}

func TestCompletion(t *testing.T) {
	t.Parallel()
	_, out, _ := gennaker(t, "__complete", "serve", "--roles", "")
	require.Contains(t, out, "engine\n")
	code, out, _ := gennaker(t, "completion", "bash")
	require.Equal(t, exitOK, code)
	require.NotEmpty(t, out)
}

// log is a standard error that can be read while it is written.
type log struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestServe(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var errs log
	ended := make(chan int, 1)
	dir := filepath.Join(t.TempDir(), "made", "when missing")
	go func() {
		ended <- run(ctx, []string{"serve", "--data-dir", dir, "--listen", "127.0.0.1:0"}, strings.NewReader(""), io.Discard, &errs)
	}()
	address := regexp.MustCompile(`msg=ready address=(\S+)`)
	require.Eventually(t, func() bool { return address.MatchString(errs.String()) }, 2*time.Minute, 5*time.Millisecond, "%s", &errs)
	url := "http://" + address.FindStringSubmatch(errs.String())[1] + "/health"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.DirExists(t, dir)
	stop()
	require.Equal(t, exitOK, <-ended)
}
