package unavailable_test

import (
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
)

func TestStagesFailAtOnce(t *testing.T) {
	t.Parallel()
	types := stage.NewRegistry(unavailable.Types(nil)...) // panics where a name is there twice
	validator, err := stage.NewValidator(types)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(types.Types()); n < 90 {
		t.Errorf("there are %d types", n)
	}
	for _, kind := range types.Types() {
		if kind.Label == "" || kind.Description == "" {
			t.Errorf("%s: label %q, description %q", kind.Name, kind.Label, kind.Description)
		}
		if problems := validator.Stage(map[string]any{"type": kind.Name, "anything": []any{1}}); problems != nil {
			t.Errorf("%s: %v", kind.Name, problems)
		}
	}
	s := &model.Stage{Type: "Aws.LambdaInvokeStage"}
	definition, ok := types.Definition(s)
	if !ok {
		t.Fatal("an alias isn't known")
	}
	specs, err := definition.Tasks(engine.View{Stage: s})
	if err != nil || len(specs) != 1 {
		t.Fatalf("got %v, %v", specs, err)
	}
	task, ok := types.Task(s, specs[0].Class)
	if !ok {
		t.Fatal("the task isn't there")
	}
	_, err = task.Run(t.Context(), stage.Input{})
	if err == nil || stage.IsRetryable(err) || err.Error() != `The stage type "lambdaInvoke" (Lambda Invoke, AWS Lambda) is not supported yet` {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsAvailableIsLeftOut(t *testing.T) {
	t.Parallel()
	others := []*stage.Type{{Name: "jenkins", Aliases: []string{"travis"}}, {Name: "x", Aliases: []string{"Aws.LambdaInvokeStage"}}}
	types := stage.NewRegistry(append(unavailable.Types(others), others...)...)
	if kind, ok := types.Lookup("travis"); !ok || kind.Name != "jenkins" {
		t.Errorf("got %v", kind)
	}
	if kind, ok := types.Lookup("lambdaInvoke"); !ok || slices.Contains(kind.Aliases, "Aws.LambdaInvokeStage") {
		t.Errorf("got %v", kind)
	}
}
