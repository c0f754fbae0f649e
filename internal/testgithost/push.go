package testgithost

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // GitHub's older header
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/http/cgi" //nolint:gosec // it was fixed long ago
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Serve has Git's own server serve a repository, as its clone URL says. A push to it is sent
// to its webhooks as a kind of host does it: github, gitlab, gitea, or bitbucket.
func (s *Server) Serve(path, kind string) (cloneURL string) {
	s.t.Helper()
	root := s.t.TempDir()
	dir := filepath.Join(root, "repository.git")
	Git(s.t, root, "init", "-q", "--bare", "-b", "main", dir)
	Git(s.t, dir, "config", "http.receivepack", "true")
	// Git's own hook notes what was pushed.
	hook := "#!/bin/sh\ncat >> \"$GIT_DIR/pushed\"\n"
	if err := os.WriteFile(filepath.Join(dir, "hooks", "post-receive"), []byte(hook), 0o755); err != nil { //nolint:gosec // a program
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.find(path).dir = dir + "\x00" + kind
	return s.URL + "/git/" + path
}

// Git runs Git in a directory, and gives what it prints.
func Git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com", "GIT_TERMINAL_PROMPT=0")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// git serves the repositories as Git does, and sends what was pushed to the webhooks.
func (s *Server) git(w http.ResponseWriter, r *http.Request) {
	rest := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/git/"), "/", 3)
	if len(rest) < 3 {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	found := s.find(rest[0] + "/" + rest[1])
	s.mu.Unlock()
	if found == nil || found.dir == "" {
		http.NotFound(w, r)
		return
	}
	dir, kind, _ := strings.Cut(found.dir, "\x00")
	backend, err := exec.CommandContext(r.Context(), "git", "--exec-path").Output()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	asked := r.Clone(r.Context())
	asked.URL.Path = "/" + rest[2]
	(&cgi.Handler{
		Path: filepath.Join(strings.TrimSpace(string(backend)), "git-http-backend"), Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "REMOTE_USER=ann"},
	}).ServeHTTP(w, asked)
	if !strings.HasSuffix(r.URL.Path, "/git-receive-pack") || r.Method != http.MethodPost {
		return
	}
	pushed, err := os.ReadFile(filepath.Join(dir, "pushed"))
	if err != nil {
		return
	}
	_ = os.Remove(filepath.Join(dir, "pushed"))
	for _, line := range strings.Split(string(pushed), "\n") { //nolint:modernize // the context gets lost in a function of its own
		if fields := strings.Fields(line); len(fields) == 3 {
			s.tell(r.Context(), found, dir, kind, fields[0], fields[1], fields[2])
		}
	}
}

// tell sends a push to all active webhooks of a repository.
func (s *Server) tell(ctx context.Context, found *Repository, dir, kind, before, after, ref string) {
	files := []string{}
	if strings.Trim(after, "0") != "" {
		out, err := exec.CommandContext(ctx, "git", "-C", dir, "show", "--pretty=format:", "--name-only", after).Output()
		if err == nil {
			files = strings.Fields(string(out))
		}
	}
	commits := []any{object{"id": after, "added": files, "modified": []any{}, "removed": []any{}}}
	event, body := "push", object{}
	switch kind {
	case "github", "gitea":
		owner := object{"login": found.Owner, "name": found.Owner, "username": found.Owner}
		body = object{
			"ref": ref, "before": before, "after": after, "commits": commits,
			"repository": object{"name": found.Name, "full_name": found.Owner + "/" + found.Name, "owner": owner, "contents_url": s.URL + "/contents/{+path}", "html_url": s.URL + "/" + found.Owner + "/" + found.Name},
		}
	case "gitlab":
		event = "Push Hook"
		path := found.Owner + "/" + found.Name
		body = object{
			"object_kind": "push", "ref": ref, "before": before, "after": after, "commits": commits,
			"project": object{"name": found.Title, "namespace": found.Namespace, "path_with_namespace": path, "homepage": s.URL + "/" + path},
		}
	case "bitbucket":
		event = "repo:refs_changed"
		body = object{
			"eventKey": event, "repository": object{"slug": found.Name, "project": object{"key": found.Owner}},
			"changes": []any{object{"ref": object{"id": ref}, "fromHash": before, "toHash": after, "type": "UPDATE"}},
		}
	}
	s.mu.Lock()
	hooks := append([]*Hook{}, found.hooks...)
	s.mu.Unlock()
	for _, k := range hooks {
		if k.Active {
			s.send(ctx, kind, k, event, body)
		}
	}
}

// send sends an event to a webhook, and notes the answer.
func (s *Server) send(ctx context.Context, kind string, k *Hook, event string, body object) {
	s.mu.Lock()
	hook := *k
	s.mu.Unlock()
	code := s.post(ctx, kind, hook, event, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	k.Code = code
}

// post sends an event as a kind of host does, and gives the status of the answer.
func (s *Server) post(ctx context.Context, kind string, k Hook, event string, body object) int {
	text, err := json.Marshal(body)
	if err != nil {
		return 0
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, k.URL, bytes.NewReader(text))
	if err != nil {
		return 0
	}
	s.mu.Lock()
	s.next++
	delivery := fmt.Sprintf("delivery-%d", s.next)
	s.mu.Unlock()
	mac := func(algorithm func() hash.Hash) string {
		h := hmac.New(algorithm, []byte(k.Secret))
		h.Write(text)
		return hex.EncodeToString(h.Sum(nil))
	}
	set := func(pairs ...string) {
		for i := 0; i < len(pairs); i += 2 {
			req.Header.Set(pairs[i], pairs[i+1])
		}
	}
	set("Content-Type", "application/json")
	switch kind {
	case "gitlab":
		set("X-Gitlab-Event", event, "X-Gitlab-Event-Uuid", delivery)
		if k.Secret != "" {
			set("X-Gitlab-Token", k.Secret)
		}
	case "bitbucket":
		set("X-Event-Key", event, "X-Request-Id", delivery)
		if k.Secret != "" {
			set("X-Hub-Signature", "sha256="+mac(sha256.New))
		}
	case "gitea":
		set("X-Gitea-Event", event, "X-Gitea-Delivery", delivery)
		if k.Secret != "" {
			set("X-Gitea-Signature", mac(sha256.New), "X-Hub-Signature-256", "sha256="+mac(sha256.New), "X-Hub-Signature", "sha1="+mac(sha1.New))
		}
	default:
		set("X-Github-Event", event, "X-Github-Delivery", delivery)
		if k.Secret != "" {
			set("X-Hub-Signature-256", "sha256="+mac(sha256.New), "X-Hub-Signature", "sha1="+mac(sha1.New))
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return http.StatusBadGateway
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}
