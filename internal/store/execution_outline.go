package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"

	"github.com/gennaker/gennaker/internal/model"
)

// Outline is an execution whose stages have no contexts (but for their groups),
// outputs and tasks.
type Outline struct {
	*model.Execution
	// Digests tell by a stage's id whether anything of it has changed, what is
	// left out included.
	Digests map[string]string
}

// ExecutionOutline reads an execution without what its stages hold, which is
// never decoded: it may be much larger than the rest.
func (s *Store) ExecutionOutline(ctx context.Context, id string) (*Outline, error) {
	digests := map[string]string{}
	loaded, err := s.load(ctx, loadExecution, id, []any{id, id}, func(body []byte) (*model.Stage, error) {
		stage, err := decodeStage(bareStage(body))
		if err == nil {
			digests[stage.ID] = digest(body)
		}
		return stage, err
	})
	if err != nil {
		return nil, err
	}
	return &Outline{Execution: loaded.Execution, Digests: digests}, nil
}

func digest(body []byte) string {
	sum := fnv.New64a()
	_, _ = sum.Write(body) // never fails
	return strconv.FormatUint(sum.Sum64(), 36)
}

var loadStages = statement(`
	WITH RECURSIVE wanted (id) AS (
		SELECT id FROM execution_stages WHERE execution_id = ? AND id = ?
		UNION
		SELECT s.id FROM execution_stages s JOIN wanted w ON s.parent_stage_id = w.id WHERE s.execution_id = ?
	)
	SELECT seq, body FROM execution_stages WHERE execution_id = ? AND id IN (SELECT id FROM wanted)`)

var oneStage = statement(`SELECT body FROM execution_stages WHERE execution_id = ? AND id = ?`)

// StageWithParts reads a stage of an execution, and after it those that the
// engine has added to it, in the order of [OrderStages].
func (s *Store) StageWithParts(ctx context.Context, executionID, stageID string) ([]*model.Stage, error) {
	var stages []placedStage
	err := s.read.query(ctx, loadStages, []any{executionID, stageID, executionID, executionID}, func(row Row) error {
		var (
			seq  int64
			body []byte
		)
		if err := row.Scan(&seq, &body); err != nil {
			return err
		}
		stage, err := decodeStage(body)
		stages = append(stages, placedStage{seq, stage})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read stage %s of execution %s: %w", stageID, executionID, err)
	}
	if len(stages) == 0 {
		return nil, notFound("stage", stageID)
	}
	ordered := inOrder(stages)
	slices.SortStableFunc(ordered, func(a, b *model.Stage) int {
		return isNot(a.ID == stageID) - isNot(b.ID == stageID)
	})
	return ordered, nil
}

func isNot(wanted bool) int {
	if wanted {
		return 0
	}
	return 1
}

// StageJSON reads a stage of an execution as its JSON document.
func (s *Store) StageJSON(ctx context.Context, executionID, stageID string) ([]byte, error) {
	var body []byte
	err := queryRow(ctx, s.read, oneStage, []any{executionID, stageID}, &body)
	if errors.Is(err, errNoRows) {
		return nil, notFound("stage", stageID)
	}
	if err != nil {
		return nil, fmt.Errorf("read stage %s of execution %s: %w", stageID, executionID, err)
	}
	return withRepeats(body)
}
