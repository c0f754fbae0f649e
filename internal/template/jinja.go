package template

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nikolalohinski/gonja/v2/builtins"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"github.com/nikolalohinski/gonja/v2/parser"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Limits of one plan: templates come from users.
const (
	maxText    = 256 << 10
	maxOutput  = 16 << 20
	maxRounds  = 100_000
	maxRange   = 1000 // Jinjava's
	maxNesting = 200
	maxLoops   = 4
)

// structures are the library's that are offered. There are no other files to
// include or import: Orca's Jinjava finds none either.
var structures = []string{"if", "for", "set", "raw", "with", "filter", "call", "do"}

// Jinja renders a text on its own, which sees the values by their names. As in Jinjava, a
// name that isn't known is empty. It reaches no files, and its output, its loops, and the
// time it takes are bounded: it ends when ctx does.
func Jinja(ctx context.Context, source string, values map[string]any) (string, error) {
	r := &renderer{ctx: ctx, planner: &Planner{}, lenient: true, left: maxOutput, loops: maxRounds}
	return r.text(source, values, "the template")
}

func hasJinja(text string) bool {
	return strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#")
}

// text renders a text. A name that isn't known is a fault, as in Orca; a
// nullable variable without a value renders to nothing.
func (r *renderer) text(source string, scope map[string]any, at string) (out string, err error) {
	if !hasJinja(source) {
		return strings.TrimSpace(source), nil
	}
	if err := bounded(source); err != nil {
		return "", fault.New(fault.Invalid, "%s: %w", at, err)
	}
	settings := config.New()
	settings.StrictUndefined = !r.lenient
	if err := boundedOperators(source, settings); err != nil {
		return "", fault.New(fault.Invalid, "%s: %w", at, err)
	}
	if err := r.ctx.Err(); err != nil {
		return "", err
	}
	defer func() {
		if crash := recover(); crash != nil { // the library's, over a text it was not made for
			err = fault.New(fault.Invalid, "%s: the Jinja in it can't be rendered: %v", at, crash)
		}
	}()
	const name = "/text"
	loader, err := loaders.NewMemoryLoader(map[string]string{name: source})
	if err != nil {
		return "", fmt.Errorf("render %s: %w", at, err)
	}
	compiled, err := exec.NewTemplate(name, settings, loader, r.environment(scope, at))
	if err != nil {
		return "", fault.New(fault.Invalid, "%s: the Jinja in it can't be read: %s", at, reason(err))
	}
	target := &limited{ctx: r.ctx, left: &r.left}
	if err := compiled.Execute(target, exec.NewContext(jinjaScope(scope))); err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok {
			return "", fault.New(f.Kind, "%s: %w", at, f) // of a module or a tag
		}
		return "", fault.New(fault.Invalid, "%s: the Jinja in it can't be rendered: %s", at, reason(err))
	}
	switch out := strings.TrimSpace(target.String()); out {
	case "True", "False": // as Jinjava writes them
		return strings.ToLower(out), nil
	default:
		return out, nil
	}
}

// reason is the end of a chain of messages of the library: what went wrong.
func reason(err error) string {
	message := err.Error()
	if i := strings.LastIndex(message, "': "); i >= 0 && strings.HasPrefix(message, "failed to parse template") {
		message = message[i+len("': "):]
	}
	parts := strings.Split(message, ": ")
	if len(parts) > 1 {
		message = parts[len(parts)-1]
	}
	if len(message) > 300 {
		message = message[:300] + "..."
	}
	return message
}

// bounded refuses a text that could take too long or too much memory to read.
func bounded(text string) error {
	if len(text) > maxText {
		return fmt.Errorf("a text with Jinja in it may have %d bytes, not %d", maxText, len(text))
	}
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '[', '{':
			depth++
			if depth > maxNesting {
				return fmt.Errorf("brackets may be nested %d deep", maxNesting)
			}
		case ')', ']', '}':
			depth = max(depth-1, 0)
		}
	}
	loops := 0
	for tag := range strings.SplitSeq(text, "{%") {
		switch word := strings.TrimLeft(tag, "-+ \t\n"); {
		case strings.HasPrefix(word, "for"), strings.HasPrefix(word, "if"), strings.HasPrefix(word, "with"), strings.HasPrefix(word, "filter"),
			strings.HasPrefix(word, "macro"), strings.HasPrefix(word, "call"):
			loops++
			if strings.HasPrefix(word, "for") && nestedFor(text) > maxLoops {
				return fmt.Errorf("loops may be nested %d deep", maxLoops)
			}
			if loops > maxNesting {
				return fmt.Errorf("tags may be nested %d deep", maxNesting)
			}
		case strings.HasPrefix(word, "end"):
			loops = max(loops-1, 0)
		}
	}
	return nil
}

