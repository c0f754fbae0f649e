package schedule

import (
	"context"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Action is a cron trigger as Echo's API of scheduled actions shows it: one of a pipeline,
// or one that was made by that API and is kept beside the pipeline.
type Action struct {
	ID          string `json:"id"`
	Application string `json:"application"`
	PipelineID  string `json:"pipelineId"`
	// CronExpression has numbers in the place of H.
	CronExpression string `json:"cronExpression"`
	Timezone       string `json:"timezone"`
	// RunAsUser is who starts the pipeline; nil for nobody in particular.
	RunAsUser   *string `json:"runAsUser"`
	ForceRebake bool    `json:"forceRebake"`
}

// Actions are all cron triggers that fire.
type Actions struct {
	Pipeline        []Action `json:"pipeline"`
	ManuallyCreated []Action `json:"manuallyCreated"`
}

// actionPrefix begins the keys of actions that were made by the API. No key of a pipeline's
// trigger does, unless its id was chosen to.
const actionPrefix = "\x1faction/"

// mostActionID bounds the id of an action, in bytes.
const mostActionID = mostKey - len(actionPrefix)

func isAction(key string) bool { return strings.HasPrefix(key, actionPrefix) }

var (
	applications = store.NewStatement(`SELECT DISTINCT s.pipeline_id, p.application FROM schedules s JOIN pipelines p ON p.id = s.pipeline_id`, "")
	findAction   = store.NewStatement(`SELECT `+columns+` FROM schedules WHERE trigger_key = ?`, "")
	// insertAction leaves one that is there with the same key.
	insertAction = store.NewStatement(`
		INSERT INTO schedules (pipeline_id, trigger_key, expression, zone, document, due_at)
		SELECT ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM schedules WHERE trigger_key = ?)`, "")
)

// Actions lists the cron triggers that fire.
func (s *Scheduler) Actions(ctx context.Context) (Actions, error) {
	out := Actions{Pipeline: []Action{}, ManuallyCreated: []Action{}}
	of := map[string]string{}
	if err := s.store.Query(ctx, applications, nil, func(row store.Row) error {
		var id, application string
		if err := row.Scan(&id, &application); err != nil {
			return err
		}
		of[id] = application
		return nil
	}); err != nil {
		return out, fmt.Errorf("list the applications of cron triggers: %w", err)
	}
	rows, err := read(ctx, s.store.Query, allRows)
	if err != nil {
		return out, err
	}
	for _, r := range rows {
		if r.due == 0 {
			continue // it never fires
		}
		action, err := r.action(of[r.pipeline])
		if err != nil {
			return out, err
		}
		if isAction(r.key) {
			out.ManuallyCreated = append(out.ManuallyCreated, action)
		} else {
			out.Pipeline = append(out.Pipeline, action)
		}
	}
	return out, nil
}

// action is the row as an action.
func (r row) action(application string) (Action, error) {
	document, err := r.trigger()
	if err != nil {
		return Action{}, err
	}
	a := Action{
		ID: model.String(document, "id"), Application: model.String(document, "application"), PipelineID: r.pipeline,
		CronExpression: r.expression, Timezone: r.zone, ForceRebake: model.Bool(document, "rebake", false),
	}
	if a.ID == "" {
		a.ID = r.pipeline + r.key
	}
	if a.Application == "" {
		a.Application = application
	}
	if user := model.String(document, "runAsUser"); user != "" {
		a.RunAsUser = &user
	}
	if schedule, err := r.schedule(); err == nil {
		a.CronExpression = schedule.String()
	}
	return a, nil
}

// AddAction keeps a cron trigger beside a pipeline, and gives it as it is kept. Faults of
// kind Invalid say what is wrong with it.
func (s *Scheduler) AddAction(ctx context.Context, a Action) (Action, error) {
	if a.ID == "" || len(a.ID) > mostActionID {
		return Action{}, fault.New(fault.Invalid, "id must have between 1 and %d bytes", mostActionID)
	}
	if a.PipelineID == "" {
		return Action{}, fault.New(fault.Invalid, "pipelineId is missing: name the pipeline to start")
	}
	r := row{pipeline: a.PipelineID, key: actionPrefix + store.Storable(a.ID), expression: store.Storable(a.CronExpression), zone: s.zone}
	if own := strings.TrimSpace(a.Timezone); own != "" {
		r.zone = store.Storable(own)
	}
	document := map[string]any{"type": "cron", "id": a.ID, "application": a.Application, "cronExpression": a.CronExpression, "timezone": r.zone, "rebake": a.ForceRebake}
	if a.RunAsUser != nil {
		document["runAsUser"] = *a.RunAsUser
	}
	text, err := model.Marshal(document)
	if err != nil {
		return Action{}, fmt.Errorf("write the scheduled action %s: %w", a.ID, err)
	}
	r.document = string(text)
	if _, err := r.schedule(); err != nil {
		return Action{}, fault.New(fault.Invalid, "%v", err)
	}
	if r.due = firstTick(r, s.now()); r.due == 0 {
		return Action{}, fault.New(fault.Invalid, "the expression %q never fires", fault.Short(a.CronExpression))
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		var body []byte
		if err := tx.Query(ctx, lockPipeline, []any{r.pipeline}, func(found store.Row) error { return found.Scan(&body) }); err != nil {
			return err
		}
		if body == nil {
			return fault.New(fault.Invalid, "there is no pipeline with the id %q", fault.Short(r.pipeline))
		}
		n, err := tx.Exec(ctx, insertAction, r.pipeline, r.key, r.expression, r.zone, r.document, r.due, r.key)
		if err == nil && n == 0 {
			return fault.New(fault.Invalid, "Trigger with id: %s already exists", fault.Short(a.ID))
		}
		tx.OnCommit(s.ring)
		return err
	})
	if err != nil {
		return Action{}, fmt.Errorf("keep the scheduled action %s: %w", fault.Short(a.ID), err)
	}
	return r.action(a.Application)
}

// DeleteAction removes one that [Scheduler.AddAction] has made, and gives it. One that isn't
// there is a fault of kind NotFound.
func (s *Scheduler) DeleteAction(ctx context.Context, id string) (Action, error) {
	var deleted Action
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		rows, err := read(ctx, tx.Query, findAction, actionPrefix+store.Storable(id))
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.NotFound, "Trigger with id: %s could not be found", fault.Short(id))
		}
		if deleted, err = rows[0].action(""); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, dropRow, rows[0].pipeline, rows[0].key)
		return err
	})
	if err != nil {
		return Action{}, fmt.Errorf("delete the scheduled action %s: %w", fault.Short(id), err)
	}
	return deleted, nil
}

// actionTrigger is the trigger of an action, by its key; nil if there is none any more.
func actionTrigger(ctx context.Context, ask query, key string) (model.Trigger, error) {
	rows, err := read(ctx, ask, findAction, key)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	document, err := rows[0].trigger()
	if err != nil {
		return nil, err
	}
	delete(document, "application")
	document["enabled"] = true
	return document, nil
}
