package runner

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/store"
)

// textVersion is the version of the encoding of stored texts.
const textVersion = 1

// loadTexts gives the machine what stages began with, if a signal needs that.
func (r *run) loadTexts(ctx context.Context, signals []store.Signal) error {
	if r.KeepEvaluatedTexts || !execution.Restarting(signals) {
		return nil
	}
	stored, err := r.Store.StageTexts(ctx, r.job.ExecutionID)
	if err != nil {
		return err
	}
	texts := map[string]map[string]any{}
	for _, t := range stored {
		var value any
		if _, err := (&engine.State{Version: textVersion, Data: t.Data}).Decode(textVersion, &value); err != nil {
			return fmt.Errorf("read the text %s of stage %s: %w", t.Key, t.StageID, err)
		}
		if texts[t.StageID] == nil {
			texts[t.StageID] = map[string]any{}
		}
		texts[t.StageID][t.Key] = value
	}
	r.machine.AddTexts(texts)
	return nil
}

// storedTexts are the changes' texts as they are stored. One that is too large is left
// out: its stage keeps the evaluated value when it is restarted.
func (r *run) storedTexts(changes engine.Changes) (forgotten, texts []store.StageText) {
	for _, key := range changes.Forgotten {
		forgotten = append(forgotten, store.StageText{StageID: key.Stage, Key: key.Key})
	}
	for _, t := range changes.Texts {
		encoded, err := engine.NewState(textVersion, t.Value)
		if err != nil {
			r.Logger.Warn("a text is too large to be evaluated again when its stage is restarted",
				"execution", r.job.ExecutionID, "stage", t.Stage, "key", t.Key, "error", err)
			continue
		}
		texts = append(texts, store.StageText{StageID: t.Stage, Key: t.Key, Data: encoded.Data})
	}
	return forgotten, texts
}
