package cue

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// mostPackages is how many packages may be imported.
const mostPackages = 1000

// loader loads packages from files. CUE's own loader would read the server's disk, and
// fetch modules.
type loader struct {
	files map[string][]byte
	names []string
	// root is the directory of the module, and module its path; "" if there is none.
	root, module string
	context      *build.Context
	parsed       map[string]*ast.File
	// loading are the imports that are being loaded: one that is met again is circular.
	loading []string
	loaded  int
}

func newLoader(all []bakery.File, where string) (*loader, error) {
	l := &loader{files: map[string][]byte{}, parsed: map[string]*ast.File{}}
	for _, f := range all {
		l.files[f.Name] = f.Data
		l.names = append(l.names, f.Name)
	}
	l.context = build.NewContext(build.Loader(l.load))
	l.root = "."
	for dir := where; ; dir = path.Dir(dir) {
		file := path.Join(dir, "cue.mod/module.cue")
		if data, ok := l.files[file]; ok {
			l.root = dir
			name, err := moduleName(file, data)
			l.module = name
			return l, err
		}
		if dir == "." {
			return l, nil
		}
	}
}

// moduleName reads the module's path.
func moduleName(file string, data []byte) (string, error) {
	f, err := parser.ParseFile(file, data)
	if err != nil {
		return "", problem(err)
	}
	for _, d := range f.Decls {
		field, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		label, _, _ := ast.LabelName(field.Label)
		value, isText := field.Value.(*ast.BasicLit)
		if label != "module" || !isText {
			continue
		}
		name, err := strconv.Unquote(value.Value)
		if err != nil {
			return "", fault.New(fault.Invalid, "%s: module: %w", file, err)
		}
		return withoutVersion(name), nil
	}
	return "", nil
}

// withoutVersion cuts the major version off a path, as in example.com/a@v0.
func withoutVersion(name string) string {
	before, _, _ := strings.Cut(name, "@")
	return before
}

// main is the package to evaluate: that of a directory, or a single file.
func (l *loader) main(where string) (*build.Instance, error) {
	inst := l.context.NewInstance(where, l.load)
	if _, isFile := l.files[where]; isFile {
		f, err := l.parse(where)
		if err == nil {
			err = asError(inst.AddSyntax(f))
		}
		if err != nil {
			return nil, err
		}
	} else if err := l.add(inst, []string{where}, ""); err != nil {
		return nil, err
	}
	if err := inst.Complete(); err != nil {
		return nil, problem(err)
	}
	if inst.Err != nil {
		return nil, problem(inst.Err)
	}
	return inst, nil
}

func asError(err errors.Error) error {
	if err == nil {
		return nil
	}
	return problem(err)
}

func (l *loader) parse(name string) (*ast.File, error) {
	f, err := parser.ParseFile(name, l.files[name], parser.ParseComments)
	if err != nil {
		return nil, problem(err)
	}
	return f, nil
}

// add adds the files of a package in directories. Its name is that of the only one
// there if it isn't given. Files of the same package in the directories above, up to the
// module's, belong to it as well.
func (l *loader) add(inst *build.Instance, dirs []string, wanted string) error {
	name, found := wanted, 0
	for _, dir := range dirs {
		for at := dir; ; at = path.Dir(at) {
			for _, file := range l.in(at) {
				f, err := l.parse(file)
				if err != nil {
					return err
				}
				pkg := f.PackageName()
				switch {
				case ignored(f):
					continue
				case at != dir && (pkg == "" || pkg != name):
					continue
				case wanted != "" && pkg != wanted:
					continue
				case name != "" && pkg != "" && pkg != name:
					return fault.New(fault.Invalid, "%s: the directory has the packages %s and %s; use the path of a file", file, name, pkg)
				}
				if name == "" {
					name = pkg
				}
				found++
				if err := asError(inst.AddSyntax(f)); err != nil {
					return err
				}
			}
			if at == "." || at == l.root || name == "" {
				break
			}
		}
	}
	if found == 0 {
		return fault.New(fault.Invalid, "%s: there are no files of CUE", strings.Join(dirs, ", "))
	}
	return nil
}

// in lists the files of CUE in a directory.
func (l *loader) in(dir string) []string {
	var out []string
	for _, name := range l.names {
		base := path.Base(name)
		if path.Dir(name) == dir && !strings.HasSuffix(base, "_tool.cue") && !strings.HasSuffix(base, "_test.cue") && !strings.HasPrefix(base, ".") {
			out = append(out, name)
		}
	}
	return out
}

// ignored tells whether a file says that it belongs to no build.
func ignored(f *ast.File) bool {
	for _, d := range f.Decls {
		if a, ok := d.(*ast.Attribute); ok && strings.HasPrefix(a.Text, "@ignore(") {
			return true
		}
	}
	return false
}

// load loads what a file imports; nil is one of CUE's own packages, or unknown.
func (l *loader) load(pos token.Pos, given string) *build.Instance {
	importPath, wanted, _ := strings.Cut(given, ":")
	importPath = withoutVersion(importPath)
	if wanted == "" {
		wanted = path.Base(importPath)
	}
	dirs := l.dirs(importPath)
	if len(dirs) == 0 {
		if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
			return nil
		}
	}
	inst := l.context.NewInstance(importPath, l.load)
	fail := func(err error) *build.Instance {
		inst.ReportError(errors.Newf(pos, "%v", err))
		return inst
	}
	if slices.Contains(l.loading, given) {
		return fail(fault.New(fault.Invalid, "import cycle: %s", strings.Join(append(l.loading, given), " imports ")))
	}
	l.loaded++
	if l.loaded > mostPackages {
		return fail(limit.Count(l.loaded, mostPackages, "packages to import"))
	}
	if len(dirs) == 0 {
		return fail(fault.New(fault.Invalid, "the package %s isn't in the artifact; add it below cue.mod/pkg: nothing is fetched from a registry", fault.Short(importPath)))
	}
	l.loading = append(l.loading, given)
	defer func() { l.loading = l.loading[:len(l.loading)-1] }()
	if err := l.add(inst, dirs, wanted); err != nil {
		return fail(err)
	}
	if err := inst.Complete(); err != nil {
		return fail(err)
	}
	return inst
}

// dirs are the directories that a package's files can be in.
func (l *loader) dirs(importPath string) []string {
	clean := path.Clean(importPath)
	if clean != importPath || path.IsAbs(clean) || strings.HasPrefix(clean, "..") {
		return nil
	}
	var candidates []string
	if rest, ok := strings.CutPrefix(importPath, l.module); l.module != "" && ok && (rest == "" || rest[0] == '/') {
		candidates = append(candidates, path.Join(l.root, rest))
	}
	for _, below := range []string{"pkg", "gen", "usr"} {
		candidates = append(candidates, path.Join(l.root, "cue.mod", below, importPath))
	}
	return slices.DeleteFunc(candidates, func(dir string) bool { return len(l.in(dir)) == 0 })
}
