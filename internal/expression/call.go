package expression

import (
	"strings"
)

func (n *function) eval(st *state) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	f := functions[n.name]
	if f == nil {
		if v := st.scope.variables[n.name]; v != nil {
			return nil, problem(n.start, "#%s is a variable, not a function", n.name)
		}
		return nil, problem(n.start, "there is no function #%s", n.name).like(n.name, functionNames())
	}
	args := make([]any, len(n.args))
	for i, a := range n.args {
		v, err := a.eval(st)
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	if len(args) != len(f.params) && !f.varargs {
		return nil, problem(n.start, "#%s takes %d arguments, not %d", n.name, len(f.params), len(args))
	}
	v, err := f.run(st, nil, args)
	if err == nil {
		err = st.payText(v)
	}
	if err == nil {
		err = st.onTime() // a single call may take long
	}
	return v, at(err, n.start)
}

func (n *beanRef) eval(*state) (any, error) {
	return nil, problem(n.start, "there are no beans here, so no '%s' either", n.name)
}

func (n *call) eval(st *state) (any, error) {
	args, err := st.arguments(n.args)
	if err != nil {
		return nil, err
	}
	if err := st.tick(); err != nil {
		return nil, err
	}
	if st.active == nil {
		if n.safe {
			return nil, nil
		}
		return nil, problem(n.start, "the method %s can't be called on null", signature(n.name, args))
	}
	if err := st.payText(st.active); err != nil {
		return nil, err
	}
	v, err := st.invoke(st.active, n.name, args)
	if err == nil {
		err = st.payText(v)
	}
	if err == nil {
		err = st.onTime()
	}
	return v, at(err, n.start)
}

// signature is how a call is named to a person.
func signature(name string, args []any) string {
	types := make([]string, len(args))
	for i, a := range args {
		types[i] = classOf(a).typeName()
	}
	return name + "(" + strings.Join(types, ",") + ")"
}

// invoke calls the method of that name that fits the arguments best.
func (st *state) invoke(owner any, name string, args []any) (any, error) {
	c := classOf(owner)
	table := c.instance
	if k, ok := owner.(*class); ok {
		c, table = k, k.static
	}
	candidates := table[name]
	if len(candidates) == 1 && !st.refers(args) && candidates[0].fits(args) {
		return candidates[0].fn(&invocation{st, owner, args})
	}
	m, err := resolveMethod(candidates, args)
	if err != nil {
		return nil, fail(exEvaluation, "the call %s on %s is ambiguous: convert its arguments first", signature(name, args), c.typeName())
	}
	if m == nil {
		return nil, noMethod(c, name, args, table)
	}
	return m.run(st, owner, args)
}

func noMethod(c *class, name string, args []any, known map[string][]*method) error {
	f := fail(exEvaluation, "there is no method %s of %s, or it may not be called", signature(name, args), c.typeName())
	if hint := collectionHint[name]; hint != "" && (classCollection.assignableFrom(c) || classMap.assignableFrom(c)) {
		f.Message += ": " + hint
		return f
	}
	if _, ok := known[name]; ok {
		return f
	}
	list := make([]string, 0, len(known))
	for k := range known {
		list = append(list, k)
	}
	return f.like(name, list)
}

// collectionHint says what to write in the place of methods that people know
// but that may not be called.
var collectionHint = map[string]string{
	"get": "write [key] instead", "getOrDefault": "write [key] ?: default instead",
	"stream": "write .?[condition] and .![value] instead", "iterator": "write .![value] instead",
	"forEach": "write .![value] instead",
}
