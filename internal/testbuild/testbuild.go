// Package testbuild builds programs that tests use, from the modules in tools.
package testbuild

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Program builds a package of a module in tools, once for a version of the module, and
// gives where the program is. The package may be one of the module's dependencies.
func Program(ctx context.Context, module, pkg string) (string, error) {
	text, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the sources: %w", err)
	}
	sources := filepath.Join(filepath.Dir(strings.TrimSpace(string(text))), "tools", module)
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		data, err := os.ReadFile(filepath.Join(sources, name))
		if err != nil && (name != "main.go" || !errors.Is(err, fs.ErrNotExist)) {
			return "", err
		}
		sum.Write(data)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	dir, name := filepath.Join(cache, "gennaker-test"), module
	if pkg != "." {
		name += "-" + strings.ReplaceAll(path.Base(path.Dir(pkg))+"-"+path.Base(pkg), "/", "-")
	}
	file := filepath.Join(dir, fmt.Sprintf("%s-%x", name, sum.Sum(nil)[:8]))
	if _, err := os.Stat(file); err == nil {
		return file, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", err
	}
	made, err := os.CreateTemp(dir, name+"-*.new")
	if err != nil {
		return "", err
	}
	defer os.Remove(made.Name())
	if err := made.Close(); err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "build", "-C", sources, "-trimpath", "-o", made.Name(), pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	// At once, as another process may build it too.
	return file, os.Rename(made.Name(), file)
}
