package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// notWord is what ids of templates made from pipelines leave out of their names.
var notWord = regexp.MustCompile(`\W`)

// FromPipeline makes a template of version 1 of a pipeline, as YAML to go on
// from: without variables, and with the pipeline's own settings. The rules are
// those of Orca's PipelineTemplateConverter; unlike it, it keeps the pipeline's
// limit of concurrent executions, and what looks like Jinja in its values.
func FromPipeline(pipeline map[string]any) ([]byte, error) {
	application, name := model.String(pipeline, "application"), model.String(pipeline, "name")
	id := application
	if id == "" {
		id = "spinnaker"
	}
	title, scopes := name, []any{}
	if title == "" {
		name, title = "generatedTemplate", "Give it a name"
	}
	if application != "" {
		scopes = append(scopes, application)
	}
	description := model.String(pipeline, "description")
	if description == "" {
		description = "Give it a description"
	}
	template := yamldoc.Object{
		{Name: "schema", Value: "1"},
		{Name: "id", Value: id + "-" + notWord.ReplaceAllString(name, "")},
		{Name: "metadata", Value: yamldoc.Object{
			{Name: "name", Value: title}, {Name: "description", Value: description},
			{Name: "owner", Value: model.String(pipeline, "lastModifiedBy")}, {Name: "scopes", Value: scopes},
		}},
		{Name: "protect", Value: false},
		{Name: "configuration", Value: settingsOf(pipeline)},
		{Name: "variables", Value: []any{}},
		{Name: "stages", Value: stagesOf(pipeline)},
	}
	text, err := yamldoc.Encode(template)
	if err != nil {
		return nil, fmt.Errorf("write the template of pipeline %s: %w", name, err)
	}
	return append([]byte("# Made of a pipeline. Give it variables, and put them in with {{ name }}.\n"), text...), nil
}

func settingsOf(pipeline map[string]any) yamldoc.Object {
	most, _ := model.Int(pipeline, "maxConcurrentExecutions")
	return yamldoc.Object{
		{Name: "concurrentExecutions", Value: yamldoc.Object{
			{Name: "limitConcurrent", Value: model.Bool(pipeline, "limitConcurrent", true)}, {Name: "maxConcurrentExecutions", Value: most},
		}},
		{Name: "triggers", Value: named(pipeline, "triggers", func(map[string]any) string { return "unnamed" })},
		{Name: "parameters", Value: listOf(pipeline, "parameterConfig")},
		{Name: "notifications", Value: named(pipeline, "notifications", func(n map[string]any) string { return model.String(n, "type") })},
		{Name: "expectedArtifacts", Value: listOf(pipeline, "expectedArtifacts")},
	}
}

// named gives each object of a list a name, by which templates tell them apart.
func named(pipeline map[string]any, key string, prefix func(map[string]any) string) []any {
	out := []any{}
	for i, item := range model.Objects(pipeline, key) {
		out = append(out, literal(model.Merge(item, map[string]any{"name": fmt.Sprint(prefix(item), i)})))
	}
	return out
}

func listOf(pipeline map[string]any, key string) []any {
	out := []any{}
	for _, item := range model.List(pipeline, key) {
		out = append(out, literal(item))
	}
	return out
}

func stagesOf(pipeline map[string]any) []any {
	stages := model.Objects(pipeline, "stages")
	idOf := func(stage map[string]any) string { return model.String(stage, "type") + model.String(stage, "refId") }
	out := []any{}
	for _, stage := range stages {
		after := []any{}
		for _, ref := range model.Strings(stage, "requisiteStageRefIds") {
			i := slices.IndexFunc(stages, func(s map[string]any) bool { return model.String(s, "refId") == ref })
			if i >= 0 {
				after = append(after, idOf(stages[i]))
			}
		}
		config := model.Merge(stage, nil)
		for _, own := range []string{"type", "name", "refId", "requisiteStageRefIds"} {
			delete(config, own)
		}
		out = append(out, yamldoc.Object{
			{Name: "id", Value: idOf(stage)}, {Name: "type", Value: model.String(stage, "type")},
			{Name: "dependsOn", Value: after}, {Name: "name", Value: literal(stage["name"])}, {Name: "config", Value: literal(config)},
		})
	}
	return out
}

// literal is a value whose texts mean themselves in a template: what looks like
// Jinja is marked as none. Numbers are plain.
func literal(value any) any {
	switch v := value.(type) {
	case string:
		if strings.Contains(v, "{{") || strings.Contains(v, "{%") || strings.Contains(v, "{#") {
			return "{% raw %}" + v + "{% endraw %}"
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			out[key] = literal(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			out[i] = literal(member)
		}
		return out
	}
	return model.Plain(value)
}
