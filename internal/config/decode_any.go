package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// maxDepth is how deep lists and mappings may be nested in a value of any kind.
const maxDepth = 100

// any decodes a value that may be of any kind, such as a Kubernetes manifest, into
// what JSON has: maps, lists, texts, booleans, int64, float64 and nil.
func (d *decoder) any(in ast.Node, path string, depth int) any {
	in = d.resolve(in, path)
	if in == nil || in.Type() == ast.NullType {
		return nil
	}
	if depth > maxDepth {
		d.problemf(in, path, "is nested more than %d levels deep", maxDepth)
		return nil
	}
	if values, ok := entries(in); ok {
		return d.anyMapping(values, path, depth)
	}
	if sequence, ok := in.(*ast.SequenceNode); ok {
		list := make([]any, len(sequence.Values))
		for i, item := range sequence.Values {
			list[i] = d.any(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		return list
	}
	return d.anyScalar(in, path)
}

func (d *decoder) anyMapping(values []*ast.MappingValueNode, path string, depth int) any {
	result := make(map[string]any, len(values))
	for _, entry := range values {
		if _, merge := entry.Key.(*ast.MergeKeyNode); merge {
			d.problemf(entry.Key, path, "<< can be used in sections only")
			continue
		}
		key := keyText(entry)
		if _, twice := result[key]; twice {
			d.problemf(entry.Key, join(path, key), "is set twice")
		}
		result[key] = d.any(entry.Value, join(path, key), depth+1)
	}
	return result
}

func (d *decoder) anyScalar(in ast.Node, path string) any {
	text, ok := scalarText(in)
	if !ok {
		d.problemf(in, path, "can't be used here")
		return nil
	}
	switch node := in.(type) {
	case *ast.BoolNode:
		return node.Value
	case *ast.IntegerNode:
		number, err := strconv.ParseInt(strings.ReplaceAll(text, "_", ""), 0, 64)
		if err != nil {
			d.problemf(in, path, "%s is out of range", text)
		}
		return number
	case *ast.FloatNode:
		return node.Value
	case *ast.InfinityNode, *ast.NanNode:
		d.problemf(in, path, "%s is no number that JSON has", text)
		return nil
	}
	return text
}
