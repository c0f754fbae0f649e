// Package testregistry runs a real container registry for tests: distribution, which
// tools/registry builds.
package testregistry

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// Options are how a registry is set up.
type Options struct {
	// Notify is the URL that is notified of pushes, with the header Authorization.
	Notify, Authorization string
	// User and Password are those that everything needs; "" if nothing needs any.
	User, Password string
}

// Start starts an empty registry, which ends with the test, and gives its host and port.
func Start(t *testing.T, o Options) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatalf("build the registry for tests: %v", err)
	}
	args := []string{"-notify", o.Notify, "-authorization", o.Authorization}
	if o.User != "" {
		hash, err := bcrypt.GenerateFromPassword([]byte(o.Password), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "htpasswd")
		if err := os.WriteFile(file, []byte(o.User+":"+string(hash)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "-htpasswd", file)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	said := &strings.Builder{} // which is much
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the registry: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the registry doesn't start: %v: %s", err, said)
	}
	return strings.TrimSpace(address)
}

// program builds the registry, once for a version of its sources, and gives where it is.
var program = sync.OnceValues(func() (string, error) {
	text, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the sources: %w", err)
	}
	sources := filepath.Join(filepath.Dir(strings.TrimSpace(string(text))), "tools", "registry")
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		data, err := os.ReadFile(filepath.Join(sources, name))
		if err != nil {
			return "", err
		}
		sum.Write(data)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "gennaker-test")
	path := filepath.Join(dir, fmt.Sprintf("registry-%x", sum.Sum(nil)[:8]))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	made, err := os.CreateTemp(dir, "registry-*.new")
	if err != nil {
		return "", err
	}
	defer os.Remove(made.Name())
	if err := made.Close(); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-C", sources, "-trimpath", "-o", made.Name(), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	// At once, as another process may build it too.
	return path, os.Rename(made.Name(), path)
})
