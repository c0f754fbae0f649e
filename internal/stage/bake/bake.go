// Package bake is the bake stage: it bakes a machine image in each region. Fields, task
// names, the resolution of packages, and outputs are those of Orca's BakeStage.
//
// Where Orca's stage bakes nothing and succeeds if it has no region, this one fails.
package bake

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
)

// Name is the stage's type.
const Name = "bake"

// Orca's names of the tasks.
const (
	parallelClass  = "com.netflix.spinnaker.orca.bakery.pipeline.BakeStage$CompleteParallelBakeTask"
	createClass    = "com.netflix.spinnaker.orca.bakery.tasks.CreateBakeTask"
	monitorClass   = "com.netflix.spinnaker.orca.bakery.tasks.MonitorBakeTask"
	completedClass = "com.netflix.spinnaker.orca.bakery.tasks.CompletedBakeTask"
)

//go:embed schema.json
var schema []byte

// Bakery bakes images. It is called by any number of tasks at a time. Faults that are
// Unavailable have it called again; others are lasting.
type Bakery interface {
	Bake(ctx context.Context, r recipe.Request, rebake bool, waiter string) (imagebakery.Status, error)
	Status(ctx context.Context, id string) (imagebakery.Status, error)
	Image(ctx context.Context, id, region string) (recipe.Image, error)
	Release(ctx context.Context, id, waiter string) error
	PackageType(provider, baseOS string) (string, bool)
}

// Options are what the stage is made of.
type Options struct {
	Bakery Bakery
	Config recipe.Bakery
	// Provider is the cloud provider of stages that name none; aws if it is "".
	Provider string
	// Bind binds what was baked to the stage's expectedArtifacts.
	Bind stage.Task
}

// Type is the bake stage.
func Type(o Options) *stage.Type {
	if o.Provider == "" {
		o.Provider = "aws"
	}
	return &stage.Type{
		Name:        Name,
		Label:       "Bake",
		Description: "Bakes a machine image with Packer in each region, with packages installed.",
		Schema:      schema,
		Definition:  definition{o.Provider},
		Tasks: map[string]stage.Task{
			parallelClass: parallelTask{}, createClass: createTask{o}, monitorClass: monitorTask{o}, completedClass: completedTask{o}, artifactbind.Class: o.Bind,
		},
		Cancel: func(ctx context.Context, in stage.Input) (stage.Result, error) {
			id := model.String(model.Object(in.Stage.Context, keyStatus), "id")
			if id == "" || in.Stage.ParentStageID == "" {
				return stage.Result{}, nil
			}
			return stage.Result{}, o.Bakery.Release(ctx, id, waiter(in))
		},
	}
}

// keyStatus is where the stage's context has the bake's status.
const keyStatus = "status"

// waiter names a stage to the bakery.
func waiter(in stage.Input) string { return in.Execution.ID + "/" + in.Stage.ID }

type definition struct{ provider string }

// Tasks are those of a region for a child, and one that gathers for their parent.
func (definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	if view.Stage.ParentStageID == "" {
		return []engine.TaskSpec{{Name: "completeParallel", Class: parallelClass}}, nil
	}
	return []engine.TaskSpec{
		{Name: "createBake", Class: createClass}, {Name: "monitorBake", Class: monitorClass},
		{Name: "completedBake", Class: completedClass}, {Name: "bindProducedArtifacts", Class: artifactbind.Class},
	}, nil
}

// CancelsOnFailure has the bake know that the stage doesn't wait for it any more.
func (definition) CancelsOnFailure() {}

// PrepareForRestart forgets what the last run has baked.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, keyStatus, "ami", "imageId", "imageName", "baseAmiId", "artifacts", "resolvedExpectedArtifacts", "previouslyBaked")
}

// BeforeStages plans a child for each region.
func (d definition) BeforeStages(view engine.View) ([]engine.Synthetic, error) {
	if view.Stage.ParentStageID != "" {
		return nil, nil
	}
	found := regions(view, provider(view.Stage.Context, d.provider))
	if len(found) == 0 {
		return nil, &stage.Error{Type: "IllegalArgumentException", Message: "No region to bake in: set regions (or region)"}
	}
	common := model.Merge(model.Without(view.Stage.Context, "regions", "skipRegionDetection", "deploymentDetails"), map[string]any{
		"type": Name, "amiSuffix": suffix(view.Stage),
	})
	out := make([]engine.Synthetic, len(found))
	for i, region := range found {
		name := "Bake in " + region
		out[i] = engine.Synthetic{Type: Name, Name: name, Context: model.Merge(common, map[string]any{"region": region, "name": name})}
	}
	return out, nil
}

