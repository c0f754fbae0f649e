package waiting_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/waiting"
)

type states map[store.StageKey]store.StageState

func (s states) EachStageState(_ context.Context, stages []store.StageKey, each func(store.StageKey, store.StageState) error) error {
	for _, key := range stages {
		if state, ok := s[key]; ok {
			if err := each(key, state); err != nil {
				return err
			}
		}
	}
	return nil
}

// What another type of stage, or another version of the program, has remembered is no
// reason to fail.
func TestFor(t *testing.T) {
	t.Parallel()
	crash := view.Waiting{Account: "prod", Location: "shop", Name: "deployment web", Reason: "CrashLoopBackOff", Message: "it crashes"}
	made, err := stage.NewState(1, map[string]any{"plan": map[string]any{}, "waiting": []view.Waiting{crash}})
	require.NoError(t, err)
	all, keys := states{}, []store.StageKey{{ExecutionID: "e", StageID: "nothing"}}
	for id, state := range map[string]store.StageState{
		"waits": {Version: made.Version, Data: made.Data}, "later": {Version: 7, Data: []byte("{}")},
		"other": {Version: 1, Data: []byte(`{"waiting": "long"}`)}, "broken": {Version: 1, Data: []byte{0xff}}, "calm": {Version: 1, Data: []byte("{}")},
	} {
		key := store.StageKey{ExecutionID: "e", StageID: id}
		all[key], keys = state, append(keys, key)
	}
	found, err := waiting.Stored{States: all}.For(t.Context(), keys)
	require.NoError(t, err)
	require.Equal(t, map[store.StageKey][]view.Waiting{{ExecutionID: "e", StageID: "waits"}: {crash}}, found)
}
