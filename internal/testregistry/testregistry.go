// Package testregistry runs a real container registry for tests: distribution, which
// tools/registry builds.
package testregistry

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/gennaker/gennaker/internal/testbuild"
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

// program builds the registry.
var program = sync.OnceValues(func() (string, error) { return testbuild.Program(context.Background(), "registry", ".") })
