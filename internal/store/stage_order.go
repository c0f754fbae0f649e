package store

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// OrderStages puts an execution's stages in the order Orca shows them in: a
// stage's before-children stand directly before it, in the order they were
// added, its after-children directly behind it, those added later nearer to
// it, and so on for their own children. The stages come in the order they were
// added; one whose parent isn't among them stands as if it had none.
func OrderStages(stages []*model.Stage) []*model.Stage {
	children := make(map[string][]*model.Stage)
	known := make(map[string]bool, len(stages))
	for _, s := range stages {
		known[s.ID] = true
	}
	var top []*model.Stage
	for _, s := range stages {
		if s.ParentStageID == "" || !known[s.ParentStageID] || s.ParentStageID == s.ID {
			top = append(top, s)
			continue
		}
		children[s.ParentStageID] = append(children[s.ParentStageID], s)
	}
	if len(children) == 0 {
		return stages
	}
	out := make([]*model.Stage, 0, len(stages))
	placed := make(map[string]bool, len(stages))
	var place func(s *model.Stage)
	place = func(s *model.Stage) {
		if placed[s.ID] {
			return
		}
		placed[s.ID] = true
		kids := children[s.ID]
		for _, kid := range kids {
			if kid.SyntheticStageOwner != model.StageAfter {
				place(kid)
			}
		}
		out = append(out, s)
		for _, kid := range slices.Backward(kids) {
			if kid.SyntheticStageOwner == model.StageAfter {
				place(kid)
			}
		}
	}
	for _, s := range top {
		place(s)
	}
	for _, s := range stages { // stages that are each other's parents
		place(s)
	}
	return out
}
