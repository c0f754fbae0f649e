package engine

import (
	"errors"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// Answers are what the outside has said to the expressions of an execution's
// stages.
type Answers interface {
	// For gives the answers to a stage's questions.
	For(stageID string) expression.Answers
}

// SetAnswers gives the machine the answers that are known. A stage whose
// expressions need more is left where it is, and its questions are in
// [Machine.Questions]. Without answers, the evaluator asks itself.
func (m *Machine) SetAnswers(known Answers) { m.known = known }

// Questions are what the stages that wait for answers have asked in the last
// Advance and since, by stage id. With the answers known, the next Advance or
// Prepare continues.
func (m *Machine) Questions() map[string][]expression.Asked { return m.asked }

// errAsked says that a stage has to wait for answers.
var errAsked = errors.New("engine: the stage waits for answers")

// evaluate evaluates a stage's context. The asker is the stage that its
// questions are noted for: the stage itself, or the parent that it is planned
// for.
func (m *Machine) evaluate(s, asker *model.Stage) (map[string]any, error) {
	out, asked := m.eval.Context(m.view(s), m.knownTo(s, asker))
	if len(asked) > 0 {
		m.ask(s, asker, asked)
		return nil, errAsked
	}
	return out, nil
}

// knownTo gives the answers to the questions that a stage's texts ask.
func (m *Machine) knownTo(s, asker *model.Stage) expression.Answers {
	if m.known == nil {
		return nil
	}
	return placed{m.known.For(asker.ID), prefixOf(s)}
}

func (m *Machine) ask(s, asker *model.Stage, asked []expression.Asked) {
	for _, a := range asked {
		a.Place = prefixOf(s) + a.Place
		m.asked[asker.ID] = append(m.asked[asker.ID], a)
	}
}

// prefixOf sets the places of stages apart that are planned together.
func prefixOf(s *model.Stage) string { return s.RefID + " " }

type placed struct {
	expression.Answers

	prefix string
}

func (p placed) Answer(q expression.Question, place string) (expression.Answer, bool) {
	return p.Answers.Answer(q, p.prefix+place)
}
