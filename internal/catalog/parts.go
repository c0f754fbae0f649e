package catalog

import (
	"context"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/store"
)

// PipelineDocuments lists stored pipelines and strategies as documents.
type PipelineDocuments interface {
	PipelinesJSON(ctx context.Context, f store.PipelineFilter) ([]string, error)
}

// IsName tells whether a value is a name: neither empty nor an expression.
func IsName(value string) bool { return value != "" && !strings.Contains(value, "${") }

// EachPart calls found for each trigger and stage of the types, or of any if they
// are nil, in the stored pipelines and strategies.
func EachPart(ctx context.Context, from PipelineDocuments, types []string, found func(gjson.Result)) error {
	for _, kind := range []string{store.PipelineKind, store.StrategyKind} {
		documents, err := from.PipelinesJSON(ctx, store.PipelineFilter{Kind: kind})
		if err != nil {
			return err
		}
		for _, document := range documents {
			for _, part := range []string{"triggers", "stages"} {
				gjson.Get(document, part).ForEach(func(_, one gjson.Result) bool {
					if types == nil || slices.Contains(types, one.Get("type").String()) {
						found(one)
					}
					return true
				})
			}
		}
	}
	return nil
}
