package eventlog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Start is what a trigger started last.
type Start struct {
	EventID     string
	ExecutionID string
	// At is when the event came, in milliseconds since the epoch.
	At int64
}

// Starts tells what triggers of some pipelines started last: see [Starts.Of].
type Starts map[string]Start

// Of is what a trigger of a pipeline started last.
func (s Starts) Of(pipelineID string, t model.Trigger) (Start, bool) {
	start, ok := s[pipelineID+"\x1f"+triggerKey(t)]
	return start, ok
}

// triggerKey tells a trigger from others of its pipeline: by its id, or by all that it is
// but for whether it is enabled.
func triggerKey(t model.Trigger) string {
	if id := storable(model.String(t, "id")); id != "" {
		return id
	}
	fields := model.Merge(t, nil)
	delete(fields, "enabled")
	text, err := model.Marshal(fields)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return "#" + hex.EncodeToString(sum[:12])
}

// mostOfOne is how many triggers of a pipeline are told apart from its former ones.
const mostOfOne = 500

// forgetFormer forgets what triggers started that a pipeline doesn't have any more: one
// without an id is another one after each change.
func (l *Log) forgetFormer(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	if l.inherits != nil {
		var err error
		if p, err = l.inherits.Stored(ctx, tx, p); err != nil {
			return err
		}
	}
	args := []any{p.ID(), ""}
	for _, t := range model.Objects(p, "triggers") {
		args = append(args, triggerKey(t))
	}
	if len(args) > mostOfOne {
		return nil
	}
	st := store.NewStatement("DELETE FROM trigger_starts WHERE pipeline_id = ? AND trigger_key NOT IN (?"+strings.Repeat(", ?", len(args)-2)+")", "")
	if _, err := tx.Exec(ctx, st, args...); err != nil {
		return fmt.Errorf("forget what former triggers of pipeline %s started: %w", p.ID(), err)
	}
	return nil
}

// LastStarts reads what the triggers of pipelines started last.
func (l *Log) LastStarts(ctx context.Context, pipelineIDs ...string) (Starts, error) {
	out := Starts{}
	const most = 500 // in one statement
	for len(pipelineIDs) > 0 {
		some := pipelineIDs[:min(len(pipelineIDs), most)]
		pipelineIDs = pipelineIDs[len(some):]
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = id
		}
		st := store.NewStatement("SELECT pipeline_id, trigger_key, event_id, execution_id, started_at FROM trigger_starts WHERE pipeline_id IN (?"+
			strings.Repeat(", ?", len(some)-1)+")", "")
		err := l.store.Query(ctx, st, args, func(row store.Row) error {
			var pipelineID, key string
			var s Start
			err := row.Scan(&pipelineID, &key, &s.EventID, &s.ExecutionID, &s.At)
			out[pipelineID+"\x1f"+key] = s
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read what triggers started: %w", err)
		}
	}
	return out, nil
}
