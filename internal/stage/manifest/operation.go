package manifest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// planFunc plans a stage's operation. The id names the operation. What it
// gives for the context is merged with what every operation has there.
type planFunc func(ctx context.Context, in stage.Input, id string) (Plan, map[string]any, error)

// beginTask plans an operation and stores the plan: where Orca hands the
// operation to clouddriver.
type beginTask struct {
	*stages
	plan planFunc
}

func (s *stages) begin(plan planFunc) stage.Task { return beginTask{stages: s, plan: plan} }

// Run plans the operation.
func (t beginTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	if err := checkExpressions(in); err != nil {
		return stage.Result{}, failure(err)
	}
	id := model.NewID(in.Now)
	plan, more, err := t.plan(ctx, in, id)
	if err != nil {
		return t.again(in, err)
	}
	packed, err := pack(plan)
	if err != nil {
		return stage.Result{}, err
	}
	account := accountOf(in)
	task := newKatoTask(id)
	task.say("ORCHESTRATION", "Initializing Orchestration Task...")
	context := map[string]any{
		"kato.result.expected": true, "deploy.account.name": account,
		keyTaskID: map[string]any{"id": id}, keyPlan: packed, keyProgress: 0, keyFailing: 0,
		keyTasks: withTask(in, task),
	}
	if len(plan.Warnings) > 0 {
		context["warnings"] = addTexts(model.List(in.Stage.Context, "warnings"), plan.Warnings)
	}
	return stage.Succeeded().With(model.Merge(context, more)), nil
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
	since, ok := model.Int(in.Stage.Context, keyFailing)
	if !ok || since == 0 {
		since = model.Millis(in.Now)
	}
	if in.Now.Sub(time.UnixMilli(since)) >= limit {
		return stage.Result{}, stage.Final("", err)
	}
	in.Log.Warn("a cluster does not answer; trying again", "error", err)
	return stage.Running().With(map[string]any{keyFailing: since, "messages": []any{err.Error()}}), nil
}

// carryTask carries out the stored plan, some steps at a time: where Orca
// monitors clouddriver's task.
type carryTask struct {
	*stages
	// keeps says that what was applied is kept, for a rollback.
	keeps bool
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
	packed := model.String(in.Stage.Context, keyPlan)
	if packed == "" {
		return stage.Succeeded(), nil
	}
	plan, err := unpack(packed)
	if err != nil {
		return stage.Result{}, err
	}
	task, err := currentTask(in)
	if err != nil {
		return stage.Result{}, err
	}
	task.ResultObjects[0].addBound(plan.BoundArtifacts)
	work := carrying{stages: t.stages, keeps: t.keeps, in: in, plan: plan, task: task, account: accountOf(in)}
	progress, _ := model.Int(in.Stage.Context, keyProgress)
	work.next = int(progress)
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
	in      stage.Input
	plan    Plan
	task    *katoTask
	account string
	next    int
	// replanned says that the plan has changed and must be stored.
	replanned bool
	waiting   string
	warned    []string
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
		return w.result(stage.Running(), nil)
	}
	w.task.complete()
	w.task.say("ORCHESTRATION", "Orchestration completed.")
	last := map[string]any{keyPlan: "", keyProgress: 0}
	if w.keeps {
		kept, err := applied(w.plan)
		if err != nil {
			return stage.Result{}, err
		}
		last[keyApplied] = kept
	}
	return w.result(stage.Succeeded(), last)
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
		retried, final := w.againFor(w.in, err, w.options.OutageFor)
		if final == nil {
			return w.result(stage.Running(), retried.Context)
		}
	}
	message := err.Error()
	w.task.fail(step, message)
	context, stored := w.context(map[string]any{keyPlan: "", keyProgress: 0})
	if stored != nil {
		return stage.Result{}, stored
	}
	// No exception beside the operation's own, as in Orca: Deck shows both.
	return stage.Failed().With(context), nil
}

func (w *carrying) result(result stage.Result, more map[string]any) (stage.Result, error) {
	context, err := w.context(more)
	return result.With(context), err
}

// context is what is stored of the operation after each run.
func (w *carrying) context(more map[string]any) (map[string]any, error) {
	tasks, err := generic(withTask(w.in, w.task))
	if err != nil {
		return nil, err
	}
	context := map[string]any{
		keyTasks: tasks, keyProgress: w.next, keyFailing: 0, keyLastStatus: w.task.status(),
		"messages": texts(w.waiting),
	}
	if w.replanned {
		if context[keyPlan], err = pack(w.plan); err != nil {
			return nil, err
		}
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
	return model.Merge(context, more), nil
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
