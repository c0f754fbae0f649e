package execution

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Asker asks the outside what expressions need.
type Asker interface {
	Ask(ctx context.Context, q expression.Question) expression.Answer
}

// Lookup reports whether a question is answered by the database, and so at once.
func Lookup(q expression.Question) bool {
	switch q.Kind {
	case expression.QuestionPipeline, expression.QuestionApplication, expression.QuestionExecution, expression.QuestionArtifact:
		return true
	}
	return false
}

// LookupTimeout bounds what the database takes to answer.
const LookupTimeout = 5 * time.Second

// Deferred is what an execution has left to do before it begins: the request
// that starts it doesn't wait for other servers.
type Deferred struct {
	// Opening says that what doesn't belong to a stage has to be evaluated; see
	// [engine.Opening].
	Opening bool `json:"opening,omitempty"`
	// Early are questions that stages asked. Orca evaluates the whole pipeline
	// when it starts, so that their answers are those of that time.
	Early []EarlyQuestion `json:"early,omitempty"`
}

// EarlyQuestion is a question that a stage will ask when it starts.
type EarlyQuestion struct {
	StageID  string              `json:"stageId"`
	Question expression.Question `json:"question"`
}

// Lookups answers what the database can, and nothing else.
type Lookups struct{ Asker Asker }

// Answer implements expression.Answers.
func (l Lookups) Answer(q expression.Question, _ string) (expression.Answer, bool) {
	if !Lookup(q) {
		return expression.Answer{}, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), LookupTimeout)
	defer cancel()
	return l.Asker.Ask(ctx, q), true
}

// evaluate evaluates a configuration with the answers that the database gives,
// and reports which questions to other servers are left.
func (s *Service) evaluate(config map[string]any) (map[string]any, []expression.Asked) {
	if s.ask == nil {
		return s.eval.Pipeline(config, nil)
	}
	return s.eval.Pipeline(config, Lookups{s.ask})
}

// deferred divides questions among the execution and its stages.
func deferred(e *model.Execution, asked []expression.Asked) *Deferred {
	if len(asked) == 0 {
		return nil
	}
	out := &Deferred{}
	for _, a := range asked {
		stage := stageOf(e, a.Place)
		if stage == nil {
			out.Opening = true
			continue
		}
		early := EarlyQuestion{stage.ID, a.Question}
		if !slices.Contains(out.Early, early) {
			out.Early = append(out.Early, early)
		}
	}
	return out
}

// stageOf is the stage that a place in its configuration belongs to:
// stages[2].url, say.
func stageOf(e *model.Execution, place string) *model.Stage {
	rest, ok := strings.CutPrefix(place, "stages[")
	if !ok {
		return nil
	}
	number, _, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(e.Stages) {
		return nil
	}
	return e.Stages[i]
}

// saveDeferred stores what a new execution has to do first, where its runner
// looks for it.
func saveDeferred(ctx context.Context, tx *store.Tx, e *model.Execution, d *Deferred) error {
	if d == nil {
		return nil
	}
	text, err := model.Marshal(map[string]any{"deferred": d})
	if err != nil {
		return err
	}
	return tx.SaveExecution(ctx, e.ID, store.ExecutionChange{Runtime: text})
}

// Answered wakes an execution, in the transaction that stores an answer.
func (s *Service) Answered(ctx context.Context, tx *store.Tx, id string) error {
	if err := s.wake(ctx, tx, id); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}
