package expression

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
)

// walker evaluates the texts of one document.
type walker struct {
	env     *Evaluator
	ctx     context.Context
	scope   *scope
	summary *Summary
	// typed keeps results as values with their Java classes.
	typed bool
	// room is how many bytes results may still take.
	room int
	// large tells that room was asked for; tight is why there is none, shared what
	// the caller set aside, release gives back the evaluator's own.
	large    bool
	tight    error
	shared   *Room
	release  func()
	path     []pathStep
	deadline time.Time
	// steps are what the document's expressions took up to now.
	steps int
	// state is that of the expression at hand.
	state state
	// objects are the objects around, the innermost last.
	objects []view
}

// pathStep is one part of the path to a text: a key, or a place in a list.
type pathStep struct {
	key   string
	place int // -1: key
}

func keyStep(key string) pathStep { return pathStep{key, -1} }

// walk gives a value with its texts evaluated, and whether that changed it.
func (w *walker) walk(v any, at pathStep) (out any, changed bool) {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, prefix) {
			return v, false
		}
		w.path = append(w.path, at)
		out, changed = w.text(v), true
	case map[string]any:
		w.path = append(w.path, at)
		if w.typed {
			out, changed = w.typedObject(view{raw: v}), true
		} else {
			out, changed = w.object(v)
		}
	case []any:
		w.path = append(w.path, at)
		out, changed = w.list(v)
	case *Map:
		w.path = append(w.path, at)
		out, changed = w.typedObject(view{own: v}), true
	case *List:
		w.path = append(w.path, at)
		out, changed = w.typedList(seq{own: v.items}), true
	case []map[string]any:
		return w.walk(norm(v), at)
	default:
		if w.typed {
			return norm(v), true
		}
		return v, false
	}
	w.path = w.path[:len(w.path)-1]
	return out, changed
}

func (w *walker) object(m map[string]any) (any, bool) {
	if len(w.path) > maxDepth {
		return m, false
	}
	w.objects = append(w.objects, view{raw: m})
	var out map[string]any
	for k, v := range m {
		key := k
		if strings.Contains(k, prefix) {
			key = javaString(w.key(k))
		}
		changed, different := w.walk(v, keyStep(k))
		if !different && key == k {
			continue
		}
		if out == nil {
			out = make(map[string]any, len(m))
			maps.Copy(out, m)
		}
		if key != k {
			delete(out, k)
		}
		out[key] = changed
	}
	w.objects = w.objects[:len(w.objects)-1]
	if out == nil {
		return m, false
	}
	return out, true
}

// key evaluates a key; what it gives is made a text.
func (w *walker) key(k string) any {
	typed := w.typed
	w.typed = true
	defer func() { w.typed = typed }()
	v, _ := w.walk(k, keyStep(k))
	return v
}

func (w *walker) list(l []any) (any, bool) {
	if w.typed {
		return w.typedList(seq{raw: l}), true
	}
	if len(w.path) > maxDepth {
		return l, false
	}
	var out []any
	for i, v := range l {
		changed, different := w.walk(v, pathStep{place: i})
		if !different {
			continue
		}
		if out == nil {
			out = append([]any(nil), l...)
		}
		out[i] = changed
	}
	if out == nil {
		return l, false
	}
	return out, true
}

// typedObject evaluates into a HashMap, as the real evaluator does.
func (w *walker) typedObject(m view) any {
	w.objects = append(w.objects, m)
	defer func() { w.objects = w.objects[:len(w.objects)-1] }()
	out := newMap(classHashMap)
	for _, k := range m.keys() {
		key := keyText(k)
		v, _ := w.walk(m.get(k), keyStep(key))
		if strings.Contains(key, prefix) {
			key = javaString(w.key(key))
		}
		out.put(key, v)
	}
	return out
}

func (w *walker) typedList(l seq) any {
	out := make([]any, l.len())
	for i := range out {
		out[i], _ = w.walk(l.at(i), pathStep{place: i})
	}
	return newList(out)
}

// field is the path of the text that is being evaluated, as people write it.
func (w *walker) field() string {
	var out strings.Builder
	for _, s := range w.path {
		if s.place >= 0 {
			out.WriteString("[" + strconv.Itoa(s.place) + "]")
			continue
		}
		if out.Len() > 0 && s.key != "" {
			out.WriteByte('.')
		}
		out.WriteString(s.key)
	}
	return out.String()
}

// place names the text that is being evaluated and one of its questions.
func (w *walker) place(n int) string { return w.field() + "?" + strconv.Itoa(n) }

