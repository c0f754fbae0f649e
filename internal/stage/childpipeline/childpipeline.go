// Package childpipeline has the stages that run and watch other pipelines:
// pipeline, which starts one and waits for it, and monitorPipeline, which waits
// for executions that run already. Fields, rules, names, outputs and messages
// are those of Orca's PipelineStage, MonitorPipelineStage and their tasks.
package childpipeline

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's names of the tasks.
const (
	StartClass   = "com.netflix.spinnaker.orca.front50.tasks.StartPipelineTask"
	MonitorClass = "com.netflix.spinnaker.orca.front50.tasks.MonitorPipelineTask"
	BindClass    = "com.netflix.spinnaker.orca.pipeline.tasks.artifacts.BindProducedArtifactsTask"
)

// restartedOnly is set on a stage that is restarted because its child was: the
// child is waited for again, not started anew.
const restartedOnly = "_skipPipelineRestart"

var (
	//go:embed pipeline.json
	pipelineSchema []byte
	//go:embed monitor.json
	monitorSchema []byte
)

// Errors a launcher gives for a pipeline that can't be started; a
// [fault.NotFound] counts as ErrNotFound.
var (
	ErrNotFound = errors.New("childpipeline: no such pipeline")
	ErrDisabled = errors.New("childpipeline: the pipeline is disabled")
)

// Launcher starts and watches child executions. It is called by any number of
// tasks at a time.
type Launcher interface {
	// StartChild starts a pipeline, or finds the execution that was started
	// before with the same correlation id. It returns its id and the pipeline's
	// name. A fault of kind Unavailable has it called again.
	StartChild(ctx context.Context, request ChildRequest) (executionID, name string, err error)
	// Execution reads an execution; one that isn't there is a fault of kind
	// NotFound, and any other error has it read again.
	Execution(ctx context.Context, id string) (*model.Execution, error)
	// Cancel cancels an execution; one that has ended is left as it is.
	Cancel(ctx context.Context, id, user, reason string) error
}

// ChildRequest says which pipeline to start, and for whom.
type ChildRequest struct {
	ParentExecution *model.Execution
	ParentStage     *model.Stage
	// PipelineConfigID is the pipeline's, or, with Strategy, the deployment
	// strategy's id in Application.
	PipelineConfigID, Application string
	Strategy                      bool
	// Parameters are those the stage gives; the launcher adds the pipeline's own
	// defaults.
	Parameters map[string]any
	// CorrelationID is the same for every try to start this one child.
	CorrelationID string
	// User is who the child runs as, and DryRun whether it only pretends.
	User   string
	DryRun bool
}

// Options are what the stages need from outside.
type Options struct {
	Launcher Launcher
	// BindArtifacts binds what a stage has produced to its expectedArtifacts;
	// without it another type's task of that class is used.
	BindArtifacts stage.Task
	// MonitorTimeout is tasks.monitor-pipeline.timeout-millis, 12 hours where 0.
	MonitorTimeout time.Duration
	// SkipDownstreamOutput is stages.pipeline.defaultSkipDownstreamOutput: what
	// counts where a stage doesn't say whether the child's outputs are kept
	// from the stages that follow.
	SkipDownstreamOutput bool
}

// Types are the stages pipeline and monitorPipeline.
func Types(options Options) []*stage.Type {
	if options.MonitorTimeout == 0 {
		options.MonitorTimeout = 12 * time.Hour
	}
	tasks := map[string]stage.Task{MonitorClass: monitorTask{options}}
	if options.BindArtifacts != nil {
		tasks[BindClass] = bindTask{options}
	}
	withStart := map[string]stage.Task{StartClass: startTask{options.Launcher}}
	maps.Copy(withStart, tasks)
	return []*stage.Type{
		{
			Name: "pipeline", Label: "Pipeline", Description: "Runs another pipeline.", Schema: pipelineSchema,
			Check: check, Definition: pipelineDefinition{}, Tasks: withStart,
			Cancel: func(ctx context.Context, in stage.Input) (stage.Result, error) {
				return stage.Result{}, cancel(ctx, options.Launcher, in)
			},
		},
		{
			Name: "monitorPipeline", Label: "Monitor pipeline", Description: "Waits for runs of other pipelines.",
			Schema: monitorSchema, Definition: monitorDefinition{}, Tasks: tasks,
		},
	}
}

