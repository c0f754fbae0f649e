package runner

import (
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/store"
)

// loadedStates are the stages' states as the machine takes them.
func loadedStates(states []store.StageState) map[string]*engine.State {
	if len(states) == 0 {
		return nil
	}
	out := make(map[string]*engine.State, len(states))
	for _, s := range states {
		out[s.StageID] = &engine.State{Version: s.Version, Data: s.Data}
	}
	return out
}

// storedStates are the machine's states as the store takes them.
func storedStates(states map[string]*engine.State) []store.StageState {
	if len(states) == 0 {
		return nil
	}
	out := make([]store.StageState, 0, len(states))
	for id, s := range states {
		out = append(out, store.StageState{StageID: id, Version: s.Version, Data: s.Data})
	}
	return out
}
