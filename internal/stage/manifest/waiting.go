package manifest

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/stage"
)

const (
	// mostWaiting is how many faulty objects a stage remembers.
	mostWaiting = 100
	// longestWaiting is how many characters it remembers of what is wrong with one.
	longestWaiting = 600
)

// Waiting is an object that a stage waits for although something is wrong with it, such
// as a Deployment whose containers crash.
type Waiting struct {
	Account  string `json:"account"`
	Location string `json:"location,omitempty"`
	// Name is the kind and the name: "deployment web".
	Name string `json:"name"`
	// Reason and Message are those of a [Trouble].
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// WaitingFor are the faulty objects that a stage waits for, read from what it remembers.
// They say how things were when the stage last looked, so they mean nothing once it has
// ended.
func WaitingFor(remembered *stage.State) ([]Waiting, error) {
	var s struct { // the rest, which may be large, isn't built
		Waiting []Waiting `json:"waiting"`
	}
	if _, err := remembered.Decode(stateVersion, &s); err != nil {
		return nil, fmt.Errorf("read what the stage waits for: %w", err)
	}
	return s.Waiting, nil
}

// faultyIs notes what is wrong with an object.
func (w *watch) faultyIs(p place, t Trouble) {
	if len(w.faulty) == mostWaiting {
		return
	}
	if runes := []rune(t.Message); len(runes) > longestWaiting {
		t.Message = string(runes[:longestWaiting]) + "…"
	}
	w.faulty = append(w.faulty, Waiting{Account: w.account, Location: p.Location, Name: p.Name, Reason: t.Reason, Message: t.Message})
}

// later leaves places for the next look. Until then their faults are those of the last.
func (w *watch) later(places []place) {
	w.waiting = true
	left := make(map[place]bool, len(places))
	for _, p := range places {
		left[p] = true
	}
	for _, was := range w.state.Waiting {
		if left[place{Name: was.Name, Location: was.Location}] {
			w.faultyIs(place{Name: was.Name, Location: was.Location}, Trouble{Reason: was.Reason, Message: was.Message})
		}
	}
}