// nestedFor is how deep the loops of a text are nested.
func nestedFor(text string) int {
	deepest, depth := 0, 0
	for tag := range strings.SplitSeq(text, "{%") {
		switch word := strings.TrimLeft(tag, "-+ \t\n"); {
		case strings.HasPrefix(word, "for"):
			depth++
			deepest = max(deepest, depth)
		case strings.HasPrefix(word, "endfor"):
			depth = max(depth-1, 0)
		}
	}
	return deepest
}

// limited keeps what is written, up to a limit.
type limited struct {
	strings.Builder
	ctx  context.Context //nolint:containedctx // it lives as long as the rendering
	left *int
}

var errTooLong = errors.New("the pipeline becomes too large")

// Write takes a part of the output.
func (l *limited) Write(p []byte) (int, error) { return l.WriteString(string(p)) }

// WriteString takes a part of the output.
func (l *limited) WriteString(s string) (int, error) {
	*l.left -= len(s)
	if *l.left < 0 {
		return 0, errTooLong
	}
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	return l.Builder.WriteString(s)
}

// environment is what the texts can use.
func (r *renderer) environment(scope map[string]any, _ string) *exec.Environment {
	tags := map[string]parser.ControlStructureParser{"module": r.moduleTag(scope), "macro": r.macroTag}
	for _, name := range structures {
		if tag, ok := builtins.ControlStructures.Get(name); ok {
			tags[name] = tag
		}
	}
	for _, name := range []string{"pipelineid", "pipelineId"} {
		tags[name] = r.configTag(scope, false)
	}
	for _, name := range []string{"strategyid", "strategyId"} {
		tags[name] = r.configTag(scope, true)
	}
	return &exec.Environment{
		Context: exec.NewContext(map[string]any{"range": r.rangeOf}), Filters: allFilters(), Tests: builtins.Tests,
		ControlStructures: exec.NewControlStructureSet(tags), Methods: boundedMethods(),
	}
}

// rangeOf is Jinja's range, of up to as many numbers as Jinjava gives.
func (r *renderer) rangeOf(_ *exec.Evaluator, params *exec.VarArgs) ([]int, error) {
	var bounds []int
	for _, arg := range params.Args {
		if !arg.IsInteger() {
			return nil, fmt.Errorf("range takes whole numbers")
		}
		bounds = append(bounds, arg.Integer())
	}
	switch len(bounds) {
	case 1:
		bounds = []int{0, bounds[0], 1}
	case 2:
		bounds = append(bounds, 1)
	case 3:
	default:
		return nil, fmt.Errorf("range takes one to three numbers")
	}
	start, stop, step := bounds[0], bounds[1], bounds[2]
	if step == 0 {
		return nil, fmt.Errorf("range can't go by steps of 0")
	}
	var out []int
	for i := start; ((step > 0 && i < stop) || (step < 0 && i > stop)) && len(out) < maxRange; i += step {
		out = append(out, i)
	}
	if r.loops -= len(out); r.loops < 0 {
		return nil, fmt.Errorf("the loops of a template may have %d rounds in all", maxRounds)
	}
	return out, nil
}

// jinjaScope gives values as the library handles them: numbers as numbers, and
// what is written as Jinjava or JSON writes it.
func jinjaScope(scope map[string]any) map[string]any {
	out := make(map[string]any, len(scope))
	for name, value := range scope {
		out[name] = jinjaValue(value)
	}
	return out
}

type (
	jinjaBool   bool
	jinjaList   []any
	jinjaObject map[string]any
)

// String is true or false, in lower case.
func (b jinjaBool) String() string { return strconv.FormatBool(bool(b)) }

// String is the list as JSON, which is YAML too.
func (l jinjaList) String() string { return jsonText(l) }

