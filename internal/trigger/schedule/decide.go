package schedule

import (
	"time"

	"github.com/gennaker/gennaker/internal/cron"
)

// policy says which ticks still fire that were due before now.
type policy struct {
	// tolerance is how late a tick may be and count as in time. Of what is later, the
	// latest tick fires if it is within the window.
	tolerance, window time.Duration
}

// decision is what becomes of a due tick.
type decision struct {
	// fire is the tick to fire, and next the one after; zero for none.
	fire, next time.Time
	// missed says that the tick that was due is left out, and perhaps others after it.
	missed bool
}

// decide says what to do with the tick that was due, now.
func (p policy) decide(s *cron.Schedule, due, now time.Time) decision {
	if now.Sub(due) <= p.tolerance {
		return decision{fire: due, next: s.Next(due)}
	}
	from := now.Add(-max(p.tolerance, p.window))
	if due.After(from) {
		from = due
	}
	latest := latest(s, from, now)
	if latest.IsZero() {
		return decision{next: s.Next(now), missed: true}
	}
	return decision{fire: latest, next: s.Next(latest), missed: !latest.Equal(due)}
}

// latest is the last tick from a time to another; zero if there is none. It looks back
// further and further, as there may be one each second.
func latest(s *cron.Schedule, from, to time.Time) (found time.Time) {
	for back := time.Minute; ; back *= 8 {
		start := to.Add(-back)
		if start.Before(from) {
			start = from
		}
		for t := s.Next(start.Add(-time.Second)); !t.IsZero() && !t.After(to); t = s.Next(t) {
			found = t
		}
		if !found.IsZero() || !start.After(from) {
			return found
		}
	}
}
