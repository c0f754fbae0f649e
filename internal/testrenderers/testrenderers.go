// Package testrenderers has the commands helm and kustomize, which tools/renderers builds,
// for tests to compare with.
package testrenderers

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/testbuild"
)

var (
	buildHelm = sync.OnceValues(func() (string, error) {
		return testbuild.Program(context.Background(), "renderers", "helm.sh/helm/v4/cmd/helm")
	})
	buildKustomize = sync.OnceValues(func() (string, error) {
		return testbuild.Program(context.Background(), "renderers", "sigs.k8s.io/kustomize/kustomize/v5")
	})
)

// Helm gives where the command helm is.
func Helm(tb testing.TB) string {
	tb.Helper()
	return program(tb, "helm", buildHelm)
}

// Kustomize gives where the command kustomize is.
func Kustomize(tb testing.TB) string {
	tb.Helper()
	return program(tb, "kustomize", buildKustomize)
}

func program(tb testing.TB, name string, build func() (string, error)) string {
	tb.Helper()
	path, err := build()
	if err != nil {
		tb.Fatalf("build %s for tests: %v", name, err)
	}
	return path
}

// Run runs a command in a directory, and gives its standard output. The error has what it
// writes to standard error.
func Run(ctx context.Context, home, dir, command string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, command, args...)
	var out, said bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &said
	cmd.Env = []string{"HOME=" + home, "PATH="}
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, said.String())
	}
	return out.Bytes(), nil
}
