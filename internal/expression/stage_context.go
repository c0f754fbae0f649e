package expression

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// stageView reads a stage's context: its own keys, else the outputs of the
// nearest ancestor that has the key.
type stageView struct {
	exec      *model.Execution
	stage     *model.Stage
	ancestors []*model.Stage
	known     bool
	order     []any // of the context's keys, where it is known
}

func (v *stageView) has(key any) bool {
	s, ok := key.(string)
	if !ok {
		return false
	}
	_, ok = v.stage.Context[s]
	return ok
}

func (v *stageView) get(key any) any {
	s, ok := key.(string)
	if !ok {
		return nil
	}
	if own, ok := v.stage.Context[s]; ok {
		return norm(own)
	}
	for _, a := range v.upstream() {
		if out, ok := a.Outputs[s]; ok {
			return norm(out)
		}
	}
	return nil
}

func (v *stageView) upstream() []*model.Stage {
	if !v.known {
		v.ancestors, v.known = ancestors(v.exec, v.stage), true
	}
	return v.ancestors
}

func (v *stageView) keys(more []any) []any {
	out := v.order
	if out == nil {
		out = (view{raw: v.stage.Context}).keys()
	}
	out = slices.Clip(out)
	for _, k := range more {
		if !v.has(k) {
			out = append(out, k)
		}
	}
	return out
}

// all is getAll: every ancestor's output of a key, nearest first, after the
// stage's own value, and for artifacts the trigger's last.
func (m *Map) all(key any) []any {
	var out []any
	if v, ok := m.lookup(key); ok {
		out = append(out, v)
	} else if m.parent != nil && m.parent.has(key) {
		out = append(out, m.parent.get(key))
	}
	if m.parent == nil {
		return out
	}
	name, _ := key.(string)
	for _, a := range m.parent.upstream() {
		if v, ok := a.Outputs[name]; ok {
			out = append(out, norm(v))
		}
	}
	if name == "artifacts" || name == "resolvedExpectedArtifacts" {
		out = append(out, newTrigger(m.parent.exec.Trigger).field(name))
	}
	return out
}

// ancestors lists a stage and all that came before it, nearest first, as
// Orca's stages have them.
func ancestors(exec *model.Execution, stage *model.Stage) []*model.Stage {
	if exec == nil {
		return []*model.Stage{stage}
	}
	w := ancestry{exec, map[string]bool{}}
	return append([]*model.Stage{stage}, w.of(stage)...)
}

type ancestry struct {
	exec    *model.Execution
	visited map[string]bool
}

func (w ancestry) of(stage *model.Stage) []*model.Stage {
	w.visited[stage.RefID] = true
	var out []*model.Stage
	switch {
	case len(stage.RequisiteStageRefIDs) > 0:
		var previous []*model.Stage
		for _, s := range w.exec.Stages {
			if !w.visited[s.RefID] && slices.Contains(stage.RequisiteStageRefIDs, s.RefID) {
				previous = append(previous, s)
			}
		}
		out = append(out, previous...)
		for _, s := range w.exec.Stages {
			if s.SyntheticStageOwner != "" && slices.ContainsFunc(previous, func(p *model.Stage) bool { return p.ID == s.ParentStageID }) {
				out = append(out, s)
			}
		}
		for _, p := range previous {
			out = append(out, w.of(p)...)
		}
	case stage.ParentStageID != "" && !w.visited[stage.ParentStageID]:
		if stage.SyntheticStageOwner == model.StageAfter {
			for _, s := range w.exec.Stages {
				if s.ParentStageID == stage.ParentStageID && s.SyntheticStageOwner == model.StageBefore {
					out = append(out, s)
				}
			}
		}
		if parent := w.exec.StageByID(stage.ParentStageID); parent != nil && !w.visited[parent.RefID] {
			out = append(append(out, parent), w.of(parent)...)
		}
	}
	return out
}
