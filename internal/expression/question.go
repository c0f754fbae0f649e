package expression

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// QuestionKind tells which part of [Outside] a question is for.
type QuestionKind string

// The kinds of questions.
const (
	QuestionURL          QuestionKind = "url"
	QuestionPipeline     QuestionKind = "pipeline"
	QuestionApplication  QuestionKind = "application"
	QuestionCanaryConfig QuestionKind = "canaryConfig"
	QuestionArtifact     QuestionKind = "artifact"
	QuestionExecution    QuestionKind = "execution"
)

// Question is what a function asks of the outside. Two questions that are
// equal have the same answer.
type Question struct {
	Kind QuestionKind `json:"kind"`
	// Of is the URL, the reference, or the name of what is looked up.
	Of string `json:"of"`
	// In is the application that it is looked up in, if there is one.
	In string `json:"in,omitempty"`
}

// Answer is what the outside says to a [Question]. It can be stored as JSON.
type Answer struct {
	// Text is the body at a URL, the content of an artifact, or an id.
	Text string `json:"text,omitempty"`
	// Found tells, for an id or an execution, whether there is one.
	Found bool `json:"found,omitempty"`
	// Object is an application or an execution.
	Object map[string]any `json:"object,omitempty"`
	// Failure says why there is no answer. Its class is empty if the outside
	// named none.
	Failure *Failure `json:"failure,omitempty"`
}

func (a Answer) err() error {
	switch {
	case a.Failure == nil:
		return nil
	case a.Failure.Class == "":
		return errors.New(a.Failure.Message)
	}
	return a.Failure
}

// Answers are answers that are known already.
type Answers interface {
	// Answer gives the answer to a question. The place names the text that asks,
	// and which of its questions it is; it is the same whenever the same text of
	// a document is evaluated, also if the question isn't: that of a URL with
	// the time in it never is.
	Answer(q Question, place string) (Answer, bool)
}

// Asked is a question that has no answer yet, and the place where it came up.
type Asked struct {
	Question Question `json:"question"`
	Place    string   `json:"place"`
}

// UnansweredError says that an evaluation needs answers first.
type UnansweredError struct{ Asked []Asked }

func (e *UnansweredError) Error() string {
	return fmt.Sprintf("%d questions to the outside have no answer yet", len(e.Asked))
}

// errUnanswered ends an expression whose question has no answer yet. It is
// never told to a user: what the document evaluates to is then of no use.
var errUnanswered = fail(exState, "the answer is not there yet")

// Knowing returns an evaluator that takes all answers from what is known, and
// asks nothing itself. A document that needs more lists it in
// [Summary.Unanswered]: what it evaluated to is then to be thrown away.
func (e *Evaluator) Knowing(known Answers) *Evaluator {
	out := *e
	out.known = known
	return &out
}

// Ask asks the outside a question. It fails within the answer, so that a
// failure can be stored like any other.
func (e *Evaluator) Ask(ctx context.Context, q Question) Answer {
	var (
		out Answer
		err error
	)
	o := e.outside
	switch {
	case q.Kind == QuestionURL && o.URLs != nil:
		out.Text, err = o.URLs.Fetch(ctx, q.Of)
	case q.Kind == QuestionPipeline && o.Pipelines != nil:
		out.Text, out.Found, err = o.Pipelines.PipelineID(ctx, q.In, q.Of)
	case q.Kind == QuestionApplication && o.Applications != nil:
		out.Object, err = o.Applications.Application(ctx, q.Of)
	case q.Kind == QuestionExecution && o.Executions != nil:
		out.Object, out.Found, err = o.Executions.Execution(ctx, q.Of)
	case q.Kind == QuestionCanaryConfig && o.CanaryConfigs != nil:
		out.Text, out.Found, err = o.CanaryConfigs.CanaryConfigID(ctx, q.Of, q.In)
	case q.Kind == QuestionArtifact && o.Artifacts != nil:
		out.Text, err = o.Artifacts.Reference(ctx, q.Of, q.In)
	default:
		err = errors.New("this can't be looked up here")
	}
	if err == nil {
		return out
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return Answer{Failure: f}
	}
	return Answer{Failure: &Failure{Message: err.Error(), At: -1}}
}

const (
	// fetchSteps is what a question costs, so that one expression can't ask a
	// hundred times.
	fetchSteps = 10_000
	// maxQuestion bounds the length of a question, which is stored while its
	// answer is awaited.
	maxQuestion = 16 << 10
)

// ask answers a question of a function.
func (st *state) ask(q Question) (Answer, error) {
	if err := st.spend(fetchSteps); err != nil {
		return Answer{}, err
	}
	if len(q.Of)+len(q.In) > maxQuestion {
		return Answer{}, helper("what is looked up has a name of more than %d bytes", maxQuestion)
	}
	if st.env.known != nil {
		place := st.walker.place(st.asked)
		st.asked++
		answer, ok := st.env.known.Answer(q, place)
		if !ok {
			st.walker.summary.unanswered = append(st.walker.summary.unanswered, Asked{q, place})
			return Answer{}, errUnanswered
		}
		return answer, answer.err()
	}
	// What the outside takes doesn't count as the expression's time.
	start := time.Now()
	answer := st.env.Ask(st.ctx, q)
	st.deadline = st.deadline.Add(time.Since(start))
	return answer, answer.err()
}
