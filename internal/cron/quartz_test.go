package cron_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cron"
)

// What Quartz takes and what it refuses, as recorded from Echo; H is Echo's own.
func TestAsQuartz(t *testing.T) {
	t.Parallel()
	for expression, taken := range map[string]bool{
		"0 0 12 * * ?":          true,
		"0 15 10 ? * MON-FRI":   true,
		"0 15 10 ? * L":         true,
		"0 15 10 L-3 * ?":       true,
		"0 15 10 1W * ?":        true,
		"0 15 10 LW * ?":        true,
		"0 15 10 ? * 6#3":       true,
		"0 15 10 ? * MON#1":     true,
		"0 0 0 1 1 ? 2030":      true,
		"0 0 0 1 1 ? 2030-2032": true,
		"0 0 0 1 1 ? */2":       true,
		"7/20 * * * * ?":        true,
		"0 0 12 ? * 7":          true,
		"0 0 12 ? * FRI-TUE":    true,
		"0 0 12 * JAN,JUL ?":    true,
		"0 0 12 31 2 ?":         true,
		"0 0 12 31 * ?":         true,
		"0 5-1 * * * ?":         true,
		"0 50-10/5 * * * ?":     true,
		"0 0/0 * * * ?":         true,
		"30 15 3 * * ?":         true,
		"0 0 1/5 * * ?":         true,
		"0 0 12 1/5 * ?":        true,
		"0 0 0 1 */3 ?":         true,
		"0 10,44 14 ? 3 WED":    true,
		"0 0 12 ? * mon-wed":    true,
		"0 0 0 ? 2 2#2":         true,
		"0 30 2 * * ?":          true,
		"0 0 3 * * ?":           true,
		"0 0 * * * ?":           true,
		"0 30 1 * * ?":          true,
		"0 0 2 * * ?":           true,
		"0 0/20 0-3 * * ?":      true,
		"0 30 2 ? * SUN":        true,
		"H H H ? * *":           true, //nolint:dupword // as it is
		"H H/5 3 ? * MON":       true,
		"0 0 0 ? * H":           false,
		"H,30 * * * * ?":        true,
		"0 0 12 ? * ?":          false,
		"":                      false,
		"0  0 12 * * ?":         true,
		"0 0 12 ? * 0":          false,
		"0 0 12 L-31 * ?":       false,
		"0 0 12 ? * 6#3,6#5":    false,
		"0 0 12 5/0 * ?":        true,
		"0 0 12 1 1 ? 2100":     true,
		"0 0/61 * * * ?":        false,
		"0 5#2 * * * ?":         false,
		"0 0 12 W * ?":          false,
	} {
		err := cron.Check(expression)
		require.Equal(t, taken, err == nil, "%q: %v", expression, err)
		words, described := cron.Describe(expression)
		require.Equal(t, taken, described == nil, "%q: %s", expression, words)
	}
}
