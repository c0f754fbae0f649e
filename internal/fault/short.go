package fault

import (
	"fmt"
	"slices"
	"unicode/utf8"
)

const (
	// longest is how many bytes of a text from outside an error shows.
	longest = 200
	// longestArgument and longestMessage bound what an error says in all: a
	// backstop where nobody has thought of [Short].
	longestArgument = 4 << 10
	longestMessage  = 16 << 10
	// mostErrors is how many sentences a fault carries.
	mostErrors = 100
)

// Short is a text from outside as an error shows it: if it is long, its beginning
// and how much there is of it.
func Short(text string) string { return cut(text, longest) }

func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s... (%d bytes)", text[:end], len(text))
}

// shortArguments cuts long texts among the arguments of a message.
func shortArguments(args []any) []any {
	out := slices.Clone(args)
	for i, arg := range out {
		if text, ok := arg.(string); ok {
			out[i] = cut(text, longestArgument)
		}
	}
	return out
}

// Sentence is the text of an error, cut if it is very long. Faults have theirs cut
// already.
func Sentence(text string) string { return cut(text, longestMessage) }

// Sentences bounds a list of errors: the first hundred, each not too long, and
// how many more there are.
func Sentences(errs []string) []string {
	out := make([]string, 0, min(len(errs), mostErrors+1))
	for _, err := range errs[:min(len(errs), mostErrors)] {
		out = append(out, Sentence(err))
	}
	if more := len(errs) - mostErrors; more > 0 {
		out = append(out, fmt.Sprintf("and %d more", more))
	}
	return out
}
