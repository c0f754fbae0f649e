package executions_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// remembering is a store in which every stage has remembered that it waits for something.
type remembering struct {
	areas.Store
	waiting []manifest.Waiting
}

func (r remembering) EachStageState(_ context.Context, stages []store.StageKey, each func(store.StageKey, store.StageState) error) error {
	state, err := stage.NewState(1, object{"plan": object{}, "waiting": r.waiting})
	if err != nil {
		return err
	}
	for _, key := range stages {
		if err := each(key, store.StageState{StageID: key.StageID, Version: state.Version, Data: state.Data}); err != nil {
			return err
		}
	}
	return nil
}

// A running stage whose objects don't come up says so in every list, and on the page of
// its run; one that has ended waits for nothing.
func TestWaitingFor(t *testing.T) {
	t.Parallel()
	crash := manifest.Waiting{Account: "prod", Location: "shop", Name: "deployment web", Reason: "CrashLoopBackOff", Message: "it crashes"}
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Store = remembering{p.Store, []manifest.Waiting{crash, {Account: "prod", Name: "deployment db", Reason: "Error", Message: "it ends"}}}
	})
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"), apitest.WaitStage("2", 0))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	k.Until(id, func(e *model.Execution) bool {
		return e.Stages[0].Status == model.Running && e.Stages[1].Status == model.Succeeded
	})
	want := object{"account": "prod", "location": "shop", "name": "deployment web", "reason": "CrashLoopBackOff", "message": "it crashes", "more": json.Number("1")}
	check := func(where string, stages []map[string]any) {
		require.Len(t, stages, 2, where)
		require.EqualValues(t, want, model.Object(stages[0], "waitingFor"), where)
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

// What another type of stage, or another version of the program, has remembered is no
// reason to answer with an error.
func TestWaitingForNothingKnown(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Store = strange{p.Store} })
	k.Pipeline("demo", "p", nil, apitest.ToldStage("1"))
	id := apitest.IDOf(k.Post("/pipelines/demo/p", nil).Is(http.StatusAccepted))
	k.Until(id, func(e *model.Execution) bool { return e.Stages[0].Status == model.Running })
	require.NotContains(t, model.Objects(k.Get("/pipelines/"+id+"/outline").Is(http.StatusOK).Object(), "stages")[0], "waitingFor")
}

type strange struct{ areas.Store }

func (strange) EachStageState(_ context.Context, stages []store.StageKey, each func(store.StageKey, store.StageState) error) error {
	for _, key := range stages {
		for _, state := range []store.StageState{{Version: 7, Data: []byte("{}")}, {Version: 1, Data: []byte(`{"waiting": "long"}`)}, {Version: 1, Data: []byte{0xff}}} {
			if err := each(key, state); err != nil {
				return err
			}
		}
	}
	return nil
}
