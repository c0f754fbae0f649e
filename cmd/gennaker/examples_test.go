package main

import (
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWorkedExamplesCompile builds the examples in CONTRIBUTING.md as if they
// were files of the module. An example is a code block that begins with the
// path of its file.
func TestWorkedExamplesCompile(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	overlay := map[string]map[string]string{"Replace": {}}
	packages := map[string]bool{}
	block := regexp.MustCompile("(?s)\n```(?:go|json)\n(// (internal/[a-z0-9_/]+\\.(?:go|json))\n.*?\n)```\n")
	for _, found := range block.FindAllStringSubmatch(string(text), -1) {
		content, path := found[1], filepath.FromSlash(found[2])
		if strings.HasSuffix(path, ".json") {
			_, content, _ = strings.Cut(content, "\n")
		} else if formatted, err := format.Source([]byte(content)); err != nil || string(formatted) != content {
			t.Errorf("the example %s is not formatted as gofmt does: %v", path, err)
		}
		if _, err := os.Stat(filepath.Join(root, path)); err == nil {
			t.Errorf("the example %s is a file of the project", path)
		}
		source := filepath.Join(dir, strings.ReplaceAll(path, string(filepath.Separator), "_"))
		if err := os.WriteFile(source, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		overlay["Replace"][filepath.Join(root, path)] = source
		if strings.HasSuffix(path, ".go") {
			packages["./"+filepath.ToSlash(filepath.Dir(path))] = true
		}
	}
	if len(packages) < leastExamples {
		t.Fatalf("there are %d examples, and should be %d at least: %v", len(packages), leastExamples, packages)
	}
	file, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"build", "-trimpath", "-overlay", filepath.Join(dir, "overlay.json")}
	for one := range packages {
		arguments = append(arguments, one)
	}
	command := exec.CommandContext(t.Context(), "go", arguments...)
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("the examples in CONTRIBUTING.md don't compile: %v\n%s", err, output)
	}
}

// leastExamples are the extension points that have an example.
const leastExamples = 6
