package yamldoc

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Values reads the documents by the rules of YAML 1.2, as what JSON decodes to: maps
// with texts as keys, lists, texts, booleans, int64 (uint64 for what is larger),
// float64, and nil. Where the rules of decoders differ:
//
//   - Dates, numbers in base 60, and whole numbers of more than 64 bits are texts, so
//     that nothing of them is lost; so is a number with an exponent and no point, such
//     as 1234e5, which is more often a commit than a number.
//   - 017 and 0o17 are 15, and 1_000 is 1000.
//   - Keys that are no texts are those that their values are written as.
//   - A key that stands twice is an error. What << merges doesn't replace what stands
//     in a map itself; of several, the first counts.
//   - Tags of YAML's own say what a value is, others mean nothing.
func (t Text) Values() ([]any, error) {
	documents, err := t.Nodes()
	if err != nil {
		return nil, err
	}
	out := make([]any, len(documents))
	for i, document := range documents {
		if out[i], err = value(document); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Value is the first document of [Text.Values]; nil if there is none.
func (t Text) Value() (any, error) {
	all, err := t.Values()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return all[0], nil
}

func value(n *Node) (any, error) {
	switch n.Kind {
	case Document:
		if len(n.Content) == 0 {
			return nil, nil
		}
		return value(n.Content[0])
	case Alias:
		return value(n.Alias)
	case Sequence:
		list := make([]any, len(n.Content))
		for i, member := range n.Content {
			v, err := value(member)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case Mapping:
		return object(n)
	}
	return ScalarValue(n)
}

func object(n *Node) (map[string]any, error) {
	out := make(map[string]any, len(n.Content)/2)
	lines := make(map[string]int, len(n.Content)/2)
	var merged []*Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		at := n.Content[i]
		if IsMerge(at) {
			merged = append(merged, n.Content[i+1])
			continue
		}
		key, err := key(at)
		if err != nil {
			return nil, err
		}
		if line, twice := lines[key]; twice {
			return nil, errorAt(at, "the key %q is already in line %d", key, line)
		}
		lines[key] = at.Line
		if out[key], err = value(n.Content[i+1]); err != nil {
			return nil, err
		}
	}
	for _, from := range merged {
		if err := merge(out, from); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// merge adds what << names: a map, or a list of them.
func merge(into map[string]any, from *Node) error {
	source := Resolve(from)
	sources := []*Node{source}
	if source.Kind == Sequence {
		sources = source.Content
	}
	for _, source := range sources {
		v, err := value(source)
		if err != nil {
			return err
		}
		fields, ok := v.(map[string]any)
		if !ok {
			return errorAt(from, "<< can merge only maps")
		}
		for name, field := range fields {
			if _, have := into[name]; !have {
				into[name] = field
			}
		}
	}
	return nil
}

// Resolve is the node that an alias stands for; any other node is itself.
func Resolve(n *Node) *Node {
	if n != nil && n.Kind == Alias {
		return n.Alias
	}
	return n
}

func key(n *Node) (string, error) {
	if resolved := Resolve(n); resolved.Kind != Scalar {
		return "", errorAt(n, "a key must be a text, a number, true, false or null")
	}
	v, err := value(n)
	switch v := v.(type) {
	case string:
		return v, err
	case nil:
		return "null", err
	}
	return fmt.Sprint(v), err
}

var (
	wholeNumber = regexp.MustCompile(`^[-+]?\d[0-9a-fA-FxXoO_]*$`)
	realNumber  = regexp.MustCompile(`^[-+]?(?:\.[0-9]+|[0-9][0-9_]*\.[0-9_]*)(?:[eE][-+]?[0-9]+)?$`)
)

// ScalarValue is the value of a scalar by the rules of [Text.Values].
func ScalarValue(n *Node) (any, error) {
	if n.Style&Tagged == 0 {
		if n.Style&Quoted != 0 {
			return n.Value, nil
		}
		return plain(n.Value), nil
	}
	out := plain(n.Value)
	switch n.Tag {
	case "!!int":
		switch out.(type) {
		case int64, uint64:
			return out, nil
		}
	case "!!float":
		switch number := out.(type) {
		case float64:
			return number, nil
		case int64:
			return float64(number), nil
		}
	case "!!bool":
		if _, ok := out.(bool); ok {
			return out, nil
		}
	case "!!null":
		if out == nil {
			return nil, nil
		}
	default:
		return n.Value, nil
	}
	return nil, errorAt(n, "%q is no %s", n.Value, strings.TrimPrefix(n.Tag, "!!"))
}

// plain is the value of a scalar without quotes or a tag.
func plain(text string) any {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return nil
	case "true", "True", "TRUE":
		return true
	case "false", "False", "FALSE":
		return false
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	}
	digits := strings.ReplaceAll(text, "_", "")
	switch {
	case wholeNumber.MatchString(text):
		if number, err := strconv.ParseInt(digits, 0, 64); err == nil {
			return number
		}
		if number, err := strconv.ParseUint(strings.TrimPrefix(digits, "+"), 0, 64); err == nil {
			return number
		}
	case realNumber.MatchString(text):
		if number, err := strconv.ParseFloat(digits, 64); err == nil {
			return number
		}
	}
	return text
}
