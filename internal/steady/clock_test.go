package steady

import (
	"testing"
	"time"
)

// world is a machine whose time passes, and whose clock can be set.
type world struct {
	wall   time.Time
	passed time.Duration
}

func (w *world) pass(d time.Duration) {
	w.wall = w.wall.Add(d)
	w.passed += d
}

func (w *world) clock() *Clock {
	return from(func() time.Time { return w.wall }, func() time.Duration { return w.passed })
}

func TestClockFollowsTheSystems(t *testing.T) {
	t.Parallel()
	w := &world{wall: time.Unix(1_000_000, 0)}
	c := w.clock()
	for range 1000 {
		w.pass(time.Minute)
		w.wall = w.wall.Add(10 * time.Millisecond) // it drifts
		if got := c.Now(); !got.Equal(w.wall) {
			t.Fatalf("%v, want %v", got, w.wall)
		}
	}
}

func TestSetClockIsAbsorbed(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{"back": -10 * time.Minute, "forward": 10 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &world{wall: time.Unix(1_000_000, 0)}
			c := w.clock()
			begin := c.Now()
			w.pass(4 * time.Second)
			w.wall = w.wall.Add(by)
			if took := c.Now().Sub(begin); (took - 4*time.Second).Abs() > 400*time.Millisecond {
				t.Errorf("4s took %v", took)
			}
			w.pass(4 * time.Second)
			if took := c.Now().Sub(begin); (took - 8*time.Second).Abs() > 800*time.Millisecond {
				t.Errorf("8s took %v", took)
			}
			before := c.Now()
			for range 200 { // two hours: it comes back, and never goes backwards
				w.pass(36 * time.Second)
				now := c.Now()
				if !now.After(before) {
					t.Fatalf("%v after %v", now, before)
				}
				before = now
			}
			if !before.Equal(w.wall) {
				t.Errorf("%v away from the system's time", before.Sub(w.wall))
			}
		})
	}
}

func TestClockThatWasWrongIsBelievedOnceItIsSet(t *testing.T) {
	t.Parallel()
	w := &world{wall: time.Unix(0, 0)}
	c := w.clock()
	c.Now()
	w.wall = time.Unix(1_700_000_000, 0)
	if got := c.Now(); !got.Equal(w.wall) {
		t.Errorf("%v, want %v", got, w.wall)
	}
}

func TestNow(t *testing.T) {
	t.Parallel()
	c := New()
	before := time.Now()
	if got := c.Now(); got.Sub(before).Abs() > time.Minute {
		t.Errorf("%v at %v", got, before)
	}
}

func BenchmarkNow(b *testing.B) {
	c := New()
	for b.Loop() {
		c.Now()
	}
}
