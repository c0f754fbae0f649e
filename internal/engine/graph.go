package engine

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

func (m *Machine) index(s *model.Stage) {
	m.byID[s.ID], m.byRef[s.RefID] = s, s
	if s.Synthetic() {
		m.children[s.ParentStageID] = append(m.children[s.ParentStageID], s)
	}
}

// side lists a stage's synthetic children on one side, in the order they were
// planned.
func (m *Machine) side(parent *model.Stage, owner model.SyntheticOwner) []*model.Stage {
	var out []*model.Stage
	for _, child := range m.children[parent.ID] {
		if child.SyntheticStageOwner == owner {
			out = append(out, child)
		}
	}
	return out
}

// insert adds planned children to the execution: before-stages directly in
// front of their parent in order, after-stages directly behind it with the
// last one nearest, where Orca puts them.
func (m *Machine) insert(parent *model.Stage, planned []*model.Stage, owner model.SyntheticOwner) {
	at := slices.Index(m.exec.Stages, parent)
	for _, s := range planned {
		if owner == model.StageBefore {
			m.exec.Stages = slices.Insert(m.exec.Stages, at, s)
			at++
		} else {
			m.exec.Stages = slices.Insert(m.exec.Stages, at+1, s)
		}
		m.index(s)
		m.touch(s)
	}
}

// remove takes a stage and all below it out of the execution.
func (m *Machine) remove(s *model.Stage) {
	for _, child := range slices.Clone(m.children[s.ID]) {
		m.remove(child)
	}
	m.exec.Stages = slices.DeleteFunc(slices.Clone(m.exec.Stages), func(o *model.Stage) bool { return o == s })
	m.children[s.ParentStageID] = slices.DeleteFunc(m.children[s.ParentStageID], func(o *model.Stage) bool { return o == s })
	delete(m.byID, s.ID)
	if m.byRef[s.RefID] == s {
		delete(m.byRef, s.RefID)
	}
	m.changes.Removed = append(m.changes.Removed, s.ID)
	m.changes.Stages = slices.DeleteFunc(m.changes.Stages, func(o *model.Stage) bool { return o == s })
	delete(m.changes.dirty, s.ID)
	delete(m.states, s.ID)
	delete(m.changes.States, s.ID)
}

// upstreamDone reports whether everything a stage requires has ended so that it
// may start. A requisite that is not there never ends.
func (m *Machine) upstreamDone(s *model.Stage) bool {
	for _, ref := range s.RequisiteStageRefIDs {
		up := m.byRef[ref]
		if up == nil || !up.Status.LetsDownstreamRun() {
			return false
		}
	}
	return true
}

// downstream lists everything that requires a stage, at any distance.
func (m *Machine) downstream(s *model.Stage) []*model.Stage {
	var out []*model.Stage
	seen := map[string]bool{s.RefID: true}
	for grown := true; grown; {
		grown = false
		for _, o := range m.exec.Stages {
			if seen[o.RefID] || !slices.ContainsFunc(o.RequisiteStageRefIDs, func(ref string) bool { return seen[ref] }) {
				continue
			}
			seen[o.RefID] = true
			out = append(out, o)
			grown = true
		}
	}
	return out
}

func (m *Machine) topLevel(s *model.Stage) *model.Stage {
	for s.Synthetic() && m.byID[s.ParentStageID] != nil {
		s = m.byID[s.ParentStageID]
	}
	return s
}
