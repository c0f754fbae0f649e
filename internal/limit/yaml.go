package limit

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/gennaker/gennaker/internal/fault"
)

// YAML tells what the documents of a YAML text take once they are decoded, with
// every alias written out, and refuses what is over the bounds. It parses the
// text only if there may be aliases or deep nesting in it; whether the text is valid is otherwise
// left to the decoder.
func (b Bounds) YAML(text []byte) (Cost, error) {
	cost := outline(text)
	brackets := cost.Depth
	cost.Depth = 0 // brackets may be part of a text
	if err := b.check(cost); err != nil {
		return cost, err
	}
	if brackets <= b.Depth && (bytes.IndexByte(text, '&') < 0 || bytes.IndexByte(text, '*') < 0) {
		return cost, nil
	}
	expanded, err := b.expansion(text)
	expanded.Bytes, expanded.Nodes = max(expanded.Bytes, cost.Bytes), max(expanded.Nodes, cost.Nodes)
	return expanded, err
}

// outline bounds what a text without aliases can hold by the signs that separate
// its values. Signs within texts are counted too, so the bound is generous to
// nobody but small to no ordinary manifest: parsing a million values to count
// them would take what is to be saved.
func outline(text []byte) Cost {
	var (
		signs      int64
		flow, deep int
		wide       = bytes.IndexByte(text, 0) >= 0 // in UTF-16 a zero follows a sign
	)
	for i, c := range text {
		switch c {
		case '[', '{':
			signs++
			flow++
			deep = max(deep, flow)
		case ']', '}':
			flow = max(flow-1, 0)
		case ',':
			signs++
		case ':', '-', '?':
			if wide || i+1 == len(text) || isSpace(text[i+1]) || (i > 0 && isQuote(text[i-1])) || flow > 0 {
				signs++
			}
		}
	}
	return Cost{Nodes: signs + 1, Bytes: signs*nodeBytes + int64(len(text)), Depth: deep}
}

// nodeBytes is what a value of a YAML text takes on average beside its letters:
// half of the values are keys, and of the others most are texts.
const nodeBytes = 96

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// expansion counts the values of a text with its aliases written out.
func (b Bounds) expansion(text []byte) (Cost, error) {
	var total Cost
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for n := 1; ; n++ {
		if err := Count(n, Documents, "documents in the YAML"); err != nil {
			return total, err
		}
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, nil //nolint:nilerr // the decoder of the caller says it with the place
		}
		e := expander{known: map[*yaml.Node]Cost{}, within: map[*yaml.Node]bool{}}
		cost, err := e.node(&document)
		if err != nil {
			return total, err
		}
		total = total.plus(cost)
		if e.added > Aliases {
			return total, fault.New(fault.Invalid, "the YAML aliases expand to more than %d MiB; use fewer of them, or split up the document", Aliases>>20)
		}
		if err := b.check(total); err != nil {
			return total, err
		}
	}
}

// Node refuses a parsed document that holds itself, or whose aliases would make
// it too large.
func (b Bounds) Node(document *yaml.Node) error {
	e := expander{known: map[*yaml.Node]Cost{}, within: map[*yaml.Node]bool{}}
	cost, err := e.node(document)
	if err != nil {
		return err
	}
	if e.added > Aliases {
		return fault.New(fault.Invalid, "the YAML aliases expand to more than %d MiB; use fewer of them, or split up the document", Aliases>>20)
	}
	return b.check(cost)
}

// expander adds up the expanded cost of nodes; each anchor is counted once.
type expander struct {
	known  map[*yaml.Node]Cost // of anchored nodes
	within map[*yaml.Node]bool // anchored nodes around the place
	added  int64               // what aliases have added
}

func (e *expander) node(n *yaml.Node) (Cost, error) {
	if n.Kind == yaml.AliasNode {
		cost, err := e.alias(n)
		return cost, err
	}
	if n.Anchor != "" {
		if cost, ok := e.known[n]; ok {
			return cost, nil
		}
		e.within[n] = true
		defer delete(e.within, n)
	}
	cost := Cost{Nodes: 1, Bytes: costText + int64(len(n.Value))}
	switch n.Kind {
	case yaml.MappingNode:
		cost.Bytes += costMap + costGroup
	case yaml.SequenceNode:
		cost.Bytes += costList
	}
	for i, child := range n.Content {
		c, err := e.node(child)
		if err != nil {
			return cost, err
		}
		c.Depth++
		c.Bytes += costItem
		if n.Kind == yaml.MappingNode && i >= 2*groupLength {
			c.Bytes += costSlot / 2
		}
		cost = cost.plus(c)
	}
	if n.Anchor != "" {
		e.known[n] = cost
	}
	return cost, nil
}

// alias is the cost of writing out what an alias, or a merge key, refers to.
func (e *expander) alias(n *yaml.Node) (Cost, error) {
	if e.within[n.Alias] {
		return Cost{}, fault.New(fault.Invalid, "the YAML at line %d contains itself: the anchor %s is used within its own value", n.Line, fault.Short(n.Value))
	}
	cost, ok := e.known[n.Alias]
	if !ok {
		var err error
		if cost, err = e.node(n.Alias); err != nil {
			return cost, err
		}
	}
	e.added = min(e.added+cost.Bytes, most)
	return cost, nil
}

// most keeps sums from overflowing: each anchor may double the one before.
const most = int64(1) << 50

func (c Cost) plus(other Cost) Cost {
	return Cost{
		Nodes: min(c.Nodes+other.Nodes, most), Bytes: min(c.Bytes+other.Bytes, most), Depth: max(c.Depth, other.Depth),
	}
}
