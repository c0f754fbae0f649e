package store

import (
	"context"
	"fmt"
)

// StageText is a value of a stage's context before its expressions were evaluated.
type StageText struct {
	StageID, Key string
	// Data is the runner's own encoding.
	Data []byte
}

var (
	// The first one counts: what is evaluated later is no longer the text.
	insertText = statement(`
		INSERT INTO execution_stage_texts (execution_id, stage_id, name, data) VALUES (?, ?, ?, ?)
		ON CONFLICT DO NOTHING`)
	deleteText  = statement(`DELETE FROM execution_stage_texts WHERE execution_id = ? AND stage_id = ? AND name = ?`)
	deleteTexts = statement(`DELETE FROM execution_stage_texts WHERE execution_id = ? AND stage_id = ?`)
	loadTexts   = statement(`SELECT stage_id, name, data FROM execution_stage_texts WHERE execution_id = ?`)
)

// StageTexts reads the texts of an execution's stages.
func (s *Store) StageTexts(ctx context.Context, executionID string) ([]StageText, error) {
	var out []StageText
	err := s.read.query(ctx, loadTexts, []any{executionID}, func(row Row) error {
		var t StageText
		if err := row.Scan(&t.StageID, &t.Key, &t.Data); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("load the texts of execution %s: %w", executionID, err)
	}
	return out, nil
}

// textSteps are the statements that drop and store texts. They come after those that
// store the stages.
func textSteps(executionID string, forgotten, texts []StageText) []step {
	steps := make([]step, 0, len(forgotten)+len(texts))
	for _, t := range forgotten {
		if t.Key == "" {
			steps = append(steps, step{st: deleteTexts, args: []any{executionID, t.StageID}})
		} else {
			steps = append(steps, step{st: deleteText, args: []any{executionID, t.StageID, column(t.Key)}})
		}
	}
	for _, t := range texts {
		steps = append(steps, step{st: insertText, args: []any{executionID, t.StageID, column(t.Key), t.Data}})
	}
	return steps
}
