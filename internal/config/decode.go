package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decoder puts a YAML document into Go values, by their descriptions. Unlike
// the library's own decoding it goes on after a mistake, so that all of them
// are told at once, and knows where each value came from.
type decoder struct {
	// where names the source of a node: file:line:column, or what else holds it.
	where    func(ast.Node) string
	anchors  map[string]ast.Node
	origins  map[string]string // path to where its value came from
	merges   int               // how many << the decoder is in
	problems []Problem
}

func (d *decoder) problemf(at ast.Node, path, format string, args ...any) {
	d.problems = append(d.problems, Problem{Where: d.where(at), Path: path, Message: fmt.Sprintf(format, args...)})
}

// value decodes a node into a settable value. What is null stays as it is.
func (d *decoder) value(in ast.Node, n *node, out reflect.Value, path string) {
	in = d.resolve(in, path)
	if in == nil || in.Type() == ast.NullType {
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

// resolve follows anchors and aliases to what they stand for.
func (d *decoder) resolve(in ast.Node, path string) ast.Node {
	for range 100 { // an anchor that holds itself would go on for ever
		switch node := in.(type) {
		case *ast.AnchorNode:
			d.anchors[node.Name.GetToken().Value] = node.Value
			in = node.Value
		case *ast.AliasNode:
			name := node.Value.GetToken().Value
			target, ok := d.anchors[name]
			if !ok {
				d.problemf(in, path, "there is no anchor &%s above", name)
				return nil
			}
			in = target
		case *ast.TagNode:
			in = node.Value
		default:
			return in
		}
	}
	d.problemf(in, path, "anchors and aliases go in a circle")
	return nil
}

// entries lists a mapping's entries; ok is false where the node is none.
func entries(in ast.Node) ([]*ast.MappingValueNode, bool) {
	switch node := in.(type) {
	case *ast.MappingNode:
		return node.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}, true
	}
	return nil, false
}

func (d *decoder) object(in ast.Node, n *node, out reflect.Value, path string) {
	values, ok := entries(in)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	seen := map[string]bool{}
	for _, entry := range values {
		if _, merge := entry.Key.(*ast.MergeKeyNode); merge {
			d.merge(entry, n, out, path)
			continue
		}
		name := keyText(entry)
		at := join(path, name)
		f, known := n.field(name)
		switch {
		case !known:
			d.problemf(entry.Key, at, "%s", unknownKey(name, n))
		case seen[name]:
			d.problemf(entry.Key, at, "is set twice")
		default:
			seen[name] = true
			d.value(entry.Value, f.node, out.FieldByIndex(f.index), at)
		}
	}
}

// merge takes over the entries of a mapping that << names. It may itself merge
// others, but not without end.
func (d *decoder) merge(entry *ast.MappingValueNode, n *node, out reflect.Value, path string) {
	base := d.resolve(entry.Value, path)
	if base == nil {
		return
	}
	if d.merges >= maxMerges {
		d.problemf(entry.Key, path, "<< goes in a circle, or too deep")
		return
	}
	d.merges++
	d.object(base, n, out, path)
	d.merges--
}

// maxMerges is how many << may stand in one another.
const maxMerges = 10

func (d *decoder) list(in ast.Node, n *node, out reflect.Value, path string) {
	sequence, ok := in.(*ast.SequenceNode)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	list := reflect.MakeSlice(out.Type(), len(sequence.Values), len(sequence.Values))
	for i, item := range sequence.Values {
		d.value(item, n.elem, list.Index(i), fmt.Sprintf("%s[%d]", path, i))
	}
	out.Set(list)
}

func (d *decoder) mapping(in ast.Node, n *node, out reflect.Value, path string) {
	values, ok := entries(in)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	result := reflect.MakeMapWithSize(out.Type(), len(values))
	for _, entry := range values {
		if _, merge := entry.Key.(*ast.MergeKeyNode); merge {
			d.problemf(entry.Key, path, "<< can be used in sections only")
			continue
		}
		key := reflect.ValueOf(keyText(entry)).Convert(out.Type().Key())
		item := reflect.New(out.Type().Elem()).Elem()
		if result.MapIndex(key).IsValid() {
			d.problemf(entry.Key, join(path, keyText(entry)), "is set twice")
		}
		d.value(entry.Value, n.elem, item, join(path, keyText(entry)))
		result.SetMapIndex(key, item)
	}
	out.Set(result)
}

func (d *decoder) scalar(in ast.Node, n *node, out reflect.Value, path string) {
	text, ok := scalarText(in)
	if !ok {
		d.mismatch(in, n, path)
		return
	}
	switch n.kind {
	case kindText:
		if !isText(in) {
			d.problemf(in, path, "must be a text: put %s in quotes", text)
			return
		}
		if len(n.enum) > 0 && !slices.Contains(n.enum, text) && text != out.String() {
			d.problemf(in, path, "is %q, must be %s%s", text, n.wants(), maybe(text, n.enum))
			return
		}
		out.SetString(text)
	case kindBool:
		b, isBool := in.(*ast.BoolNode)
		if !isBool {
			d.mismatch(in, n, path)
			return
		}
		out.SetBool(b.Value)
	case kindInt:
		d.integer(in, n, out, text, path)
	case kindFloat:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || isText(in) {
			d.mismatch(in, n, path)
			return
		}
		out.SetFloat(f)
	case kindDuration:
		duration, err := time.ParseDuration(text)
		if err != nil {
			d.mismatch(in, n, path)
			return
		}
		out.SetInt(int64(duration))
	case kindSize, kindOther:
		if err := out.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)); err != nil {
			d.problemf(in, path, "%v", err)
		}
	}
}

func (d *decoder) integer(in ast.Node, n *node, out reflect.Value, text, path string) {
	if _, isInt := in.(*ast.IntegerNode); !isInt {
		d.mismatch(in, n, path)
		return
	}
	number, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
	unsigned := out.CanUint()
	switch {
	case err != nil,
		unsigned && (number < 0 || out.OverflowUint(uint64(number))),
		!unsigned && out.OverflowInt(number):
		d.problemf(in, path, "%s is out of range", text)
	case unsigned:
		out.SetUint(uint64(number))
	default:
		out.SetInt(number)
	}
}

func (d *decoder) mismatch(in ast.Node, n *node, path string) {
	is := "a mapping"
	if _, ok := in.(*ast.SequenceNode); ok {
		is = "a list"
	} else if text, ok := scalarText(in); ok {
		is = text
		if isText(in) {
			is = strconv.Quote(text)
		}
	}
	d.problemf(in, path, "is %s, must be %s", is, n.wants())
}

// keyText is a mapping entry's key.
func keyText(entry *ast.MappingValueNode) string {
	if text, ok := scalarText(entry.Key); ok {
		return text
	}
	return entry.Key.GetToken().Value
}

// scalarText is a scalar as it is written; ok is false for what is none.
func scalarText(in ast.Node) (string, bool) {
	switch node := in.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return node.Value.Value, true
	case ast.ScalarNode:
		return node.GetToken().Value, true
	}
	return "", false
}

func isText(in ast.Node) bool {
	return in.Type() == ast.StringType || in.Type() == ast.LiteralType
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
