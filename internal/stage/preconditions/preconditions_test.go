package preconditions_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
)

func plan(t *testing.T, execution *model.Execution, parent *model.Stage) ([]engine.Synthetic, error) {
	t.Helper()
	definition := preconditions.Type(nil, nil).Definition
	view := engine.View{Execution: execution, Stage: parent}
	if specs, err := definition.Tasks(view); err != nil || len(specs) != 0 {
		t.Fatalf("the stage of the pipeline has tasks %v (%v)", specs, err)
	}
	return definition.(engine.BeforePlanner).BeforeStages(view)
}

// run plans and runs the check of one synthetic stage.
func run(t *testing.T, kind *stage.Type, execution *model.Execution, context map[string]any) (stage.Result, error) {
	t.Helper()
	child := &model.Stage{ID: "child", RefID: "1<1", ParentStageID: "parent", Context: context}
	view := engine.View{Execution: execution, Stage: child}
	specs, err := kind.Definition.Tasks(view)
	if err != nil {
		return stage.Result{}, err
	}
	return kind.Tasks[specs[0].Class].Run(t.Context(), stage.Input{View: view})
}

// The recorded executions give what the synthetic stages and their tasks must
// be.
func TestRecordedExecutions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var execution model.Execution
			if err := model.Unmarshal(data, &execution); err != nil {
				t.Fatal(err)
			}
			for _, parent := range execution.Stages {
				if parent.Type == "checkPreconditions" && !parent.Synthetic() && parent.Status != model.NotStarted {
					compare(t, &execution, parent)
				}
			}
		})
	}
}

func compare(t *testing.T, execution *model.Execution, parent *model.Stage) {
	t.Helper()
	children, err := plan(t, execution, parent)
	if err != nil {
		t.Fatal(err)
	}
	var recorded []*model.Stage
	for _, s := range execution.Stages {
		if s.ParentStageID == parent.ID {
			recorded = append(recorded, s)
		}
	}
	if len(children) != len(recorded) {
		t.Fatalf("%d synthetic stages, want %d", len(children), len(recorded))
	}
	kind := preconditions.Type(nil, nil)
	for i, child := range children {
		want := recorded[i]
		if child.Type != want.Type || child.Name != want.Name {
			t.Errorf("got %s %q, want %s %q", child.Type, child.Name, want.Type, want.Name)
		}
		view := engine.View{Execution: execution, Stage: &model.Stage{ParentStageID: parent.ID, Context: child.Context}}
		specs, err := kind.Definition.Tasks(view)
		if err != nil {
			t.Fatal(err)
		}
		if specs[0].Name != want.Tasks[0].Name || specs[0].Class != want.Tasks[0].ImplementingClass {
			t.Errorf("got task %v, want %v", specs[0], want.Tasks[0])
		}
		result, err := kind.Tasks[specs[0].Class].Run(t.Context(), stage.Input{View: view})
		if err != nil {
			t.Fatal(err)
		}
		if got := model.Merge(child.Context, result.Context); !reflect.DeepEqual(got, want.Context) {
			t.Errorf("context %v, want %v", got, want.Context)
		}
		// The engine turns TERMINAL into what the stage's failure rules say.
		if (result.Status == model.Succeeded) != (want.Status == model.Succeeded) {
			t.Errorf("status %s, want %s", result.Status, want.Status)
		}
	}
}

func TestChildrenInheritTheCluster(t *testing.T) {
	t.Parallel()
	parent := &model.Stage{ID: "p", Context: map[string]any{
		"preconditions": []any{
			map[string]any{"type": "clusterSize", "failPipeline": false},
			map[string]any{"type": "clusterSize", "context": map[string]any{"cluster": "own"}},
		},
		"cluster": "app-main", "regions": []any{"eu"}, "credentials": "prod", "zoned": []any{"eu-a"},
		"restrictExecutionDuringTimeWindow": true, "restrictedExecutionWindow": map[string]any{},
		"continuePipeline": true, "nothing": nil,
	}}
	children, err := plan(t, &model.Execution{}, parent)
	if err != nil {
		t.Fatal(err)
	}
	cluster := map[string]any{"cluster": "app-main", "regions": []any{"eu"}, "credentials": "prod", "zones": []any{"eu-a"}}
	want := map[string]any{
		"type": "checkPreconditions", "preconditionType": "clusterSize", "failPipeline": false, "context": cluster,
		"cluster": "app-main", "regions": []any{"eu"}, "credentials": "prod", "zoned": []any{"eu-a"}, "continuePipeline": true,
	}
	if !reflect.DeepEqual(children[0].Context, want) {
		t.Errorf("got  %v\nwant %v", children[0].Context, want)
	}
	if got := children[1].Context["context"].(map[string]any)["cluster"]; got != "own" {
		t.Errorf("the precondition's own cluster became %v", got)
	}
}

