package yamldoc

import (
	"bytes"
	"errors"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// Text is YAML that is within its bounds.
type Text struct {
	// Cost is what its documents take once they are decoded.
	Cost limit.Cost

	data []byte
}

// Check tells what the documents of a YAML text take once they are decoded, with
// every alias written out, and refuses what is over the bounds. It parses the
// text only if there may be aliases or deep nesting in it; whether the text is valid is otherwise
// left to the methods of the result.
func Check(text []byte, most limit.Bounds) (Text, error) {
	cost := outline(text)
	brackets := cost.Depth
	cost.Depth = 0 // brackets may be part of a text
	checked := Text{Cost: cost, data: text}
	if err := most.Check(cost); err != nil {
		return checked, err
	}
	if brackets <= most.Depth && (bytes.IndexByte(text, '&') < 0 || bytes.IndexByte(text, '*') < 0) {
		return checked, nil
	}
	expanded, err := expansion(text, most)
	checked.Cost.Bytes, checked.Cost.Nodes = max(expanded.Bytes, cost.Bytes), max(expanded.Nodes, cost.Nodes)
	checked.Cost.Depth = expanded.Depth
	return checked, err
}

// outline bounds what a text without aliases can hold by the signs that separate
// its values. Signs within texts are counted too, so the bound is generous to
// nobody but small to no ordinary manifest: parsing a million values to count
// them would take what is to be saved.
func outline(text []byte) limit.Cost {
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
	return limit.Cost{Nodes: signs + 1, Bytes: signs*nodeBytes + int64(len(text)), Depth: deep}
}

// nodeBytes is what a value of a YAML text takes on average beside its letters:
// half of the values are keys, and of the others most are texts.
const nodeBytes = 96

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isQuote(c byte) bool { return c == '"' || c == '\'' }

// expansion counts the values of a text with its aliases written out.
func expansion(text []byte, most limit.Bounds) (limit.Cost, error) {
	var total limit.Cost
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for n := 1; ; n++ {
		if err := limit.Count(n, limit.Documents, "documents in the YAML"); err != nil {
			return total, err
		}
		var document Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return total, nil //nolint:nilerr // whoever reads the text says it with the place
		}
		e := expander{known: map[*Node]limit.Cost{}, within: map[*Node]bool{}}
		cost, err := e.node(&document)
		if err != nil {
			return total, err
		}
		total = total.Plus(cost)
		if e.added > limit.Aliases {
			return total, fault.New(fault.Invalid, "the YAML aliases expand to more than %d MiB; use fewer of them, or split up the document", limit.Aliases>>20)
		}
		if err := most.Check(total); err != nil {
			return total, err
		}
	}
}

// expander adds up the expanded cost of nodes; each anchor is counted once.
type expander struct {
	known  map[*Node]limit.Cost // of anchored nodes
	within map[*Node]bool       // anchored nodes around the place
	added  int64                // what aliases have added
}

func (e *expander) node(n *Node) (limit.Cost, error) {
	if n.Kind == Alias {
		return e.alias(n)
	}
	if n.Anchor != "" {
		if cost, ok := e.known[n]; ok {
			return cost, nil
		}
		e.within[n] = true
		defer delete(e.within, n)
	}
	cost := limit.TextCost(len(n.Value))
	switch n.Kind {
	case Mapping:
		cost = cost.Plus(limit.MapCost(len(n.Content)))
	case Sequence:
		cost = cost.Plus(limit.ListCost(len(n.Content)))
	}
	for _, child := range n.Content {
		c, err := e.node(child)
		if err != nil {
			return cost, err
		}
		c.Depth++
		cost = cost.Plus(c)
	}
	if n.Anchor != "" {
		e.known[n] = cost
	}
	return cost, nil
}

// alias is the cost of writing out what an alias, or a merge key, refers to.
func (e *expander) alias(n *Node) (limit.Cost, error) {
	if e.within[n.Alias] {
		return limit.Cost{}, fault.New(fault.Invalid, "the YAML at line %d contains itself: the anchor %s is used within its own value", n.Line, fault.Short(n.Value))
	}
	cost, ok := e.known[n.Alias]
	if !ok {
		var err error
		if cost, err = e.node(n.Alias); err != nil {
			return cost, err
		}
	}
	e.added += min(cost.Bytes, limit.Aliases+1) // so that the sum stays far from the largest number
	return cost, nil
}
