package outbox

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheLine: what is put off comes again one after the other.
func TestTheLine(t *testing.T) {
	t.Parallel()
	l, now := &Line{busy: Places, took: 4 * time.Second}, time.Now()
	pause := func() time.Duration {
		later, pause := PutOff(l.Enter(now))
		require.True(t, later)
		return pause
	}
	require.Equal(t, time.Second, pause())
	require.Equal(t, 2*time.Second, pause())
	l.away, l.took = true, time.Hour
	require.Equal(t, longest, pause())
}
