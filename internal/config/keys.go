package config

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"
	"unicode"
)

// kind is what a key's value may be.
type kind int

const (
	kindText kind = iota
	kindBool
	kindInt
	kindFloat
	kindDuration
	kindSize
	kindOther // text that a type of its own reads
	kindAny   // whatever YAML can hold
	kindList
	kindMap
	kindObject
)

// plain tells whether the zero value says something: false, 0 and the like.
func (k kind) plain() bool { return k >= kindBool && k <= kindSize }

// node describes a value of the configuration: what it is, and what is in it.
type node struct {
	kind   kind
	doc    string
	enum   []string
	secret string // "true": never shown; "url": shown without its password
	fields []field
	elem   *node // of a list or map
}

// field is a key of an object.
type field struct {
	name  string
	index []int // of the Go field
	node  *node
}

var (
	durationType    = reflect.TypeFor[time.Duration]()
	sizeType        = reflect.TypeFor[Size]()
	roleType        = reflect.TypeFor[Role]()
	unmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// description is the description of the whole configuration.
var description = sync.OnceValue(func() *node {
	root := describe(reflect.TypeFor[Config]())
	for path, n := range notes {
		at := root.at(path)
		if at == nil {
			panic(fmt.Sprintf("config: there is no key %s to describe", path))
		}
		if n.doc != "" {
			at.doc = n.doc
		}
		if n.secret != "" {
			at.secret = n.secret
		}
	}
	return root
})

// describe builds the description of a type from its fields' tags. A type that
// can't stand in a configuration is a mistake of the program.
func describe(t reflect.Type) *node {
	if t.Kind() == reflect.Pointer {
		return describe(t.Elem())
	}
	switch {
	case t == durationType:
		return &node{kind: kindDuration}
	case t == sizeType:
		return &node{kind: kindSize}
	case t == roleType:
		n := &node{kind: kindText}
		for _, role := range Roles() {
			n.enum = append(n.enum, string(role))
		}
		return n
	case reflect.PointerTo(t).Implements(unmarshalerType):
		return &node{kind: kindOther}
	}
	switch t.Kind() {
	case reflect.String:
		return &node{kind: kindText}
	case reflect.Bool:
		return &node{kind: kindBool}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64:
		return &node{kind: kindInt}
	case reflect.Float32, reflect.Float64:
		return &node{kind: kindFloat}
	case reflect.Slice:
		return &node{kind: kindList, elem: describe(t.Elem())}
	case reflect.Map:
		return &node{kind: kindMap, elem: describe(t.Elem())}
	case reflect.Interface:
		return &node{kind: kindAny}
	case reflect.Struct:
		return &node{kind: kindObject, fields: describeFields(t, nil)}
	}
	panic(fmt.Sprintf("config: a %v can't stand in a configuration", t))
}

func describeFields(t reflect.Type, index []int) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		at := append(append([]int(nil), index...), i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if strings.Contains(options, "inline") {
			fields = append(fields, describeFields(f.Type, at)...)
			continue
		}
		if name == "" || name == "-" || !f.IsExported() {
			continue
		}
		n := describe(f.Type)
		n.doc, n.secret = f.Tag.Get("doc"), f.Tag.Get("secret")
		if enum := f.Tag.Get("enum"); enum != "" {
			n.enum = strings.Split(enum, ",")
		}
		fields = append(fields, field{name: name, index: at, node: n})
	}
	return fields
}

