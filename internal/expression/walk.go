package expression

import (
	"context"
	"fmt"
	"strconv"
	"strings"
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
	path []string
	// objects are the objects around, the innermost last.
	objects []view
}

// walk gives a value with its texts evaluated, and whether that changed it.
func (w *walker) walk(v any, step string) (any, bool) {
	switch v := v.(type) {
	case string:
		if !strings.Contains(v, prefix) {
			return v, false
		}
		w.path = append(w.path, step)
		out := w.text(v)
		w.path = w.path[:len(w.path)-1]
		return out, true
	case map[string]any:
		w.path = append(w.path, step)
		defer func() { w.path = w.path[:len(w.path)-1] }()
		if w.typed {
			return w.typedObject(view{raw: v}), true
		}
		return w.object(v)
	case []any:
		w.path = append(w.path, step)
		defer func() { w.path = w.path[:len(w.path)-1] }()
		return w.list(v)
	case *Map:
		w.path = append(w.path, step)
		defer func() { w.path = w.path[:len(w.path)-1] }()
		return w.typedObject(view{own: v}), true
	case *List:
		w.path = append(w.path, step)
		defer func() { w.path = w.path[:len(w.path)-1] }()
		return w.typedList(seq{own: v.items}), true
	}
	if w.typed {
		return norm(v), true
	}
	if n, ok := v.([]map[string]any); ok {
		return w.walk(norm(n), step)
	}
	return v, false
}

func (w *walker) object(m map[string]any) (any, bool) {
	if len(w.path) > maxDepth {
		return m, false
	}
	w.objects = append(w.objects, view{raw: m})
	defer func() { w.objects = w.objects[:len(w.objects)-1] }()
	var out map[string]any
	for k, v := range m {
		key := k
		if strings.Contains(k, prefix) {
			key = javaString(w.key(k))
		}
		changed, different := w.walk(v, k)
		if !different && key == k {
			continue
		}
		if out == nil {
			out = make(map[string]any, len(m))
			for k, v := range m {
				out[k] = v
			}
		}
		if key != k {
			delete(out, k)
		}
		out[key] = changed
	}
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
	v, _ := w.walk(k, k)
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
		changed, different := w.walk(v, strconv.Itoa(i))
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
		v, _ := w.walk(m.get(k), key)
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
		out[i], _ = w.walk(l.at(i), strconv.Itoa(i))
	}
	return newList(out)
}

// field is the path of the text that is being evaluated, as people write it.
func (w *walker) field() string {
	var out strings.Builder
	for _, step := range w.path {
		if step == "" {
			continue
		}
		if _, err := strconv.Atoi(step); err == nil {
			out.WriteString("[" + step + "]")
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('.')
		}
		out.WriteString(step)
	}
	return out.String()
}

// text evaluates a text that holds an expression.
func (w *walker) text(source string) any {
	t, _ := w.env.templates.get(source)
	w.summary.attempt(t.key)
	if t.mutates {
		w.scope.mutable = true
	}
	v, missing, err := w.evaluate(t)
	if err == nil && v != nil {
		v, err = w.result(v)
	}
	switch {
	case err != nil:
		f := asFailure(err)
		w.add(t, source, Entry{Level: LevelError, ExceptionType: f.Class, Description: w.describe(t, f), what: f.Message})
		return source
	case v == nil:
		w.add(t, source, w.info(t.key))
		return source
	case missing != "":
		w.add(t, source, w.info(missing))
	}
	return v
}

func (w *walker) describe(t *template, f *Failure) string {
	out := "Failed to evaluate "
	if field := w.field(); field != "" {
		out += "[" + field + "] "
	}
	out += f.Error()
	if f.At >= 0 {
		out += fmt.Sprintf(", at %d in %s", f.At+1, shorten(t.key))
	} else {
		out += ", in " + shorten(t.key)
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

// evaluate evaluates a parsed text; in a text of several parts, one that gives
// nothing is left as it is and named in missing.
func (w *walker) evaluate(t *template) (v any, missing string, err error) {
	if t.err != nil {
		return nil, "", t.err
	}
	st := state{ctx: w.ctx, env: w.env, scope: w.scope, active: w.scope.root, local: w.scope.root}
	if len(t.parts) == 1 {
		v, err := st.evaluate(t.parts[0].expr)
		if e, ok := v.(*enumValue); ok && e.class == classStatus {
			v = e.name
		}
		return v, "", err
	}
	var out strings.Builder
	for _, p := range t.parts {
		if p.expr == nil {
			out.WriteString(p.text)
			continue
		}
		v, err := st.evaluate(p.expr)
		if err == nil {
			v, err = convert(&st, v, classString)
		}
		if err != nil {
			return nil, "", err
		}
		if s, ok := v.(string); ok {
			out.WriteString(s)
		} else {
			missing = p.text
			out.WriteString(prefix + p.text + suffix)
		}
		if out.Len() > w.env.limits.Text {
			return nil, "", tooLong(w.env.limits.Text)
		}
	}
	return out.String(), missing, nil
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
	if w.room -= sizeOf(out, 0); w.room < 0 {
		return nil, fail(exState, "the results of the document's expressions are larger than %d bytes", w.env.limits.Output)
	}
	return out, nil
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
