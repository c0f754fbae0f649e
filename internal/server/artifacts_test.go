package server_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

func TestArtifactsAreFetched(t *testing.T) {
	t.Parallel()
	files := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("kind: ConfigMap"))
	}))
	t.Cleanup(files.Close)
	strict := start(t, nil)
	open := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
	})
	file := map[string]any{"type": "http/file", "reference": files.URL + "/cm.yml", "artifactAccount": "no-auth-http-account"}
	for name, tc := range map[string]struct {
		at       *instance
		artifact map[string]any
		status   int
		want     string
	}{
		"embedded":  {strict, map[string]any{"type": "embedded/base64", "reference": "aGVsbG8="}, 200, "hello"},
		"file":      {open, file, 200, "kind: ConfigMap"},
		"forbidden": {strict, file, 403, ""},
		"unknown":   {strict, map[string]any{"type": "what/ever"}, 404, ""},
	} {
		if status, got := tc.at.fetch(t, tc.artifact); status != tc.status || (tc.want != "" && got != tc.want) {
			t.Errorf("%s: %d: %s", name, status, got)
		}
	}
	_, accounts := strict.call(http.MethodGet, "/artifacts/credentials", nil)
	if list, _ := accounts.([]any); len(list) == 0 || model.String(list[0].(map[string]any), "name") == "" {
		t.Errorf("accounts: %v", accounts)
	}
}

// fetch asks for an artifact's content, which is no JSON.
func (i *instance) fetch(t *testing.T, artifact map[string]any) (int, string) {
	t.Helper()
	text, err := model.Marshal(artifact)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, i.base+"/artifacts/fetch", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
