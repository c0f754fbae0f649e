package stage

import (
	"net/url"
	"strings"
)

// At gives a task a destination; see [Destined].
func At(task TaskFunc, destination func(in Input) string) Task { return destined{task, destination} }

type destined struct {
	TaskFunc
	destination func(in Input) string
}

// Destination implements [Destined].
func (d destined) Destination(in Input) string { return d.destination(in) }

// Host is the destination of calls to a URL: its host; "" if it has none.
func Host(of string) string {
	u, err := url.Parse(strings.TrimSpace(of))
	if err != nil || u.Host == "" {
		return ""
	}
	return "host " + strings.ToLower(u.Host)
}
