package template

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/nikolalohinski/gonja/v2/builtins"
	controlStructures "github.com/nikolalohinski/gonja/v2/builtins/control_structures"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/parser"
	"github.com/nikolalohinski/gonja/v2/tokens"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// maxModules is how deep modules may be nested in each other.
const maxModules = 10

// tag is a tag of our own, with what it does when it is rendered.
type tag struct {
	at  *tokens.Token
	run func(*exec.Renderer) (string, error)
}

// Position is where the tag stands.
func (t *tag) Position() *tokens.Token { return t.at }

// String names the tag.
func (t *tag) String() string { return "tag" }

// Execute writes what the tag renders to.
func (t *tag) Execute(r *exec.Renderer, _ *nodes.ControlStructureBlock) error {
	out, err := t.run(r)
	if err != nil {
		return err
	}
	_, err = io.WriteString(r.Output, out)
	return err
}

// argument is a key and a value of a tag.
type argument struct {
	key   string
	value nodes.Expression
	// word is the value where it is a single word, which may be a name or a text.
	word string
}

// arguments reads "key=value" pairs, with or without commas between them.
func arguments(args *parser.Parser) ([]argument, error) {
	var out []argument
	for !args.End() {
		key := args.Match(tokens.Name)
		if key == nil || args.Match(tokens.Assign) == nil {
			return nil, errors.New("a tag's parameters must be like key=value")
		}
		a := argument{key: key.Val}
		value, err := args.ParseExpression()
		if err != nil {
			return nil, err
		}
		a.value = value
		if name, ok := value.(*nodes.Name); ok {
			a.word = name.Name.Val
		}
		out = append(out, a)
		args.Match(tokens.Comma)
	}
	return out, nil
}

// eval gives an argument's value: that of the expression, else the word itself.
func (a argument) eval(r *exec.Renderer) (any, error) {
	value := r.Eval(a.value)
	switch {
	case !value.IsError() && !value.IsNil():
		return goValue(value), nil
	case a.word != "":
		return a.word, nil
	case value.IsError():
		return nil, fmt.Errorf("parameter %s: %w", a.key, value)
	}
	return nil, nil
}

// moduleTag is {% module id key=value %}: it renders to a module's definition.
func (r *renderer) moduleTag(scope map[string]any) parser.ControlStructureParser {
	return func(p, args *parser.Parser) (nodes.ControlStructure, error) {
		var id strings.Builder
		for !args.End() {
			// An id may have dashes, which are tokens of their own.
			if args.Current(tokens.Name) != nil && id.Len() > 0 && args.Peek(tokens.Assign) != nil {
				break
			}
			if args.Match(tokens.Comma) != nil {
				break
			}
			id.WriteString(args.Pop().Val)
		}
		pairs, err := arguments(args)
		if err != nil {
			return nil, err
		}
		name := id.String()
		return &tag{at: p.Current(), run: func(x *exec.Renderer) (string, error) { return r.module(x, name, pairs, scope) }}, nil
	}
}

// module renders a module, as Orca's ModuleTag: its variables come from what is
// known by their names, from the tag's parameters, from their defaults.
func (r *renderer) module(x *exec.Renderer, id string, pairs []argument, scope map[string]any) (string, error) {
	at := "module:" + id
	var found map[string]any
	for _, module := range model.Objects(r.template, "modules") {
		if model.String(module, "id") == id {
			found = module
		}
	}
	if found == nil {
		return "", fault.New(fault.Invalid, "there is no module %q", id)
	}
	if r.modules >= maxModules {
		return "", fault.New(fault.Invalid, "%s: modules are nested more than %d deep; look for one that uses itself", at, maxModules)
	}
	r.modules++
	defer func() { r.modules-- }()

	inner := r.scope()
	for _, v := range model.Objects(r.template, "variables") {
		if v["defaultValue"] != nil || model.Bool(v, "nullable", false) {
			inner[model.String(v, "name")] = v["defaultValue"]
		}
	}
	var missing []string
	for _, v := range model.Objects(found, "variables") {
		name := model.String(v, "name")
		value, err := r.moduleValue(x, name, pairs, scope)
		if err != nil {
			return "", fault.New(fault.Invalid, "%s: %w", at, err)
		}
		if value == nil {
			value = v["defaultValue"]
		}
		if value == nil && !model.Bool(v, "nullable", false) {
			missing = append(missing, name)
			continue
		}
		inner[name] = value
	}
	if len(missing) > 0 {
		return "", fault.New(fault.Invalid, "%s: the module's variables without a value: %s", at, strings.Join(missing, ", "))
	}
	out, err := r.deep(found["definition"], inner, at)
	if err != nil {
		return "", err
	}
	if text, ok := out.(string); ok {
		return text, nil
	}
	return jsonText(out), nil
}

