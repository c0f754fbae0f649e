package artifact

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// The order is the one that Maven documents for its generic versions.
func TestMavenVersionsAreOrdered(t *testing.T) {
	t.Parallel()
	ordered := []string{
		"1-alpha", "1-alpha-1", "1-beta", "1-m2", "1-rc1", "1-SNAPSHOT", "1", "1-sp", "1-foo", "1.1", "1.2-beta2", "1.2", "1.9", "1.10", "1.10.1", "2",
	}
	for i, x := range ordered {
		for j, y := range ordered {
			require.Equal(t, i < j, compareMaven(x, y) < 0, "%s and %s", x, y)
		}
	}
	for _, same := range [][2]string{{"1", "1.0"}, {"1.0", "1.0.0"}, {"1", "1-ga"}, {"1.0-final", "1"}, {"1-RC1", "1-rc-1"}, {"1.01", "1.1"}, {"1a1", "1-alpha-1"}, {"1.0-alpha", "1-alpha"}, {"1-1", "1.1"}} {
		require.Zero(t, compareMaven(same[0], same[1]), "%v", same)
	}
}

func FuzzMavenRange(f *testing.F) {
	f.Add("[1.0,2.0)", "1.5")
	f.Add("(,1.0],[1.2,)", "1.2-rc1")
	f.Add("[1", "")
	f.Fuzz(func(t *testing.T, text, version string) {
		require.Zero(t, compareMaven(version, version))
		require.Equal(t, compareMaven(version, text), -compareMaven(text, version))
		var (
			ranges mavenRange
			err    error
		)
		limittest.Bounded(t, len(text)+len(version), 2000, func() { ranges, err = parseMavenRange(text) })
		if err == nil && ranges.newest([]string{version}) != "" {
			require.True(t, ranges.contains(version))
		}
	})
}
