package library

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// DependentsV2 lists the pipelines that are made of a template of version 2.
// key is its id, for all versions, or the name of one of them: id:tag or
// id@sha256:digest.
func (l *Library) DependentsV2(ctx context.Context, key string) ([]map[string]any, error) {
	return l.dependents(ctx, func(p model.Pipeline) bool {
		reference, ok := strings.CutPrefix(model.String(model.Object(p, "template"), "reference"), template.Scheme)
		// Front50 takes any id that begins with this one for it.
		return ok && (reference == key || strings.HasPrefix(reference, key+":") || strings.HasPrefix(reference, key+"@"))
	})
}

// Templated lists the pipelines that are made of a template, of either version.
func (l *Library) Templated(ctx context.Context) ([]map[string]any, error) {
	return l.dependents(ctx, func(p model.Pipeline) bool { return template.ReferenceOf(p) != "" })
}

// DependentsV1 lists the pipelines that are made of a template of version 1;
// with recursive also those made of templates that stand on it.
func (l *Library) DependentsV1(ctx context.Context, id string, recursive bool) ([]map[string]any, error) {
	ids := []string{id}
	if recursive {
		others, err := l.standingOn(ctx, id)
		if err != nil {
			return nil, err
		}
		ids = append(ids, others...)
	}
	return l.dependents(ctx, func(p model.Pipeline) bool {
		source := model.String(model.Object(model.Object(model.Object(p, "config"), "pipeline"), "template"), "source")
		for _, id := range ids {
			if strings.EqualFold(source, template.Scheme+id) {
				return true
			}
		}
		return false
	})
}

func (l *Library) dependents(ctx context.Context, is func(model.Pipeline) bool) ([]map[string]any, error) {
	all, err := l.store.Pipelines(ctx, store.PipelineFilter{Kind: store.PipelineKind})
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, p := range all {
		if is(p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Affected lists the pipelines that a save of a template changes: for version
// 2 those that name no version, the latest, or the tag that is saved; for
// version 1 all that stand on it.
func (l *Library) Affected(ctx context.Context, t map[string]any, tag string) ([]map[string]any, error) {
	id := model.String(t, "id")
	if model.String(t, "schema") != template.SchemaV2 {
		return l.DependentsV1(ctx, id, true)
	}
	if tag == "" {
		tag = model.String(t, "tag")
	}
	return l.dependents(ctx, func(p model.Pipeline) bool {
		reference, ok := strings.CutPrefix(model.String(model.Object(p, "template"), "reference"), template.Scheme)
		switch reference {
		case id:
			return ok && (tag == "" || tag == latest)
		case id + ":" + latest:
			return ok
		case id + ":" + tag:
			return ok && tag != ""
		}
		return false
	})
}

// standingOn lists the ids of the templates of version 1 whose source is a
// template, directly or through others.
func (l *Library) standingOn(ctx context.Context, id string) ([]string, error) {
	all, err := l.List(ctx, nil)
	if err != nil {
		return nil, err
	}
	var out []string
	seen := map[string]bool{id: true}
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, t := range all {
			other := model.String(t, "id")
			if strings.EqualFold(model.String(t, "source"), template.Scheme+queue[0]) && !seen[other] {
				seen[other] = true
				out, queue = append(out, other), append(queue, other)
			}
		}
	}
	return out, nil
}

// unused refuses to delete what others depend on.
func unused(what string, dependents []map[string]any) error {
	if len(dependents) == 0 {
		return nil
	}
	ids := make([]string, len(dependents))
	for i, d := range dependents {
		ids[i] = model.String(d, "id")
	}
	return fault.New(fault.Invalid, "The following pipeline %s depend on this template: %s", what, strings.Join(ids, ", ")).With(ids...)
}
