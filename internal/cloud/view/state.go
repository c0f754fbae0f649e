package view

import "time"

// The states that the watch of an account can be in.
const (
	// WatchConnecting: the first view isn't complete yet.
	WatchConnecting = "connecting"
	// WatchLive: the view is complete and current.
	WatchLive = "live"
	// WatchDegraded: some kinds can't be watched.
	WatchDegraded = "degraded"
	// WatchDown: the cloud can't be reached; the view shows what was there last.
	WatchDown = "down"
)

// WatchState is how the watch of an account is.
type WatchState struct {
	Account string `json:"account"`
	State   string `json:"state"`
	// Error is why it isn't live.
	Error string `json:"error,omitempty"`
	// Since is when it was last found reachable, or unreachable.
	Since time.Time `json:"since"`
	// Heard is when the cloud last sent something.
	Heard   *time.Time  `json:"heard,omitempty"`
	Objects int         `json:"objects"`
	Kinds   []KindState `json:"kinds"`
}

// KindState is how the watch of one kind is.
type KindState struct {
	// Kind is the kind of things, as the provider spells it.
	Kind string `json:"kind"`
	// Synced says that the view has had all objects of the kind since the
	// watch began. It stays so when the cloud can't be reached: the view then
	// shows what was there last.
	Synced bool `json:"synced"`
	// Error is why the watch is broken; "" if it isn't.
	Error string `json:"error,omitempty"`
	// Since is when the error came.
	Since *time.Time `json:"since,omitempty"`
	// Heard is when the cloud last sent something.
	Heard *time.Time `json:"heard,omitempty"`
}
