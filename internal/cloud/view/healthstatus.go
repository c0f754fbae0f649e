package view

import "fmt"

// The states of a [HealthStatus].
const (
	// StateHealthy: it is as wanted.
	StateHealthy = "healthy"
	// StateProgressing: it is on its way there, and nothing is known to be wrong.
	StateProgressing = "progressing"
	// StateDegraded: something is wrong, but part of it works, or waiting may help.
	StateDegraded = "degraded"
	// StateFailed: it doesn't work, and waiting is unlikely to help.
	StateFailed = "failed"
	// StateSuspended: someone has paused it, or scaled it to zero.
	StateSuspended = "suspended"
	// StateUnknown: nothing has been reported.
	StateUnknown = "unknown"
)

// HealthStatus says how a thing is doing, in the same words for all kinds of
// things and all clouds. It stands beside the fields that are Spinnaker's, such
// as healthState, and is what the pages show.
type HealthStatus struct {
	State string `json:"state"`
	// Reason is one word for why, in the words of the cloud if it has any:
	// "CrashLoopBackOff".
	Reason string `json:"reason,omitempty"`
	// Message says it in a sentence.
	Message string `json:"message,omitempty"`
}

// OK is the status of a thing that is as wanted, with nothing to say about it.
var OK = HealthStatus{State: StateHealthy}

// Troubled reports whether something is wrong.
func (h HealthStatus) Troubled() bool { return h.State == StateFailed || h.State == StateDegraded }

// severity orders the states, the worst last.
func severity(state string) int {
	switch state {
	case StateFailed:
		return 5
	case StateDegraded:
		return 4
	case StateProgressing:
		return 3
	case StateUnknown:
		return 2
	case StateSuspended:
		return 1
	}
	return 0
}

// Worse reports whether it is in a worse state than another.
func (h HealthStatus) Worse(than HealthStatus) bool { return severity(h.State) > severity(than.State) }

// Worst is the worst of several, the first of them if there are several; [OK]
// if there is none.
func Worst(all ...HealthStatus) HealthStatus {
	if len(all) == 0 {
		return OK
	}
	worst := all[0]
	for _, h := range all[1:] {
		if h.Worse(worst) {
			worst = h
		}
	}
	return worst
}

// HealthCounts are things by their state.
type HealthCounts struct {
	Total       int `json:"total"`
	Healthy     int `json:"healthy"`
	Progressing int `json:"progressing"`
	Degraded    int `json:"degraded"`
	Failed      int `json:"failed"`
	Suspended   int `json:"suspended"`
	Unknown     int `json:"unknown"`
}

// Count adds a thing.
func (c *HealthCounts) Count(h HealthStatus) {
	c.Total++
	switch h.State {
	case StateHealthy:
		c.Healthy++
	case StateProgressing:
		c.Progressing++
	case StateDegraded:
		c.Degraded++
	case StateFailed:
		c.Failed++
	case StateSuspended:
		c.Suspended++
	default:
		c.Unknown++
	}
}

// Add adds other counts to these.
func (c *HealthCounts) Add(other HealthCounts) {
	c.Total += other.Total
	c.Healthy += other.Healthy
	c.Progressing += other.Progressing
	c.Degraded += other.Degraded
	c.Failed += other.Failed
	c.Suspended += other.Suspended
	c.Unknown += other.Unknown
}

// Overall is the status of what consists of several things: an application of
// its workloads. It has failed if all of them have, but for those that are
// suspended; it is degraded if some are troubled. Worst is the worst of them, which
// gives the reason.
func Overall(counts HealthCounts, worst HealthStatus) HealthStatus {
	out := HealthStatus{State: StateHealthy, Reason: worst.Reason, Message: worst.Message}
	troubled := counts.Failed + counts.Degraded
	switch {
	case counts.Total == 0:
		return HealthStatus{State: StateUnknown, Reason: "NothingRuns", Message: "Nothing runs."}
	case counts.Suspended == counts.Total:
		out.State = StateSuspended
	case counts.Failed > 0 && counts.Failed+counts.Suspended == counts.Total:
		out.State = StateFailed
	case troubled > 0:
		out.State = StateDegraded
	case counts.Progressing > 0:
		out.State = StateProgressing
	case counts.Unknown > 0:
		out.State = StateUnknown
	default:
		return OK
	}
	if troubled > 0 && counts.Total > 1 {
		out.Message = fmt.Sprintf("%d of %d workloads have trouble. %s", troubled, counts.Total, worst.Message)
	}
	return out
}

// ApplicationHealth is how an application is doing.
type ApplicationHealth struct {
	Application  string       `json:"application"`
	HealthStatus HealthStatus `json:"healthStatus"`
	// Workloads and Instances are counted by their states.
	Workloads HealthCounts `json:"workloads"`
	Instances HealthCounts `json:"instances"`
	// Worst is the state of the workload that is worst off, named in its message.
	Worst HealthStatus `json:"worst,omitzero"`
}

// Add adds what runs of the application elsewhere.
func (a *ApplicationHealth) Add(other ApplicationHealth) {
	a.Workloads.Add(other.Workloads)
	a.Instances.Add(other.Instances)
	if a.Worst.State == "" || other.Worst.Worse(a.Worst) {
		a.Worst = other.Worst
	}
	a.HealthStatus = Overall(a.Workloads, a.Worst)
}
