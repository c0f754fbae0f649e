package executions_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// waits says that every stage waits for the same.
type waits []view.Waiting

func (w waits) For(_ context.Context, stages []store.StageKey) (map[store.StageKey][]view.Waiting, error) {
	out := map[store.StageKey][]view.Waiting{}
	for _, key := range stages {
		out[key] = w
	}
	return out, nil
}

// A running stage whose objects don't come up says so in every list, and on the page of
// its run; one that has ended waits for nothing.
func TestWaitingFor(t *testing.T) {
	t.Parallel()
	crash := view.Waiting{Account: "prod", Location: "shop", Name: "deployment web", Reason: "CrashLoopBackOff", Message: "it crashes"}
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Waits = waits{crash, {Account: "prod", Name: "deployment db", Reason: "Error", Message: "it ends"}}
	})
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"), apitest.WaitStage("2", 0))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	k.Until(id, func(e *model.Execution) bool {
		return e.Stages[0].Status == model.Running && e.Stages[1].Status == model.Succeeded
	})
	want := map[string]any{"account": "prod", "location": "shop", "name": "deployment web", "reason": "CrashLoopBackOff", "message": "it crashes", "more": json.Number("1")}
	check := func(where string, stages []map[string]any) {
		require.Len(t, stages, 2, where)
		require.Equal(t, want, model.Object(stages[0], "waitingFor"), where)
		require.NotContains(t, stages[1], "waitingFor", where)
	}
	check("the outline", model.Objects(k.Get("/pipelines/"+id+"/outline").Is(http.StatusOK).Object(), "stages"))
	check("the runs", model.Objects(model.Objects(k.Get("/runs").Is(http.StatusOK).Object(), "runs")[0], "stages"))
	for path, event := range map[string]string{"/applications/demo/executions/stream": "snapshot", "/pipelines/" + id + "/outline/stream": "snapshot"} {
		m := apitest.Next(t, k.Stream(t.Context(), path), event, apitest.EventNamed(event))
		var one object
		var many []object
		if model.Unmarshal([]byte(m.Data), &many) == nil {
			one = many[0]
		} else {
			one = m.Object(t)
		}
		check(path, model.Objects(one, "stages"))
	}
	// Spinnaker's clients see nothing of it.
	whole := model.Objects(k.Get("/pipelines/"+id).Is(http.StatusOK).Object(), "stages")[0]
	require.NotContains(t, whole, "waitingFor")
	require.NotContains(t, model.Object(whole, "context"), "waitingFor")
}
