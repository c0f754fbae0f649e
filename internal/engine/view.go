package engine

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
)

// View is a stage within its execution, for reading.
type View struct {
	Execution *model.Execution
	Stage     *model.Stage
	// State is what the stage remembers privately; nil if nothing. See [State].
	State *State
	// Room sets memory aside before the stage's expressions take much of it, as
	// [expression.WithRoom] describes; nil if no one counts.
	Room func(context.Context) (results int, err error)
}

// Get reads a key as a task of the stage sees it: from the stage's own
// context, else from the outputs of the nearest ancestor that has it.
func (v View) Get(key string) (any, bool) {
	if value, ok := v.Stage.Context[key]; ok {
		return value, true
	}
	for _, ancestor := range Ancestors(v.Execution, v.Stage) {
		if value, ok := ancestor.Outputs[key]; ok {
			return value, true
		}
	}
	return nil, false
}

// All collects a key's list members from the contexts and outputs of the stage
// and all its ancestors, nearest first, and then from the trigger: Orca's
// getAll for "artifacts" and "resolvedExpectedArtifacts".
func (v View) All(key string) []any {
	var out []any
	for _, ancestor := range Ancestors(v.Execution, v.Stage) {
		out = append(out, model.List(ancestor.Outputs, key)...)
	}
	return append(out, model.List(v.Execution.Trigger, key)...)
}

// TopLevel is the stage of the pipeline that this one stands in: itself, or
// its parents' topmost.
func (v View) TopLevel() *model.Stage {
	stage := v.Stage
	for stage.ParentStageID != "" {
		parent := v.Execution.StageByID(stage.ParentStageID)
		if parent == nil {
			break
		}
		stage = parent
	}
	return stage
}

// Ancestors lists the stage itself, then what ran before it: its requisites
// and theirs, and for a synthetic stage its parent's ancestors; nearest first,
// each once.
func Ancestors(execution *model.Execution, stage *model.Stage) []*model.Stage {
	var (
		out   []*model.Stage
		seen  = map[string]bool{}
		visit func(*model.Stage)
		byRef = make(map[string]*model.Stage, len(execution.Stages))
		byID  = make(map[string]*model.Stage, len(execution.Stages))
		kids  = map[string][]*model.Stage{}
	)
	for _, s := range execution.Stages {
		byRef[s.RefID], byID[s.ID] = s, s
		if s.ParentStageID != "" {
			kids[s.ParentStageID] = append(kids[s.ParentStageID], s)
		}
	}
	visit = func(s *model.Stage) {
		if s == nil || seen[s.ID] {
			return
		}
		seen[s.ID] = true
		out = append(out, s)
		for _, ref := range s.RequisiteStageRefIDs {
			if up := byRef[ref]; up != nil {
				visit(up)
				for _, child := range kids[up.ID] {
					visit(child)
				}
			}
		}
		if parent := byID[s.ParentStageID]; parent != nil {
			if s.SyntheticStageOwner == model.StageAfter {
				for _, child := range kids[parent.ID] {
					if child.SyntheticStageOwner == model.StageBefore {
						visit(child)
					}
				}
			}
			visit(parent)
		}
	}
	visit(stage)
	return out
}
