package view_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

func TestHealthState(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		states []string
		want   string
	}{
		{nil, view.Unknown},
		{[]string{view.Unknown}, view.Unknown},
		{[]string{view.Up}, view.Up},
		{[]string{view.Up, view.Unknown}, view.Up},
		{[]string{view.Up, view.OutOfService}, view.OutOfService},
		{[]string{view.OutOfService, view.Down, view.Up}, view.Down},
		{[]string{view.Down, view.Starting, view.Up}, view.Starting},
		{[]string{view.Up, view.Draining}, view.Unknown},
		{[]string{view.Succeeded}, view.Unknown},
		{[]string{view.Failed, view.Down}, view.Down},
	} {
		var all []view.Health
		for _, state := range c.states {
			all = append(all, view.Health{State: state})
		}
		if got := view.HealthState(all); got != c.want {
			t.Errorf("%v is %s, not %s", c.states, got, c.want)
		}
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	var counts view.Counts
	for _, state := range []string{view.Up, view.Down, view.Starting, view.OutOfService, view.Unknown, view.Failed} {
		counts.Count(state)
	}
	if want := (view.Counts{Total: 6, Up: 1, Down: 1, Starting: 1, OutOfService: 1, Unknown: 2}); counts != want {
		t.Errorf("%+v, not %+v", counts, want)
	}
}
