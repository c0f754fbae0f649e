package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Sources are the places that a configuration comes from; the later ones win:
// the defaults, the file, the environment, the settings.
type Sources struct {
	// File is the path of the YAML file; none is read when it is empty.
	File string
	// Env is the environment, as os.Environ gives it.
	Env []string
	// Settings are single keys, set by command line flags.
	Settings []Setting
}

// Setting sets one key.
type Setting struct {
	// Path is the key, such as "server.listen".
	Path string
	// Value is written as in an environment variable.
	Value string
	// Origin names the source in error messages, such as "--listen".
	Origin string
}

// Load reads and checks a configuration. Its error is an [*Error] with
// everything that is wrong, or tells why the file can't be read.
func Load(from Sources) (*Config, error) {
	c := Default()
	l := newLoader(c)
	if from.File != "" {
		data, err := os.ReadFile(from.File)
		if err != nil {
			return nil, fmt.Errorf("read the configuration: %w", err)
		}
		l.file(from.File, data)
	}
	l.environment(from.Env)
	for _, s := range from.Settings {
		l.set(s)
	}
	l.validate(c)
	if len(l.problems) > 0 {
		return nil, &Error{Problems: l.problems}
	}
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return nil, fmt.Errorf("find the data directory (dataDir): %w", err)
	}
	c.DataDir = dir
	return c, nil
}

// loader fills a configuration from one source after another.
type loader struct {
	description *node
	target      reflect.Value
	origins     map[string]string
	problems    []Problem
}

func newLoader(c *Config) *loader {
	return &loader{
		description: description(),
		target:      reflect.ValueOf(c).Elem(),
		origins:     map[string]string{},
	}
}

// file takes over a YAML document.
func (l *loader) file(name string, data []byte) {
	text, err := yamldoc.Check(data, limit.File)
	if err != nil {
		l.problems = append(l.problems, Problem{Where: name, Message: err.Error()})
		return
	}
	documents, err := text.Nodes()
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	where := func(n *yamldoc.Node) string { return fmt.Sprintf("%s:%d:%d", name, n.Line, n.Column) }
	documents = slices.DeleteFunc(documents, func(d *yamldoc.Node) bool { return isNull(d.Content[0]) })
	switch len(documents) {
	case 0:
	case 1:
		l.decode(documents[0].Content[0], l.description, l.target, "", where)
	default:
		l.problems = append(l.problems, Problem{Where: where(documents[1]), Message: "a second document begins here; only one is allowed"})
	}
}

// environment takes over the variables that name keys.
func (l *loader) environment(env []string) {
	variables := map[string]string{}
	for _, variable := range env {
		if name, value, ok := strings.Cut(variable, "="); ok {
			variables[name] = value
		}
	}
	for _, key := range Keys() {
		if value := variables[key.Env]; value != "" && key.Env != "" {
			l.set(Setting{Path: key.Path, Value: value, Origin: key.Env})
		}
	}
}

// set takes over a single key. Its value is YAML, so that lists and mappings
// can be given too; a text needs no quotes, and a list of texts may be given
// separated by commas.
func (l *loader) set(s Setting) {
	n, target := l.description, l.target
	for name := range strings.SplitSeq(s.Path, ".") {
		f, ok := n.field(name)
		if !ok {
			l.problems = append(l.problems, Problem{Where: s.Origin, Path: s.Path, Message: unknownKey(name, n)})
			return
		}
		n, target = f.node, target.FieldByIndex(f.index)
	}
	where := func(*yamldoc.Node) string { return s.Origin }
	if node := plainNode(n, s.Value); node != nil {
		l.decode(node, n, target, s.Path, where)
		return
	}
	value, err := parseValue(s.Value)
	if err != nil {
		l.problems = append(l.problems, Problem{Where: s.Origin, Path: s.Path, Message: fmt.Sprintf("%q can't be read, must be %s", s.Value, n.wants())})
		return
	}
	l.decode(value, n, target, s.Path, where)
}

// parseValue parses a single value.
func parseValue(text string) (*yamldoc.Node, error) {
	checked, err := yamldoc.Check([]byte(text), limit.File)
	if err != nil {
		return nil, err
	}
	documents, err := checked.Nodes()
	if err != nil {
		return nil, err
	}
	if len(documents) != 1 {
		return nil, errors.New("it is not one value")
	}
	return documents[0].Content[0], nil
}

func (l *loader) decode(in *yamldoc.Node, n *node, out reflect.Value, path string, where func(*yamldoc.Node) string) {
	d := decoder{where: where, origins: l.origins}
	d.value(in, n, out, path)
	l.problems = append(l.problems, d.problems...)
}

// plainNode makes the YAML node of a value that is to be taken word for word:
// texts, and lists of texts separated by commas. nil for other values.
func plainNode(n *node, value string) *yamldoc.Node {
	switch {
	case n.kind == kindText || n.kind == kindOther || n.kind == kindDuration || n.kind == kindSize:
		return textNode(value)
	case n.kind == kindList && n.elem.kind == kindText && !strings.HasPrefix(strings.TrimSpace(value), "["):
		list := &yamldoc.Node{Kind: yamldoc.Sequence}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list.Content = append(list.Content, textNode(item))
			}
		}
		return list
	}
	return nil
}

func textNode(value string) *yamldoc.Node {
	return &yamldoc.Node{Kind: yamldoc.Scalar, Style: yamldoc.DoubleQuoted, Value: value}
}

// syntaxProblem turns the parser's error into a problem with its place.
func syntaxProblem(name string, err error) Problem {
	if syntax, ok := errors.AsType[*yamldoc.Error](err); ok && syntax.Line > 0 {
		return Problem{Where: fmt.Sprintf("%s:%d", name, syntax.Line), Message: syntax.Message}
	}
	return Problem{Where: name, Message: err.Error()}
}

// validate adds what is wrong with the values, with the places they were set
// at. A key that has a problem already is left out: its value is not what was
// meant.
func (l *loader) validate(c *Config) {
	known := map[string]bool{}
	for _, p := range l.problems {
		known[p.Path] = true
	}
	for _, p := range c.check() {
		if !known[p.Path] {
			p.Where = l.origin(p.Path)
			l.problems = append(l.problems, p)
		}
	}
}

// origin is where a key was set, or the nearest key around it that was; empty
// where the default stands.
func (l *loader) origin(path string) string {
	for path != "" {
		if where, ok := l.origins[path]; ok {
			return where
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return ""
}
