package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	// Where it stands: file:line:column, or the name of an environment variable
	// or a flag. Empty for what stands nowhere, such as something missing.
	Where string
	// Path is the key, such as "server.listen". Empty for the file as a whole.
	Path string
	// Message says what is wrong and what is right.
	Message string
}

// String is the problem in one line.
func (p Problem) String() string {
	parts := make([]string, 0, 3)
	for _, part := range []string{p.Where, p.Path, p.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ": ")
}

// Error is a configuration that can't be used, with everything that is wrong
// with it.
type Error struct {
	Problems []Problem
}

// Error gives the problems, one a line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	if len(lines) == 1 {
		return "configuration: " + lines[0]
	}
	return fmt.Sprintf("configuration: %d problems\n  %s", len(lines), strings.Join(lines, "\n  "))
}
