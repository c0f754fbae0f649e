package packer

import (
	"bytes"
	"embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

//go:embed templates/*.json templates/*.sh
var embedded embed.FS

// mostTemplate is how many bytes a template or a file of variables may have.
const mostTemplate = 1 << 20

// templates are ours, and users' in a directory of the configuration.
type templates struct{ dir string }

// template is a template or a file of variables; path is "" if it is ours.
type template struct {
	path    string
	content []byte
}

// uses tells whether a template has a variable.
func (t template) uses(name string) bool { return bytes.Contains(t.content, []byte(name)) }

// find finds a template: a user's of that name, else ours.
func (t templates) find(name string) (template, error) {
	found, err := t.own(name, "template")
	if fault.KindOf(err) != fault.NotFound {
		return found, err
	}
	content, missing := embedded.ReadFile("templates/" + name)
	if missing != nil || !strings.HasSuffix(name, ".json") {
		return template{}, err
	}
	return template{content: content}, nil
}

// own finds a user's file. It must be within the directory of the configuration, also
// where symbolic links lead.
func (t templates) own(name, what string) (template, error) {
	if !filepath.IsLocal(name) {
		return template{}, fault.New(fault.Invalid, "The %s %q must be the path of a file within rosco.configDir", what, fault.Short(name))
	}
	missing := fault.New(fault.NotFound, "There is no %s %s; Gennaker has: %s", what, fault.Short(name), strings.Join(names(), ", "))
	if t.dir == "" {
		return template{}, missing
	}
	missing = fault.New(fault.NotFound, "There is no %s %s in rosco.configDir; Gennaker has: %s", what, fault.Short(name), strings.Join(names(), ", "))
	root, err := os.OpenRoot(t.dir)
	if err != nil {
		return template{}, fault.New(fault.Invalid, "rosco.configDir can't be read: %v", err)
	}
	defer func() { _ = root.Close() }()
	file, err := root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return template{}, missing
	}
	if err != nil {
		return template{}, fault.New(fault.Invalid, "The %s %s can't be read: %v", what, fault.Short(name), err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return template{}, fault.New(fault.Invalid, "The %s %s isn't a file", what, fault.Short(name))
	}
	content, err := io.ReadAll(io.LimitReader(file, mostTemplate+1))
	switch {
	case err != nil:
		return template{}, fault.New(fault.Invalid, "The %s %s can't be read: %v", what, fault.Short(name), err)
	case len(content) > mostTemplate:
		return template{}, fault.New(fault.TooLarge, "The %s %s has more than %d MiB", what, fault.Short(name), mostTemplate>>20)
	}
	return template{filepath.Join(t.dir, name), content}, nil
}

// names lists our templates.
func names() []string {
	entries, _ := embedded.ReadDir("templates") // it is there
	var out []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			out = append(out, e.Name())
		}
	}
	return out
}

// scripts are the contents of our scripts.
func scripts() []byte {
	content, _ := embedded.ReadFile("templates/install_packages.sh") // it is there
	return content
}

// unpack writes one of our templates and our scripts to a directory, and gives the
// template's path.
func unpack(dir, name string) (string, error) {
	content, err := embedded.ReadFile("templates/" + name)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.Base(name))
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return "", err
	}
	return path, os.WriteFile(filepath.Join(dir, "install_packages.sh"), slices.Clone(scripts()), 0o700) //nolint:gosec // Packer uploads it, and it may be run
}
