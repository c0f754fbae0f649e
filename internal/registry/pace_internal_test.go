package registry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPace(t *testing.T) {
	t.Parallel()
	var p pace
	now := time.Unix(1_700_000_000, 0)
	require.Zero(t, p.lookIn(1, now), "the first look is made at once")
	p.noteLook(1, now)
	require.Equal(t, hurryPause-time.Second, p.lookIn(1, now.Add(time.Second)))
	require.Zero(t, p.lookIn(2, now), "the pause is the repository's own")
	require.Zero(t, p.lookIn(1, now.Add(hurryPause)))

	asked := 0
	for range 1000 {
		if p.ask("docker/hub", now) {
			asked++
		}
	}
	require.Equal(t, unprovenBurst, asked)
	require.True(t, p.ask("docker/other", now))
	require.False(t, p.ask("docker/hub", now.Add(unprovenEvery/2)))
	require.True(t, p.ask("docker/hub", now.Add(unprovenEvery)))

	for id := range int64(2 * mostPaced) {
		p.noteLook(id, now)
	}
	require.LessOrEqual(t, len(p.looked), mostPaced)
}
