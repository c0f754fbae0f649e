// Package telemetry is what Gennaker tells about itself while it runs: logs,
// metrics and traces. All of it is off or cheap where nobody asks for it, and
// every recorder may be nil, which records nothing.
package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
)

// NewLogger returns a logger that writes entries of at least a level ("debug",
// "info", "warn", "error") in a format ("text", "json"). Entries logged with
// the context of a request carry its id.
func NewLogger(out io.Writer, level, format string) (*slog.Logger, error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("set up logging: %w", err)
	}
	options := &slog.HandlerOptions{Level: least}
	switch format {
	case "text":
		return slog.New(requestHandler{slog.NewTextHandler(out, options)}), nil
	case "json":
		return slog.New(requestHandler{slog.NewJSONHandler(out, options)}), nil
	}
	return nil, fmt.Errorf("set up logging: there is no format %q", format)
}

// requestHandler adds the id of the request that an entry belongs to.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestID(ctx); id != "" {
		record.AddAttrs(slog.String("requestId", id))
	}
	return h.Handler.Handle(ctx, record)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