// text evaluates a text that holds an expression.
func (w *walker) text(source string) any {
	t, _ := w.env.templates.get(source)
	w.summary.attempt(t.key)
	if t.mutates {
		w.scope.mutable = true
	}
	before := len(w.summary.unanswered)
	v, where, err := w.evaluate(t)
	if len(w.summary.unanswered) > before {
		w.summary.unanswer(t.key)
		return source
	}
	if err == nil && v != nil {
		if v, err = w.result(v); err != nil {
			where = t.key
		}
	}
	switch {
	case err != nil:
		f := asFailure(err)
		w.add(t, source, Entry{Level: LevelError, ExceptionType: f.Class, Description: w.describe(where, f), what: f.Message})
		return source
	case v == nil:
		w.add(t, source, w.info(t.key))
		return source
	case where != "":
		w.add(t, source, w.info(where))
	}
	return v
}

func (w *walker) describe(where string, f *Failure) string {
	out := "Failed to evaluate "
	if field := w.field(); field != "" {
		out += "[" + field + "] "
	}
	out += f.Error()
	if f.At >= 0 {
		out += fmt.Sprintf(", at %d in %s", f.At+1, shorten(where))
	} else {
		out += ", in " + shorten(where)
	}
	return inert(out)
}

// inert makes sure that a message is never evaluated itself.
func inert(s string) string { return strings.ReplaceAll(s, prefix, "{") }

func (w *walker) info(what string) Entry {
	description := shorten(what) + " not found"
	if field := w.field(); field != "" {
		description = "[" + field + "]: " + description
	}
	return Entry{Level: LevelInfo, Description: inert("Failed to evaluate " + description), what: what}
}

// add tells a failure. The same failure of the same text is told once for all
// fields of the object that have it, as Spinnaker does.
func (w *walker) add(t *template, source string, e Entry) {
	if len(w.objects) > 0 {
		e.object = w.objects[len(w.objects)-1]
	}
	e.source = source
	w.summary.add(t.key, e)
}

// shorten cuts long texts for messages.
func shorten(s string) string {
	if len(s) <= 300 {
		return s
	}
	return strings.ToValidUTF8(s[:300], "") + "..."
}

// stepsPerDocument is how many times the steps of one expression a document's
// may take together.
const stepsPerDocument = 20

// evaluate evaluates a parsed text. In a text of several parts, one that gives
// nothing is left as it is and named in where; so is the one that failed.
func (w *walker) evaluate(t *template) (v any, where string, err error) {
	if t.err != nil {
		return nil, t.where, t.err
	}
	if w.steps > stepsPerDocument*w.env.limits.Steps {
		return nil, t.key, fail(exState, "the expressions of the document take too many steps")
	}
	st := &w.state
	if w.deadline.IsZero() {
		w.deadline = time.Now().Add(w.env.limits.Time)
	}
	*st = state{ctx: w.ctx, env: w.env, scope: w.scope, deadline: w.deadline, walker: w}
	defer func() { w.steps, w.deadline = w.steps+st.steps, st.deadline }()
	if w.tight != nil {
		return nil, t.key, w.tight
	}
	if err := st.onTime(); err != nil {
		return nil, t.key, err
	}
	if err := w.scope.parents.load(st, t.parents); err != nil {
		return nil, t.key, err
	}
	if len(t.parts) == 1 {
		v, err := st.evaluate(t.parts[0].expr)
		if e, ok := v.(*enumValue); ok && e.class == classStatus {
			v = e.name
		}
		if err != nil {
			where = t.parts[0].text
		}
		return v, where, err
	}
	var out strings.Builder
	for _, p := range t.parts {
		if p.expr == nil {
			out.WriteString(p.text)
			continue
		}
		v, err := st.evaluate(p.expr)
		if err == nil {
			v, err = convert(st, v, classString)
		}
		if err != nil {
			return nil, p.text, err
		}
		if s, ok := v.(string); ok {
			out.WriteString(s)
		} else {
			where = p.text
			out.WriteString(prefix + p.text + suffix)
		}
		if err := st.fits(out.Len()); err != nil {
			return nil, p.text, err
		}
	}
	return out.String(), where, nil
}

func (st *state) evaluate(e *expr) (any, error) {
	st.active, st.local = st.scope.root, st.scope.root
	return e.root.eval(st)
}

// result is a value in the form that the document is to have it.
func (w *walker) result(v any) (any, error) {
	if w.typed {
		return v, nil
	}
	out, err := plain(v)
	if err != nil {
		return nil, err
	}
	return out, w.keep(sizeOf(out, 0))
}

// sizeOf estimates how many bytes a value takes.
func sizeOf(v any, depth int) int {
	if depth > maxDepth {
		return 0
	}
	switch v := v.(type) {
	case string:
		return len(v)
	case map[string]any:
		total := 0
		for k, m := range v {
			total += len(k) + 16 + sizeOf(m, depth+1)
		}
		return total
	case []any:
		total := 0
		for _, m := range v {
			total += 16 + sizeOf(m, depth+1)
		}
		return total
	}
	return 8
}
