package catalog

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Pipelines lists stored pipelines and strategies.
type Pipelines interface {
	Pipelines(ctx context.Context, f store.PipelineFilter) ([]model.Pipeline, error)
}

// Numbered lists an application's pipelines or strategies as Front50 does: by index,
// then by name, and numbered anew without gaps.
func Numbered(ctx context.Context, from Pipelines, kind, application string) ([]model.Pipeline, error) {
	found, err := from.Pipelines(ctx, store.PipelineFilter{Kind: kind, Application: application})
	if err != nil {
		return nil, err
	}
	for i, p := range found {
		p["index"] = i
	}
	return found, nil
}

// ByName finds a pipeline or strategy whatever the case of its name; nil where
// there is none.
func ByName(ctx context.Context, from Pipelines, kind, application, name string) (model.Pipeline, error) {
	all, err := Numbered(ctx, from, kind, application)
	if err != nil {
		return nil, err
	}
	for _, config := range all {
		if strings.EqualFold(strings.TrimSpace(config.Name()), strings.TrimSpace(name)) {
			return config, nil
		}
	}
	return nil, nil
}
