package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// noStages is how headerJSON writes the stages it leaves out. Only plain
// fields stand before it in the document, and within a JSON text the quotes
// would be escaped, so the first one is the right one.
var noStages = []byte(`"stages":null`)

// ExecutionsJSON lists the executions that match as their JSON documents, the
// same as those of [Store.Executions], put together without being decoded: for
// lists that are passed on as they are.
func (s *Store) ExecutionsJSON(ctx context.Context, f ExecutionFilter) ([]json.RawMessage, error) {
	rows, err := s.executionRows(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	stages := make(map[string][]stageRow, len(rows))
	if !f.WithoutStages && len(rows) > 0 {
		if err := s.eachStageRow(ctx, rows, func(row stageRow) {
			stages[row.executionID] = append(stages[row.executionID], row)
		}); err != nil {
			return nil, fmt.Errorf("list executions: %w", err)
		}
	}
	out := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		if out[i], err = spliceStages(row.header, stages[row.id]); err != nil {
			return nil, fmt.Errorf("list executions: %s: %w", row.id, err)
		}
	}
	return out, nil
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
		size += len(row.body) + 1
		bodies[row.id] = row.body
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