// suffix is the same for all regions: that of the stage, or the time at which it began.
func suffix(s *model.Stage) string {
	if given := model.String(s.Context, "amiSuffix"); given != "" {
		return given
	}
	at := time.UnixMilli(s.StartTime)
	return at.UTC().Format("20060102150405")
}

// provider is a context's cloud provider.
func provider(context map[string]any, otherwise string) string {
	for _, key := range []string{"cloudProviderType", "cloudProvider"} {
		if found := model.String(context, key); found != "" {
			return found
		}
	}
	return otherwise
}

// details are the fields that Orca gathers of each region.
var details = []string{
	"ami", "amiName", "imageId", "imageName", "amiSuffix", "baseLabel", "baseOs", "refId", "storeType", "vmType", "region", "package",
	"cloudProviderType", "cloudProvider", "baseAmiId",
}

// parallelTask gathers what the children have baked.
type parallelTask struct{}

// Inline marks the task as one that does nothing outside.
func (parallelTask) Inline() {}

// Run gives the children's images as deploymentDetails.
func (parallelTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	list := []any{}
	for _, s := range in.Execution.Stages {
		if s.Type != Name || s.ParentStageID != in.Stage.ID || model.String(s.Context, "ami") == "" && model.String(s.Context, "imageId") == "" {
			continue
		}
		one := map[string]any{}
		for _, key := range details {
			if value, ok := s.Context[key]; ok {
				one[key] = value
			}
		}
		list = append(list, one)
	}
	return stage.Succeeded().WithOutputs(map[string]any{"deploymentDetails": list}), nil
}

// regions are the stage's, and those that later stages deploy to on the same provider.
func regions(view engine.View, provider string) []string {
	context := view.Stage.Context
	var out []string
	add := func(region string) {
		if region != "" && !slices.Contains(out, region) {
			out = append(out, region)
		}
	}
	add(model.String(context, "region"))
	for _, region := range model.Strings(context, "regions") {
		add(region)
	}
	if slices.Contains(out, "global") || model.Bool(context, "skipRegionDetection", false) {
		return out
	}
	for _, region := range deployed(view, provider) {
		add(region)
	}
	if len(out) == 0 && (provider == "docker" || provider == "gce") {
		add("global")
	}
	return out
}

// deployed are the regions that deploy and canary stages after this one deploy to, as
// Orca's RegionCollector finds them.
func deployed(view engine.View, provider string) []string {
	found := map[string]bool{}
	note := func(cluster map[string]any) {
		for region := range model.Object(cluster, "availabilityZones") {
			found[region] = true
		}
	}
	for _, s := range downstream(view) {
		switch s.Type {
		case "deploy":
			for _, cluster := range append(model.Objects(s.Context, "clusters"), model.Object(s.Context, "cluster")) {
				if model.String(cluster, "cloudProvider") == provider {
					note(cluster)
				}
			}
		case "canary":
			for _, pair := range model.Objects(s.Context, "clusterPairs") {
				note(model.Object(pair, "baseline"))
				note(model.Object(pair, "canary"))
			}
		}
	}
	out := make([]string, 0, len(found))
	for region := range found {
		out = append(out, region)
	}
	slices.Sort(out)
	return out
}

// downstream are the stages that run after this one.
func downstream(view engine.View) (out []*model.Stage) {
	seen := map[string]bool{view.Stage.RefID: true}
	for again := true; again; {
		again = false
		for _, s := range view.Execution.Stages {
			if s.ParentStageID == "" && !seen[s.RefID] && slices.ContainsFunc(s.RequisiteStageRefIDs, func(ref string) bool { return seen[ref] }) {
				seen[s.RefID], again = true, true
				out = append(out, s)
			}
		}
	}
	return out
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalStateException", Message: fmt.Sprintf(format, args...)}
}