// String is the object as JSON.
func (o jinjaObject) String() string { return jsonText(o) }

func jsonText(value any) string {
	text, err := model.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(text)
}

func jinjaValue(value any) any {
	switch v := value.(type) {
	case bool:
		return jinjaBool(v)
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return int(n)
		}
		n, err := v.Float64()
		if err != nil {
			return v.String()
		}
		return n
	case int64:
		return int(v)
	case map[string]any:
		out := make(jinjaObject, len(v))
		for key, member := range v {
			out[key] = jinjaValue(member)
		}
		return out
	case []any:
		out := make(jinjaList, len(v))
		for i, member := range v {
			out[i] = jinjaValue(member)
		}
		return out
	}
	return value
}

// goValue is what an expression of the library gives, as JSON decodes it.
func goValue(v *exec.Value) any {
	switch {
	case v.IsNil():
		return nil
	case v.IsBool():
		return v.IsTrue()
	case v.IsString():
		return v.String()
	case v.IsInteger():
		return v.Integer()
	case v.IsFloat():
		return v.Float()
	case v.IsList():
		out := []any{}
		v.Iterate(func(_, _ int, key, _ *exec.Value) bool {
			out = append(out, goValue(key))
			return true
		}, func() {})
		return out
	case v.IsDict():
		out := map[string]any{}
		v.Iterate(func(_, _ int, key, value *exec.Value) bool {
			out[key.String()] = goValue(value)
			return true
		}, func() {})
		return out
	}
	return v.String()
}

// filters are Orca's own.
var filters = map[string]exec.FilterFunction{
	"json": func(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
		return exec.AsSafeValue(jsonText(goValue(in)))
	},
	"base64": func(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
		text := in.String()
		if in.IsList() || in.IsDict() {
			text = jsonText(goValue(in))
		}
		return exec.AsValue(base64.StdEncoding.EncodeToString([]byte(text)))
	},
	"frigga": frigga,
	"max": func(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
		return extreme(in, slices.Max[[]float64])
	},
	"min": func(_ *exec.Evaluator, in *exec.Value, _ *exec.VarArgs) *exec.Value {
		return extreme(in, slices.Min[[]float64])
	},
}

func extreme(in *exec.Value, of func([]float64) float64) *exec.Value {
	list, ok := goValue(in).([]any)
	if !ok || len(list) == 0 {
		return exec.AsValue(errors.New("max and min need a list with at least one number"))
	}
	numbers := make([]float64, len(list))
	for i, member := range list {
		n, err := strconv.ParseFloat(fmt.Sprint(member), 64)
		if err != nil {
			return exec.AsValue(fmt.Errorf("max and min need numbers, not %v", member))
		}
		numbers[i] = n
	}
	best := of(numbers)
	if best == float64(int(best)) {
		return exec.AsValue(int(best))
	}
	return exec.AsValue(best)
}

// frigga gives a part of a server group's name, app-stack-detail-v001.
func frigga(_ *exec.Evaluator, in *exec.Value, params *exec.VarArgs) *exec.Value {
	if len(params.Args) != 1 {
		return exec.AsValue(errors.New("frigga needs the name of the part to give"))
	}
	parts := friggaParts(in.String())
	part, ok := parts[params.Args[0].String()]
	if !ok {
		return exec.AsValue(fmt.Errorf("frigga knows %s, not %q", strings.Join(slices.Sorted(maps.Keys(parts)), ", "), params.Args[0].String()))
	}
	return exec.AsValue(part)
}

func friggaParts(name string) map[string]string {
	parts := map[string]string{"group": name, "cluster": name, "app": "", "stack": "", "detail": "", "push": "", "sequence": ""}
	if i := strings.LastIndex(name, "-v"); i >= 0 {
		if digits := name[i+2:]; len(digits) >= 3 && strings.Trim(digits, "0123456789") == "" {
			parts["cluster"], parts["push"], parts["sequence"] = name[:i], name[i+1:], digits
		}
	}
	rest := strings.SplitN(parts["cluster"], "-", 3)
	for i, field := range []string{"app", "stack", "detail"} {
		if i < len(rest) {
			parts[field] = rest[i]
		}
	}
	return parts
}
