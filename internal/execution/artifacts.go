package execution

import (
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// parentArtifacts are the artifacts that a child receives: those that the
// parent's stages before the starting one have produced, nearest first, and
// the parent's own.
func (s *Service) parentArtifacts(c Child) []any {
	if c.Stage == nil {
		return model.List(c.Parent.Trigger, "artifacts")
	}
	out := engine.View{Execution: c.Parent, Stage: c.Stage}.All("artifacts")
	for _, e := range (engine.View{Execution: c.Parent, Stage: c.Stage}).All("resolvedExpectedArtifacts") {
		if expected, ok := e.(map[string]any); ok {
			if bound := model.Object(expected, "boundArtifact"); bound != nil {
				out = append(out, bound)
			}
		}
	}
	return distinct(out)
}

func (s *Service) parentHas(c Child, match map[string]any) bool {
	for _, item := range s.parentArtifacts(c) {
		if artifact, ok := item.(map[string]any); ok && engine.Matches(match, artifact) {
			return true
		}
	}
	return false
}

// distinct leaves out repetitions.
func distinct(list []any) []any {
	out := list[:0:0]
	seen := map[string]bool{}
	for _, item := range list {
		text, err := model.Marshal(item)
		if err == nil && seen[string(text)] {
			continue
		}
		seen[string(text)] = true
		out = append(out, item)
	}
	return out
}
