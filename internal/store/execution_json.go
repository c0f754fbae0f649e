package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/model"
)

// noStages is how headerJSON writes the stages it leaves out. Only plain
// fields stand before it in the document, and within a JSON text the quotes
// would be escaped, so the first one is the right one.
var noStages = []byte(`"stages":null`)

// ExecutionJSON is an execution as its JSON document, with what a list sorts
// by.
type ExecutionJSON struct {
	ID, ConfigID string
	// StartTime is in milliseconds since the epoch, 0 before the start.
	StartTime int64
	JSON      json.RawMessage
}

// ExecutionsJSON lists the executions that match as their JSON documents, the
// same as those of [Store.Executions], put together without being decoded: for
// lists that are passed on as they are.
func (s *Store) ExecutionsJSON(ctx context.Context, f ExecutionFilter) ([]ExecutionJSON, error) {
	rows, err := s.executionRows(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	stages := make(map[string][]stageRow, len(rows))
	if !f.WithoutStages && len(rows) > 0 {
		if err := s.eachStageRow(ctx, rows, func(row stageRow) {
			if f.Bare {
				row.body = bareStage(row.body)
			}
			stages[row.executionID] = append(stages[row.executionID], row)
		}); err != nil {
			return nil, fmt.Errorf("list executions: %w", err)
		}
	}
	out := make([]ExecutionJSON, len(rows))
	for i, row := range rows {
		document, err := spliceStages(row.header, stages[row.id])
		if err != nil {
			return nil, fmt.Errorf("list executions: %s: %w", row.id, err)
		}
		out[i] = ExecutionJSON{ID: row.id, ConfigID: row.configID, StartTime: row.startTime, JSON: document}
	}
	return out, nil
}

// bareStage is a stage's document without its context (but for the group),
// outputs and tasks.
func bareStage(body []byte) []byte {
	parts := gjson.GetManyBytes(body, "context", "outputs", "tasks")
	context := "{}"
	if group := parts[0].Get("group"); group.Exists() {
		context = `{"group":` + group.Raw + `}`
	}
	out := make([]byte, 0, 256)
	last := 0
	for i, with := range []string{context, "{}", "[]"} {
		part := parts[i]
		if !part.Exists() || part.Index < last {
			continue
		}
		out = append(out, body[last:part.Index]...)
		out = append(out, with...)
		last = part.Index + len(part.Raw)
	}
	return append(out, body[last:]...)
}

// spliceStages puts the stages into an execution's document.
func spliceStages(header []byte, stages []stageRow) (json.RawMessage, error) {
	before, after, found := bytes.Cut(header, noStages)
	if !found {
		return nil, fmt.Errorf("the document has no place for stages")
	}
	slices.SortFunc(stages, func(a, b stageRow) int { return int(a.seq - b.seq) })
	size := len(header)
	bodies := make(map[string][]byte, len(stages))
	plain := make([]*model.Stage, len(stages))
	for i, row := range stages {
		body, err := withRepeats(row.body)
		if err != nil {
			return nil, fmt.Errorf("stage %s: %w", row.id, err)
		}
		size += len(body) + 1
		bodies[row.id] = body
		plain[i] = &model.Stage{ID: row.id, ParentStageID: row.parentID,
			SyntheticStageOwner: model.SyntheticOwner(row.owner)}
	}
	out := make([]byte, 0, size)
	out = append(out, before...)
	out = append(out, `"stages":[`...)
	for i, stage := range OrderStages(plain) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, bodies[stage.ID]...)
	}
	out = append(out, ']')
	return append(out, after...), nil
}
