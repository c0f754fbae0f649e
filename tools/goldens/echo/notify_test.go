package echo

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// differing are the cases that differ on purpose in more than the faults that are
// common in Echo's messages, with what is seen of it.
var differing = map[string]string{
	"529": `isn't wanted`, "547": `Null's|isn't wanted`, "553": `"not read"`, "563": `spaces/AAA`,
	"625": `status is 200|isn't wanted`, "627": `status is 200|isn't wanted`, "653": `status is 400`,
}

// TestRecordedNotifications: what differs from Echo is declared, and nothing else does
// in those cases.
func TestRecordedNotifications(t *testing.T) {
	t.Parallel()
	cases, err := load("testdata")
	require.NoError(t, err)
	ran := 0
	for _, c := range cases {
		if !notifications.plays(c) && !forwarded.plays(c) {
			continue
		}
		ran++
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			lines := play(t.Context(), c)
			require.True(t, len(lines) == 0 || declared(c) != "", strings.Join(lines, "\n"))
			number, _, _ := strings.Cut(c.ID, "-")
			for _, line := range lines {
				if strings.HasPrefix(line, "Echo") {
					continue
				}
				require.NotEmpty(t, differing[number], line)
				require.Regexp(t, differing[number], line)
			}
		})
	}
	require.GreaterOrEqual(t, ran, 75)
}
