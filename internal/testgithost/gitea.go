package testgithost

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Gitea is a real Gitea with a user, ann, who may do everything.
type Gitea struct {
	URL, Token string

	t *testing.T
}

// password is ann's.
const password = "password-of-ann"

// StartGitea starts the program that GENNAKER_GITEA names, with an empty database; the test is
// skipped without one, as building it takes minutes. GENNAKER_GITEA_FILES is the directory
// of its sources, for a program that was built without its files in it.
func StartGitea(t *testing.T) *Gitea {
	t.Helper()
	program := os.Getenv("GENNAKER_GITEA")
	if program == "" {
		t.Skip("GENNAKER_GITEA names no program")
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
	_, port, _ := strings.Cut(address, ":")
	g := &Gitea{t: t, URL: "http://" + address}
	dir := t.TempDir()
	file := filepath.Join(dir, "app.ini")
	settings := fmt.Sprintf("RUN_MODE = prod\nI_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\nWORK_PATH = %s\n"+
		"[security]\nINSTALL_LOCK = true\nSECRET_KEY = of a test\nALLOWED_HOST_LIST = *\n"+
		"[database]\nDB_TYPE = sqlite3\n[log]\nLEVEL = error\n"+
		"[server]\nHTTP_ADDR = 127.0.0.1\nHTTP_PORT = %s\nROOT_URL = %s/\nDISABLE_SSH = true\nOFFLINE_MODE = true\n", dir, port, g.URL)
	if files := os.Getenv("GENNAKER_GITEA_FILES"); files != "" {
		settings += "STATIC_ROOT_PATH = " + files + "\n"
	}
	if err := os.WriteFile(file, []byte(settings), 0o600); err != nil { //nolint:gosec // in a directory of the test
		t.Fatal(err)
	}
	run := func(args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), program, append([]string{"-c", file}, args...)...).CombinedOutput() //nolint:gosec // what the developer names
		if err != nil {
			t.Fatalf("gitea %s: %v: %s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	run("migrate")
	said := strings.Fields(run("admin", "user", "create", "--username", "ann", "--password", password, "--email", "ann@example.com", "--admin", "--must-change-password=false", "--access-token", "--access-token-scopes", "write:repository,write:user"))
	g.Token = said[len(said)-1]
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), program, "-c", file, "web") //nolint:gosec // as above
	cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(time.Minute); ; {
		if code, _ := g.ask(http.MethodGet, "/version", nil); code == http.StatusOK {
			return g
		}
		if time.Now().After(deadline) {
			t.Fatal("gitea doesn't start")
		}
		<-time.After(20 * time.Millisecond)
	}
}

// Create creates a repository of ann's, and gives its clone URL, with her password.
func (g *Gitea) Create(name string) string {
	g.t.Helper()
	if code, body := g.ask(http.MethodPost, "/user/repos", object{"name": name, "auto_init": true, "default_branch": "main"}); code != http.StatusCreated {
		g.t.Fatalf("create a repository: %d %s", code, body)
	}
	return strings.Replace(g.URL, "http://", "http://ann:"+password+"@", 1) + "/ann/" + name + ".git"
}

// Hooks lists the webhooks of a repository of ann's, as Gitea gives them.
func (g *Gitea) Hooks(name string) []map[string]any {
	g.t.Helper()
	_, body := g.ask(http.MethodGet, "/repos/ann/"+name+"/hooks", nil)
	var out []map[string]any
	if err := json.Unmarshal(body, &out); err != nil {
		g.t.Fatalf("list the webhooks: %s", body)
	}
	return out
}

func (g *Gitea) ask(method, path string, body any) (int, []byte) {
	text, err := json.Marshal(body)
	if err != nil {
		g.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.URL+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Header.Set("Authorization", "token "+g.Token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, answer
}
