package cron

import (
	"slices"
	"time"
)

// Warnings say in a sentence each what is most likely not meant: parts of the expression that
// Quartz ignores, and that the schedule doesn't fire again after a time, such as on
// 31 February.
func (s *Schedule) Warnings(after time.Time) []string {
	out := slices.Clone(s.ignored)
	if s.Next(after).IsZero() {
		out = append(out, "it never fires: no such time is left")
	}
	return out
}
