package unavailable_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
	"github.com/gennaker/gennaker/internal/stage/artifactstages"
	"github.com/gennaker/gennaker/internal/stage/bake"
	"github.com/gennaker/gennaker/internal/stage/bakemanifest"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/stage/dependson"
	"github.com/gennaker/gennaker/internal/stage/deploymonitor"
	"github.com/gennaker/gennaker/internal/stage/entitytags"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/stage/group"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/noop"
	"github.com/gennaker/gennaker/internal/stage/notifyowner"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/stage/runmultiple"
	"github.com/gennaker/gennaker/internal/stage/saveartifact"
	"github.com/gennaker/gennaker/internal/stage/script"
	"github.com/gennaker/gennaker/internal/stage/serviceaccount"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
	"github.com/gennaker/gennaker/internal/stage/variables"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/waitcondition"
	"github.com/gennaker/gennaker/internal/stage/waituntil"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/stage/window"
)

// all are the types that need no cloud, those of Kubernetes, and what is left.
func all(t *testing.T) []*stage.Type {
	t.Helper()
	guard, err := httpguard.New(httpguard.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	hooks, err := webhook.New(webhook.Options{Config: webhook.DefaultConfig(), Guard: guard, BindArtifacts: artifactbind.Task{}})
	if err != nil {
		t.Fatal(err)
	}
	monitors, err := deploymonitor.Types(deploymonitor.Options{Guard: guard})
	if err != nil {
		t.Fatal(err)
	}
	types := []*stage.Type{
		artifactstages.Evaluate(artifactbind.Task{}), artifactstages.Find(nil),
		bake.Type(bake.Options{Bind: artifactbind.Task{}}), bakemanifest.Type(nil, nil, artifactbind.Task{}), dependson.Type(nil), group.Type(), hooks.Type(),
		judgment.Type(judgment.Options{}), noop.Type(), preconditions.Type(nil, nil), runmultiple.Type(runmultiple.Options{}),
		saveartifact.Type(nil, nil), script.Type(manifest.JobType(nil, manifest.Options{}), script.Config{Account: "k8s"}), variables.Type(),
		wait.Type(), waitcondition.Type(waitcondition.DefaultConfig(), nil), waituntil.Type(), window.Type(window.Options{}),
	}
	types = append(types, monitors...)
	types = append(types, entitytags.Types(nil)...)
	types = append(types, notifyowner.Types(nil, nil)...)
	types = append(types, serviceaccount.Wrap(frontfifty.Types(nil, nil), serviceaccount.Options{})...)
	types = append(types, childpipeline.Types(childpipeline.Options{BindArtifacts: artifactbind.Task{}})...)
	types = append(types, manifest.Types(nil, manifest.Options{})...)
	return append(types, unavailable.Types(types)...)
}

// No two types may have one name, every schema must be right, and every task
// that a type plans must be there.
func TestAllTypesTogether(t *testing.T) {
	t.Parallel()
	types := stage.NewRegistry(all(t)...)
	if _, err := stage.NewValidator(types); err != nil {
		t.Error(err)
	}
	for _, kind := range types.Types() {
		s := &model.Stage{ID: "S", RefID: "1", Type: kind.Name, Context: map[string]any{
			"command": "x", "expectedArtifacts": []any{}, "preconditions": []any{}, "source": "text", "waitForCompletion": "true",
		}}
		specs, err := kind.Definition.Tasks(engine.View{Execution: &model.Execution{Stages: []*model.Stage{s}}, Stage: s})
		if err != nil {
			t.Errorf("%s: %v", kind.Name, err)
		}
		for _, spec := range specs {
			if _, ok := types.Task(s, spec.Class); !ok {
				t.Errorf("%s: there is no task %s", kind.Name, spec.Class)
			}
		}
	}
}
