package cron_test

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/limit/limittest"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"0 0 10 ? * *":              "At 10:00 AM",
		"  0  0 10\t? * *  ":        "At 10:00 AM",
		"0 0/5 * * * ?":             "Every 5 minutes",
		"0 */15 * ? * *":            "Every 15 minutes",
		"0 0 12 ? * MON-FRI":        "At 12:00 PM, Monday through Friday",
		"0 0 12 ? * mon-fri":        "At 12:00 PM, Monday through Friday",
		"0 0 9 ? * 1":               "At 09:00 AM, only on Sunday",
		"0 0 10 ? * FRI-MON":        "At 10:00 AM, Friday through Monday",
		"0 15 10 L * ?":             "At 10:15 AM, on the last day of the month",
		"0 0 10 L-3 * ?":            "At 10:00 AM, 3 days before the last day of the month",
		"30 10 14 LW * ?":           "At 02:10:30 PM, on the last weekday of the month",
		"0 0 0 1W * ?":              "At 12:00 AM, on the first weekday of the month",
		"0 15 10 ? * 6L":            "At 10:15 AM, on the last Friday of the month",
		"0 15 10 ? * 6#3":           "At 10:15 AM, on the third Friday of the month",
		"0 15 10 ? * 6L 2026-2028":  "At 10:15 AM, on the last Friday of the month, 2026 through 2028",
		"0 0 10 1,15 JAN,JUL ?":     "At 10:00 AM, on day 1 and 15 of the month, only in January and July",
		"0 0 10 ? * * 2030":         "At 10:00 AM, only in 2030",
		"* * * ? * *":               "Every second",
		"0 H 10 ? * *":              "No description available for fuzzy cron expressions",
		"H H/2 H ? * *":             "No description available for fuzzy cron expressions",
		"0 0 10 ? * WED,SAT 2030/2": "",
		"0 /7 10 ? * *":             "",
		"0 0 22-2 ? * L":            "",
		"0 0 0 L-3W * ?":            "",
	} {
		got, err := cron.Describe(expression)
		if err != nil || got == "" || (want != "" && got != want) {
			t.Errorf("%q: %q, %v; want %q", expression, got, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		"":                       "empty",
		"0":                      "one field, want six or seven",
		"* * * * *":              "5 fields",
		"0 0 10 ? * * 2030 x":    "8 fields",
		"0 0 10 * * *":           "one of them must be ?",
		"0 0 10 ? * ?":           "can't both be ?",
		"0 0 25 ? * *":           `hour "25": it must be between 0 and 23`,
		"0 60 10 ? * *":          `minute "60"`,
		"-1 0 10 ? * *":          `second "-1"`,
		"? 0 10 ? * *":           `second "?"`,
		"0 0 10 32 * ?":          `day of month "32"`,
		"0 0 10 0 * ?":           `day of month "0"`,
		"0 0 10 32W * ?":         "between 1 and 31",
		"0 0 10 ? * 2,6L":        "6L can't stand in a list",
		"0 0 10 1,? * *":         "? can't stand in a list",
		"0 0 10 , * ?":           "it is empty",
		"0 0 10 L3 * ?":          "L stands alone",
		"0 0 10 ? * L-1":         "L stands alone, or after a day",
		"0 0 10 ? * MON-XYZ":     "XYZ is not a whole number or one of SUN to SAT",
		"0 0 10 MON * ?":         "MON is not a whole number",
		"0 0 10 ? * MON#6":       "between 1 and 5",
		"0 H(5-1) 10 ? * *":      "the range must be within 0-59",
		"0 0 H(0-24) ? * *":      "the range must be within 0-23",
		"0 H(0-10)/0 10 ? * *":   "the step must be at least 1",
		"0 H(0-10 10 ? * *":      "H takes a range",
		"0 H(x) 10 ? * *":        "H takes a range",
		"0 h 10 ? * *":           `minute "H"`,
		"0 0W 10 ? * *":          "W is not valid here",
		"0 1-5/x 10 ? * *":       "must follow the slash",
		"0 0 10 L-31 * ?":        "up to 30",
		"0 0 10 ? 13 *":          `month "13"`,
		"0 0 10 ? FOO *":         "one of JAN to DEC",
		"0 0 10 ? * 8":           `day of week "8"`,
		"0 0 10 ? * 0":           `day of week "0"`,
		"0 0 10 ? * 6#6":         "between 1 and 5",
		"0 0 10 ? * 6#1,3#2":     "only one # can stand in a list",
		"0 0 10 L JAN L":         "one of them must be ?",
		"0 0/60 10 ? * *":        "up to 59",
		"0 0/ 10 ? * *":          "must follow the slash",
		"0 5- 10 ? * *":          `minute "5-"`,
		"0 0 10 ? * * 2030-2029": "can't be after",
		"0 0 10 ? * * 10000":     "between 1 and 9999",
		"0 0 10 ? H *":           `month "H"`,
		"0 0 10 ? L *":           `month "L"`,
	} {
		if err := cron.Check(expression); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", expression, err, want)
		}
	}
}

// FuzzDescribe: whatever is given has words or an error, never both.
func FuzzDescribe(f *testing.F) {
	for _, seed := range []string{"0 0 10 ? * *", "0 0/5 * L-3W * ? 2030", "H 1-5/2 * ? JAN-MAR 6#3", "0 0 22-2 ? * FRI-MON,2L", "0 5 , ? * *"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		var (
			text string
			err  error
		)
		limittest.Bounded(t, len(expression), 2000, func() { text, err = cron.Describe(expression) })
		if (text == "") == (err == nil) {
			t.Errorf("%q: %q, %v", expression, text, err)
		}
		if (cron.Check(expression) == nil) != (err == nil) {
			t.Errorf("%q: the check and the description differ", expression)
		}
	})
}
