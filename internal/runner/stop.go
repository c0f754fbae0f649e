package runner

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// A stage that ended badly stops what it has started: its type's Cancel is
// called, and called again if it fails for a reason that may pass.

// stopPauses are the pauses before Cancel is called again. After the last one
// it has failed.
var stopPauses = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second, time.Minute}

// stopping is what is remembered of a Cancel that has to be called again.
type stopping struct {
	Tries int `json:"tries"`
	// Next is when, in milliseconds since the epoch.
	Next int64 `json:"next"`
}

// stoppable tells whether a stage's type wants to know that it ended badly. A
// stage that only pretended has started nothing.
func (r *run) stoppable(stageID string) bool {
	s := r.machine.Execution().StageByID(stageID)
	if s == nil || (len(s.Tasks) > 0 && s.Tasks[0].ImplementingClass == engine.DryRunClass) {
		return false
	}
	t, ok := r.Stages.For(s)
	return ok && t.Cancel != nil
}

// dueStops lists the stages whose Cancel can be called now: none of a stage
// with tasks that have not answered yet.
func (r *run) dueStops() []string {
	var out []string
	now := model.Millis(r.Now())
	for _, id := range r.memory.Stop {
		if r.stops[id] || r.memory.Stopping[id].Next > now || r.busy(id) {
			continue
		}
		out = append(out, id)
	}
	return out
}

// busy tells whether a task of a stage, or of one below it, is being run.
func (r *run) busy(stageID string) bool {
	for key := range r.flights {
		for s := r.machine.Execution().StageByID(key.Stage); s != nil; s = r.machine.Execution().StageByID(s.ParentStageID) {
			if s.ID == stageID {
				return true
			}
		}
	}
	return false
}

// nextStop is when Cancel is to be called next; false if it need not be.
func (r *run) nextStop() (at int64, ok bool) {
	for _, id := range r.memory.Stop {
		if next := r.memory.Stopping[id].Next; !ok || next < at {
			at, ok = next, true
		}
	}
	return at, ok
}

// stop has stages stop what they started, beside the loop.
func (r *run) stop(ctx context.Context, ids []string) {
	for _, id := range ids {
		s := r.machine.Execution().StageByID(id)
		var t *stage.Type
		if s != nil {
			t, _ = r.Stages.For(s)
		}
		if t == nil || t.Cancel == nil {
			r.forgetStop(id)
			continue
		}
		view, _ := r.machine.Snapshot(engine.TaskRef{Stage: s})
		in := stage.Input{View: view, Now: r.Now(), Log: r.Logger.With("execution", r.job.ExecutionID, "stage", s.RefID)}
		berth, later := r.berths.book("Cancel of " + placeOf(nil, t.Name, in))
		if berth == nil {
			r.putStopOff(id, r.memory.Stopping[id].Tries, later)
			continue
		}
		r.inflight++
		r.stops[id] = true
		a := attempt{
			what: "stopping stage " + s.Name, in: in, limit: stopLimit, berth: berth,
			call: func(ctx context.Context) (stage.Result, error) { return t.Cancel(ctx, in) },
		}
		go func() {
			answer, err := r.perform(ctx, a)
			r.answer(result{stopped: id, again: err, outcome: engine.Outcome{Context: answer.Context, Outputs: answer.Outputs, State: answer.State}})
		}()
	}
}

// stopped takes in the outcome of a Cancel.
func (r *run) stopped(out result) {
	delete(r.stops, out.stopped)
	if err := out.again; err != nil {
		tries := r.memory.Stopping[out.stopped].Tries
		log := r.Logger.With("execution", r.job.ExecutionID, "stageId", out.stopped, "error", err)
		if stage.IsRetryable(err) && tries < len(stopPauses) {
			log.Info("a stage could not stop what it started; it tries again")
			r.putStopOff(out.stopped, tries+1, stopPauses[tries])
			return
		}
		log.Warn("a stage could not stop what it started; what it has started may still run")
	}
	r.forgetStop(out.stopped)
	r.machine.Merge(out.stopped, out.outcome)
}

func (r *run) putStopOff(id string, tries int, pause time.Duration) {
	if r.memory.Stopping == nil {
		r.memory.Stopping = map[string]stopping{}
	}
	r.memory.Stopping[id], r.memory.dirty = stopping{tries, model.Millis(r.Now().Add(pause))}, true
}

func (r *run) forgetStop(id string) {
	rest := r.memory.Stop[:0:0]
	for _, other := range r.memory.Stop {
		if other != id {
			rest = append(rest, other)
		}
	}
	r.memory.Stop, r.memory.dirty = rest, true
	delete(r.memory.Stopping, id)
}
