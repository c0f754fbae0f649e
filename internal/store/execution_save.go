package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// ExecutionChange is what SaveExecution writes; what is left out stays as it
// is.
type ExecutionChange struct {
	// Header rewrites the execution's document and columns, if set; its Stages
	// are ignored.
	Header *model.Execution
	// Stages are stored over the ones with the same ids; new ones are put
	// after those there are, in this order.
	Stages []*model.Stage
	// RemovedStages are ids of stages to delete.
	RemovedStages []string
	// States replace what stages remember; one without data is deleted.
	States []StageState
	// ForgottenTexts are dropped (without a key, all of a stage's), and then Texts
	// stored, unless there is one of that stage and key.
	ForgottenTexts, Texts []StageText
	// Runtime replaces the runner's own notes on the execution, if not nil.
	Runtime []byte
}

var (
	updateExecution = statement(`
		UPDATE executions SET application = ?, name = ?, pipeline_config_id = ?, status = ?, canceled = ?,
			build_time = ?, start_time = ?, end_time = ?, trigger_type = ?, event_id = ?,
			parent_execution_id = ?, user_name = ?
		WHERE id = ?`)
	updateHeader = statement(`
		UPDATE execution_headers SET body = ? WHERE execution_seq = (SELECT seq FROM executions WHERE id = ?)`)
	updateRuntime = statement(`UPDATE executions SET runtime = ? WHERE id = ?`)
	upsertStage   = statement(`
		INSERT INTO execution_stages (execution_id, id, seq, ref_id, type, status, parent_stage_id, owner, body)
		VALUES (?, ?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM execution_stages WHERE execution_id = ?),
			?, ?, ?, ?, ?, ?)
		ON CONFLICT (execution_id, id) DO UPDATE SET ref_id = excluded.ref_id, type = excluded.type,
			status = excluded.status, parent_stage_id = excluded.parent_stage_id, owner = excluded.owner,
			body = excluded.body`)
	updateStage = statement(`
		UPDATE execution_stages SET ref_id = ?, type = ?, status = ?, parent_stage_id = ?, owner = ?, body = ?
		WHERE execution_id = ? AND id = ?`)
	deleteStage     = statement(`DELETE FROM execution_stages WHERE execution_id = ? AND id = ?`)
	deleteExecution = statement(`DELETE FROM executions WHERE id = ?`)
)

// SaveExecution writes a change of an execution that exists.
func (tx *Tx) SaveExecution(ctx context.Context, id string, c ExecutionChange) error {
	steps := make([]step, 0, 3+len(c.Stages)+len(c.RemovedStages)+len(c.States))
	var found uses
	if c.Header != nil {
		e, columns := c.Header, columnsOf(c.Header)
		body, err := headerJSON(e)
		if err != nil {
			return fmt.Errorf("save execution %s: %w", id, err)
		}
		steps = append(steps,
			step{st: updateExecution, must: true, args: []any{columns.application, column(e.Name),
				nullable(e.PipelineConfigID), string(e.Status), e.Canceled, e.BuildTime, e.StartTime, e.EndTime,
				columns.triggerType, nullable(columns.eventID), nullable(columns.parentID), columns.user, id}},
			step{st: updateHeader, args: []any{body, id}})
		found.in(body)
	}
	if c.Runtime != nil {
		steps = append(steps, step{st: updateRuntime, must: true, args: []any{string(c.Runtime), id}})
	}
	for _, stageID := range c.RemovedStages {
		steps = append(steps, step{st: deleteStage, args: []any{id, stageID}})
	}
	for _, stage := range c.Stages {
		body, err := model.Marshal(stage)
		if err != nil {
			return fmt.Errorf("save stage %s of execution %s: %w", stage.ID, id, err)
		}
		document := withoutRepeats(body)
		found.in(document)
		steps = append(steps, step{st: upsertStage, args: []any{id, stage.ID, id, column(stage.RefID), column(stage.Type),
			string(stage.Status), stage.ParentStageID, string(stage.SyntheticStageOwner), document}})
	}
	steps = append(steps, found.steps(useInExecution, id)...)
	steps = append(steps, stateSteps(id, c.States)...)
	steps = append(steps, textSteps(id, c.ForgottenTexts, c.Texts)...)
	if err := tx.save(ctx, steps); err != nil {
		if errors.Is(err, errNoRows) || isForeignKey(err) {
			return notFound("execution", id)
		}
		return fmt.Errorf("save execution %s: %w", id, err)
	}
	return nil
}

// save runs the steps of SaveExecution. Where a round trip costs nothing, a
// stage is updated first and inserted only if there is none: an upsert would
// look for the next place among the stages each time.
func (tx *Tx) save(ctx context.Context, steps []step) error {
	if tx.postgres {
		return tx.batch(ctx, steps)
	}
	for _, s := range steps {
		if s.st == upsertStage {
			// execution_id, id, execution_id, then the columns.
			update := append(append(make([]any, 0, 8), s.args[3:]...), s.args[0], s.args[1])
			n, err := tx.exec(ctx, updateStage, update...)
			if err != nil {
				return err
			}
			if n > 0 {
				continue
			}
		}
		if err := tx.batch(ctx, []step{s}); err != nil {
			return err
		}
	}
	return nil
}

// DeleteExecution deletes an execution with its stages and signals.
func (tx *Tx) DeleteExecution(ctx context.Context, id string) error {
	n, err := tx.exec(ctx, deleteExecution, id)
	if err != nil {
		return fmt.Errorf("delete execution %s: %w", id, err)
	}
	if n == 0 {
		return notFound("execution", id)
	}
	return nil
}
