package notify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/notify"
)

func TestQuietUntil(t *testing.T) {
	t.Parallel()
	night := notify.QuietPeriod{From: "22:00", To: "07:00"}
	weekend := notify.QuietPeriod{Days: []string{"sat", "Sunday"}, From: "00:00", To: "24:00"}
	berlin := notify.QuietPeriod{From: "22:00", To: "07:00", TimeZone: "Europe/Berlin"}
	for name, c := range map[string]struct {
		periods []notify.QuietPeriod
		at      string // a time of RFC 3339; 2026-11-27 is a Friday
		want    string // "" if nothing is held back
	}{
		"none":                         {nil, "2026-11-27T23:00:00Z", ""},
		"before it":                    {[]notify.QuietPeriod{night}, "2026-11-27T21:59:59Z", ""},
		"at its beginning":             {[]notify.QuietPeriod{night}, "2026-11-27T22:00:00Z", "2026-11-28T07:00:00Z"},
		"after midnight":               {[]notify.QuietPeriod{night}, "2026-11-28T03:00:00Z", "2026-11-28T07:00:00Z"},
		"at its end":                   {[]notify.QuietPeriod{night}, "2026-11-28T07:00:00Z", ""},
		"a weekend is one":             {[]notify.QuietPeriod{weekend}, "2026-11-28T12:00:00Z", "2026-11-30T00:00:00Z"},
		"a night that leads into it":   {[]notify.QuietPeriod{weekend, night}, "2026-11-27T23:00:00Z", "2026-11-30T07:00:00Z"},
		"an excepted event":            {[]notify.QuietPeriod{{From: "00:00", To: "12:00", Except: []string{"pipeline.failed"}}}, "2026-11-27T03:00:00Z", ""},
		"a zone":                       {[]notify.QuietPeriod{berlin}, "2026-11-27T21:00:00Z", "2026-11-28T06:00:00Z"},
		"a night with an hour more":    {[]notify.QuietPeriod{berlin}, "2026-10-24T20:00:00Z", "2026-10-25T06:00:00Z"},
		"a night with an hour less":    {[]notify.QuietPeriod{berlin}, "2026-03-28T21:00:00Z", "2026-03-29T05:00:00Z"},
		"one that can't be read":       {[]notify.QuietPeriod{{From: "late", To: "07:00"}}, "2026-11-27T23:00:00Z", ""},
		"some that together never end": {[]notify.QuietPeriod{{From: "00:00", To: "12:00"}, {From: "12:00", To: "24:00"}}, "2026-11-27T23:00:00Z", "2026-12-05T00:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, c.at)
			require.NoError(t, err)
			got := notify.QuietUntil(c.periods, "pipeline.failed", at)
			if c.want == "" {
				require.Zero(t, got)
				return
			}
			require.Equal(t, c.want, got.UTC().Format(time.RFC3339))
		})
	}
}

func TestQuietPeriodsOfPreferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		wrong string // "" if it can be read
	}{
		"good":             {map[string]any{"from": "22:00", "to": "07:00", "days": []any{"mon"}, "timeZone": "Asia/Shanghai", "except": []any{"pipeline.failed"}}, ""},
		"no object":        {"at night", "quietPeriod: must be an object"},
		"an unknown field": {map[string]any{"from": "22:00", "to": "07:00", "zone": "UTC"}, "quietPeriod: must be an object"},
		"no beginning":     {map[string]any{"to": "07:00"}, "quietPeriod.from: "},
		"no time":          {map[string]any{"from": "22:00", "to": "25:00"}, `quietPeriod.to: "25:00" isn't a time such as 22:00`},
		"after the day":    {map[string]any{"from": "24:00", "to": "07:00"}, "quietPeriod.from: "},
		"no day":           {map[string]any{"from": "22:00", "to": "07:00", "days": []any{"noday"}}, `quietPeriod.days: there is no day "noday"`},
		"no zone":          {map[string]any{"from": "22:00", "to": "07:00", "timeZone": "Mars/Olympus"}, "quietPeriod.timeZone: "},
		"the server's":     {map[string]any{"from": "22:00", "to": "07:00", "timeZone": "Local"}, "quietPeriod.timeZone: "},
		"no end":           {map[string]any{"from": "07:00", "to": "07:00"}, "quietPeriod.to: the quiet period has no end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := notify.Preference{Settings: map[string]any{"quietPeriod": c.value}}.Quiet()
			if c.wrong != "" {
				require.ErrorContains(t, err, c.wrong)
				return
			}
			require.NoError(t, err)
			require.NotNil(t, q)
		})
	}
	q, err := notify.Preference{Settings: map[string]any{}}.Quiet()
	require.NoError(t, err)
	require.Nil(t, q)
}