// check refuses a stage that doesn't say which pipeline to run. Stages before it may
// say so by their outputs.
func check(fields map[string]any) error {
	if model.String(fields, "refId") == "" || len(model.Strings(fields, "requisiteStageRefIds")) > 0 || fields["pipelineParameters"] != nil && model.Object(fields, "pipelineParameters") == nil {
		return nil
	}
	key := configKey(model.Object(fields, "pipelineParameters"))
	if model.String(fields, key) == "" && model.String(fields, "executionId") == "" {
		return fault.New(fault.Invalid, "%s: is missing", key)
	}
	return nil
}

type pipelineDefinition struct{}

// CancelsOnFailure has the child cancelled when the stage fails, as on a
// timeout.
func (pipelineDefinition) CancelsOnFailure() {}

func (pipelineDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	var specs []engine.TaskSpec
	if model.String(view.Stage.Context, "executionId") == "" {
		specs = append(specs, engine.TaskSpec{Name: "startPipeline", Class: StartClass})
	}
	if waits(view.Stage.Context) {
		specs = append(specs, engine.TaskSpec{Name: "monitorPipeline", Class: MonitorClass})
	}
	return withBinding(view, specs), nil
}

// CanManuallySkip is the stage's own say.
func (pipelineDefinition) CanManuallySkip(context map[string]any) bool {
	return model.Bool(context, "skippable", false)
}

// PrepareForRestart forgets the child, unless it is the child that was
// restarted.
func (pipelineDefinition) PrepareForRestart(context map[string]any) map[string]any {
	if model.Bool(context, restartedOnly, false) {
		return model.Without(context, "status", restartedOnly)
	}
	return model.Without(context, "status", "executionName", "executionId")
}

// KeepChild has the stage wait for its child again when that one was restarted. A
// stage that doesn't wait for its child has no interest in it; Orca would run all
// that follows that stage again.
func (pipelineDefinition) KeepChild(context map[string]any, executionID string) (map[string]any, bool) {
	if model.String(context, "executionId") != executionID || !waits(context) {
		return nil, false
	}
	return model.Merge(context, map[string]any{restartedOnly: true}), true
}

// waits tells whether a stage waits for its child.
func waits(context map[string]any) bool {
	return !strings.EqualFold(model.String(context, "waitForCompletion"), "false")
}

type monitorDefinition struct{}

func (monitorDefinition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	return withBinding(view, []engine.TaskSpec{{Name: "monitorPipeline", Class: MonitorClass}}), nil
}

// KeepChild has the stage wait again for an execution that was restarted. In Orca
// only the stage that has started the execution is restarted, with all that follows
// it, which often is this stage.
func (monitorDefinition) KeepChild(context map[string]any, executionID string) (map[string]any, bool) {
	return context, slices.Contains(append(model.Strings(context, "executionIds"), model.String(context, "executionId")), executionID)
}

// PrepareForRestart forgets what was seen of the executions.
func (monitorDefinition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, "status")
}

func withBinding(view engine.View, specs []engine.TaskSpec) []engine.TaskSpec {
	if view.Stage.Context["expectedArtifacts"] != nil {
		specs = append(specs, engine.TaskSpec{Name: "bindProducedArtifacts", Class: BindClass})
	}
	return specs
}

// skipsOutput tells whether the child's outputs are kept from later stages.
func (o Options) skipsOutput(in stage.Input) bool {
	return in.Stage.Type == "pipeline" && model.Bool(in.Stage.Context, "skipDownstreamOutput", o.SkipDownstreamOutput)
}

// bindTask binds artifacts, and gives later stages nothing of it where the
// stage doesn't want to.
type bindTask struct{ options Options }

func (t bindTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	result, err := t.options.BindArtifacts.Run(ctx, in)
	if t.options.skipsOutput(in) && result.Status == model.Succeeded {
		result.Outputs = nil
	}
	return result, err
}

// cancel cancels the child, if there is one that hasn't ended.
func cancel(ctx context.Context, launcher Launcher, in stage.Input) error {
	id := model.String(in.Stage.Context, "executionId")
	if id == "" {
		return nil
	}
	child, err := launcher.Execution(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err == nil && !child.Canceled && !child.Status.Complete() {
		err = launcher.Cancel(ctx, id, "parent pipeline", "")
	}
	if err != nil {
		return fmt.Errorf("cancel child execution %s: %w", id, err)
	}
	return nil
}
