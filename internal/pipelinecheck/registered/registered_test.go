package registered_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/pipelinecheck/registered"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
	"github.com/gennaker/gennaker/internal/stage/wait"
)

func TestStagesOfARegistry(t *testing.T) {
	t.Parallel()
	types := []*stage.Type{wait.Type()}
	stages, err := registered.New(stage.NewRegistry(append(types, unavailable.Types(types)...)...), nil)
	require.NoError(t, err)

	require.True(t, stages.Known("wait"))
	require.False(t, stages.Known("none"))
	require.Contains(t, stages.Types(), "wait")
	require.Len(t, stages.Registry().Types(), len(stages.Types()))
	require.Contains(t, stages.Fields("wait"), "waitTime")
	require.Empty(t, stages.Fields("none"))

	require.Empty(t, stages.Unavailable("wait"))
	require.Equal(t, `there is no stage type "none"`, stages.Unavailable("none"))
	require.Regexp(t, "is not supported yet", stages.Unavailable(unavailable.Types(nil)[0].Name))

	require.Empty(t, stages.Stage(map[string]any{"type": "wait", "refId": "1", "waitTime": json.Number("5")}))
	require.NotEmpty(t, stages.Graph([]any{map[string]any{"type": "wait", "refId": "1", "requisiteStageRefIds": []any{"2"}}}))
}
