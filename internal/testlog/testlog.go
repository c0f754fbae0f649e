// Package testlog gives tests loggers whose records are in the output of the test.
package testlog

import (
	"io"
	"log/slog"
	"sync"
	"testing"
)

// New returns a logger of a test, for records from a level on. What something that outlives
// the test logs is dropped: the testing package takes that for a data race.
func New(tb testing.TB, level slog.Level) *slog.Logger {
	tb.Helper()
	out := &output{to: tb.Output()}
	tb.Cleanup(out.end)
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
}

// output is the output of a test while it runs.
type output struct {
	mu sync.Mutex
	to io.Writer // nil if the test has ended
}

// Write implements [io.Writer].
func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.to == nil {
		return len(text), nil
	}
	return o.to.Write(text)
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.to = nil
}
