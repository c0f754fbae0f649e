package server_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/server"
)

func TestCatalogueKnowsStagesWithoutAServer(t *testing.T) {
	t.Parallel()
	c, err := server.NewCatalogue()
	require.NoError(t, err)
	require.Subset(t, c.Types(), []string{"deployManifest", "manualJudgment", "pipeline", "wait", "webhook"})
	require.True(t, c.Known("wait"))
	require.False(t, c.Known("wiat"))
	require.Empty(t, c.Stage(map[string]any{"type": "wait", "waitTime": 3}))
	require.NotEmpty(t, c.Stage(map[string]any{"type": "wait", "waitTime": "soon"}))
	require.Empty(t, c.Unavailable("wait"))
	require.Equal(t, `there is no stage type "wiat"`, c.Unavailable("wiat"))
	require.NotEmpty(t, c.Graph([]any{map[string]any{"refId": "1"}}))
}

func TestCatalogueTellsWhatIsKnownAndCannotRun(t *testing.T) {
	t.Parallel()
	c, err := server.NewCatalogue()
	require.NoError(t, err)
	for _, name := range c.Types() {
		if why := c.Unavailable(name); why != "" {
			require.Contains(t, why, "is not supported yet")
		}
	}
}