// field returns the object's field of that name.
func (n *node) field(name string) (field, bool) {
	for _, f := range n.fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// at finds what is described under a path such as kubernetes.accounts[].name;
// nil where there is nothing.
func (n *node) at(path string) *node {
	for part := range strings.SplitSeq(path, ".") {
		name, inList := strings.CutSuffix(part, "[]")
		if name == "<name>" {
			n = n.elem
			continue
		}
		f, ok := n.field(name)
		if !ok {
			return nil
		}
		if n = f.node; inList {
			n = n.elem
		}
	}
	return n
}

// wants says what a value must be, for error messages.
func (n *node) wants() string {
	switch n.kind {
	case kindText, kindOther:
		if len(n.enum) > 0 {
			return "one of " + strings.Join(n.enum, ", ")
		}
		return "a text"
	case kindBool:
		return "true or false"
	case kindInt:
		return "a whole number"
	case kindFloat:
		return "a number"
	case kindDuration:
		return "a duration such as 500ms, 30s or 5m"
	case kindSize:
		return "a size such as 10MB"
	case kindList:
		return "a list"
	case kindMap, kindObject:
		return "a mapping of keys to values"
	case kindAny:
		return "a value"
	}
	panic("config: unknown kind")
}

// typeName is what a value is, in a word or two.
func (n *node) typeName() string {
	if len(n.enum) > 0 {
		return strings.Join(n.enum, ", ")
	}
	switch n.kind {
	case kindText, kindOther:
		return "text"
	case kindBool:
		return "true, false"
	case kindInt:
		return "whole number"
	case kindFloat:
		return "number"
	case kindDuration:
		return "duration"
	case kindSize:
		return "size"
	case kindList:
		return "list"
	case kindMap, kindObject:
		return "mapping"
	case kindAny:
		return "value"
	}
	panic("config: unknown kind")
}

// envPrefix begins the name of every environment variable that sets a key.
const envPrefix = "GENNAKER_"

// envName is the environment variable that sets a key: the path in capitals,
// with an underscore between its parts and before each capital letter inside
// them, so that server.bodyLimit is GENNAKER_SERVER_BODY_LIMIT.
func envName(path string) string {
	var out strings.Builder
	out.WriteString(envPrefix)
	runes := []rune(path)
	for i, r := range runes {
		switch {
		case r == '.' || r == '-':
			out.WriteByte('_')
		case unicode.IsUpper(r) && i > 0 && unicode.IsLower(runes[i-1]):
			out.WriteByte('_')
			out.WriteRune(r)
		default:
			out.WriteRune(unicode.ToUpper(r))
		}
	}
	return out.String()
}

// Key is a key of the configuration, described.
type Key struct {
	// Path is the key's full name; [] stands for the members of a list, <name>
	// for the keys of a map.
	Path string
	// Env is the variable that sets it; empty below lists and maps, which are
	// set as a whole.
	Env string
	// Type is what the value is, in a word, or the values there are.
	Type string
	// Default is the default in YAML, and empty where there is none.
	Default string
	// Doc says what the key is for.
	Doc string
	// Section tells whether the key only holds others.
	Section bool
}

// Keys lists every key, in the order of the file.
func Keys() []Key {
	defaults := Default()
	defaults.DataDir = ""
	return appendKeys(nil, description(), reflect.ValueOf(defaults).Elem(), "", true)
}

func appendKeys(keys []Key, n *node, value reflect.Value, path string, settable bool) []Key {
	for _, f := range n.fields {
		at := f.name
		if path != "" {
			at = path + "." + f.name
		}
		key := Key{Path: at, Type: f.node.typeName(), Doc: f.node.doc, Section: f.node.kind == kindObject}
		if settable && !key.Section {
			key.Env = envName(at)
		}
		var inner reflect.Value
		if value.IsValid() {
			inner = value.FieldByIndex(f.index)
			if !key.Section && (!inner.IsZero() || f.node.kind.plain()) {
				key.Default = flow(f.node, inner)
			}
		}
		keys = append(keys, key)
		switch f.node.kind {
		case kindObject:
			keys = appendKeys(keys, f.node, inner, at, settable)
		case kindList:
			keys = appendKeys(keys, f.node.elem, reflect.Value{}, at+"[]", false)
		case kindMap:
			keys = appendKeys(keys, f.node.elem, reflect.Value{}, at+".<name>", false)
		}
	}
	return keys
}
