package jsonnet

import (
	"context"
	"encoding/json"
	"path"
	"strings"

	"github.com/google/go-jsonnet"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/objects"
	"github.com/gennaker/gennaker/internal/confine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// children are the child processes.
var children = confine.New(confine.Kind{
	Name: "jsonnet", Subject: "Jsonnet program", Advice: "check it for comprehensions and recursions that don't end", Work: work,
})

func init() { children.Serve() } //nolint:gochecknoinits // so that the programs of tests can be children as well

// order is what a child is to do.
type order struct {
	Program, Name, Namespace string
	Values                   map[string]any
	Files                    []bakery.File
}

func (o order) within(ctx context.Context, b confine.Bounds) (bakery.Output, error) {
	var out []byte
	err := children.Do(ctx, b, o, nil, &out)
	return bakery.Output{Manifest: out}, err
}

func work(input json.RawMessage, _ confine.Ask) (any, error) {
	var o order
	if err := model.Unmarshal(input, &o); err != nil {
		return nil, err
	}
	return o.render()
}

// deepest is how deep calls may lie in each other, as the command has it.
const deepest = 500

// render runs the program in this process.
func (o order) render() ([]byte, error) {
	vm := jsonnet.MakeVM()
	vm.MaxStack = deepest
	vm.Importer(newFiles(o.Files))
	vm.ExtVar("name", o.Name)
	vm.ExtVar("namespace", o.Namespace)
	given, err := json.Marshal(o.Values)
	if err != nil {
		return nil, err
	}
	vm.ExtCode("values", string(given))
	text, err := vm.EvaluateFile(o.Program)
	if err != nil {
		return nil, fault.New(fault.Invalid, "jsonnet: %s", strings.TrimSpace(err.Error()))
	}
	if _, err := limit.Document.JSON([]byte(text)); err != nil {
		return nil, fault.New(fault.KindOf(err), "jsonnet: what %s evaluates to: %w", o.Program, err)
	}
	var value any
	if err := model.Unmarshal([]byte(text), &value); err != nil {
		return nil, fault.New(fault.Invalid, "jsonnet: what %s evaluates to can't be read: %w", o.Program, err)
	}
	found, err := objects.Collect(value)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "jsonnet: what %s evaluates to: %w", o.Program, err)
	}
	return objects.Write(found)
}

// files are what programs can import.
type files map[string]jsonnet.Contents

func newFiles(all []bakery.File) files {
	out := files{}
	for _, f := range all {
		out[f.Name] = jsonnet.MakeContentsRaw(f.Data)
	}
	return out
}

// libraries are where imports are looked for that aren't beside the file that has them,
// from the root of the artifact.
var libraries = []string{"", "lib", "vendor"}

// Import finds a file beside the one that imports it, or in one of the libraries.
func (f files) Import(from, name string) (jsonnet.Contents, string, error) {
	if path.IsAbs(name) || strings.Contains(name, "\\") {
		return jsonnet.Contents{}, "", fault.New(fault.Invalid, "%s: imports %s, which is outside of the artifact", from, fault.Short(name))
	}
	outside := 0
	for _, dir := range append([]string{path.Dir(from)}, libraries...) {
		at := path.Join(dir, name)
		if at == ".." || strings.HasPrefix(at, "../") {
			outside++
			continue
		}
		if contents, ok := f[at]; ok {
			return contents, at, nil
		}
	}
	if outside > len(libraries) {
		return jsonnet.Contents{}, "", fault.New(fault.Invalid, "%s: imports %s, which is outside of the artifact", from, fault.Short(name))
	}
	return jsonnet.Contents{}, "", fault.New(fault.Invalid, "%s: imports %s, which is neither beside it nor in %s of the artifact", from, fault.Short(name), "lib or vendor")
}
