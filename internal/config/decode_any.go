package config

import (
	"fmt"
	"math"

	"github.com/gennaker/gennaker/internal/yamldoc"
)

// maxDepth is how deep lists and mappings may be nested in a value of any kind.
const maxDepth = 100

// any decodes a value that may be of any kind, such as a Kubernetes manifest, into
// what JSON has: maps, lists, texts, booleans, int64, float64 and nil.
func (d *decoder) any(in *yamldoc.Node, path string, depth int) any {
	in = yamldoc.Resolve(in)
	if depth > maxDepth {
		d.problemf(in, path, "is nested more than %d levels deep", maxDepth)
		return nil
	}
	if all, ok := d.entries(in, path); ok {
		return d.anyMapping(all, path, depth)
	}
	if in.Kind == yamldoc.Sequence {
		list := make([]any, len(in.Content))
		for i, item := range in.Content {
			list[i] = d.any(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		return list
	}
	return d.anyScalar(in, path)
}

func (d *decoder) anyMapping(all []entry, path string, depth int) any {
	result := make(map[string]any, len(all))
	for _, e := range all {
		if yamldoc.IsMerge(e.key) {
			d.problemf(e.key, path, "<< can be used in sections only")
			continue
		}
		key := keyText(e)
		if _, twice := result[key]; twice {
			d.problemf(e.key, join(path, key), "is set twice")
		}
		result[key] = d.any(e.value, join(path, key), depth+1)
	}
	return result
}

func (d *decoder) anyScalar(in *yamldoc.Node, path string) any {
	value, _ := scalarValue(in)
	switch v := value.(type) {
	case uint64:
		d.problemf(in, path, "%s is out of range", in.Value)
		return nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			d.problemf(in, path, "%s is not a valid JSON number", in.Value)
			return nil
		}
	}
	return value
}
