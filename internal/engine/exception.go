package engine

import (
	"errors"

	"github.com/gennaker/gennaker/internal/model"
)

// Explainer is implemented by errors that say more than one sentence of
// themselves in a stage's exception.
type Explainer interface {
	error
	// Explain gives the name of the kind of failure, the heading, one sentence
	// for each thing that is wrong, and entries for the exception's details.
	Explain() (kind, heading string, sentences []string, details map[string]any)
}

// Exception is an error as a stage's context holds it: the shape of Orca's
// ExceptionHandler.Response. operation is the task's or stage's name, now in
// milliseconds since the epoch.
func Exception(err error, operation string, now int64, retry bool) map[string]any {
	kind, heading, sentences := "Exception", "Unexpected Task Failure", []string{err.Error()}
	details := map[string]any{}
	if explainer, ok := errors.AsType[Explainer](err); ok {
		kind, heading, sentences, details = explainer.Explain()
	}
	texts := make([]any, 0, len(sentences))
	for _, sentence := range sentences {
		if sentence != "" {
			texts = append(texts, sentence)
		}
	}
	return map[string]any{
		"timestamp": now, "exceptionType": kind, "operation": operation, "shouldRetry": retry,
		"details": model.Merge(map[string]any{"error": heading, "errors": texts}, details),
	}
}

// planningError is the failure to plan a stage.
type planningError struct {
	kind, message string
}

func (e *planningError) Error() string { return e.message }

// Explain implements Explainer.
func (e *planningError) Explain() (string, string, []string, map[string]any) {
	return e.kind, "Unexpected Task Failure", []string{e.message}, nil
}
