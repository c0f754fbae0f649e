package expression

// node is a part of a parsed expression.
type node interface {
	eval(st *state) (any, error)
	pos() int
}

// target is a node that may stand left of an assignment.
type target interface {
	node
	// resolve finds the place that the node names, once, so that it can be
	// read and then written.
	resolve(st *state) (place, error)
}

// place is where a value is read from and written to.
type place struct {
	get func() (any, error)
	set func(any) error // nil: can't be written
}

type base struct{ start int }

func (b base) pos() int { return b.start }

type literal struct {
	base
	value  any
	number bool
}

func (n *literal) eval(*state) (any, error) { return n.value, nil }

type (
	property struct {
		base
		name string
		safe bool
	}
	call struct {
		base
		name string
		safe bool
		args []node
	}
	variable struct {
		base
		name string
	}
	function struct {
		base
		name string
		args []node
	}
	index struct {
		base
		safe bool
		key  node
	}
	selection struct {
		base
		safe bool
		pick kind // tokSelect, tokFirst or tokLast
		test node
	}
	projection struct {
		base
		safe bool
		each node
	}
	chain struct {
		base
		parts []node
	}
	inlineList struct {
		base
		items    []node
		constant bool
	}
	inlineMap struct {
		base
		pairs    []node
		constant bool
	}
	typeRef struct {
		base
		name string
		dims int
	}
	construct struct {
		base
		name string
		args []node
	}
	newArray struct {
		base
		name  string
		dims  []node // nil where a dimension is left open
		items *inlineList
		other bool // the initializer was no list
	}
	beanRef struct {
		base
		name string
	}
	unary struct {
		base
		op      kind
		operand node
	}
	binary struct {
		base
		op          kind
		left, right node
	}
	logical struct {
		base
		or          bool
		left, right node
	}
	instanceOf struct {
		base
		left, right node
	}
	matches struct {
		base
		left, right node
	}
	between struct {
		base
		left, right node
	}
	increment struct {
		base
		by      int32
		prefix  bool
		operand node
	}
	assign struct {
		base
		left, right node
	}
	elvis struct {
		base
		value, other node
	}
	ternary struct {
		base
		test, yes, no node
	}
)
