package server_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/server"
)

// internalTypes save the platform's own things; the editor does not offer them.
var internalTypes = regexp.MustCompile(`^(create|update|upsert|delete|save|reorder|bulk)(V2)?(Upsert)?(Application|Pipeline|Pipelines|PipelineTemplate|V2PipelineTemplate|Project|EntityTags)$`)

// elsewhere are the fields of a stage that the editor has controls of its own for.
var elsewhere = []string{
	"type", "name", "refId", "requisiteStageRefIds", "cloudProvider", "judgmentStatus", "judgmentInput", "skipRemainingWait", "expectedArtifacts", "notifications",
	"sendNotifications", "stageTimeoutMs", "stageEnabled", "failPipeline", "continuePipeline", "completeOtherBranchesThenFail", "comments",
	"restrictExecutionDuringTimeWindow", "restrictedExecutionWindow",
}

// The web interface shows the texts of stage types and of their schemas, in Chinese
// by a table of them: each has its Chinese, and nothing is in it that is not shown.
func TestStageTypesHaveTheirTextsInChinese(t *testing.T) {
	t.Parallel()
	catalogue, err := server.NewCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile("../../web/src/i18n/stages.zh.json")
	if err != nil {
		t.Fatal(err)
	}
	var chinese map[string]string
	if err := json.Unmarshal(file, &chinese); err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{}
	for _, kind := range catalogue.Registry().Types() {
		if catalogue.Unavailable(kind.Name) != "" || internalTypes.MatchString(kind.Name) {
			continue
		}
		shown[kind.Label], shown[kind.Description] = kind.Name, kind.Name
		var schema map[string]any
		if err := json.Unmarshal(kind.Schema, &schema); err != nil {
			t.Fatalf("%s: %v", kind.Name, err)
		}
		schemaTexts(schema, kind.Name, elsewhere, shown)
	}
	for text, where := range shown {
		if strings.TrimSpace(chinese[text]) == "" {
			t.Errorf("%s: web/src/i18n/stages.zh.json has no Chinese for %q", where, text)
		}
	}
	for text := range chinese {
		if shown[text] == "" {
			t.Errorf("web/src/i18n/stages.zh.json has %q, which no stage type says", text)
		}
	}
}

func schemaTexts(schema map[string]any, where string, except []string, out map[string]string) {
	for name, field := range model.Object(schema, "properties") {
		of, ok := field.(map[string]any)
		if _, fixed := of["const"]; !ok || fixed || slices.Contains(except, name) {
			continue
		}
		at := where + "." + name
		title := model.String(of, "title")
		if title == "" {
			title = asWords(name)
		}
		out[title] = at
		if description := model.String(of, "description"); description != "" {
			out[description] = at
		}
		schemaTexts(of, at, nil, out)
	}
	if items := model.Object(schema, "items"); items != nil {
		schemaTexts(items, where, nil, out)
	}
}

var wordBegins = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// asWords names a field without a title as the web interface does: "waitTime" is
// "Wait time".
func asWords(name string) string {
	words := strings.ToLower(wordBegins.ReplaceAllString(name, "$1 $2"))
	return strings.ToUpper(words[:1]) + words[1:]
}
