package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/yamldoc"
)

// decoder puts a YAML document into Go values, by their descriptions. Unlike
// the library's own decoding it goes on after a mistake, so that all of them
// are told at once, and knows where each value came from.
type decoder struct {
	// where names the source of a node: file:line:column, or what else holds it.
	where    func(*yamldoc.Node) string
	origins  map[string]string // path to where its value came from
	merges   int               // how many << the decoder is in
	problems []Problem
}

func (d *decoder) problemf(at *yamldoc.Node, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Where: d.where(at), Path: path, Message: fmt.Sprintf(format, args...)})
}

// value decodes a node into a settable value. What is null stays as it is.
func (d *decoder) value(in *yamldoc.Node, n *node, out reflect.Value, path string) {
	in = yamldoc.Resolve(in)
	if isNull(in) {
		return
	}
	d.origins[path] = d.where(in)
	if n.kind == kindAny {
		if value := d.any(in, path, 0); value != nil {
			out.Set(reflect.ValueOf(value))
		}
		return
	}
	if out.Kind() == reflect.Pointer {
		if out.IsNil() {
			out.Set(reflect.New(out.Type().Elem()))
		}
		out = out.Elem()
	}
	switch n.kind {
	case kindObject:
		d.object(in, n, out, path)
	case kindList:
		d.list(in, n, out, path)
	case kindMap:
		d.mapping(in, n, out, path)
	default:
		d.scalar(in, n, out, path)
	}
}

// isNull tells whether a node is no value; so is a key without any.
func isNull(in *yamldoc.Node) bool {
	value, ok := scalarValue(in)
	return ok && value == nil
}

// entry is a key of a mapping and its value.
type entry struct{ key, value *yamldoc.Node }

// entries lists a mapping's entries; ok is false where the node is none.
func (d *decoder) entries(in *yamldoc.Node, path string) (list []entry, ok bool) {
	if in.Kind != yamldoc.Mapping {
		return nil, false
	}
	for i := 0; i+1 < len(in.Content); i += 2 {
		if yamldoc.Resolve(in.Content[i]).Kind != yamldoc.Scalar {
			d.problemf(in.Content[i], path, "a key is a list or a mapping, must be a text")
			continue
		}
		list = append(list, entry{in.Content[i], in.Content[i+1]})
	}
	return list, true
}

func (d *decoder) object(in *yamldoc.Node, n *node, out reflect.Value, path string) {
	all, ok := d.entries(in, path)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	for _, e := range all { // first, so that what stands here replaces it
		if yamldoc.IsMerge(e.key) {
			d.merge(e, n, out, path)
		}
	}
	seen := map[string]bool{}
	for _, e := range all {
		if yamldoc.IsMerge(e.key) {
			continue
		}
		name := keyText(e)
		at := join(path, name)
		f, known := n.field(name)
		switch {
		case !known:
			d.problemf(e.key, at, "%s", unknownKey(name, n))
		case seen[name]:
			d.problemf(e.key, at, "is set twice")
		default:
			seen[name] = true
			d.value(e.value, f.node, out.FieldByIndex(f.index), at)
		}
	}
}

// merge takes over the entries of a mapping that << names. It may itself merge
// others, but not without end.
func (d *decoder) merge(e entry, n *node, out reflect.Value, path string) {
	if d.merges >= maxMerges {
		d.problemf(e.key, path, "<< is nested too deep")
		return
	}
	d.merges++
	d.object(yamldoc.Resolve(e.value), n, out, path)
	d.merges--
}

// maxMerges is how many << may stand in one another.
const maxMerges = 10

func (d *decoder) list(in *yamldoc.Node, n *node, out reflect.Value, path string) {
	if in.Kind != yamldoc.Sequence {
		d.mismatch(in, n, path)
		return
	}
	list := reflect.MakeSlice(out.Type(), len(in.Content), len(in.Content))
	for i, item := range in.Content {
		d.value(item, n.elem, list.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	out.Set(list)
}

func (d *decoder) mapping(in *yamldoc.Node, n *node, out reflect.Value, path string) {
	all, ok := d.entries(in, path)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	result := reflect.MakeMapWithSize(out.Type(), len(all))
	for _, e := range all {
		if yamldoc.IsMerge(e.key) {
			d.problemf(e.key, path, "<< can be used in sections only")
			continue
		}
		name := keyText(e)
		key := reflect.ValueOf(name).Convert(out.Type().Key())
		item := reflect.New(out.Type().Elem()).Elem()
		if result.MapIndex(key).IsValid() {
			d.problemf(e.key, join(path, name), "is set twice")
		}
		d.value(e.value, n.elem, item, join(path, name))
		result.SetMapIndex(key, item)
	}
	out.Set(result)
}

func (d *decoder) scalar(in *yamldoc.Node, n *node, out reflect.Value, path string) {
	value, ok := scalarValue(in)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	text, isText := value.(string)
	switch n.kind {
	case kindText:
		if !isText {
			d.problemf(in, path, "must be a text: put %s in quotes", in.Value)
			return
		}
		if len(n.enum) > 0 && !slices.Contains(n.enum, text) && text != out.String() {
			d.problemf(in, path, "is %q, must be %s%s", text, n.wants(), maybe(text, n.enum))
			return
		}
		out.SetString(text)
	case kindBool:
		b, isBool := value.(bool)
		if !isBool {
			d.mismatch(in, n, path)
			return
		}
		out.SetBool(b)
	case kindInt:
		d.integer(in, n, out, value, path)
	case kindFloat:
		switch number := value.(type) {
		case float64:
			out.SetFloat(number)
		case int64:
			out.SetFloat(float64(number))
		case uint64:
			out.SetFloat(float64(number))
		default:
			d.mismatch(in, n, path)
		}
	case kindDuration:
		duration, err := time.ParseDuration(in.Value)
		if err != nil {
			d.mismatch(in, n, path)
			return
		}
		out.SetInt(int64(duration))
	case kindSize, kindOther:
		if err := out.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(in.Value)); err != nil {
			d.problemf(in, path, "%v", err)
		}
	}
}

func (d *decoder) integer(in *yamldoc.Node, n *node, out reflect.Value, value any, path string) {
	number, ok := value.(int64)
	if !ok {
		if _, larger := value.(uint64); larger {
			d.problemf(in, path, "%s is out of range", in.Value)
			return
		}
		d.mismatch(in, n, path)
		return
	}
	unsigned := out.CanUint()
	switch {
	case unsigned && (number < 0 || out.OverflowUint(uint64(number))),
		!unsigned && out.OverflowInt(number):
		d.problemf(in, path, "%s is out of range", in.Value)
	case unsigned:
		out.SetUint(uint64(number))
	default:
		out.SetInt(number)
	}
}

func (d *decoder) mismatch(in *yamldoc.Node, n *node, path string) {
	is := "a mapping"
	if in.Kind == yamldoc.Sequence {
		is = "a list"
	} else if value, ok := scalarValue(in); ok {
		is = in.Value
		if text, isText := value.(string); isText {
			is = strconv.Quote(text)
		}
	}
	d.problemf(in, path, "is %s, must be %s", is, n.wants())
}

// keyText is a mapping entry's key, as it is written.
func keyText(e entry) string { return yamldoc.Resolve(e.key).Value }

// scalarValue is the value of a scalar; ok is false for what is none. One whose tag
// doesn't fit is a text.
func scalarValue(in *yamldoc.Node) (value any, ok bool) {
	if in.Kind != yamldoc.Scalar {
		return nil, false
	}
	value, err := yamldoc.ScalarValue(in)
	if err != nil {
		return in.Value, true
	}
	return value, true
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
