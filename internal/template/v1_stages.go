package template

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// expansion is what stands for a stage of version 1 that is several.
type expansion struct {
	// value is what a loop gives the stage, as templateLoop.value.
	value any
	// inner are the stages of a loop or of a partial.
	inner []*step
	// group names the partial that a stage is of.
	group string
}

const partialPrefix = "partial."

func isPartial(s *step) bool { return strings.HasPrefix(model.String(s.body, "type"), partialPrefix) }
func isLoop(s *step) bool    { return model.String(s.body, "loopWith") != "" }

// stages gives the stages of the pipeline: Orca's RenderTransform,
// ConfigStageInjectionTransform, StageInheritanceControlTransform and the
// trimming of conditional stages.
func (w *work) stages() ([]any, error) {
	var lists [2][]*step
	for i, from := range []struct {
		where    string
		document map[string]any
	}{{"template", w.template}, {"configuration", w.config}} {
		steps := stepsOf(model.Objects(from.document, "stages"))
		if err := w.loops(steps, from.where); err != nil {
			return nil, err
		}
		for _, s := range steps {
			if err := w.renderStep(s, w.scope(), from.where); err != nil {
				return nil, err
			}
		}
		steps = unfold(steps, isLoop)
		lists[i] = steps
	}
	lists[0] = unfold(lists[0], isPartial)
	woven, err := weave(lists[0], lists[1])
	if err != nil {
		return nil, fault.New(fault.Invalid, "put the stages together: %w", err)
	}
	woven = unfold(woven, isPartial)
	for _, s := range woven {
		if err := control(s); err != nil {
			return nil, fault.New(fault.Invalid, "stage %q: inheritanceControl: %w", s.id, err)
		}
	}
	woven = trim(woven)
	if woven, err = sorted(woven); err != nil {
		return nil, fault.New(fault.Invalid, "put the stages together: %w", err)
	}
	out := make([]any, len(woven))
	for i, s := range woven {
		out[i] = stageOf(s)
	}
	return out, nil
}

func stepsOf(stages []map[string]any) []*step {
	out := make([]*step, len(stages))
	for i, stage := range stages {
		s := &step{id: model.String(stage, "id"), inject: injectionOf(stage), body: model.Merge(stage, nil)}
		s.require(model.Strings(stage, "dependsOn")...)
		if model.String(stage, "name") == "" {
			s.body["name"] = s.id
		}
		out[i] = s
	}
	return out
}

// loops makes the stages of those with loopWith: one for each member of the
// list that it renders to.
func (w *work) loops(steps []*step, where string) error {
	for _, s := range steps {
		if !isLoop(s) {
			continue
		}
		at := where + ":stages." + s.id + ".loopWith"
		if s.inject.any() {
			return fault.New(fault.Invalid, "%s: a stage with loopWith can't have an inject rule here; use dependsOn", at)
		}
		value, err := w.render.deep(s.body["loopWith"], w.scope(), at)
		if err != nil {
			return err
		}
		list, ok := value.([]any)
		if !ok {
			return fault.New(fault.Invalid, "%s must be a list, not of type %s", at, kindOf(value))
		}
		s.origin = &expansion{}
		for i, member := range list {
			one := &step{id: fmt.Sprintf("%s%d", s.id, i), body: model.Without(s.body, "loopWith"), origin: &expansion{value: member}}
			if hasJinja(s.id) {
				if one.id, err = w.render.text(s.id, one.scope(w.scope()), at); err != nil {
					return err
				}
			}
			s.origin.inner = append(s.origin.inner, one)
		}
	}
	return nil
}

// scope adds what a loop gives the step.
func (s *step) scope(scope map[string]any) map[string]any {
	if s.origin == nil || s.origin.value == nil {
		return scope
	}
	return model.Merge(scope, map[string]any{"templateLoop": map[string]any{"value": s.origin.value}})
}

