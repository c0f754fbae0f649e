package expression

import (
	"strings"
)

const (
	prefix = "${"
	suffix = "}"
)

// template is a parsed text: parts that stand for themselves and expressions.
type template struct {
	parts []part
	// key is what the summary knows the text by.
	key string
	// err is why the text could not be parsed, and where the part that its
	// place counts in.
	err   *Failure
	where string
	// mutates tells that evaluating it may change a container.
	mutates bool
	// parents is how many levels of parent executions it may read.
	parents int
}

type part struct {
	text string
	expr *expr // nil: text stands for itself
}

// aware are the functions whose first parameter is the execution. Their calls
// are rewritten in the text before it is parsed, as Orca does it: the keys of
// summaries show it.
var aware = []string{
	"triggerResolvedArtifact", "triggerResolvedArtifactByType", "resolvedArtifacts", "deployedServerGroups",
	"manifestLabelValue", "currentStage", "stageByRefId", "stage", "stageExists", "judgment", "judgement",
	"pipelineId", "pipelineIdOrNull", "pipelineIdInApplication", "cfServiceKey",
}

// alias is the one function that may be written as a plain name.
const alias = "deployedServerGroups"

// rewrite hands the execution to the functions that need it.
func rewrite(text string) string {
	if strings.Contains(text, "#") {
		for _, name := range aware {
			done := "#" + name + "( #root.execution, "
			if strings.Contains(text, "#"+name) && !strings.Contains(text, done) {
				text = strings.ReplaceAll(text, "#"+name+"(", done)
			}
		}
	}
	if strings.Contains(text, alias) && !strings.Contains(text, "#"+alias+"( #root.execution, ") {
		text = strings.ReplaceAll(text, alias, "#"+alias+"( #root.execution)")
	}
	return text
}

// parseTemplate parses a text that holds "${". It never fails: a text that
// can't be parsed says so in err.
func parseTemplate(source string, maxLength int) *template {
	text := rewrite(source)
	t := &template{}
	for at := 0; at < len(text); {
		open := strings.Index(text[at:], prefix)
		if open < 0 {
			t.parts = append(t.parts, part{text: text[at:]})
			break
		}
		open += at
		if open > at {
			t.parts = append(t.parts, part{text: text[at:open]})
		}
		end, err := closing(text, open+len(prefix))
		if err == nil && strings.TrimFunc(text[open+len(prefix):end], isTrimmed) == "" {
			err = templateError(open, "there is no expression between %s and %s", prefix, suffix)
		}
		var e *expr
		if err == nil {
			e, err = parseLimited(strings.TrimFunc(text[open+len(prefix):end], isTrimmed), maxLength)
		}
		if err != nil {
			t.err, t.key, t.where = asFailure(err), simpleKey(source), text
			if t.err.Class != exTemplate {
				t.where = strings.TrimFunc(text[open+len(prefix):end], isTrimmed)
			}
			return t
		}
		t.mutates = t.mutates || e.mutates
		t.parents = max(t.parents, parentLevels(e.text))
		t.parts = append(t.parts, part{text: e.text, expr: e})
		at = end + len(suffix)
	}
	var key strings.Builder
	for _, p := range t.parts {
		key.WriteString(p.text)
	}
	t.key = key.String()
	return t
}

func parseLimited(text string, maxLength int) (*expr, error) {
	if units(text) > maxLength {
		return nil, problem(0, "the expression is longer than %d characters", maxLength)
	}
	return parse(text)
}

func templateError(at int, format string, args ...any) *Failure {
	f := fail(exTemplate, format, args...)
	f.At = at
	return f
}

// simpleKey is the summary's key for a text that can't be parsed: what is
// within ${}, if that is all of it and on one line, else the text without $.
func simpleKey(source string) string {
	if strings.HasPrefix(source, prefix) && strings.HasSuffix(source, suffix) && len(source) >= 3 &&
		!strings.ContainsAny(source, "\n\r\u0085\u2028\u2029") {
		return strings.TrimFunc(source[2:len(source)-1], isTrimmed)
	}
	return strings.ReplaceAll(source, "$", "")
}

// closing finds the } that ends an expression which starts at from, past
// brackets and quoted texts.
func closing(text string, from int) (int, error) {
	var stack []int
	missing := templateError(from-len(prefix), "the expression that starts with %s has no closing %s", prefix, suffix)
	if !strings.Contains(text[from:], suffix) {
		return 0, missing
	}
	for i := from; i < len(text); i++ {
		switch c := text[i]; c {
		case '{', '[', '(':
			stack = append(stack, i)
		case '}', ']', ')':
			if len(stack) == 0 {
				if c == '}' {
					return i, nil
				}
				return 0, templateError(i, "'%c' closes nothing", c)
			}
			open := stack[len(stack)-1]
			if stack = stack[:len(stack)-1]; closers[text[open]] != c {
				return 0, templateError(i, "'%c' can't close the '%c' at %d", c, text[open], open)
			}
		case '\'', '"':
			end := strings.IndexByte(text[i+1:], c)
			if end < 0 {
				return 0, templateError(i, "the text that starts here has no closing %c", c)
			}
			i += 1 + end
		}
	}
	if len(stack) > 0 {
		open := stack[len(stack)-1]
		return 0, templateError(open, "'%c' is never closed", text[open])
	}
	return 0, missing
}

var closers = map[byte]byte{'{': '}', '[': ']', '(': ')'}
