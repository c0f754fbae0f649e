package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/gennaker/gennaker/internal/limit"
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
	if _, err := limit.File.YAML(data); err != nil {
		l.problems = append(l.problems, Problem{Where: name, Message: err.Error()})
		return
	}
	document, err := parser.ParseBytes(data, 0)
	if err != nil {
		l.problems = append(l.problems, syntaxProblem(name, err))
		return
	}
	if len(document.Docs) > 1 {
		token := document.Docs[1].Start
		where := name
		if token != nil {
			where = fmt.Sprintf("%s:%d:%d", name, token.Position.Line, token.Position.Column)
		}
		l.problems = append(l.problems, Problem{Where: where, Message: "a second document begins here; there must be one only"})
		return
	}
	for _, doc := range document.Docs {
		if doc.Body != nil {
			l.decode(doc.Body, l.description, l.target, "", func(n ast.Node) string {
				at := n.GetToken().Position
				return fmt.Sprintf("%s:%d:%d", name, at.Line, at.Column)
			})
		}
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
	where := func(ast.Node) string { return s.Origin }
	if node := plainNode(n, s.Value); node != nil {
		l.decode(node, n, target, s.Path, where)
		return
	}
	document, err := parser.ParseBytes([]byte(s.Value), 0)
	if err != nil || len(document.Docs) != 1 || document.Docs[0].Body == nil {
		l.problems = append(l.problems, Problem{Where: s.Origin, Path: s.Path, Message: fmt.Sprintf("%q can't be read, must be %s", s.Value, n.wants())})
		return
	}
	l.decode(document.Docs[0].Body, n, target, s.Path, where)
}

func (l *loader) decode(in ast.Node, n *node, out reflect.Value, path string, where func(ast.Node) string) {
	d := decoder{where: where, anchors: map[string]ast.Node{}, origins: l.origins}
	d.value(in, n, out, path)
	l.problems = append(l.problems, d.problems...)
}

// plainNode makes the YAML node of a value that is to be taken word for word:
// texts, and lists of texts separated by commas. nil for other values.
func plainNode(n *node, value string) ast.Node {
	switch {
	case n.kind == kindText || n.kind == kindOther || n.kind == kindDuration || n.kind == kindSize:
		return textNode(value)
	case n.kind == kindList && n.elem.kind == kindText && !strings.HasPrefix(strings.TrimSpace(value), "["):
		list := &ast.SequenceNode{BaseNode: &ast.BaseNode{}}
		for item := range strings.SplitSeq(value, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list.Values = append(list.Values, textNode(item))
			}
		}
		return list
	}
	return nil
}

func textNode(value string) ast.Node {
	return &ast.StringNode{BaseNode: &ast.BaseNode{}, Value: value}
}

// syntaxProblem turns the parser's error into a problem with its place.
func syntaxProblem(name string, err error) Problem {
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		at := syntax.GetToken().Position
		return Problem{Where: fmt.Sprintf("%s:%d:%d", name, at.Line, at.Column), Message: syntax.GetMessage()}
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
