package expression

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// typesByName are the types that may be named, by their full names.
var typesByName = map[string]*class{}

// primitives are the types that are named without a package.
var primitives = map[string]*class{
	"int": classIntPrim, "long": classLongPrim, "short": classShortPrim, "byte": classBytePrim, "float": classFloatPrim,
	"double": classDoublePrim, "boolean": classBooleanPrim, "char": classCharPrim,
}

// findType finds a type that may be named; java.lang need not be.
func findType(name string, pos int) (*class, error) {
	if c := typesByName[name]; c != nil {
		return c, nil
	}
	if c := typesByName["java.lang."+name]; c != nil {
		return c, nil
	}
	simple := name[strings.LastIndexByte(name, '.')+1:]
	var near []string
	for full := range typesByName {
		last := full[strings.LastIndexByte(full, '.')+1:]
		if last == simple || len(last) > 3 && levenshtein.ComputeDistance(last, simple) == 1 {
			near = append(near, "'"+strings.TrimPrefix(full, "java.lang.")+"'")
		}
	}
	slices.Sort(near)
	f := problem(pos, "the type '%s' may not be used here", name)
	f.Near = near
	return nil, f
}

func (n *typeRef) eval(st *state) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	c := primitives[n.name]
	if c == nil {
		found, err := findType(n.name, n.start)
		if err != nil {
			return nil, err
		}
		c = found
	}
	for range n.dims {
		c = arrayClass(c)
	}
	return c, nil
}

func (n *construct) eval(st *state) (any, error) {
	args := make([]any, len(n.args))
	for i, a := range n.args {
		v, err := a.eval(st)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	if err := st.tick(); err != nil {
		return nil, err
	}
	c, err := findType(n.name, n.start)
	if err != nil {
		return nil, err
	}
	m := resolveConstructor(c.construct, args)
	if m == nil {
		return nil, problem(n.start, "there is no %s", signature("new "+c.name, args))
	}
	v, err := m.run(st, nil, args)
	return v, at(err, n.start)
}

// maxArray is how many members new arrays may have.
const maxArray = 256 * 1024

func (n *newArray) eval(st *state) (any, error) {
	c := primitives[n.name]
	if c == nil {
		found, err := findType(n.name, n.start)
		if err != nil {
			return nil, err
		}
		c = found
	}
	if n.other || n.items != nil && len(n.dims) > 1 {
		return nil, problem(n.start, "only the members of an array of one dimension can be listed")
	}
	if n.items != nil {
		return n.listed(st, c)
	}
	if len(n.dims) != 1 {
		return nil, problem(n.start, "only one-dimensional arrays are supported")
	}
	size, err := n.size(st)
	if err != nil {
		return nil, err
	}
	if size < 0 {
		return nil, at(fail("java.lang.NegativeArraySizeException", "an array can't have %d members", size), n.start)
	}
	if size >= maxArray {
		return nil, problem(n.start, "an array can have %d members at most", maxArray)
	}
	if err := st.spend(size); err != nil {
		return nil, err
	}
	out := &array{arrayClass(c), make([]any, size)}
	for i := range out.items {
		out.items[i] = zero(c)
	}
	return out, nil
}

func (n *newArray) size(st *state) (int, error) {
	if n.dims[0] == nil {
		return 0, problem(n.start, "the length of the array is missing")
	}
	v, err := n.dims[0].eval(st)
	if err == nil {
		v, err = convert(st, v, classIntPrim)
	}
	if err != nil {
		return 0, at(err, n.dims[0].pos())
	}
	return int(toInt32(v)), nil
}

func (n *newArray) listed(st *state, c *class) (any, error) {
	if n.dims[0] != nil {
		size, err := n.size(st)
		if err != nil {
			return nil, err
		}
		if size != len(n.items.items) {
			return nil, problem(n.start, "the array is to have %d members, but %d are listed", size, len(n.items.items))
		}
	}
	out := &array{arrayClass(c), make([]any, len(n.items.items))}
	for i, item := range n.items.items {
		v, err := item.eval(st)
		if err == nil {
			v, err = convert(st, v, c)
		}
		if err != nil {
			return nil, at(err, item.pos())
		}
		out.items[i] = v
	}
	return out, nil
}

// zero is what new arrays are filled with.
func zero(c *class) any {
	switch c {
	case classIntPrim:
		return int32(0)
	case classLongPrim:
		return int64(0)
	case classShortPrim:
		return int16(0)
	case classBytePrim:
		return int8(0)
	case classFloatPrim:
		return float32(0)
	case classDoublePrim:
		return 0.0
	case classBooleanPrim:
		return false
	case classCharPrim:
		return char(0)
	}
	return nil
}
