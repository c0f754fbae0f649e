package limit_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/limit"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"webhook", "wait", "deployManifest", "waif"}
	for _, c := range []struct {
		name string
		most int
		want string
	}{
		{"webhok", 2, "webhook"}, {"DEPLOYmanifest", 0, "deployManifest"}, {"wai", 1, "waif"},
		{"nothing", 2, ""}, {"", 2, ""}, {strings.Repeat("webhook", 1_000_000), 1 << 30, ""},
	} {
		require.Equal(t, c.want, limit.Nearest(c.name, known, c.most), "%.20s", c.name)
	}
}

func TestNear(t *testing.T) {
	t.Parallel()
	known := []string{"wait", "waif", "webhook", "Wai", "waive"}
	near := func(candidate string) int {
		if candidate == "waif" {
			return -1
		}
		return 2
	}
	require.Equal(t, []string{"Wai", "wait", "waive"}, limit.Near("wai", known, near), "the nearest first, case apart")
	require.Empty(t, limit.Near("nothing", known, near))
	require.Empty(t, limit.Near(strings.Repeat("w", 101), known, func(string) int { return 1000 }))
}
