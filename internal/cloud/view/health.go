package view

// The states of health that an instance can be in.
const (
	Up           = "Up"
	Down         = "Down"
	Starting     = "Starting"
	OutOfService = "OutOfService"
	Draining     = "Draining"
	Failed       = "Failed"
	Succeeded    = "Succeeded"
	Unknown      = "Unknown"
)

// HealthState is the state of an instance as its healths tell it, by
// Clouddriver's rule: where any of them is Starting, Down or OutOfService, in
// this order, the instance is; else it is Up where all that is known is.
func HealthState(all []Health) string {
	state := Unknown
	for _, h := range all {
		if rank(h.State) > rank(state) {
			state = h.State
		}
	}
	if rank(state) == other {
		return Unknown
	}
	return state
}

// other is the rank of the states that leave an instance's state unknown.
const other = 2

// rank orders the states: of an instance's healths the one of the highest rank
// is the instance's.
func rank(state string) int {
	switch state {
	case Unknown:
		return 0
	case Up:
		return 1
	case OutOfService:
		return other + 1
	case Down:
		return other + 2
	case Starting:
		return other + 3
	}
	return other
}

// Count adds an instance of a state.
func (c *Counts) Count(state string) {
	c.Total++
	switch state {
	case Up:
		c.Up++
	case Down:
		c.Down++
	case Starting:
		c.Starting++
	case OutOfService:
		c.OutOfService++
	default:
		c.Unknown++
	}
}
