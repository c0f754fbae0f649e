package window_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/stage/window"
)

const layout = "2006-01-02 15:04:05 -0700"

func between(startHour, startMin, endHour, endMin int) window.Range {
	return window.Range{StartHour: startHour, StartMin: startMin, EndHour: endHour, EndMin: endMin}
}

// 2026-11-21 is a Saturday, day 7.
func TestNext(t *testing.T) {
	t.Parallel()
	office := []window.Range{between(9, 0, 17, 0)}
	tests := []struct {
		name, zone string
		ranges     []window.Range
		days       []int
		at, want   string
	}{
		{"inside", "UTC", office, nil, "2026-11-21 12:30:15 +0000", "2026-11-21 12:30:15 +0000"},
		{"first second", "UTC", office, nil, "2026-11-21 09:00:00 +0000", "2026-11-21 09:00:00 +0000"},
		{"just before", "UTC", office, nil, "2026-11-21 08:59:59 +0000", "2026-11-21 09:00:00 +0000"},
		{"the last minute counts", "UTC", office, nil, "2026-11-21 17:00:59 +0000", "2026-11-21 17:00:59 +0000"},
		{"just after", "UTC", office, nil, "2026-11-21 17:01:00 +0000", "2026-11-22 09:00:00 +0000"},
		{"between two", "UTC", []window.Range{between(20, 0, 21, 0), between(6, 0, 7, 0)}, nil,
			"2026-11-21 12:00:00 +0000", "2026-11-21 20:00:00 +0000"},
		{"after two", "UTC", []window.Range{between(20, 0, 21, 0), between(6, 0, 7, 0)}, nil,
			"2026-11-21 22:00:00 +0000", "2026-11-22 06:00:00 +0000"},
		{"one minute", "UTC", []window.Range{between(5, 5, 5, 5)}, nil, "2026-11-21 05:05:30 +0000", "2026-11-21 05:05:30 +0000"},
		{"one minute missed", "UTC", []window.Range{between(5, 5, 5, 5)}, nil, "2026-11-21 05:06:00 +0000", "2026-11-22 05:05:00 +0000"},
		{"midnight, evening", "UTC", []window.Range{between(22, 0, 2, 0)}, nil, "2026-11-21 23:59:59 +0000", "2026-11-21 23:59:59 +0000"},
		{"midnight, morning", "UTC", []window.Range{between(22, 0, 2, 0)}, nil, "2026-11-21 01:00:00 +0000", "2026-11-21 01:00:00 +0000"},
		{"midnight, outside", "UTC", []window.Range{between(22, 0, 2, 0)}, nil, "2026-11-21 02:01:00 +0000", "2026-11-21 22:00:00 +0000"},
		{"midnight ends at 0", "UTC", []window.Range{between(22, 0, 0, 0)}, nil, "2026-11-22 00:00:30 +0000", "2026-11-22 00:00:30 +0000"},
		{"day of the week", "UTC", office, []int{7}, "2026-11-21 10:00:00 +0000", "2026-11-21 10:00:00 +0000"},
		{"tomorrow", "UTC", office, []int{1}, "2026-11-21 10:00:00 +0000", "2026-11-22 09:00:00 +0000"},
		{"in two days", "UTC", office, []int{2}, "2026-11-21 10:00:00 +0000", "2026-11-23 09:00:00 +0000"},
		{"the same day next week", "UTC", office, []int{7}, "2026-11-21 18:00:00 +0000", "2026-11-28 09:00:00 +0000"},
		{"later on a valid day", "UTC", office, []int{7}, "2026-11-21 03:00:00 +0000", "2026-11-21 09:00:00 +0000"},
		{"workdays", "UTC", office, []int{2, 3, 4, 5, 6}, "2026-11-20 17:30:00 +0000", "2026-11-23 09:00:00 +0000"},
		{"days alone", "UTC", nil, []int{7}, "2026-11-21 23:59:59 +0000", "2026-11-21 23:59:59 +0000"},
		{"days alone, another day", "UTC", nil, []int{2}, "2026-11-21 23:59:59 +0000", "2026-11-23 00:00:00 +0000"},
		{"the days are of both halves", "UTC", []window.Range{between(22, 0, 2, 0)}, []int{7},
			"2026-11-22 01:00:00 +0000", "2026-11-28 00:00:00 +0000"},
		{"an inverted one is never open", "UTC", []window.Range{between(10, 30, 10, 15), between(12, 0, 12, 30)}, nil,
			"2026-11-21 10:20:00 +0000", "2026-11-21 12:00:00 +0000"},
		{"the zone's hour", "America/Los_Angeles", office, nil, "2026-11-21 16:59:59 +0000", "2026-11-21 17:00:00 +0000"},
		{"the zone's day", "America/Los_Angeles", nil, []int{6}, "2026-11-21 07:00:00 +0000", "2026-11-21 07:00:00 +0000"},
		{"the zone's day is over", "America/Los_Angeles", nil, []int{6}, "2026-11-21 08:00:00 +0000", "2026-11-27 08:00:00 +0000"},
		{"over the end of summer time", "America/Los_Angeles", office, nil, "2026-11-01 01:00:00 +0000", "2026-11-01 17:00:00 +0000"},
		{"clocks go forward over the start", "America/Los_Angeles", []window.Range{between(2, 30, 4, 0)}, nil,
			"2026-03-08 08:00:00 +0000", "2026-03-08 10:00:00 +0000"},
		{"clocks go forward over all of it", "America/Los_Angeles", []window.Range{between(2, 15, 2, 45)}, nil,
			"2026-03-08 08:00:00 +0000", "2026-03-09 09:15:00 +0000"},
		{"half-hour zone", "Asia/Kolkata", office, nil, "2026-11-21 03:29:00 +0000", "2026-11-21 03:30:00 +0000"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(layout, test.at)
			if err != nil {
				t.Fatal(err)
			}
			got, err := window.Window{Ranges: test.ranges, Days: test.days}.Next(at, zone)
			if err != nil {
				t.Fatal(err)
			}
			if got.UTC().Format(layout) != test.want {
				t.Errorf("got %s, want %s", got.UTC().Format(layout), test.want)
			}
		})
	}
}

