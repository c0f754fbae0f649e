package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/store"
)

// Subject is what a preview is about.
type Subject struct {
	Application string
	// Pipeline is a pipeline's id, whose last execution is told of; one is made up if
	// there is none.
	Pipeline string
	// When is the word of an event or of a judgment's state: pipeline.failed.
	When string
	// Stage is the name of the stage that an event or a judgment is of.
	Stage string
}

// Preview is what would be sent.
type Preview struct {
	channel.Rehearsal
	// Execution is the one that it tells of; "" if that was made up.
	Execution string `json:"execution,omitempty"`
	// HeldUntil is when a quiet period ends that would hold it back now, in milliseconds
	// since the epoch; 0 if none does.
	HeldUntil int64 `json:"heldUntil,omitempty"`
}

// Preview gives what a notification would send about the last execution of a pipeline, as
// if that were where its subject says. Nothing is sent.
func (d *Dispatcher) Preview(ctx context.Context, settings map[string]any, about Subject) (*Preview, error) {
	kind := model.String(settings, "type")
	if d.rehearse == nil {
		return nil, fault.New(fault.Invalid, "type: there are no channels on this server")
	}
	if _, known := d.channels[kind]; !known {
		return nil, fault.New(fault.Invalid, "type: there is no channel %q", fault.Short(kind))
	}
	o, ok := named(about.When)
	if !ok {
		return nil, fault.New(fault.Invalid, "when: must be an event such as pipeline.failed, stage.complete or manualJudgment, not %q", fault.Short(about.When))
	}
	o.Channel, o.Application = kind, about.Application
	s := subject{order: o}
	last, release, err := d.last(ctx, about)
	if err != nil {
		return nil, err
	}
	defer release()
	out := &Preview{}
	if s.execution = last; last != nil {
		out.Execution = last.ID
	} else {
		s.execution = &model.Execution{
			Type: model.PipelineExecution, ID: "preview", Application: about.Application, Name: "My pipeline", Trigger: model.NormalizeTrigger(map[string]any{"type": "manual"}),
		}
	}
	s.stage = stageOf(s.execution, about.Stage)
	event, _ := s.event(s.execution, s.stage)
	of := s.stage
	if s.Kind == notify.Pipeline {
		of = nil
	}
	s.settings = d.evaluate(ctx, s.execution, of, settings)
	var message *notify.Message
	if s.Judgment != "" {
		if m, due := d.judgment(s); due {
			message = &m
		}
	}
	sent, err := d.rehearse(ctx, kind, channel.Notice{Event: event, Execution: s.execution, Settings: s.settings}, message)
	if errors.Is(err, channel.ErrNothing) {
		return nil, fault.New(fault.Invalid, "nothing would be sent: no commit started the pipeline, and the notification names none (repo and commit)")
	}
	if err != nil {
		return nil, asked(err)
	}
	out.Rehearsal = *sent
	if held := d.heldUntil(notify.Preference{Settings: settings}, about.When); !held.IsZero() {
		out.HeldUntil = held.UnixMilli()
	}
	return out, nil
}

// last is the last execution of the pipeline that a preview is about, without what Secrets
// hold; nil if there is none. The memory that it takes is to be released.
func (d *Dispatcher) last(ctx context.Context, about Subject) (e *model.Execution, release func(), err error) {
	release = func() {}
	if about.Pipeline == "" {
		return nil, release, nil
	}
	refs, err := d.store.ExecutionRefs(ctx, store.ExecutionFilter{Application: about.Application, ConfigIDs: []string{about.Pipeline}, Limit: 1})
	if err != nil || len(refs) == 0 {
		return nil, release, err
	}
	sizes, err := d.store.ExecutionSizes(ctx, []string{refs[0].ID})
	if err != nil {
		return nil, release, err
	}
	if release, err = d.memory.Take(ctx, sizes[refs[0].ID]*perByte); err != nil {
		return nil, func() {}, err
	}
	e, err = d.store.Execution(ctx, refs[0].ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, release, nil // deleted meanwhile
	}
	if err != nil {
		release()
		return nil, func() {}, fmt.Errorf("read execution %s: %w", refs[0].ID, err)
	}
	return masking.Execution(e), release, nil
}

// stageOf is the stage of that name, as if it were running; one is made up if there is none.
func stageOf(e *model.Execution, name string) *model.Stage {
	if name == "" {
		name = "My stage"
	}
	s := &model.Stage{ID: "preview", RefID: "1", Name: name, Context: map[string]any{}, Outputs: map[string]any{}}
	for _, known := range e.Stages {
		if known.Name == name {
			clone := *known
			s = &clone
			break
		}
	}
	s.Status = model.Running
	return s
}
