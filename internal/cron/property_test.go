package cron_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// clause is the text of a field, and which numbers it means.
type clause struct {
	text string
	has  func(n int) bool
}

// numbers makes a clause at random for a field with the numbers from least to most.
func numbers(r *rand.Rand, least, most int) clause {
	size := most - least + 1
	pick := func() int { return least + r.IntN(size) }
	switch a, b, step := pick(), pick(), 1+r.IntN(max(size-1, 1)); r.IntN(7) {
	case 0, 1:
		return clause{"*", func(int) bool { return true }}
	case 2:
		return clause{fmt.Sprintf("*/%d", step), func(n int) bool { return (n-least)%step == 0 }}
	case 3:
		return clause{fmt.Sprintf("%d/%d", a, step), func(n int) bool { return n >= a && (n-a)%step == 0 }}
	case 4: // round the end, too
		return clause{fmt.Sprintf("%d-%d", a, b), func(n int) bool { return (n-a+size)%size <= (b-a+size)%size }}
	case 5:
		one, other := numbers(r, least, most), numbers(r, least, most)
		return clause{one.text + "," + other.text, func(n int) bool { return one.has(n) || other.has(n) }}
	default:
		return clause{fmt.Sprint(a), func(n int) bool { return n == a }}
	}
}

// day makes the clauses of the day of the month and of the week, and the rule.
func day(r *rand.Rand) (month, week string, has func(at time.Time) bool) {
	last := func(at time.Time) int { return time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day() }
	weekday := func(at time.Time) int { return int(at.Weekday()) + 1 }
	n := 1 + r.IntN(7)
	switch r.IntN(7) {
	case 0:
		return fmt.Sprintf("L-%d", n), "?", func(at time.Time) bool { return at.Day() == last(at)-n }
	case 1:
		nth := 1 + r.IntN(5)
		return "?", fmt.Sprintf("%d#%d", n, nth), func(at time.Time) bool { return weekday(at) == n && (at.Day()+6)/7 == nth }
	case 2:
		return "?", fmt.Sprintf("%dL", n), func(at time.Time) bool { return weekday(at) == n && at.Day()+7 > last(at) }
	case 3: // the working day that is nearest to the last of the month
		return "LW", "?", func(at time.Time) bool {
			end := time.Date(at.Year(), at.Month()+1, 0, 0, 0, 0, 0, time.UTC)
			for end.Weekday() == time.Saturday || end.Weekday() == time.Sunday {
				end = end.AddDate(0, 0, -1)
			}
			return at.Day() == end.Day()
		}
	case 4:
		c := numbers(r, 1, 7)
		return "?", c.text, func(at time.Time) bool { return c.has(weekday(at)) }
	default:
		c := numbers(r, 1, 31)
		return c.text, "?", func(at time.Time) bool { return c.has(at.Day()) }
	}
}

// TestNextIsWhatMatches: Next finds each second that matches, and no other, also where
// clocks are changed. A time that a clock shows twice counts the second time alone.
func TestNextIsWhatMatches(t *testing.T) {
	t.Parallel()
	begins := []struct{ zone, from string }{
		{"America/Los_Angeles", "2026-03-07T20:00:00Z"}, {"America/Los_Angeles", "2026-10-31T20:00:00Z"},
		{"Europe/Paris", "2026-03-28T12:00:00Z"}, {"Europe/Paris", "2026-10-24T18:00:00Z"},
		{"Africa/Cairo", "2026-04-23T10:00:00Z"}, {"Africa/Cairo", "2026-10-29T10:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-04T04:00:00Z"}, {"America/Santiago", "2026-09-05T20:00:00Z"},
		{"Africa/Casablanca", "2026-02-14T20:00:00Z"}, {"UTC", "2027-12-31T12:00:00Z"}, {"Asia/Shanghai", "2026-02-27T20:00:00Z"},
	}
	for i := range 8 * len(begins) {
		begin := begins[i%len(begins)]
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, uint64(i)))
			second, minute, hour, months := numbers(r, 0, 59), numbers(r, 0, 59), numbers(r, 0, 23), numbers(r, 1, 12)
			month, week, on := day(r)
			expression := strings.Join([]string{second.text, minute.text, hour.text, month, months.text, week}, " ")
			place := zone(t, begin.zone)
			s, err := cron.Parse(expression, "", place)
			require.NoError(t, err, expression)
			at, err := time.Parse(time.RFC3339, begin.from)
			require.NoError(t, err)
			at = at.In(place)
			end := at.Add(36 * time.Hour)
			next := s.Next(at)
			for at = at.Add(time.Second); at.Before(end); at = at.Add(time.Second) {
				h, m, sec := at.Clock()
				matches := second.has(sec) && minute.has(m) && hour.has(h) && months.has(int(at.Month())) && on(at) && !comesAgain(at)
				if matches != next.Equal(at) {
					t.Fatalf("%s at %s: it matches is %v, but the next time is %s", expression, at, matches, next)
				}
				if matches {
					next = s.Next(at)
				}
			}
			require.True(t, next.IsZero() || !next.Before(end))
		})
	}
}

// comesAgain tells whether a clock will show the same time again.
func comesAgain(at time.Time) bool {
	return slices.ContainsFunc([]time.Duration{30 * time.Minute, time.Hour}, func(after time.Duration) bool {
		return at.Format(time.DateTime) == at.Add(after).Format(time.DateTime)
	})
}

// FuzzNext: whatever is taken fires later than asked, in order, and ends soon.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"0 0 10 ? * *", "H H(0-9)/3 * L-3W * ? 2030", "59 59 23 31 2 ?", "0 0 0 1W,LW * ? */7", "0 30 2 ? * 6#5", "1-0/59 2-1 22-2 ? * SATL"} {
		f.Add(seed, "id", int64(1_790_000_000))
	}
	f.Fuzz(func(t *testing.T, expression, id string, after int64) {
		from := time.Unix(after%(1<<36), 0)
		limittest.Bounded(t, len(expression), 2000, func() {
			s, err := cron.Parse(expression, id, time.UTC)
			if err != nil {
				return
			}
			again, err := cron.Parse(s.String(), "", time.UTC)
			if err != nil || again.String() != s.String() {
				t.Fatalf("%q becomes %q, which is not the same again: %v", expression, s, err)
			}
			for range 3 {
				next := s.Next(from)
				if next.IsZero() {
					break
				}
				if !next.After(from) || !next.Equal(again.Next(from)) {
					t.Fatalf("%q: %s comes after %s", expression, next, from)
				}
				from = next
			}
		})
	})
}
