package expression

// fits tells whether the arguments need no conversion at all.
func (m *method) fits(args []any) bool {
	if m.varargs || len(args) != len(m.params) || !m.callable {
		return false
	}
	for i, a := range args {
		c := classOf(a)
		if c != m.params[i] && (c == nil || m.params[i].boxed != c) {
			return false
		}
	}
	return true
}

// match says how well arguments fit.
type match uint8

const (
	noMatch match = iota
	needsConversion
	closeMatch
	exactMatch
)

func (m *method) match(args []any) match {
	if m.varargs {
		if len(args) >= len(m.params)-1 {
			return m.matchVarargs(args)
		}
		return noMatch
	}
	if len(args) != len(m.params) {
		return noMatch
	}
	return matchAll(m.params, args)
}

func matchAll(params []*class, args []any) match {
	best := exactMatch
	for i, p := range params {
		if best = min(best, matchOne(p, args[i])); best == noMatch {
			return noMatch
		}
	}
	return best
}

func matchOne(param *class, arg any) match {
	c := classOf(arg)
	switch {
	case c == nil && param.primitive():
		return noMatch
	case c == nil || c == param:
		return exactMatch
	case param.assignableFrom(c):
		return closeMatch
	case convertible(c, param):
		return needsConversion
	}
	return noMatch
}

func (m *method) matchVarargs(args []any) match {
	fixed := len(m.params) - 1
	best := matchAll(m.params[:fixed], args)
	last := m.params[fixed]
	if best == noMatch || len(args) == len(m.params) && classOf(args[fixed]) == last {
		return best
	}
	for _, a := range args[fixed:] {
		if best = min(best, matchOne(last.component, a)); best == noMatch {
			return noMatch
		}
	}
	return best
}

// distance weighs close matches, as Spring does: the farther a parameter is
// above its argument, the more.
func (m *method) distance(args []any) int {
	total := 0
	for i, p := range m.params {
		var c *class
		if i < len(args) {
			c = classOf(args[i])
		}
		if c == nil {
			if p.primitive() {
				return 1 << 20
			}
			continue
		}
		if !p.assignableFrom(c) {
			return 1 << 20
		}
		if p.primitive() {
			p = classObject
		}
		for super := c.super; super != nil; super = super.super {
			if p == super {
				total += 2
				break
			}
			if !p.assignableFrom(super) {
				break
			}
			total += 2
		}
		if p.isInterface {
			total++
		}
	}
	return total
}

var errAmbiguous = fail(exEvaluation, "ambiguous")

// resolveMethod picks the method for the arguments: an exact match, else the
// closest, else the only one that conversions make fit.
func resolveMethod(candidates []*method, args []any) (*method, error) {
	var closest, converting *method
	distance, several := 0, false
	for _, m := range candidates {
		if !m.callable {
			continue
		}
		switch m.match(args) {
		case exactMatch:
			return m, nil
		case closeMatch:
			if d := m.distance(args); closest == nil || d < distance {
				closest, distance = m, d
			}
		case needsConversion:
			several = several || converting != nil
			converting = m
		}
	}
	if closest != nil {
		return closest, nil
	}
	if several {
		return nil, errAmbiguous
	}
	return converting, nil
}

// resolveConstructor picks among constructors: the last one that fits.
func resolveConstructor(candidates []*method, args []any) *method {
	var closest, converting *method
	for _, m := range candidates {
		switch m.match(args) {
		case exactMatch:
			return m
		case closeMatch:
			closest = m
		case needsConversion:
			converting = m
		}
	}
	if closest != nil {
		return closest
	}
	return converting
}

// run converts the arguments and calls the method.
func (m *method) run(st *state, self any, args []any) (any, error) {
	if m.fn == nil {
		return nil, fail(exEvaluation, "the method %s may not be called", m.name)
	}
	converted, err := m.convertArguments(st, args)
	if err != nil {
		return nil, err
	}
	return m.fn(&invocation{st, self, converted})
}

func (m *method) convertArguments(st *state, args []any) ([]any, error) {
	fixed := len(m.params)
	if m.varargs {
		fixed--
	}
	if !st.refers(args) && m.fits(args) {
		return args, nil
	}
	out := make([]any, fixed, len(m.params))
	for i := range fixed {
		v, err := convert(st, args[i], m.params[i])
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	if !m.varargs {
		return out, nil
	}
	rest, err := m.convertRest(st, args[fixed:])
	return append(out, rest), err
}

// convertRest gathers the arguments that a last array parameter takes. A
// single list or array there is spread.
func (m *method) convertRest(st *state, args []any) (any, error) {
	last := m.params[len(m.params)-1]
	if len(args) == 1 && args[0] != nil {
		c := classOf(args[0])
		if c.component != nil && last.assignableFrom(c) {
			return args[0], nil
		}
		if c.component != nil || isList(args[0]) || !last.component.assignableFrom(c) && convertible(c, last) {
			return convert(st, args[0], last)
		}
	}
	items := make([]any, len(args))
	for i, a := range args {
		v, err := convert(st, a, last.component)
		if err != nil {
			return nil, err
		}
		items[i] = v
	}
	return &array{last, items}, nil
}
