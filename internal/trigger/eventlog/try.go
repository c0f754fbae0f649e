package eventlog

import (
	"context"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Try tells what an event would start of a pipeline, which need not be stored. Nothing is
// started or kept.
func (l *Log) Try(ctx context.Context, e *trigger.Event, p model.Pipeline) ([]Decision, error) {
	l.complete(e)
	return l.try(ctx, e, []model.Pipeline{p})
}

// TryKept does so with an event that came before.
func (l *Log) TryKept(ctx context.Context, id string, p model.Pipeline) ([]Decision, error) {
	was, err := l.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	e, err := again(was)
	if err != nil {
		return nil, err
	}
	return l.Try(ctx, e, p)
}

func (l *Log) try(ctx context.Context, e *trigger.Event, pipelines []model.Pipeline) ([]Decision, error) {
	out := []Decision{}
	for _, d := range trigger.Decide(ctx, e, pipelines, l.rules()) {
		one := shown(&d)
		if d.Start != nil {
			if err := l.wouldRun(ctx, &d, &one); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// wouldRun tells what the execution of a decision would know of its trigger, or why it
// couldn't start.
func (l *Log) wouldRun(ctx context.Context, d *trigger.Decision, out *Decision) error {
	out.User = d.Start.User
	config := model.Merge(d.Start.Config, nil)
	would := model.Merge(model.Object(config, "trigger"), nil)
	delete(would, "eventId") // this event is none that is kept
	config["trigger"] = would
	// The child of an execution gets what that one has, which is too much to read for this.
	if d.Trigger.Type() != trigger.PipelineType {
		prepared, err := l.executions.Prepare(ctx, config, access.Principal{Name: d.Start.User, Origin: "api"})
		switch kind := fault.KindOf(err); {
		case err == nil:
			would = prepared.Execution.Trigger
			if prepared.Failure != nil {
				out.Outcome, out.Reason = Refused, prepared.Failure.Error()
			}
		case ctx.Err() != nil || kind == fault.Internal || kind == fault.Unavailable:
			return err
		default:
			out.Outcome, out.Reason = Refused, err.Error()
		}
	}
	out.Trigger = hidden(would)
	return nil
}
