package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

var (
	insertExecution = statement(`
		INSERT INTO executions (id, type, application, name, pipeline_config_id, status, canceled, build_time,
			start_time, end_time, trigger_type, event_id, correlation_id, parent_execution_id, user_name)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING
		RETURNING seq`)
	insertHeader = statement(`INSERT INTO execution_headers (execution_seq, body) VALUES (?, ?)`)
	insertStage  = statement(`
		INSERT INTO execution_stages (execution_id, id, seq, ref_id, type, status, parent_stage_id, owner, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	executionExists        = statement(`SELECT 1 FROM executions WHERE id = ?`)
	executionByCorrelation = statement(`
		SELECT id FROM executions WHERE correlation_id = ? AND type = ?`)
)

// InsertExecution stores a new execution with all its stages. An execution of
// the same type and correlation id, whatever has become of it, makes it a
// [*DuplicateError]. An id that exists is a [fault.Conflict].
func (tx *Tx) InsertExecution(ctx context.Context, e *model.Execution) error {
	header, err := headerJSON(e)
	if err != nil {
		return fmt.Errorf("insert execution %s: %w", e.ID, err)
	}
	tx.Prove(executionExists, e.ID)
	c := columnsOf(e)
	seq, err := tx.insertExecutionRow(ctx, e, c)
	if err != nil {
		return err
	}
	steps := make([]step, 0, 1+len(e.Stages))
	steps = append(steps, step{st: insertHeader, args: []any{seq, header}})
	var found uses
	found.in(header)
	for i, stage := range e.Stages {
		body, err := model.Marshal(stage)
		if err != nil {
			return fmt.Errorf("insert stage %s of execution %s: %w", stage.ID, e.ID, err)
		}
		document := withoutRepeats(body)
		found.in(document)
		steps = append(steps, step{st: insertStage, args: []any{e.ID, stage.ID, int64(i + 1), column(stage.RefID), column(stage.Type),
			string(stage.Status), stage.ParentStageID, string(stage.SyntheticStageOwner), document}})
	}
	steps = append(steps, found.steps(useInExecution, e.ID)...)
	if err := tx.batch(ctx, steps); err != nil {
		if isUnique(err) {
			return fault.New(fault.Invalid, "execution %s has two stages of one id: %w", e.ID, err)
		}
		return fmt.Errorf("insert execution %s: %w", e.ID, err)
	}
	return nil
}

func (tx *Tx) insertExecutionRow(ctx context.Context, e *model.Execution, c executionColumns) (seq int64, err error) {
	args := []any{e.ID, string(e.Type), c.application, column(e.Name), nullable(e.PipelineConfigID), string(e.Status),
		e.Canceled, e.BuildTime, e.StartTime, e.EndTime, c.triggerType, nullable(c.eventID),
		nullable(c.correlationID), nullable(c.parentID), c.user}
	err = queryRow(ctx, tx, insertExecution, args, &seq)
	if err == nil {
		return seq, nil
	}
	if !errors.Is(err, errNoRows) {
		return 0, fmt.Errorf("insert execution %s: %w", e.ID, err)
	}
	if c.correlationID != "" {
		var id string
		err = queryRow(ctx, tx, executionByCorrelation, []any{c.correlationID, string(e.Type)}, &id)
		if err == nil {
			return 0, &DuplicateError{ExecutionID: id}
		}
		if !errors.Is(err, errNoRows) {
			return 0, fmt.Errorf("look up correlation id of execution %s: %w", e.ID, err)
		}
	}
	return 0, fault.New(fault.Conflict, "execution %s exists already", e.ID)
}

// executionColumns are the values of an execution's columns that aren't fields
// of it.
type executionColumns struct {
	application, triggerType, eventID, correlationID, parentID, user string
}

func columnsOf(e *model.Execution) executionColumns {
	return executionColumns{
		application:   column(applicationKey(e.Application)),
		triggerType:   column(e.Trigger.Type()),
		eventID:       model.String(e.Trigger, "eventId"),
		correlationID: e.Trigger.CorrelationID(),
		parentID:      e.Trigger.ParentExecutionID(),
		user:          column(e.User()),
	}
}

// headerJSON is an execution's document with its stages left out.
func headerJSON(e *model.Execution) (string, error) {
	header := *e
	header.Stages = nil
	body, err := model.Marshal(&header)
	return string(body), err
}

// applicationKey is what an application is looked up by. A name that isn't
// valid UTF-8 stays as it is, so that it is refused and not mended.
func applicationKey(name string) string {
	if !utf8.ValidString(name) {
		return name
	}
	return strings.ToLower(name)
}

// nullable gives NULL for an empty text.
func nullable(text string) any {
	if text = column(text); text == "" {
		return nil
	}
	return text
}

// Storable is a text as any column takes it, also one of JSON: with ? for NUL, and for
// what is no UTF-8. It is for what others have said, such as in errors.
func Storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "?")
}

// column is a text as a column takes it: PostgreSQL's hold no NUL. The JSON
// documents keep it, escaped.
func column(text string) string { return strings.ReplaceAll(text, "\x00", "") }
