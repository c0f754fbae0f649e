package yamldoc

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Object is a map that keeps the order of its fields when it is written.
type Object []Field

// Field is a field of an [Object].
type Field struct {
	Name  string
	Value any
}

// Encode writes a value for people: two spaces for a level, the entries of lists
// not further in than what holds them, texts of several lines as such, and long
// lines as they are. The value is made of maps, [Object], lists, texts, numbers,
// booleans and nil; the keys of maps are sorted.
func Encode(value any) ([]byte, error) {
	node, err := NodeOf(value)
	if err != nil {
		return nil, err
	}
	return write(true, node)
}

// Write writes documents with their comments and styles, the entries of lists
// further in than what holds them.
func Write(documents ...*Node) ([]byte, error) { return write(false, documents...) }

func write(compact bool, documents ...*Node) ([]byte, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if compact {
		encoder.CompactSeqIndent()
	}
	for _, document := range documents {
		if err := encoder.Encode(document); err != nil {
			return nil, fmt.Errorf("write YAML: %w", err)
		}
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out.Bytes(), nil
}

// Flow writes a value on one line, as JSON with few quotes.
func Flow(value any) (string, error) {
	node, err := NodeOf(value)
	if err != nil {
		return "", err
	}
	node.Style |= yaml.FlowStyle
	out, err := write(false, node)
	return string(bytes.TrimSpace(out)), err
}

// NodeOf makes a node of a value as [Encode] writes it.
func NodeOf(value any) (*Node, error) {
	switch v := value.(type) {
	case map[string]any:
		fields := make(Object, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fields = append(fields, Field{name, v[name]})
		}
		return NodeOf(fields)
	case Object:
		out := &Node{Kind: Mapping, Tag: "!!map", Content: make([]*Node, 0, 2*len(v))}
		for _, field := range v {
			name, err := NodeOf(field.Name)
			if err != nil {
				return nil, err
			}
			member, err := NodeOf(field.Value)
			if err != nil {
				return nil, err
			}
			out.Content = append(out.Content, name, member)
		}
		return out, nil
	case []any:
		out := &Node{Kind: Sequence, Tag: "!!seq", Content: make([]*Node, len(v))}
		for i, member := range v {
			node, err := NodeOf(member)
			if err != nil {
				return nil, err
			}
			out.Content[i] = node
		}
		return out, nil
	case string:
		// The library would take the one for what merges, and fail to indent the other.
		if v == "<<" || strings.HasPrefix(v, "\t") && strings.Contains(v, "\n") {
			return &Node{Kind: Scalar, Tag: "!!str", Style: DoubleQuoted, Value: v}, nil
		}
	case float64:
		// Without a point it would be a text when it is read, see [Text.Values], or no float.
		digits, exponent, large := strings.Cut(strconv.FormatFloat(v, 'g', -1, 64), "e")
		switch {
		case large && !strings.Contains(digits, "."):
			return &Node{Kind: Scalar, Tag: "!!float", Value: digits + ".0e" + exponent}, nil
		case digits == "-0":
			return &Node{Kind: Scalar, Tag: "!!float", Value: "-0.0"}, nil
		}
	}
	out := new(Node)
	if err := out.Encode(value); err != nil {
		return nil, fmt.Errorf("write %T as YAML: %w", value, err)
	}
	return out, nil
}