// renderStep renders a stage's config, name, comments and conditions, and what
// stands for it.
func (w *work) renderStep(s *step, scope map[string]any, where string) error {
	if isLoop(s) {
		for _, one := range s.origin.inner {
			if err := w.renderStep(one, one.scope(scope), where); err != nil {
				return err
			}
		}
		return nil
	}
	at := where + ":stages." + s.id
	config, err := w.render.deep(s.body["config"], scope, at+".config")
	if err != nil {
		return err
	}
	rendered, ok := config.(map[string]any)
	if !ok {
		return fault.New(fault.Invalid, "%s: a stage's rendered config must be an object, not of type %s", at, kindOf(config))
	}
	s.body["config"] = rendered
	for _, property := range []string{"name", "comments"} {
		if text, ok := s.body[property].(string); ok {
			if s.body[property], err = w.render.property(text, scope, at+"."+property); err != nil {
				return err
			}
		}
	}
	for _, condition := range model.List(s.body, "when") {
		text, err := w.render.property(fmt.Sprint(condition), scope, at+".when")
		if err != nil {
			return err
		}
		if !strings.EqualFold(text, "true") {
			s.removed = true
		}
	}
	if isPartial(s) {
		return w.renderPartial(s, model.Merge(scope, rendered))
	}
	return nil
}

// renderPartial makes the stages of the partial that a stage stands for.
func (w *work) renderPartial(s *step, scope map[string]any) error {
	kind := model.String(s.body, "type")
	id := kind[strings.LastIndex(kind, ".")+1:]
	var partial map[string]any
	for _, p := range model.Objects(w.template, "partials") {
		if model.String(p, "id") == id {
			partial = p
		}
	}
	if partial == nil {
		return fault.New(fault.Invalid, "stages.%s: there is no partial %q", s.id, id)
	}
	if s.origin == nil {
		s.origin = &expansion{}
	}
	title := firstText(s.id, model.String(s.body, "name"))
	for _, inner := range stepsOf(model.Objects(partial, "stages")) {
		if isPartial(inner) {
			return fault.New(fault.Invalid, "partials.%s: stage %q is a partial itself, which is not supported", id, inner.id)
		}
		if isLoop(inner) {
			return fault.New(fault.Invalid, "partials.%s: stage %q: loopWith inside a partial is not supported", id, inner.id)
		}
		inner.id = s.id + "." + inner.id
		for i, required := range inner.requires {
			inner.requires[i] = s.id + "." + required
		}
		inner.origin = &expansion{group: fmt.Sprintf("%s: %s", firstText(id, model.String(partial, "name")), title)}
		inner.removed = s.removed
		if err := w.renderStep(inner, scope, "partial:"+id); err != nil {
			return err
		}
		s.origin.inner = append(s.origin.inner, inner)
	}
	return nil
}

// unfold puts the inner stages of those that stand for several in their place:
// the first of them require what the placeholder required, and what required
// the placeholder requires the last of them.
func unfold(steps []*step, is func(*step) bool) []*step {
	out := slices.Clone(steps)
	for _, s := range steps {
		if !is(s) {
			continue
		}
		var inner []*step
		if s.origin != nil {
			inner = s.origin.inner
		}
		last := leaves(inner)
		if len(inner) == 0 {
			last = s.requires // nothing stands in the way
		}
		for _, one := range inner {
			if len(one.requires) == 0 {
				one.require(s.requires...)
			}
		}
		at := slices.Index(out, s)
		out = slices.Replace(out, at, at+1, inner...)
		for _, other := range out {
			other.swap(s.id, last...)
		}
	}
	return out
}

// trim takes the stages away whose conditions don't hold; what required them
// requires what they required.
func trim(steps []*step) []*step {
	for _, s := range steps {
		if !s.removed {
			continue
		}
		for _, other := range steps {
			other.swap(s.id, s.requires...)
		}
	}
	return slices.DeleteFunc(slices.Clone(steps), func(s *step) bool { return s.removed })
}

// stageOf is the stage as a pipeline has it.
func stageOf(s *step) map[string]any {
	out := map[string]any{
		"refId": s.id, "type": model.String(s.body, "type"), "requisiteStageRefIds": anyList(s.requires),
		"name": firstText(s.id, model.String(s.body, "name")),
	}
	if s.origin != nil && s.origin.group != "" {
		out["group"] = s.origin.group
	}
	maps.Copy(out, model.Object(s.body, "config"))
	return out
}
