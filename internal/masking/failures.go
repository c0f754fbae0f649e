package masking

import (
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// summaryKey is where a stage's context keeps the failures of its expressions.
const summaryKey = "expressionEvaluationSummary"

// withoutQuotes hides the texts that failures of expressions quote, in the context
// of a stage that holds Secrets: a value that looks like an expression is quoted if
// it can't be evaluated. Where it stands is still told.
func withoutQuotes(context map[string]any) map[string]any {
	summary := model.Object(context, summaryKey)
	exception := model.Object(context, "exception")
	details := model.Object(exception, "details")
	changes := map[string]any{}
	if len(summary) > 0 {
		shown := make(map[string]any, len(summary))
		for text, entries := range summary {
			list, _ := entries.([]any)
			if !quotesSecret(list) {
				shown[text] = entries
				continue
			}
			hidden, _ := shown[Hidden].([]any)
			for _, entry := range list {
				fields, _ := entry.(map[string]any)
				hidden = append(hidden, model.Merge(fields, map[string]any{"description": unquoted(model.String(fields, "description"))}))
			}
			shown[Hidden] = hidden
		}
		changes[summaryKey] = shown
	}
	if errs := model.List(details, "errors"); len(errs) > 0 {
		shown := make([]any, len(errs))
		for i, one := range errs {
			shown[i] = one
			if text, ok := one.(string); ok && quotes(text) {
				shown[i] = unquoted(text)
			}
		}
		changes["exception"] = model.Merge(exception, map[string]any{"details": model.Merge(details, map[string]any{"errors": shown})})
	}
	if len(changes) == 0 {
		return context
	}
	return model.Merge(context, changes)
}

func quotesSecret(entries []any) bool {
	for _, entry := range entries {
		fields, _ := entry.(map[string]any)
		if quotes(model.String(fields, "description")) {
			return true
		}
	}
	return false
}

// failed begins what is told of an expression that can't be evaluated; the path of
// its text follows.
const failed = "Failed to evaluate ["

// quotes tells whether a failure is one of a text that may be a Secret's: the path
// leads to data, or to another such failure.
func quotes(failure string) bool {
	rest, ok := strings.CutPrefix(failure, failed)
	if !ok {
		return false
	}
	path, _, _ := strings.Cut(rest, "] ")
	if strings.Contains(path, summaryKey) {
		return true
	}
	fields := strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	return slices.ContainsFunc(fields, holdsData)
}

// unquoted keeps of such a failure where it was, if that quotes nothing itself.
func unquoted(failure string) string {
	rest, _ := strings.CutPrefix(failure, failed)
	path, _, _ := strings.Cut(rest, "] ")
	if strings.Contains(path, summaryKey) {
		path = Hidden
	}
	return failed + path + "] the text belongs to a Secret and is hidden"
}
