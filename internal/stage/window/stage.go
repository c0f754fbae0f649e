// Package window is the restrictExecutionDuringTimeWindow stage, which the
// engine puts before a stage that has an execution window: it waits until the
// window is open, and then, where jitter is wanted, a random while longer.
// Fields, rules and names are those of Orca's RestrictExecutionDuringTimeWindow.
//
// In two things jitter differs from Orca's: it is counted from when the window
// is open, so that stages which waited for the window are spread too, and it
// is not taken from a waitTime that the stage behind happens to have.
package window

import (
	"context"
	_ "embed"
	"fmt"
	"math/rand/v2"
	"time"
	_ "time/tzdata" // the zones must be known wherever the program runs

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
)

// Name is the stage type's key.
const Name = "restrictExecutionDuringTimeWindow"

// Class is Orca's name of the task that waits for the window.
const Class = "com.netflix.spinnaker.orca.pipeline.RestrictExecutionDuringTimeWindow.SuspendExecutionDuringTimeWindowTask"

// DefaultZone is the time zone Spinnaker reads windows in where
// tasks.execution-window.timezone isn't set.
const DefaultZone = "America/Los_Angeles"

// poll is the longest time between two looks at the clock.
const poll = 30 * time.Second

//go:embed schema.json
var schema []byte

// Options set the stage up; all may be left out.
type Options struct {
	// Zone is the time zone of the windows, DefaultZone where nil.
	Zone *time.Location
	// Random picks the seconds of jitter, from low to high inclusive; nil is a
	// good choice.
	Random func(low, high int64) int64
}

// Type is the restrictExecutionDuringTimeWindow stage.
func Type(options Options) *stage.Type {
	if options.Zone == nil {
		zone, err := time.LoadLocation(DefaultZone)
		if err != nil {
			panic(fmt.Sprintf("window: the embedded time zones lack %s: %v", DefaultZone, err))
		}
		options.Zone = zone
	}
	if options.Random == nil {
		options.Random = func(low, high int64) int64 { return low + rand.Int64N(high-low+1) }
	}
	return &stage.Type{
		Name:        Name,
		Label:       "Restrict execution during time window",
		Description: "Waits for a time window. The engine adds this stage when a stage has a window.",
		Schema:      schema,
		Check:       check,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: Task(options), wait.Class: jitterTask{}},
	}
}

type definition struct{}

func (definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	specs := []engine.TaskSpec{{Name: "suspendExecutionDuringTimeWindow", Class: Class}}
	if _, _, ok := jitterOf(view); ok {
		specs = append(specs, engine.TaskSpec{Name: "waitForJitter", Class: wait.Class})
	}
	return specs, nil
}

// jitterOf is the range of the jitter in seconds, and whether there is one for
// this execution.
func jitterOf(view engine.View) (low, high int64, ok bool) {
	jitter := model.Object(model.Object(view.Stage.Context, "restrictedExecutionWindow"), "jitter")
	if !model.Bool(jitter, "enabled", false) {
		return 0, 0, false
	}
	if model.Bool(jitter, "skipManual", false) && view.Execution.Trigger.Type() == "manual" {
		return 0, 0, false
	}
	low, _ = model.Int(jitter, "minDelay")
	high, _ = model.Int(jitter, "maxDelay")
	return low, high, high > 0 && low >= 0 && low <= high
}

// Task waits until the window is open, or until the context's
// skipRemainingWait is true.
type Task Options

// Run answers RUNNING until the window is open.
func (t Task) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	opening, err := t.opening(in)
	if err != nil {
		return stage.Failed().With(map[string]any{ //nolint:nilerr // as in Orca, the stage's context says it
			"failureReason": "Exception occurred while calculating time window: " + err.Error(),
		}), nil
	}
	if opening.After(in.Now) && !model.Bool(in.Stage.Context, "skipRemainingWait", false) {
		return stage.Running(), nil
	}
	if low, high, ok := jitterOf(in.View); ok {
		return stage.Succeeded().With(map[string]any{"waitTime": t.Random(low, high)}), nil
	}
	return stage.Succeeded(), nil
}

// ScheduledTime is when the window opens next; false where it is open, skipped
// or can't be told. It is what Orca calls the stage's scheduledTime.
func (t Task) ScheduledTime(in stage.Input) (time.Time, bool) {
	opening, err := t.opening(in)
	if err != nil || !opening.After(in.Now) || model.Bool(in.Stage.Context, "skipRemainingWait", false) {
		return time.Time{}, false
	}
	return opening, true
}

// Backoff is the time until the window opens, 30 seconds at most.
func (t Task) Backoff(in stage.Input) time.Duration {
	opening, ok := t.ScheduledTime(in)
	if !ok {
		return 0
	}
	return min(poll, opening.Sub(in.Now))
}

// Timeout is that of Orca's task; a stage's own timeout doesn't count here.
func (Task) Timeout(stage.Input) (time.Duration, bool) { return 7 * 24 * time.Hour, false }

// check refuses windows that can't be read, or never open.
func check(fields map[string]any) error {
	known := stage.WithoutExpressions(fields)
	if fields["restrictedExecutionWindow"] != nil && known["restrictedExecutionWindow"] == nil {
		return nil
	}
	_, err := opening(known, time.Unix(0, 0), time.UTC)
	return err
}

func (t Task) opening(in stage.Input) (time.Time, error) {
	return opening(in.Stage.Context, in.Now, t.Zone)
}

// opening is when the window of a stage is open next.
func opening(fields map[string]any, now time.Time, zone *time.Location) (time.Time, error) {
	config := model.Object(fields, "restrictedExecutionWindow")
	if config == nil {
		return time.Time{}, problem("the stage has no restrictedExecutionWindow")
	}
	var window Window
	if err := model.Decode(config, &window); err != nil {
		return time.Time{}, fmt.Errorf("read restrictedExecutionWindow: %w", err)
	}
	opening, err := window.Next(now, zone)
	if err != nil {
		return time.Time{}, problem("Incorrect time windows specified: " + err.Error())
	}
	return opening, nil
}

// jitterTask is the wait task, counted from its own start.
type jitterTask struct{ wait.Task }

func (t jitterTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	return t.Task.Run(ctx, fromTask(in))
}

func (t jitterTask) Backoff(in stage.Input) time.Duration { return t.Task.Backoff(fromTask(in)) }

func fromTask(in stage.Input) stage.Input {
	s := *in.Stage
	s.StartTime = 0
	in.Stage = &s
	return in
}
