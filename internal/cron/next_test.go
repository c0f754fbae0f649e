package cron_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cron"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	found, err := time.LoadLocation(name)
	require.NoError(t, err)
	return found
}

// firings are the first times after a time, at most n.
func firings(t testing.TB, expression, zoneName, after string, n int) []string {
	t.Helper()
	s, err := cron.Parse(expression, "", zone(t, zoneName))
	require.NoError(t, err, expression)
	at, err := time.Parse(time.RFC3339, after)
	require.NoError(t, err)
	out := []string{}
	for range n {
		if at = s.Next(at); at.IsZero() {
			break
		}
		out = append(out, at.Format(time.RFC3339))
	}
	return out
}

func TestNext(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		expression, zone, after string
		want                    []string
	}{
		"several times on a nearest weekday": {
			"0 0 8,12 1W * ?", "UTC", "2026-08-01T10:00:00Z", // a Saturday
			[]string{"2026-08-03T08:00:00Z", "2026-08-03T12:00:00Z", "2026-09-01T08:00:00Z"},
		},
		"nearest weekdays at a month's ends": {
			"0 0 0 1W,LW * ?", "UTC", "2026-01-15T00:00:00Z",
			[]string{"2026-01-30T00:00:00Z", "2026-02-02T00:00:00Z", "2026-02-27T00:00:00Z", "2026-03-02T00:00:00Z"},
		},
		"a weekday before the end": {
			"0 0 0 L-3W * ?", "UTC", "2026-01-01T00:00:00Z",
			[]string{"2026-01-28T00:00:00Z", "2026-02-25T00:00:00Z", "2026-03-27T00:00:00Z"},
		},
		"days from the end in a list": {
			"0 0 0 15,L * ?", "UTC", "2026-02-01T00:00:00Z",
			[]string{"2026-02-15T00:00:00Z", "2026-02-28T00:00:00Z", "2026-03-15T00:00:00Z"},
		},
		"the last Friday": {
			"0 0 0 ? * FRIL", "UTC", "2026-01-01T00:00:00Z", []string{"2026-01-30T00:00:00Z", "2026-02-27T00:00:00Z"},
		},
		"the fifth Friday": {
			"0 0 0 ? * 6#5", "UTC", "2026-01-01T00:00:00Z", []string{"2026-01-30T00:00:00Z", "2026-05-29T00:00:00Z"},
		},
		"29 February": {
			"0 0 0 29 2 ?", "UTC", "2026-01-01T00:00:00Z", []string{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"},
		},
		"names of days in full": {
			"0 0 0 ? * MONDAY", "UTC", "2026-01-01T00:00:00Z", []string{"2026-01-05T00:00:00Z"},
		},
		"hours and months that go round": {
			"0 0 22-1 1 NOV-JAN ?", "UTC", "2026-11-01T22:30:00Z",
			[]string{"2026-11-01T23:00:00Z", "2026-12-01T00:00:00Z", "2026-12-01T01:00:00Z"},
		},
		"a step of years": {
			"0 0 0 1 1 ? 2027/10", "UTC", "2028-01-01T00:00:00Z", []string{"2037-01-01T00:00:00Z", "2047-01-01T00:00:00Z"},
		},
		"parts of a second don't count": {
			"* * * * * ?", "UTC", "2026-01-01T00:00:00.9Z", []string{"2026-01-01T00:00:01Z", "2026-01-01T00:00:02Z"},
		},
		"each day, clocks forward at midnight": {
			"0 0 0 * * ?", "Africa/Cairo", "2026-04-22T12:00:00Z",
			[]string{"2026-04-23T00:00:00+02:00", "2026-04-25T00:00:00+03:00"},
		},
		"between the two times of one hour": {
			"0 30 1 * * ?", "America/Los_Angeles", "2026-11-01T01:50:00-07:00",
			[]string{"2026-11-01T01:30:00-08:00", "2026-11-02T01:30:00-08:00"},
		},
		"half an hour back": {
			"0 45 1 * * ?", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", []string{"2026-04-05T01:45:00+10:30"},
		},
		"half an hour forward": {
			"0 0/15 2 * * ?", "Australia/Lord_Howe", "2026-10-03T12:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-04T02:45:00+11:00", "2026-10-05T02:00:00+11:00"},
		},
		"a day that a place left out": {
			"0 0 12 * * ?", "Pacific/Apia", "2011-12-29T12:00:00-10:00",
			[]string{"2011-12-31T12:00:00+14:00"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, firings(t, tc.expression, tc.zone, tc.after, len(tc.want)))
		})
	}
}

func TestNeverFires(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, expression := range []string{"0 0 12 31 2 ?", "* * * 30 FEB ?", "0 0 0 1 1 ? 1999", "0 0 0 1 1 ? 2500", "* * * 31W 4,6,9,11 ? 2020/3"} {
		s, err := cron.Parse(expression, "", nil)
		require.NoError(t, err, expression)
		require.True(t, s.Next(now).IsZero(), expression)
		require.Equal(t, []string{"it never fires: no such time is left"}, s.Warnings(now), expression)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string][]string{
		"0 0 12 ? * MON-FRI":       nil,
		"0 0 12 ? * MONDAY":        nil,
		"0 0 12 ? * MONDAY-FRIDAY": {`in the day of week "MONDAY-FRIDAY", "-FRIDAY" has no effect`},
		"0 0 12 ? * MON-FRI/2":     {`in the day of week "MON-FRI/2", "/2" has no effect`},
		"0 0 12 ? * FRI,TUE#2":     {`in the day of week "FRI,TUE#2", only TUE counts: a day with a # stands alone`},
		"0 *5 12 ? * *":            {`in the minute "*5", "5" has no effect`},
		"0 5x 12 ? * *":            {`in the minute "5X", "X" has no effect`},
	} {
		s, err := cron.Parse(expression, "", nil)
		require.NoError(t, err, expression)
		require.Equal(t, want, s.Warnings(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), expression)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ id, expression, want string }{
		{"a", "H H H ? * *", "37 37 1 ? * *"}, //nolint:dupword // as it is
		{"a", "0 H(0-10) 3 * * ?", "0 9 3 * * ?"},
		{"a", "0 H(10-19) 3 * * ?", "0 17 3 * * ?"},
		{"a", "0 H(0-29)/10 * * * ?", "0 7-29/10 * * * ?"},
		{"a", "H(5-5),30 0 H/6 * * ?", "5,30 0 1/6 * * ?"},
		{"polygenelubricants", "H 0 0 * * ?", "8 0 0 * * ?"}, // its hash is the smallest int there is
		{"鍵𝄞", "0 H 3 ? * THU", "0 3 3 ? * THU"},
	} {
		s, err := cron.Parse(tc.expression, tc.id, nil)
		require.NoError(t, err)
		require.Equal(t, tc.want, s.String(), tc.id)
	}
	// Many triggers are spread over the whole range, and no further.
	seen := map[string]bool{}
	for i := range 500 {
		s, err := cron.Parse("0 H(3-12) 0 * * ?", string(rune('a'+i%26))+string(rune('a'+i/26)), nil)
		require.NoError(t, err)
		seen[s.String()] = true
	}
	require.Len(t, seen, 10)
	require.True(t, slices.ContainsFunc([]string{"0 3 0 * * ?"}, func(s string) bool { return seen[s] }))
}
