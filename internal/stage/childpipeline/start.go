package childpipeline

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// startTask starts the child and keeps its id. A try that crashed before the
// id was kept is found again by its correlation id.
type startTask struct{ launcher Launcher }

func (t startTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	request, err := newRequest(in)
	if err != nil {
		return stage.Result{}, err
	}
	kind := "pipeline"
	if request.Strategy {
		kind = "custom strategy"
	}
	id, name, err := t.launcher.StartChild(ctx, request)
	switch {
	case err == nil:
		return stage.Succeeded().With(map[string]any{"executionId": id, "executionName": name}), nil
	case stage.IsRetryable(err):
		return stage.Result{}, stage.Retryable(fmt.Errorf("start %s %s: %w", kind, request.PipelineConfigID, err))
	case errors.Is(err, ErrNotFound), fault.KindOf(err) == fault.NotFound:
		return stage.Result{}, configuration(err, "The referenced %s cannot be located (%s)", kind, request.PipelineConfigID)
	case errors.Is(err, ErrDisabled):
		return stage.Result{}, configuration(err, "The referenced %s is disabled", kind)
	}
	failure := &stage.Error{
		Type: "ConfigurationException", Cause: err,
		Message: fmt.Sprintf("The referenced %s %s can't be started: %v", kind, request.PipelineConfigID, err),
	}
	if known, ok := errors.AsType[*fault.Error](err); ok {
		failure.Errors = known.Errors
	}
	return stage.Result{}, failure
}

// newRequest reads the stage. As in Orca, these fields are also taken from the
// outputs of earlier stages.
//
// The correlation id ends with the start of the stage, where Orca's has that
// of the execution, which need not change when the stage is run again.
func newRequest(in stage.Input) (ChildRequest, error) {
	values := map[string]any{}
	for _, key := range []string{"pipelineApplication", "application", "pipelineParameters", "pipeline", "pipelineId", "deploymentDetails", "user"} {
		values[key], _ = in.Get(key)
	}
	parameters := model.Merge(model.Object(values, "pipelineParameters"), nil)
	request := ChildRequest{
		ParentExecution: in.Execution,
		ParentStage:     in.Stage,
		Application:     firstOf(model.String(values, "pipelineApplication"), model.String(values, "application"), in.Execution.Application),
		Strategy:        model.Bool(parameters, "strategy", false),
		Parameters:      parameters,
		User:            firstOf(in.Principal().Name, model.String(values, "user")),
		DryRun:          in.Execution.Trigger.DryRun(),
	}
	key := configKey(parameters)
	if request.Strategy {
		addDeployment(parameters, model.Objects(values, "deploymentDetails"))
	}
	if request.PipelineConfigID = model.String(values, key); request.PipelineConfigID == "" {
		return request, configuration(nil, "The stage doesn't say which pipeline to run: %s is missing", key)
	}
	request.CorrelationID = fmt.Sprintf("%s_%s_%s_%d", in.Execution.ID, in.Stage.ID, request.PipelineConfigID, in.Stage.StartTime)
	return request, nil
}

// configKey is the field that names the pipeline to run.
func configKey(parameters map[string]any) string {
	if model.Bool(parameters, "strategy", false) {
		return "pipelineId"
	}
	return "pipeline"
}

// addDeployment gives a strategy the images that were deployed before it.
func addDeployment(parameters map[string]any, details []map[string]any) {
	if len(details) == 0 {
		return
	}
	images := make([]any, 0, len(details))
	for _, d := range details {
		image := map[string]any{"ami": d["ami"], "imageName": d["imageName"], "imageId": d["imageId"]}
		for _, place := range []string{"region", "zone"} {
			if where := model.String(d, place); where != "" {
				image[place] = where
				break
			}
		}
		images = append(images, image)
	}
	parameters["deploymentDetails"] = images
	if model.String(parameters, "amiName") != "" {
		return
	}
	for _, item := range images {
		image, _ := item.(map[string]any)
		for _, place := range []string{"region", "zone"} {
			where := model.String(image, place)
			if where != "" && where == model.String(parameters, place) {
				parameters["amiName"], parameters["imageId"] = image["ami"], image["imageId"]
				return
			}
		}
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func configuration(cause error, format string, args ...any) error {
	return &stage.Error{Type: "ConfigurationException", Message: fmt.Sprintf(format, args...), Cause: cause}
}
