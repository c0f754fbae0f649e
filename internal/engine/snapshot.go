package engine

import "github.com/gennaker/gennaker/internal/model"

// Snapshot returns a view of a stage that stays as it is while the machine
// continues: the stages and tasks are copied, the maps in them are shared, as the
// machine never changes those in place.
func (m *Machine) Snapshot(ref TaskRef) (View, *model.Task) {
	exec := *m.exec
	exec.Stages = make([]*model.Stage, len(m.exec.Stages))
	var (
		stages = make([]model.Stage, len(m.exec.Stages))
		view   View
		task   *model.Task
	)
	for i, s := range m.exec.Stages {
		stages[i] = *s
		stages[i].Tasks = make([]*model.Task, len(s.Tasks))
		tasks := make([]model.Task, len(s.Tasks))
		for j, t := range s.Tasks {
			tasks[j] = *t
			stages[i].Tasks[j] = &tasks[j]
			if t == ref.Task {
				task = &tasks[j]
			}
		}
		exec.Stages[i] = &stages[i]
		if s == ref.Stage {
			view.Stage = &stages[i]
		}
	}
	view.Execution = &exec
	if ref.Stage != nil {
		view.State = m.states[ref.Stage.ID]
	}
	return view, task
}

// View is a stage in the machine's own state; it changes with it.
func (m *Machine) View(s *model.Stage) View { return m.view(s) }