func TestWindowsThatNeverOpen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		window window.Window
		want   string
	}{
		"nothing":     {window.Window{}, "Couldn't calculate a suitable time"},
		"no such day": {window.Window{Days: []int{9}}, "Couldn't calculate a suitable time"},
		"inverted":    {window.Window{Ranges: []window.Range{between(10, 30, 10, 15)}}, "Couldn't calculate a suitable time"},
		"hour 24":     {window.Window{Ranges: []window.Range{between(24, 0, 1, 0)}}, "Invalid value for HourOfDay (valid values 0 - 23): 24"},
		"minute 60":   {window.Window{Ranges: []window.Range{between(1, 0, 2, 60)}}, "Invalid value for MinuteOfHour (valid values 0 - 59): 60"},
		"minus one":   {window.Window{Ranges: []window.Range{between(1, -1, 2, 0)}}, "Invalid value for MinuteOfHour (valid values 0 - 59): -1"},
	} {
		if _, err := test.window.Next(at, time.UTC); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// What Next gives must be open, must be the first minute that is, and must be
// found for every minute of some days in which the clocks change.
func TestNextAgainstAMinuteByMinuteSearch(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	windows := []window.Window{
		{Ranges: []window.Range{between(22, 15, 1, 30), between(9, 0, 9, 0)}},
		{Ranges: []window.Range{between(4, 0, 5, 0)}, Days: []int{1, 4}},
		{Days: []int{3}},
	}
	for _, w := range windows {
		begin := time.Date(2026, 3, 27, 0, 0, 0, 0, zone)
		end := begin.AddDate(0, 0, 6)
		var want time.Time // the first open minute at or after the current one
		for at := end; !at.Before(begin); at = at.Add(-time.Minute) {
			got, err := w.Next(at, zone)
			if err != nil {
				t.Fatal(err)
			}
			if got.Equal(at) {
				want = at
			}
			if !want.IsZero() && !got.Equal(want) {
				t.Fatalf("%s at %s: got %s, want %s", w, at, got, want)
			}
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add(int64(1_795_258_795), 9, 0, 17, 0, uint8(0))
	f.Add(int64(1_795_258_795), 22, 0, 2, 0, uint8(64))
	zone, err := time.LoadLocation(window.DefaultZone)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, seconds int64, startHour, startMin, endHour, endMin int, days uint8) {
		w := window.Window{Ranges: []window.Range{between(startHour, startMin, endHour, endMin)}}
		for day := range 7 {
			if days&(1<<day) != 0 {
				w.Days = append(w.Days, day+1)
			}
		}
		at := time.Unix(seconds%4_000_000_000, 0)
		got, err := w.Next(at, zone)
		if err != nil {
			return
		}
		if got.Before(at) || got.Sub(at) > 9*24*time.Hour {
			t.Fatalf("%s at %s opens at %s", w, at, got)
		}
		if again, err := w.Next(got, zone); err != nil || !again.Equal(got) {
			t.Fatalf("%s is not open when it opens, at %s", w, got)
		}
	})
}
