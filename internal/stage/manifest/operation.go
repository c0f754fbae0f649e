package manifest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// planFunc plans a stage's operation. The id names the operation. What it
// gives for the context is merged with what every operation has there.
type planFunc func(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error)

// Begun is what a stage type adds when one of its operations begins.
type Begun struct {
	// Context is merged into the stage's context.
	Context map[string]any
	// Own is what the stage type remembers privately, as JSON: see
	// [Operations.Own]. Nil leaves what it has remembered before.
	Own any
}

// beginTask plans an operation and stores the plan: where Orca hands the
// operation to clouddriver.
type beginTask struct {
	*stages
	plan func(ctx context.Context, in stage.Input, id string) (Plan, Begun, error)
}

func (s *stages) begin(plan planFunc) stage.Task {
	return beginTask{s, func(ctx context.Context, in stage.Input, id string) (Plan, Begun, error) {
		out, context, err := plan(ctx, in, id)
		return out, Begun{Context: context}, err
	}}
}

// Run plans the operation.
func (t beginTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	if err := checkExpressions(in); err != nil {
		return stage.Result{}, failure(err)
	}
	if t.options.Allow != nil {
		if err := t.options.Allow(in.Principal(), accountOf(in)); err != nil {
			return stage.Result{}, failure(err)
		}
	}
	id := model.NewID(in.Now)
	plan, more, err := t.plan(ctx, in, id)
	if err != nil {
		return t.again(in, err)
	}
	remembered, err := stateOf(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	if remembered.Plan, err = storePlan(plan, model.List(in.Stage.Context, "manifests")); err != nil {
		return stage.Result{}, err
	}
	remembered.Progress, remembered.Failing = 0, 0
	if len(plan.Leaving) > 0 {
		remembered.Leaving = plan.Leaving
	}
	if more.Own != nil {
		if remembered.Own, err = model.Marshal(more.Own); err != nil {
			return stage.Result{}, err
		}
	}
	account := accountOf(in)
	task := newKatoTask(id)
	task.say("ORCHESTRATION", "Initializing Orchestration Task...")
	context := map[string]any{
		"kato.result.expected": true, "deploy.account.name": account,
		keyTaskID: map[string]any{"id": id}, keyTasks: withTask(in, task),
	}
	if len(plan.Warnings) > 0 {
		context["warnings"] = addTexts(model.List(in.Stage.Context, "warnings"), plan.Warnings)
	}
	return remember(stage.Succeeded().With(model.Merge(context, more.Context)), remembered)
}

// again has a task run again for a while when the cluster does not answer.
func (s *stages) again(in stage.Input, err error) (stage.Result, error) {
	return s.againFor(in, err, s.options.RetryFor)
}

// againFor has a task run again for at most so long.
func (s *stages) againFor(in stage.Input, err error, limit time.Duration) (stage.Result, error) {
	if fault.KindOf(err) != fault.Unavailable {
		return stage.Result{}, failure(err)
	}
	remembered, broken := stateOf(in.View)
	if broken != nil {
		return stage.Result{}, broken
	}
	if remembered.Failing == 0 {
		remembered.Failing = model.Millis(in.Now)
	}
	if in.Now.Sub(time.UnixMilli(remembered.Failing)) >= limit {
		return stage.Result{}, stage.Final("", err)
	}
	in.Log.Warn("a cluster does not answer; trying again", "error", err)
	return remember(stage.Running().With(map[string]any{"messages": []any{err.Error()}}), remembered)
}

// errForgotten ends a stage that was begun by a version of the program that
// kept plans elsewhere.
var errForgotten = fault.New(fault.Conflict, "the stage does not know what it was doing, as another version of Gennaker has begun it; restart the stage")

// carryTask carries out the stored plan, some steps at a time: where Orca
// monitors clouddriver's task.
type carryTask struct {
	*stages
	// keeps says that what was applied is kept, for a rollback.
	keeps bool
	// shows says that the results are the stage's outputs: of stages without a
	// task that promotes them.
	shows bool
}

func (s *stages) carry() stage.Task { return carryTask{stages: s} }

// Backoff is the pause before a step is looked at again, or the next ones are
// carried out.
func (carryTask) Backoff(in stage.Input) time.Duration {
	if in.Elapsed() < 10*time.Second {
		return 250 * time.Millisecond
	}
	return time.Second
}

// Timeout is that of Orca's MonitorKatoTask.
func (carryTask) Timeout(stage.Input) (time.Duration, bool) { return time.Hour, false }

// Run carries out steps until they are done, one has to wait, or its time is
// up.
func (t carryTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	remembered, err := stateOf(in.View)
	if err != nil {
		return stage.Result{}, err
	}
	if remembered.Plan == nil {
		return stage.Result{}, failure(errForgotten)
	}
	plan, err := remembered.Plan.plan(model.List(in.Stage.Context, "manifests"))
	if err != nil {
		return stage.Result{}, failure(err)
	}
	task, err := currentTask(in)
	if err != nil {
		return stage.Result{}, err
	}
	task.ResultObjects[0].addBound(plan.BoundArtifacts)
	work := carrying{
		stages: t.stages, keeps: t.keeps, shows: t.shows, in: in, plan: plan, task: task, account: accountOf(in), state: remembered, next: remembered.Progress,
	}
	return work.run(ctx)
}

// OnTimeout tells what the operation was waiting for.
func (t carryTask) OnTimeout(_ context.Context, in stage.Input) stage.Result {
	message := fmt.Sprintf("%s did not finish within an hour", in.Task.Name)
	return failed(in, append([]string{message}, model.Strings(in.Stage.Context, "messages")...), nil)
}

// carrying is one run of a carryTask.
type carrying struct {
	*stages
	keeps   bool
	shows   bool
	in      stage.Input
	plan    Plan
	task    *katoTask
	account string
	state   state
	next    int
	// replanned says that the plan has changed and must be stored.
	replanned bool
	waiting   string
	// away says that the cluster does not answer.
	away   bool
	warned []string
}

func (w *carrying) run(ctx context.Context) (stage.Result, error) {
	until := time.Now().Add(w.options.StepBudget)
	for w.next < len(w.plan.Steps) && time.Now().Before(until) && w.waiting == "" {
		batch := w.batch()
		for i, done := range w.execute(ctx, batch) {
			if done.err != nil {
				return w.failed(batch[i], done.err)
			}
			w.warned = append(w.warned, done.result.Warnings...)
			if done.result.Taken {
				if err := w.nextVersion(ctx); err != nil {
					return w.failed(batch[i], err)
				}
			}
			if done.result.Wait || done.result.Taken {
				w.waiting = done.result.Message
				break
			}
			w.finish(batch[i], done.result)
		}
	}
	if w.next < len(w.plan.Steps) {
		return w.result(stage.Running())
	}
	w.task.complete()
	w.task.say("ORCHESTRATION", "Orchestration completed.")
	if err := w.store(); err != nil {
		return stage.Result{}, err
	}
	if w.keeps {
		w.state.Applied = w.state.Plan.applied()
	}
	w.state.Plan, w.next = nil, 0
	result := stage.Succeeded()
	if w.shows {
		outputs, err := generic(map[string]any{
			"outputs.manifests": w.task.ResultObjects[0].Manifests, "outputs.manifestNamesByNamespace": w.task.ResultObjects[0].ManifestNamesByNamespace,
		})
		if err != nil {
			return stage.Result{}, err
		}
		values, _ := outputs.(map[string]any)
		result = result.WithOutputs(visible(w.in, values))
	}
	return w.result(result)
}

// nextVersion has the next step deploy another version. That is stored before
// it is done: a process that takes over after a crash deploys the same.
func (w *carrying) nextVersion(ctx context.Context) error {
	plan, err := w.provider.NextVersion(ctx, w.account, w.plan, w.next)
	if err != nil {
		return err
	}
	w.plan, w.replanned = plan, true
	w.task.ResultObjects[0].addBound(plan.BoundArtifacts)
	return nil
}

// stepsAtOnce is how many objects of a kind are applied side by side.
const stepsAtOnce = 8

// batch is the next step, and those after it that can be carried out beside
// it: of the same kind, so that the order of deploying is kept.
func (w *carrying) batch() []Step {
	left := w.plan.Steps[w.next:]
	n := 1
	for left[0].Action == Apply && n < min(len(left), stepsAtOnce) && left[n].Action == Apply &&
		left[n].Kind == left[0].Kind && left[n].APIVersion == left[0].APIVersion && !left[n].Hidden {
		n++
	}
	return left[:n]
}

// executed is what became of a step, or why nothing did.
type executed struct {
	result StepResult
	err    error
}

// execute carries out steps side by side. Those behind one that fails or waits
// are carried out again with it, which does no harm.
func (w *carrying) execute(ctx context.Context, steps []Step) []executed {
	out := make([]executed, len(steps))
	for i, err := range stage.Each(len(steps), stepsAtOnce, func(i int) (err error) {
		out[i].result, err = w.provider.Execute(ctx, w.account, steps[i])
		return err
	}) {
		out[i].err = err
	}
	return out
}

// finish writes down what a step has done.
func (w *carrying) finish(step Step, result StepResult) {
	w.next++
	if step.Hidden {
		return
	}
	object := w.task.ResultObjects[0]
	switch step.Action {
	case Apply, Replace, Recreate:
		object.addManifest(step, result.Manifest)
		w.note(step, result)
		w.task.say("DEPLOY_KUBERNETES_MANIFEST", fmt.Sprintf("Deploy manifest task completed successfully for manifest %s in account %s", step.FullName, w.account))
	case Delete:
		if !w.plan.makes() {
			object.addName(step)
		}
		w.task.say("DELETE_KUBERNETES_MANIFEST", "delete operation completed successfully for "+step.FullName)
	case Patch:
		object.addManifest(step, result.Manifest)
		w.task.say("PATCH_KUBERNETES_MANIFEST", "Patched "+step.FullName)
	case Scale:
		object.addManifest(step, result.Manifest)
		w.task.say("SCALE_KUBERNETES_MANIFEST", fmt.Sprintf("Scaled %s to %d", step.FullName, step.Replicas))
	}
}

// makes tells whether a plan makes objects: then what it deletes beside them is
// none of its results.
func (p Plan) makes() bool {
	return slices.ContainsFunc(p.Steps, func(s Step) bool { return !s.Hidden && s.Action != Delete })
}

// failed ends the operation, or has the step tried again while the cluster
// does not answer.
func (w *carrying) failed(step Step, err error) (stage.Result, error) {
	if fault.KindOf(err) == fault.Unavailable {
		if w.state.Failing == 0 {
			w.state.Failing = model.Millis(w.in.Now)
		}
		if w.in.Now.Sub(time.UnixMilli(w.state.Failing)) < w.options.OutageFor {
			w.waiting, w.away = masking.Scrub(err.Error(), step.Manifest), true
			w.in.Log.Warn("a cluster does not answer; trying again", "error", w.waiting)
			return w.result(stage.Running())
		}
	}
	w.task.fail(step, masking.Scrub(err.Error(), step.Manifest))
	w.state.Plan, w.next = nil, 0
	// No exception beside the operation's own, as in Orca: Deck shows both.
	return w.result(stage.Failed())
}

// result is the run's, with what is stored of the operation.
func (w *carrying) result(result stage.Result) (stage.Result, error) {
	context, err := w.context()
	if err != nil {
		return stage.Result{}, err
	}
	if err := w.store(); err != nil {
		return stage.Result{}, err
	}
	w.state.Progress = w.next
	if !w.away {
		w.state.Failing = 0
	}
	return remember(result.With(context), w.state)
}

// store has a plan remembered that has changed.
func (w *carrying) store() (err error) {
	if w.replanned && w.state.Plan != nil {
		w.state.Plan, err = storePlan(w.plan, model.List(w.in.Stage.Context, "manifests"))
		w.replanned = false
	}
	return err
}

// context is what the stage's context holds of the operation after each run.
func (w *carrying) context() (map[string]any, error) {
	tasks, err := generic(withTask(w.in, w.task))
	if err != nil {
		return nil, err
	}
	context := map[string]any{
		keyTasks: tasks, keyLastStatus: w.task.status(), "messages": texts(w.waiting),
	}
	if len(w.warned) > 0 {
		context["warnings"] = addTexts(model.List(w.in.Stage.Context, "warnings"), w.warned)
	}
	if w.task.Status.Completed && !w.task.Status.Failed {
		if _, ok := w.in.Stage.Context["deploy.server.groups"]; !ok {
			context["deploy.server.groups"] = map[string]any{}
		}
		if names := w.task.ResultObjects[0].jobs(); len(names) > 0 {
			context["deploy.jobs"] = names
		}
	}
	return context, nil
}

// failed is a terminal result with the stage's exception in Orca's shape.
func failed(in stage.Input, sentences []string, context map[string]any) stage.Result {
	name := ""
	if in.Task != nil {
		name = in.Task.Name
	}
	exception := engine.Exception(&stage.Error{Type: "OperationFailedException", Message: sentences[0], Errors: sentences}, name, model.Millis(in.Now), false)
	return stage.Failed().With(model.Merge(context, map[string]any{"exception": exception}))
}

// texts is a list of the texts that are not empty.
func texts(list ...string) []any {
	out := []any{}
	for _, text := range list {
		if text != "" {
			out = append(out, text)
		}
	}
	return out
}

// addTexts adds the texts that the list has not.
func addTexts(list []any, more []string) []any {
	out := slices.Clone(list)
	for _, text := range more {
		if !slices.Contains(out, any(text)) {
			out = append(out, text)
		}
	}
	return out
}
