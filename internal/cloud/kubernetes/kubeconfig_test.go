package kubernetes

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/testkube"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

// A kubeconfig that is replaced is used at once, by operations and watches, and
// one that can't be read takes nothing away.
func TestKubeconfigThatChanges(t *testing.T) {
	t.Parallel()
	server := func(pod string) string {
		s := httptest.NewServer(simulated.New(simulated.Kinds, podObject(pod)))
		t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
		return s.URL
	}
	old, renewed := server("old"), server("new")
	file := filepath.Join(t.TempDir(), "kubeconfig")
	write := func(text string) {
		t.Helper()
		// As who replaces a mounted Secret does it.
		if err := os.WriteFile(file+".next", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(file+".next", file); err != nil {
			t.Fatal(err)
		}
	}
	write(kubeconfigOf(old))
	p := testProvider(t, AccountConfig{Name: "sim", KubeconfigFile: file})
	w, _ := watchAll(t, p)
	shows := func(want string) {
		t.Helper()
		testkube.Eventually(t, 2*time.Minute, func() string {
			store, ok := w.Store("sim")
			if !ok || !slices.Equal(podNames(store), []string{want}) {
				state := stateOf(w, "sim")
				return fmt.Sprintf("pod %s does not show: %+v", want, state)
			}
			return ""
		})
	}
	uses := func(want string) *connection {
		t.Helper()
		a, err := p.account("sim")
		if err != nil {
			t.Fatal(err)
		}
		conn, err := a.connect()
		if err != nil {
			t.Fatal(err)
		}
		if conn.host != want {
			t.Fatalf("the account is at %s, not at %s", conn.host, want)
		}
		return conn
	}
	shows("old")
	first := uses(old)

	write("not: [yet")
	if uses(old) != first {
		t.Error("a file that is no kubeconfig made the account connect anew")
	}
	write(kubeconfigOf(old))
	uses(old)
	write(kubeconfigOf(renewed))
	second := uses(renewed)
	shows("new")

	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(file, later, later); err != nil {
		t.Fatal(err)
	}
	if uses(renewed) != second {
		t.Error("a file that was only touched made the account connect anew")
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if uses(renewed) != second {
		t.Error("a file that is gone made the account connect anew")
	}
}
