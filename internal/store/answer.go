package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

var (
	upsertAnswer = statement(`
		INSERT INTO expression_answers (execution_id, stage_id, question, body)
		SELECT id, ?, ?, ? FROM executions WHERE id = ?
		ON CONFLICT (execution_id, stage_id, question) DO UPDATE SET body = excluded.body`)
	deleteAnswers = statement(`DELETE FROM expression_answers WHERE execution_id = ? AND stage_id = ?`)
	listAnswers   = statement(`SELECT body FROM expression_answers WHERE execution_id = ? AND stage_id = ?`)
)

// SaveAnswer keeps what the outside has answered to a question of a stage's
// expressions; the stage is "" for those of the execution as a whole. It takes
// the place of an earlier answer. Of an execution that is gone, nothing is kept.
func (tx *Tx) SaveAnswer(ctx context.Context, executionID, stageID, question string, body []byte) error {
	hash := sha256.Sum256([]byte(question))
	if _, err := tx.exec(ctx, upsertAnswer, stageID, hex.EncodeToString(hash[:]), string(body), executionID); err != nil {
		return fmt.Errorf("save an answer for stage %s of execution %s: %w", stageID, executionID, err)
	}
	return nil
}

// DeleteAnswers forgets the answers to a stage's expressions.
func (tx *Tx) DeleteAnswers(ctx context.Context, executionID, stageID string) error {
	if _, err := tx.exec(ctx, deleteAnswers, executionID, stageID); err != nil {
		return fmt.Errorf("delete the answers for stage %s of execution %s: %w", stageID, executionID, err)
	}
	return nil
}

// Answers gives what was saved for a stage's expressions, in no order.
func (s *Store) Answers(ctx context.Context, executionID, stageID string) ([][]byte, error) {
	var out [][]byte
	err := s.read.query(ctx, listAnswers, []any{executionID, stageID}, func(row Row) error {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return err
		}
		out = append(out, body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the answers for stage %s of execution %s: %w", stageID, executionID, err)
	}
	return out, nil
}
