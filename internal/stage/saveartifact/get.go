package saveartifact

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// getTask reads the artifact: a JSON object that has, for each application, a
// list of pipelines.
type getTask struct {
	fetcher   Fetcher
	pipelines Pipelines
}

// Backoff is the time between tries to get the artifact.
func (getTask) Backoff(stage.Input) time.Duration { return 2 * time.Second }

// Timeout is how long getting it is tried.
func (getTask) Timeout(stage.Input) (time.Duration, bool) { return time.Minute, false }

// Run finds out which pipelines there are already: those get the ids of what
// they take the place of.
func (t getTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	id := model.String(c, "pipelinesArtifactId")
	artifact := model.Object(c, "pipelinesArtifact")
	if id != "" {
		artifact = artifactbind.Bound(in.View, id)
	}
	if artifact == nil {
		return stage.Result{}, invalid("No artifact could be bound to '%s'", id)
	}
	data, err := t.fetch(ctx, artifact)
	if err != nil {
		return stage.Result{}, err
	}
	var found map[string][]map[string]any
	if err := limit.Unmarshal(data, &found); err != nil {
		return stage.Result{}, invalid("the artifact must be a JSON object with a list of pipelines for each application: %v", err)
	}
	left := []any{}
	for _, application := range slices.Sorted(maps.Keys(found)) {
		for _, pipeline := range found[application] {
			packed, err := t.pack(ctx, in, application, pipeline)
			if err != nil {
				return stage.Result{}, err
			}
			left = append(left, packed)
		}
	}
	if len(left) == 0 {
		return stage.Result{}, invalid("the artifact has no pipelines")
	}
	return stage.Succeeded().With(map[string]any{keyLeft: left, "isSavingMultiplePipelines": true}), nil
}

func (t getTask) fetch(ctx context.Context, artifact map[string]any) ([]byte, error) {
	if t.fetcher == nil {
		return nil, invalid("artifacts can't be fetched here: no artifact accounts are configured")
	}
	data, err := t.fetcher.Fetch(ctx, artifact)
	if err == nil {
		return data, nil
	}
	return nil, stage.Failure(stage.HTTPException, fmt.Errorf("fetch the artifact %s: %w", model.String(artifact, "reference"), err))
}

// pack makes an entry of the list of what is to be saved. A new pipeline gets
// its id here, the same when the stage goes on after a crash.
func (t getTask) pack(ctx context.Context, in stage.Input, application string, given map[string]any) (map[string]any, error) {
	pipeline := model.Merge(given, map[string]any{"application": application})
	name := model.String(pipeline, "name")
	existing, err := t.pipelines.PipelineID(ctx, application, name)
	switch {
	case err == nil:
		pipeline["id"] = existing
	case fault.KindOf(err) != fault.NotFound:
		return nil, fmt.Errorf("find pipeline %s of application %s: %w", name, application, err)
	case model.String(pipeline, "id") == "":
		seed := fmt.Sprintf("%s/%s/%s/%s", in.Execution.ID, in.Stage.ID, application, name)
		pipeline["id"] = uuid.NewSHA1(uuid.NameSpaceOID, []byte(seed)).String()
		pipeline["regenerateCronTriggerIds"] = true
	}
	data, err := model.Marshal(pipeline)
	if err != nil {
		return nil, fmt.Errorf("encode pipeline %s of application %s: %w", name, application, err)
	}
	_, hadID := given["id"]
	return map[string]any{
		"application": application, "name": name, "existing": existing != "" || hadID,
		"pipeline": base64.StdEncoding.EncodeToString(data),
	}, nil
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