func TestStrategyParametersNameTheCluster(t *testing.T) {
	t.Parallel()
	execution := &model.Execution{Type: model.PipelineExecution, Trigger: model.Trigger{"parameters": map[string]any{
		"strategy": true, "cluster": "app-x", "credentials": "prod", "region": "eu", "cloudProvider": "kubernetes",
	}}}
	children, err := plan(t, execution, &model.Stage{Context: map[string]any{
		"preconditions": []any{map[string]any{"type": "noop"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"cluster": "app-x", "credentials": "prod", "regions": []any{"eu"}}
	if got := children[0].Context["context"]; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestPlanningFailures(t *testing.T) {
	t.Parallel()
	for name, context := range map[string]map[string]any{
		"no list":       {},
		"not a list":    {"preconditions": "x"},
		"not an object": {"preconditions": []any{"x"}},
	} {
		if _, err := plan(t, &model.Execution{}, &model.Stage{RefID: "3", Name: "check", Context: context}); err == nil ||
			!strings.Contains(err.Error(), "stage 3 (check)") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := run(t, preconditions.Type(nil, nil), &model.Execution{}, map[string]any{"preconditionType": "weather"})
	if err == nil || !strings.HasPrefix(err.Error(), "no Precondition implementation for type weather") {
		t.Errorf("unknown type: got %v", err)
	}
	if _, err := run(t, preconditions.Type(nil, nil), &model.Execution{}, map[string]any{}); err == nil {
		t.Error("a stage with no type was planned")
	}
}

func TestExpression(t *testing.T) {
	t.Parallel()
	tests := []struct {
		expression any
		status     model.Status
		result     string
	}{
		{"true", model.Succeeded, "true"},
		{" True ", model.Succeeded, "true"},
		{true, model.Succeeded, "true"},
		{"${true}", model.Succeeded, "true"},
		{"false", model.Terminal, "false"},
		{false, model.Terminal, "false"},
		{nil, model.Terminal, "false"},
	}
	for _, test := range tests {
		context := map[string]any{"preconditionType": "expression", "context": map[string]any{"expression": test.expression}}
		result, err := run(t, preconditions.Type(nil, nil), &model.Execution{}, context)
		if err != nil {
			t.Fatal(err)
		}
		inner := result.Context["context"].(map[string]any)
		if result.Status != test.status || inner["expressionResult"] != test.result {
			t.Errorf("%v: got %s, %v", test.expression, result.Status, inner)
		}
	}
	_, err := run(t, preconditions.Type(nil, nil), &model.Execution{}, map[string]any{
		"preconditionType": "expression", "context": map[string]any{"expression": "x == 5"},
	})
	if err == nil || !strings.Contains(err.Error(), `"x == 5" can't be decided: expressions are not available yet`) {
		t.Errorf("got %v", err)
	}
}

type evaluator func(string) (preconditions.Evaluation, error)

func (e evaluator) Evaluate(_ context.Context, _ engine.View, expression string) (preconditions.Evaluation, error) {
	return e(expression)
}

func (evaluator) Asks(_ engine.View, expression string) bool {
	return strings.Contains(expression, "#fromUrl")
}

func TestExpressionsThatAskOtherServersAreNotInline(t *testing.T) {
	t.Parallel()
	kind := preconditions.Type(evaluator(nil), nil)
	for expression, want := range map[string]bool{"1 == 1": true, "#fromUrl('http://example.com') == '1'": false} {
		s := &model.Stage{Context: map[string]any{"preconditionType": "expression", "context": map[string]any{"expression": expression}}}
		in := stage.Input{View: engine.View{Execution: &model.Execution{}, Stage: s}}
		found := false
		for _, task := range kind.Tasks {
			if sometimes, ok := task.(stage.SometimesInline); ok {
				found = true
				if got := sometimes.InlineNow(in); got != want {
					t.Errorf("%s: inline %v", expression, got)
				}
			}
		}
		if !found {
			t.Error("no task is inline at times")
		}
	}
}

func TestExpressionKeepsTheSummaryAndTheMessage(t *testing.T) {
	t.Parallel()
	kind := preconditions.Type(evaluator(func(string) (preconditions.Evaluation, error) {
		return preconditions.Evaluation{Value: "${broken}", Summary: map[string]any{"expression": "bad"}}, nil
	}), nil)
	result, err := run(t, kind, &model.Execution{}, map[string]any{
		"preconditionType": "expression", "expressionEvaluationSummary": map[string]any{"old": "kept"},
		"context": map[string]any{"expression": "broken", "failureMessage": "not on Fridays"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"context":                     map[string]any{"expression": "broken", "failureMessage": "not on Fridays", "expressionResult": "broken"},
		"expressionEvaluationSummary": map[string]any{"old": "kept", "expression": "bad"},
		"exception":                   map[string]any{"details": map[string]any{"errors": []any{"not on Fridays"}}},
	}
	if result.Status != model.Terminal || !reflect.DeepEqual(result.Context, want) {
		t.Errorf("got %s %v", result.Status, result.Context)
	}
}

func TestStageStatus(t *testing.T) {
	t.Parallel()
	execution := &model.Execution{Stages: []*model.Stage{
		{Name: "deploy", Status: model.Succeeded}, {Name: "deploy", Status: model.Terminal},
	}}
	tests := []struct {
		name, stage, status, failureMessage, kind, want string
	}{
		{"holds", "deploy", "SUCCEEDED", "", "", ""},
		{"does not", "deploy", "TERMINAL", "", "PreconditionFailureException",
			"The status of stage deploy was asserted to be TERMINAL, but was actually SUCCEEDED"},
		{"own message", "deploy", "TERMINAL", "deploy first", "PreconditionFailureException", "deploy first"},
		{"unknown stage", "bake", "SUCCEEDED", "", "ConfigurationException",
			"Failed to find stage bake in execution. Please specify a valid stage name"},
		{"no stage", "", "SUCCEEDED", "", "ConfigurationException", "Stage name is required for preconditions of type stageStatus."},
		{"no status", "deploy", "", "", "ConfigurationException", "Stage status is required for preconditions of type stageStatus."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := run(t, preconditions.Type(nil, nil), execution, map[string]any{
				"preconditionType": "stageStatus",
				"context": map[string]any{
					"stageName": test.stage, "stageStatus": test.status, "failureMessage": test.failureMessage,
				},
			})
			check(t, result, err, test.kind, test.want)
		})
	}
}

// check compares a failure with what is wanted; kind "" wants success.
func check(t *testing.T, result stage.Result, err error, kind, message string) {
	t.Helper()
	if kind == "" {
		if err != nil || result.Status != model.Succeeded {
			t.Errorf("got %s, %v", result.Status, err)
		}
		return
	}
	var failure *stage.Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %s, %v", result.Status, err)
	}
	if failure.Type != kind || failure.Message != message {
		t.Errorf("got %s: %s", failure.Type, failure.Message)
	}
}

type clusters func(preconditions.Cluster) ([]preconditions.ServerGroup, error)

func (c clusters) ServerGroups(_ context.Context, cluster preconditions.Cluster) ([]preconditions.ServerGroup, error) {
	return c(cluster)
}

func TestClusterSize(t *testing.T) {
	t.Parallel()
	kind := preconditions.Type(nil, clusters(func(c preconditions.Cluster) ([]preconditions.ServerGroup, error) {
		if c != (preconditions.Cluster{Application: "app", Account: "prod", Name: "app-main", Provider: "kubernetes"}) {
			return nil, nil
		}
		return []preconditions.ServerGroup{
			{Name: "app-main-v1", Region: "eu", Disabled: true}, {Name: "app-main-v2", Region: "eu"},
			{Name: "app-main-v1", Region: "us"},
		}, nil
	}))
	tests := []struct {
		name       string
		comparison string
		expected   any
		enabled    bool
		regions    any
		kind       string
	}{
		{"default one", "", nil, false, []any{"us"}, ""},
		{"default one, two there", "", nil, false, []any{"eu"}, "PreconditionFailureException"},
		{"two", "==", "2", false, []any{"eu"}, ""},
		{"enabled ones", "==", 1, true, []any{"eu", "us"}, ""},
		{"fewer", "<", 3, false, []any{"eu", "us"}, ""},
		{"at most", "<=", 2, false, []any{"eu", "us"}, ""},
		{"more", ">", 1, false, []any{"eu"}, ""},
		{"more, one there", ">", 1, false, []any{"us"}, "PreconditionFailureException"},
		{"at least", ">=", 2, false, []any{"eu"}, ""},
		{"no such region", "==", 0, false, []any{"asia"}, ""},
		{"unknown comparison", "!=", 1, false, []any{"eu"}, "ConfigurationException"},
		{"negative", "==", -1, false, []any{"eu"}, "ConfigurationException"},
		{"no region", "==", 1, false, nil, "ConfigurationException"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			inner := map[string]any{
				"cluster": "app-main", "credentials": "prod", "regions": test.regions, "onlyEnabledServerGroups": test.enabled,
			}
			if test.comparison != "" {
				inner["comparison"], inner["expected"] = test.comparison, test.expected
			}
			result, err := run(t, kind, &model.Execution{Application: "other"}, map[string]any{
				"preconditionType": "clusterSize", "cloudProvider": "kubernetes", "context": inner,
			})
			var failure *stage.Error
			if errors.As(err, &failure) != (test.kind != "") {
				t.Fatalf("got %s, %v", result.Status, err)
			}
			if failure != nil && failure.Type != test.kind {
				t.Errorf("got %s: %s", failure.Type, failure.Message)
			}
		})
	}
}

func TestClusterSizeTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	kind := preconditions.Type(nil, clusters(func(preconditions.Cluster) ([]preconditions.ServerGroup, error) {
		return []preconditions.ServerGroup{{Name: "app-v1", Region: "eu"}, {Name: "app-v2", Region: "eu"}}, nil
	}))
	inner := map[string]any{"cluster": "app", "regions": []any{"eu"}}
	result, err := run(t, kind, &model.Execution{}, map[string]any{"preconditionType": "clusterSize", "context": inner})
	check(t, result, err, "PreconditionFailureException",
		"Precondition check failed: expected == 1 server groups in eu but found 2: [app-v1, app-v2]. "+
			"Please clean up the cluster to only have the specific number of server groups, "+
			"or opt out of this check in your deploy stage.")

	passing := errors.New("passing")
	kind = preconditions.Type(nil, clusters(func(preconditions.Cluster) ([]preconditions.ServerGroup, error) {
		return nil, stage.Retryable(passing)
	}))
	_, err = run(t, kind, &model.Execution{}, map[string]any{"preconditionType": "clusterSize", "context": inner})
	if !stage.IsRetryable(err) || !errors.Is(err, passing) {
		t.Errorf("a passing failure became %v", err)
	}
}

func TestWhatIsKnownToFailBeforeItRuns(t *testing.T) {
	t.Parallel()
	kind := preconditions.Type(nil, nil)
	for given, want := range map[string]string{
		`{"preconditions": [{"type": "noop"}, {"type": "${ parameters.kind }"}]}`: "",
		`{"preconditions": "${ #stage('a').context.list }"}`:                      "",
		`{"preconditions": ["${ #stage('a').context.one }"]}`:                     "",
		`{}`:                                "preconditions must be a list",
		`{"preconditions": "all"}`:          "preconditions must be a list",
		`{"preconditions": [1]}`:            "preconditions[0] must be an object",
		`{"preconditions": [{}]}`:           "preconditions[0].type is missing",
		`{"preconditions": [{"type":"x"}]}`: `preconditions[0].type must be one of clusterSize, expression, noop, stageStatus, not "x"`,
	} {
		var fields map[string]any
		if err := json.Unmarshal([]byte(given), &fields); err != nil {
			t.Fatal(err)
		}
		if err := kind.Check(fields); want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: got %v, want %q", given, err, want)
		}
	}
}
