package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestArchitectureMap: docs/architecture.md has each package of internal/, and
// names none that isn't there.
func TestArchitectureMap(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "docs", "architecture.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "## The map")
	table, _, _ = strings.Cut(table, "\n## ")
	named := map[string]bool{}
	for row := range strings.SplitSeq(table, "\n") {
		first, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), "|")
		for _, name := range regexp.MustCompile("`(internal/[a-z0-9/]+)`").FindAllStringSubmatch(first, -1) {
			named[name[1]] = true
			if info, err := os.Stat(filepath.Join(root, name[1])); err != nil || !info.IsDir() {
				t.Errorf("the map names %s, which isn't there", name[1])
			}
		}
	}
	packages, err := os.ReadDir(filepath.Join(root, "internal"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		path := "internal/" + p.Name()
		if !p.IsDir() || named[path] {
			continue
		}
		below := false // packages that only hold others, such as internal/cloud
		for name := range named {
			below = below || strings.HasPrefix(name, path+"/")
		}
		if files, _ := filepath.Glob(filepath.Join(root, path, "*.go")); below && len(files) == 0 {
			continue
		}
		t.Errorf("the map lacks %s", path)
	}
}