func (r *renderer) moduleValue(x *exec.Renderer, name string, pairs []argument, _ map[string]any) (any, error) {
	if value, ok := x.Environment.Context.Get(name); ok && value != nil {
		return goValue(exec.AsValue(value)), nil
	}
	for _, a := range pairs {
		if a.key == name {
			return a.eval(x)
		}
	}
	return nil, nil
}

// macroTag is {% macro name(parameter, other=default) %}. Macros may call each
// other but not themselves, as in Jinjava, and what they give counts as output.
func (r *renderer) macroTag(p, args *parser.Parser) (nodes.ControlStructure, error) {
	read, ok := builtins.ControlStructures.Get("macro")
	if !ok {
		return nil, errors.New("there are no macros")
	}
	found, err := read(p, args)
	if err != nil {
		return nil, err
	}
	macro, ok := found.(*controlStructures.MacroControlStructure)
	if !ok {
		return found, nil
	}
	return &tag{at: p.Current(), run: func(x *exec.Renderer) (string, error) {
		call, err := exec.MacroNodeToFunc(macro.Macro, x)
		if err != nil {
			return "", err
		}
		x.Environment.Context.Set(macro.Name, r.boundedMacro(macro.Name, call))
		return "", nil
	}}, nil
}

func (r *renderer) boundedMacro(name string, call exec.Macro) exec.Macro {
	running := false
	return func(params *exec.VarArgs) *exec.Value {
		if running {
			return exec.AsValue(fmt.Errorf("the macro %s calls itself", name))
		}
		if err := r.ctx.Err(); err != nil {
			return exec.AsValue(err)
		}
		r.calls++
		if r.calls > maxCalls {
			return exec.AsValue(fmt.Errorf("the macros of a template may be called %d times in all", maxCalls))
		}
		running = true
		out := call(params)
		running = false
		if r.left -= len(out.String()); r.left < 0 {
			return exec.AsValue(errTooLong)
		}
		return out
	}
}

// configTag is {% pipelineid application=a name=b %}, or the same for
// strategies: it renders to the id of a configuration.
func (r *renderer) configTag(_ map[string]any, strategy bool) parser.ControlStructureParser {
	return func(p, args *parser.Parser) (nodes.ControlStructure, error) {
		pairs, err := arguments(args)
		if err != nil {
			return nil, err
		}
		return &tag{at: p.Current(), run: func(x *exec.Renderer) (string, error) {
			application, name := r.application, ""
			for _, a := range pairs {
				value, err := a.eval(x)
				if err != nil {
					return "", err
				}
				switch a.key {
				case "application":
					application = fmt.Sprint(value)
				case "name":
					name = fmt.Sprint(value)
				}
			}
			return r.configID(strategy, application, name)
		}}, nil
	}
}

func (r *renderer) configID(strategy bool, application, name string) (string, error) {
	kind := "pipeline"
	if strategy {
		kind = "strategy"
	}
	if name == "" {
		return "", fault.New(fault.Invalid, "the tag %sid needs a name", kind)
	}
	if r.planner.pipelines == nil {
		return "", fault.New(fault.Invalid, "the tag %sid is not supported", kind)
	}
	id, ok, err := r.planner.pipelines.ConfigID(r.ctx, strategy, application, name)
	if err != nil {
		return "", fault.New(fault.Unavailable, "find %s %s of application %s: %w", kind, name, application, err)
	}
	if !ok {
		return "", fault.New(fault.Invalid, "there is no %s named %q in application %q", kind, name, application)
	}
	return id, nil
}
