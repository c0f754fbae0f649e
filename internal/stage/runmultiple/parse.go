package runmultiple

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// notApps are keys beside the apps in a bundle.
var notApps = []string{"rollback_onfailure"}

// app is one run of a pipeline.
type app struct {
	name      string
	pipeline  string
	arguments map[string]any
	dependsOn []string
}

// parseTask works out the levels: which apps are run together.
type parseTask struct{}

// Inline marks the task as one that does nothing outside.
func (parseTask) Inline() {}

// Run reads yamlConfig.
func (parseTask) Run(_ context.Context, in stage.Input) (stage.Result, error) {
	apps, err := read(in.Stage.Context["yamlConfig"])
	if err != nil {
		return stage.Result{}, &stage.Error{Type: "IllegalArgumentException", Message: "yamlConfig: " + err.Error(), Cause: err}
	}
	if model.Bool(in.Stage.Context, "checkDuplicated", true) {
		if a, b, twice := duplicate(apps); twice {
			return stage.Result{}, &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(
				"Detected two or more duplicated arguments and calling the same child_pipeline. You would have the same execution: %s and %s", a, b)}
		}
	}
	levels, err := order(apps)
	if err != nil {
		return stage.Result{}, &stage.Error{Type: "IllegalArgumentException", Message: "yamlConfig: " + err.Error(), Cause: err}
	}
	list := make([]any, len(levels))
	for i, level := range levels {
		list[i] = encode(level)
	}
	level, done := int64(0), []any{}
	if model.Bool(in.Stage.Context, restartedOnly, false) {
		level, _ = model.Int(in.Stage.Context, keyLevel)
		done = earlier(in)
	}
	return stage.Succeeded().With(map[string]any{
		keyOrder: list, keyLevel: level, keySize: len(levels), keyOutputs: done,
		"ignoreUncompleted": model.Bool(in.Stage.Context, "ignoreUncompleted", false),
	}), nil
}

// earlier are the executions of the levels before the one that is waited for again,
// from the outputs of the run before.
func earlier(in stage.Input) []any {
	out, again := []any{}, model.Strings(in.Stage.Context, keyIDs)
	for _, done := range model.Objects(in.Stage.Outputs, "executionsList") {
		if !slices.Contains(again, model.String(done, "id")) {
			out = append(out, done)
		}
	}
	return out
}

// read takes the apps from the field, in the order of their names: a list whose
// first member has a bundle_web, the member itself, or either as YAML text.
func read(value any) ([]app, error) {
	if text, ok := value.(string); ok {
		parsed, err := parse(text)
		if err != nil {
			return nil, err
		}
		value = parsed
	}
	if list, ok := value.([]any); ok {
		if len(list) == 0 {
			return nil, fmt.Errorf("it is empty")
		}
		value = list[0]
	}
	document, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("it must contain an object with bundle_web")
	}
	bundle := model.Object(document, "bundle_web")
	if bundle == nil {
		return nil, fmt.Errorf("bundle_web is missing")
	}
	var apps []app
	for name, value := range bundle {
		if slices.Contains(notApps, name) {
			continue
		}
		fields, ok := value.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("bundle_web.%s must be an object", name)
		}
		a := app{
			name: name, pipeline: model.String(fields, "child_pipeline"),
			arguments: model.Object(fields, "arguments"), dependsOn: model.Strings(fields, "depends_on"),
		}
		if a.pipeline == "" {
			return nil, fmt.Errorf("bundle_web.%s.child_pipeline is missing", name)
		}
		apps = append(apps, a)
	}
	if len(apps) == 0 {
		return nil, fmt.Errorf("bundle_web has no apps")
	}
	slices.SortFunc(apps, func(a, b app) int { return strings.Compare(a.name, b.name) })
	return apps, nil
}

// parse reads YAML as JSON would be read.
func parse(text string) (any, error) {
	checked, err := yamldoc.Check([]byte(text), limit.Document)
	if err != nil {
		return nil, err
	}
	data, err := checked.JSON()
	if err != nil {
		return nil, fmt.Errorf("it is no YAML: %w", err)
	}
	var value any
	if err := limit.Unmarshal(data, &value); err != nil {
		return nil, fmt.Errorf("it is no YAML document: %w", err)
	}
	return value, nil
}

// duplicate finds two apps that would run the same pipeline alike.
func duplicate(apps []app) (first, second string, found bool) {
	seen := map[string]string{}
	for _, a := range apps {
		data, err := model.Marshal([]any{a.pipeline, model.Merge(a.arguments, nil)})
		if err != nil {
			continue
		}
		if other, ok := seen[string(data)]; ok {
			return other, a.name, true
		}
		seen[string(bytes.Clone(data))] = a.name
	}
	return "", "", false
}

// order puts the apps into levels: each app stands behind all it depends on.
func order(apps []app) ([][]app, error) {
	done := map[string]bool{}
	for _, a := range apps {
		for _, name := range a.dependsOn {
			if !slices.ContainsFunc(apps, func(other app) bool { return other.name == name }) {
				return nil, fmt.Errorf("bundle_web.%s.depends_on refers to %s, which doesn't exist", a.name, name)
			}
		}
	}
	var levels [][]app
	for rest := apps; len(rest) > 0; {
		var level, later []app
		for _, a := range rest {
			if slices.ContainsFunc(a.dependsOn, func(name string) bool { return !done[name] }) {
				later = append(later, a)
			} else {
				level = append(level, a)
			}
		}
		if len(level) == 0 {
			return nil, fmt.Errorf("these apps depend on each other in a circle: %s", strings.Join(namesOf(later), ", "))
		}
		for _, a := range level {
			done[a.name] = true
		}
		levels, rest = append(levels, level), later
	}
	return levels, nil
}

func namesOf(apps []app) []string {
	out := make([]string, len(apps))
	for i, a := range apps {
		out[i] = a.name
	}
	return out
}

// encode writes a level into the context, in Orca's shape.
func encode(level []app) []any {
	out := make([]any, len(level))
	for i, a := range level {
		depends := make([]any, len(a.dependsOn))
		for j, name := range a.dependsOn {
			depends[j] = name
		}
		out[i] = map[string]any{
			"yamlIdentifier": a.name, "child_pipeline": a.pipeline, "arguments": model.Merge(a.arguments, nil), "depends_on": depends,
		}
	}
	return out
}

// decode reads the level that runs from the context.
func decode(context map[string]any) []app {
	levels := model.List(context, keyOrder)
	n, _ := model.Int(context, keyLevel)
	if n < 0 || n >= int64(len(levels)) {
		return nil
	}
	var out []app
	for _, fields := range model.Objects(map[string]any{"": levels[n]}, "") {
		out = append(out, app{
			name: model.String(fields, "yamlIdentifier"), pipeline: model.String(fields, "child_pipeline"),
			arguments: model.Object(fields, "arguments"), dependsOn: model.Strings(fields, "depends_on"),
		})
	}
	return out
}
