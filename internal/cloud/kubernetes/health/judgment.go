package health

import (
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

const (
	// startPatience is how long a start may take before it counts as a trouble: as long as
	// a Deployment's rollout may take by default (progressDeadlineSeconds).
	startPatience = 10 * time.Minute
	// restartWindow is how long a container must run for the kubelet to forget that
	// it crashed.
	restartWindow = 10 * time.Minute
	// stopPatience is how long after its grace period an object may take to go.
	stopPatience = 2 * time.Minute
	// longest is how many characters of a foreign text a message takes over.
	longest = 500
)

// Judgment is how an object is doing by what it says of itself, and what that
// becomes if the object stays as it is.
type Judgment struct {
	Now view.HealthStatus
	// Then is what holds from the time At on, unless that is zero.
	Then view.HealthStatus
	At   time.Time
}

// By is the state at a time.
func (j Judgment) By(now time.Time) view.HealthStatus {
	if !j.At.IsZero() && !now.Before(j.At) {
		return j.Then
	}
	return j.Now
}

// Plain tells whether the object is healthy and there is nothing to say about it.
func (j Judgment) Plain() bool { return j.Now == view.OK && j.At.IsZero() }

// until adds what the judgment becomes at a time. Without a time it stays as it is.
func (j Judgment) until(at time.Time, state, reason, format string, args ...any) Judgment {
	if !at.IsZero() {
		j.At, j.Then = at, says(state, reason, format, args...)
	}
	return j
}

func says(state, reason, format string, args ...any) view.HealthStatus {
	return view.HealthStatus{State: state, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

func judge(state, reason, format string, args ...any) Judgment {
	return Judgment{Now: says(state, reason, format, args...)}
}

func healthy() Judgment { return Judgment{Now: view.OK} }

func healthyAs(reason, format string, args ...any) Judgment {
	return judge(view.StateHealthy, reason, format, args...)
}

func progressing(reason, format string, args ...any) Judgment {
	return judge(view.StateProgressing, reason, format, args...)
}

func degraded(reason, format string, args ...any) Judgment {
	return judge(view.StateDegraded, reason, format, args...)
}

func failed(reason, format string, args ...any) Judgment {
	return judge(view.StateFailed, reason, format, args...)
}

func suspended(reason, format string, args ...any) Judgment {
	return judge(view.StateSuspended, reason, format, args...)
}

// unreported is an object that its controller has written nothing about.
func unreported() Judgment {
	return judge(view.StateUnknown, "NoStatus", "Kubernetes has reported no status yet.")
}

// outdated is an object whose status is about an earlier version of it.
func outdated() Judgment {
	return progressing("OutdatedStatus", "Kubernetes hasn't processed the latest change yet.")
}

// count is a number with its noun: "1 pod", "2 pods".
func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// short is the beginning of a foreign text.
func short(text string) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return string(runes[:longest]) + "…"
}
