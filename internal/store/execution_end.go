package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/model"
)

var (
	headerOf       = statement(`SELECT h.body FROM executions e JOIN execution_headers h ON h.execution_seq = e.seq WHERE e.id = ?`)
	stageColumns   = statement(`SELECT id, ref_id, status, parent_stage_id FROM execution_stages WHERE execution_id = ? ORDER BY seq`)
	requisitesOf   = statement(`SELECT id, body FROM execution_stages WHERE execution_id = ? AND status = 'NOT_STARTED' ORDER BY seq`)
	updateStageRaw = statement(`UPDATE execution_stages SET status = ?, body = ? WHERE execution_id = ? AND id = ?`)
	deleteAllSent  = statement(`DELETE FROM signals WHERE execution_id = ?`)
)

// EndBadly ends an execution as TERMINAL without decoding what its stages hold:
// it is for one whose processing is not survived. The stages that run end with
// the exception; if none runs, those whose turn it is do. What the runner
// remembers of the execution and the signals that wait for it are dropped. It
// gives the execution without its stages, and whether it had not ended before.
func (tx *Tx) EndBadly(ctx context.Context, id string, at int64, exception map[string]any) (e *model.Execution, ended bool, err error) {
	defer func() {
		if err != nil && !errors.Is(err, ErrNotFound) {
			err = fmt.Errorf("end execution %s: %w", id, err)
		}
	}()
	var body []byte
	if err := queryRow(ctx, tx, headerOf, []any{id}, &body); errors.Is(err, errNoRows) {
		return nil, false, notFound("execution", id)
	} else if err != nil {
		return nil, false, err
	}
	if e, err = decodeHeader(body); err != nil {
		return nil, false, err
	}
	change := ExecutionChange{Runtime: []byte("{}")}
	if ended = !e.Status.Complete(); ended {
		if err := tx.endStages(ctx, id, at, exception); err != nil {
			return nil, false, err
		}
		e.Status, e.EndTime = model.Terminal, at
		if e.StartTime == 0 {
			e.StartTime = at
		}
		change.Header = e
	}
	if err := tx.SaveExecution(ctx, id, change); err != nil {
		return nil, false, err
	}
	_, err = tx.exec(ctx, deleteAllSent, id)
	return e, ended, err
}

func (tx *Tx) endStages(ctx context.Context, id string, at int64, exception map[string]any) error {
	type column struct {
		id, ref, parent string
		status          model.Status
	}
	var all []column
	err := tx.query(ctx, stageColumns, []any{id}, func(row Row) error {
		var c column
		var status string
		err := row.Scan(&c.id, &c.ref, &status, &c.parent)
		c.status = model.Status(status)
		all = append(all, c)
		return err
	})
	if err != nil {
		return err
	}
	statuses := make(map[string]model.Status, len(all)) // by reference id
	byID := make(map[string]model.Status, len(all))
	var ending []string
	for _, c := range all {
		statuses[c.ref], byID[c.id] = c.status, c.status
		if c.status == model.Running || c.status == model.Paused {
			ending = append(ending, c.id)
		}
	}
	if len(ending) == 0 {
		err := tx.query(ctx, requisitesOf, []any{id}, func(row Row) error {
			var (
				stageID string
				body    []byte
			)
			if err := row.Scan(&stageID, &body); err != nil {
				return err
			}
			turn := true
			for _, ref := range gjson.GetBytes(body, "requisiteStageRefIds").Array() {
				turn = turn && statuses[ref.String()].LetsDownstreamRun()
			}
			if turn {
				ending = append(ending, stageID)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, stageID := range ending {
		if err := tx.endStage(ctx, id, stageID, at, exception); err != nil {
			return fmt.Errorf("stage %s: %w", stageID, err)
		}
	}
	return nil
}

// endStage changes a stage's document without decoding its context and outputs.
func (tx *Tx) endStage(ctx context.Context, id, stageID string, at int64, exception map[string]any) error {
	var body []byte
	if err := queryRow(ctx, tx, oneStage, []any{id, stageID}, &body); err != nil {
		return err
	}
	var document, values map[string]json.RawMessage
	if err := json.Unmarshal(body, &document); err != nil {
		return err
	}
	if err := json.Unmarshal(document["context"], &values); err != nil || values == nil {
		values = map[string]json.RawMessage{}
	}
	var tasks []*model.Task
	if err := json.Unmarshal(document["tasks"], &tasks); err != nil {
		return err
	}
	for _, task := range tasks {
		if task.Status == model.Running || task.Status == model.Paused {
			task.Status, task.EndTime = model.Terminal, at
		}
	}
	changed := map[string]any{"status": model.Terminal, "endTime": at, "tasks": tasks}
	if _, started := document["startTime"]; !started {
		changed["startTime"] = at
	}
	var err error
	if values["exception"], err = model.Marshal(exception); err != nil {
		return err
	}
	changed["context"] = values
	for key, value := range changed {
		if document[key], err = model.Marshal(value); err != nil {
			return err
		}
	}
	text, err := model.Marshal(document)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, updateStageRaw, string(model.Terminal), string(text), id, stageID)
	return err
}
