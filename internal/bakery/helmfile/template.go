package helmfile

import (
	"bytes"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// templater renders Go templates with the functions that helmfiles have.
type templater struct {
	files map[string][]byte
	depth int
}

// deepest is how deep templates may call tpl.
const deepest = 50

// refusedFunctions would run commands, or read the server's environment and secrets.
var refusedFunctions = []string{"exec", "envExec", "env", "requiredEnv", "expandenv", "getHostByName", "fetchSecretValue", "expandSecretRefs", "readDir", "readDirEntries"}

// render renders a text; paths are relative to dir.
func (t *templater) render(name, dir, text string, data map[string]any) (string, error) {
	parsed, err := template.New(name).Option("missingkey=error").Funcs(t.functions(dir, data)).Parse(text)
	if err != nil {
		return "", fault.New(fault.Invalid, "%w", err)
	}
	out := bounded{most: limit.Inflated}
	if err := parsed.Execute(&out, data); err != nil {
		return "", fault.New(fault.Invalid, "%w", err)
	}
	return out.text.String(), nil
}

// bounded is a text that doesn't grow without end.
type bounded struct {
	text bytes.Buffer
	most int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.text.Len()+len(p) > b.most {
		return 0, fault.New(fault.TooLarge, "it renders to more than %s", limit.Size(int64(b.most)))
	}
	return b.text.Write(p)
}

func (t *templater) functions(dir string, data map[string]any) template.FuncMap {
	out := sprig.TxtFuncMap()
	for _, name := range refusedFunctions {
		out[name] = func(...any) (string, error) {
			return "", fault.New(fault.Invalid, "the function %s is not supported: templates see neither commands, nor the server's environment and secrets; use values", name)
		}
	}
	out["toYaml"] = func(value any) (string, error) {
		text, err := yamldoc.Marshal(value)
		return strings.TrimSuffix(string(text), "\n"), err
	}
	out["fromYaml"] = func(text string) (any, error) { return readYAML("fromYaml", []byte(text)) }
	out["required"] = func(message string, value any) (any, error) {
		if value == nil || value == "" {
			return nil, fault.New(fault.Invalid, "%s", message)
		}
		return value, nil
	}
	out["readFile"] = func(name string) (string, error) {
		content, err := t.read(dir, name)
		return string(content), err
	}
	out["isFile"] = func(name string) bool {
		_, err := t.read(dir, name)
		return err == nil
	}
	out["get"], out["getOrNil"], out["setValueAtPath"] = get, getOrNil, setValueAtPath
	out["tpl"] = func(text string, given any) (string, error) {
		t.depth++
		if t.depth > deepest {
			return "", fault.New(fault.Invalid, "tpl is called more than %d deep", deepest)
		}
		defer func() { t.depth-- }()
		inner, ok := given.(map[string]any)
		if !ok {
			inner = data
		}
		return t.render("tpl", dir, text, inner)
	}
	return out
}

// read reads a file of the artifact.
func (t *templater) read(dir, name string) ([]byte, error) {
	at, err := within(dir, name)
	if err != nil {
		return nil, err
	}
	data, ok := t.files[at]
	if !ok {
		return nil, fault.New(fault.Invalid, "there is no file %s in the artifact", fault.Short(at))
	}
	return data, nil
}

// within is the path of a file that is named relative to a directory.
func within(dir, name string) (string, error) {
	at := path.Join(dir, name)
	if path.IsAbs(name) || at == ".." || strings.HasPrefix(at, "../") || strings.Contains(name, "\\") {
		return "", fault.New(fault.Invalid, "%s is outside of the artifact", fault.Short(name))
	}
	return at, nil
}

// get gives the value at a path, as {{ .Values | get "a.b" "default" }}.
func get(at string, rest ...any) (any, error) {
	if len(rest) == 0 {
		return nil, fault.New(fault.Invalid, "get %q: there is no object to get it from", at)
	}
	value, err := getOrNil(at, rest[len(rest)-1])
	if err == nil && value == nil {
		if len(rest) > 1 {
			return rest[0], nil
		}
		return nil, fault.New(fault.Invalid, "there is no value at %q", at)
	}
	return value, err
}

func getOrNil(at string, from any) (any, error) {
	for key := range strings.SplitSeq(at, ".") {
		object, ok := from.(map[string]any)
		if !ok {
			return nil, nil //nolint:nilnil // as Helmfile's function has it
		}
		from = object[key]
	}
	return from, nil
}

func setValueAtPath(at string, value any, in map[string]any) (map[string]any, error) {
	object := in
	keys := strings.Split(at, ".")
	for _, key := range keys[:len(keys)-1] {
		inner, ok := object[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[key] = inner
		}
		object = inner
	}
	object[keys[len(keys)-1]] = value
	return in, nil
}

// readYAML reads a document; nil if it is empty.
func readYAML(name string, data []byte) (any, error) {
	text, err := yamldoc.Check(data, limit.Document)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "%s: %w", name, err)
	}
	value, err := text.Value()
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: %w", name, err)
	}
	return model.Plain(value), nil
}

// object reads a document that must be an object.
func object(f bakery.File) (map[string]any, error) {
	value, err := readYAML(f.Name, f.Data)
	if err != nil {
		return nil, err
	}
	out, ok := value.(map[string]any)
	if !ok && value != nil {
		return nil, fault.New(fault.Invalid, "%s: must be a YAML object", f.Name)
	}
	return out, nil
}
