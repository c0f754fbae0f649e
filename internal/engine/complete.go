package engine

import (
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// complete ends a stage by the rules of Orca's CompleteStageHandler, unless
// stages have to follow its tasks first. It reports whether anything changed.
func (m *Machine) complete(s *model.Stage) bool {
	status := m.determineStatus(s)
	if model.Bool(s.Context, "failOnFailedExpressions", false) && len(model.Object(s.Context, "expressionEvaluationSummary")) > 0 {
		status = model.Terminal
	}
	more, err := m.planFollowing(s, &status)
	switch {
	case err != nil:
		m.setContext(s, "exception", Exception(err, s.Name+":ConstructAfterStages", model.Millis(m.now), false))
		status = model.Terminal
	case more && s.Status == model.NotStarted:
		// A stage that could not be planned lives on for its failure stages.
		m.moveStage(s, EventStart)
		return true
	case more:
		return true
	}
	m.includeExpressionErrors(s)
	m.finish(s, status)
	return true
}

// planFollowing plans the stages that follow a stage's tasks, once, and tells
// whether the stage has to wait for any.
func (m *Machine) planFollowing(s *model.Stage, status *model.Status) (bool, error) {
	switch {
	case *status == model.NotStarted || *status == model.Running || (status.Complete() && !status.Halt()):
		after := m.side(s, model.StageAfter)
		if len(after) == 0 {
			if more, err := m.planAfter(s); more || err != nil {
				return more, err
			}
		}
		for _, child := range after {
			if child.Status == model.NotStarted && len(child.RequisiteStageRefIDs) == 0 && !m.broken(after) {
				return true, nil
			}
		}
		if *status == model.NotStarted {
			*status = model.Skipped // neither tasks nor synthetic stages
		}
	case status.Failure():
		return m.planFailure(s)
	}
	return false, nil
}

// finish gives a stage its last status.
func (m *Machine) finish(s *model.Stage, status model.Status) {
	if !status.Complete() {
		status = model.Terminal
	}
	if status == model.Succeeded && s.Status == model.NotStarted {
		m.moveStage(s, EventStart)
	}
	m.moveStage(s, endEvent(status))
	if _, ok := s.Context[failureKey]; ok {
		s.Context = model.Without(s.Context, failureKey)
	}
	s.EndTime = model.Millis(m.now)
	if status.Halt() {
		m.changes.Stopped = append(m.changes.Stopped, s.ID)
	}
	m.happen(Happening{Stage: s, Status: status})
}

// determineStatus is the status that a stage's tasks and synthetic stages give
// it.
func (m *Machine) determineStatus(s *model.Stage) model.Status {
	seen := map[model.Status]bool{}
	for _, child := range m.children[s.ID] {
		seen[child.Status] = true
	}
	for _, t := range s.Tasks {
		seen[t.Status] = true
	}
	if model.Bool(s.Context, planningFailedKey, false) {
		seen[failureStatus(s, model.Terminal)] = true
	}
	switch {
	case len(seen) == 0:
		return model.NotStarted
	case seen[model.Terminal]:
		return failureStatus(s, model.Terminal)
	case seen[model.Stopped]:
		return model.Stopped
	case seen[model.Canceled]:
		return model.Canceled
	case seen[model.FailedContinue]:
		return model.FailedContinue
	}
	delete(seen, model.Succeeded)
	delete(seen, model.Skipped)
	if len(seen) == 0 {
		return model.Succeeded
	}
	for _, after := range m.side(s, model.StageAfter) {
		if after.Status == model.NotStarted {
			return model.Running
		}
	}
	return model.Terminal
}

// failureStatus is the status that a failure gives a stage by its own failure
// options.
func failureStatus(s *model.Stage, otherwise model.Status) model.Status {
	if model.Bool(s.Context, "continuePipeline", false) {
		return model.FailedContinue
	}
	if model.Bool(s.Context, "failPipeline", true) {
		return otherwise
	}
	return model.Stopped
}

// includeExpressionErrors adds the sentences of failed expressions to the
// stage's exception, where a person looks for them, unless it tells them already.
func (m *Machine) includeExpressionErrors(s *model.Stage) {
	summary := model.Object(s.Context, "expressionEvaluationSummary")
	if len(summary) == 0 {
		return
	}
	exception := model.Object(s.Context, "exception")
	details := model.Object(exception, "details")
	if exception == nil {
		details = map[string]any{"error": "Failed Expression Evaluation"}
	}
	told := model.Strings(details, "errors")
	errs := slices.Clone(model.List(details, "errors"))
	for _, key := range slices.Sorted(maps.Keys(summary)) {
		for _, entry := range model.Objects(summary, key) {
			sentence := model.String(entry, "description")
			if !slices.ContainsFunc(told, func(t string) bool { return strings.Contains(t, sentence) }) {
				errs = append(errs, sentence)
			}
		}
	}
	m.setContext(s, "exception", model.Merge(exception, map[string]any{
		"details": model.Merge(details, map[string]any{"errors": errs}),
	}))
}
