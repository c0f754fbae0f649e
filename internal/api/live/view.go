// Package live serves live streams of executions. Clients that look at the same view
// share one reading of it, and of each change.
package live

import (
	"context"

	"github.com/gennaker/gennaker/internal/events"
)

// View is what a live stream shows.
type View struct {
	Name string // the event's name
	// Key tells views apart: clients that look at the same share it.
	Key    string
	Filter func(events.Event) bool
	// Show reads an execution and gives what is shown of it.
	Show func(ctx context.Context, id string) (any, error)
	// Items are what the stream begins with; Single says that there is one, and
	// no list of them.
	Items  func(context.Context) ([]Item, error)
	Single bool
}

// Item is what is shown of an execution.
type Item struct {
	ID    string
	Value any
}
