package inherit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// decideTime bounds the expansion of a stale template for a decision.
const decideTime = 5 * time.Second

// Effective gives pipelines with the triggers that they inherit, as they are now. A pipeline
// whose template can't be expanded has only its own.
func (s *Service) Effective(ctx context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error) {
	out := slices.Clone(pipelines)
	for i, p := range out {
		if !template.InheritsTriggers(p) {
			continue
		}
		r, err := read(ctx, s.Store.Query, p.ID())
		if err != nil {
			return nil, fmt.Errorf("read the inherited triggers of pipeline %s: %w", p.ID(), err)
		}
		if r != nil && !r.stale {
			if out[i], err = r.over(p); err != nil {
				return nil, err
			}
			continue
		}
		if r != nil && r.problem != "" { // it is tried again by and by
			out[i] = overlay(p, template.Inherited{})
			continue
		}
		now, cancel := context.WithTimeout(ctx, decideTime)
		found, err := s.plan(now, p)
		cancel()
		if err != nil {
			s.log().WarnContext(ctx, "a pipeline's template can't be expanded, so that its triggers don't start the pipeline", "pipeline", p.ID(), "error", err)
		}
		out[i] = overlay(p, found)
	}
	return out, nil
}

// Stored gives a pipeline with the inherited triggers that are stored, in a transaction. They
// may be stale: only indexes, which are brought up to date later, are made of them.
func (s *Service) Stored(ctx context.Context, tx *store.Tx, p model.Pipeline) (model.Pipeline, error) {
	return stored(ctx, tx.Query, p)
}

func stored(ctx context.Context, ask query, p model.Pipeline) (model.Pipeline, error) {
	if !template.InheritsTriggers(p) {
		return p, nil
	}
	r, err := read(ctx, ask, p.ID())
	if err != nil {
		return nil, fmt.Errorf("read the inherited triggers of pipeline %s: %w", p.ID(), err)
	}
	if r == nil {
		return p, nil
	}
	return r.over(p)
}

// Problem is why the template of a pipeline can't be expanded; "" if it can, or if nothing
// is inherited.
func (s *Service) Problem(ctx context.Context, p model.Pipeline) (string, error) {
	if !template.InheritsTriggers(p) {
		return "", nil
	}
	r, err := read(ctx, s.Store.Query, p.ID())
	if err != nil || r == nil {
		return "", err
	}
	return r.problem, nil
}

func (r *row) over(p model.Pipeline) (model.Pipeline, error) {
	var found template.Inherited
	if err := model.Unmarshal([]byte(r.body), &found); err != nil {
		return nil, fmt.Errorf("read the inherited triggers of pipeline %s: %w", r.pipeline, err)
	}
	return overlay(p, found), nil
}

// overlay lays inherited triggers behind a pipeline's own. Those that an editor has written
// back, which was shown the whole pipeline, don't count as its own, and neither do equal ones
// count twice.
func overlay(p model.Pipeline, found template.Inherited) model.Pipeline {
	triggers := []any{}
	for _, t := range model.Objects(p, "triggers") {
		if !model.Bool(t, "inherited", false) {
			triggers = append(triggers, t)
		}
	}
	own := len(triggers)
	for _, t := range found.Triggers {
		inherited, ok := t.(map[string]any)
		if !ok || slices.ContainsFunc(triggers[:own], func(mine any) bool { return reflect.DeepEqual(bare(mine), bare(inherited)) }) {
			continue
		}
		triggers = append(triggers, inherited)
	}
	out := model.Pipeline(model.Merge(p, map[string]any{"triggers": triggers}))
	if len(found.ExpectedArtifacts) > 0 {
		out["expectedArtifacts"] = found.ExpectedArtifacts
	}
	return out
}

// bare is what a trigger does, without what only tells it from others.
func bare(t any) map[string]any {
	fields, _ := t.(map[string]any)
	return model.Without(fields, "id", "inherited")
}

// identify gives inherited cron triggers ids. The same trigger has the same each time it is
// expanded, so that it stays due when it was, and another one in each pipeline, so that
// what H stands for differs.
func identify(p model.Pipeline, triggers []any) {
	for _, one := range triggers {
		t, ok := one.(map[string]any)
		if !ok || !strings.EqualFold(model.String(t, "type"), "cron") {
			continue
		}
		text := model.String(t, "id")
		if text == "" {
			body, err := model.Marshal(model.Without(t, "enabled"))
			if err != nil {
				continue
			}
			text = string(body)
		}
		sum := sha256.Sum256([]byte(p.ID() + "\x1f" + text))
		t["id"] = "inherited-" + hex.EncodeToString(sum[:16])
	}
}
