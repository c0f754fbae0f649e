package server_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
)

// formsOfTheirOwn are the types whose fields the web interface has forms and texts of
// its own for; of the others it shows the texts of their schemas.
var formsOfTheirOwn = []string{"kubernetes"}

// The web interface shows the titles of types of accounts and the texts of their
// schemas, in Chinese by a table of them: each has its Chinese, and nothing is in it
// that is not shown.
func TestAccountTypesHaveTheirTextsInChinese(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../web/src/i18n/accountFields.zh.json")
	if err != nil {
		t.Fatal(err)
	}
	var chinese struct{ Labels, Texts map[string]string }
	if err := json.Unmarshal(file, &chinese); err != nil {
		t.Fatal(err)
	}
	status, answer := start(t, func(*config.Config) {}).call(http.MethodGet, "/credentials/types", nil)
	types, ok := answer.([]any)
	if status != http.StatusOK || !ok || len(types) < 2 {
		t.Fatalf("the types of accounts are %d %v", status, answer)
	}
	labels, texts := map[string]string{}, map[string]string{}
	for _, one := range types {
		kind, _ := one.(map[string]any)
		name := model.String(kind, "type")
		texts[model.String(kind, "title")] = name
		if slices.Contains(formsOfTheirOwn, name) {
			continue
		}
		for field, of := range model.Object(model.Object(kind, "schema"), "properties") {
			if field == "name" { // the form has it anyway
				continue
			}
			labels[field] = name
			of, _ := of.(map[string]any)
			if description := model.String(of, "description"); description != "" {
				texts[description] = name + "." + field
			}
		}
	}
	sameTexts(t, labels, chinese.Labels)
	sameTexts(t, texts, chinese.Texts)
}

// sameTexts tells what is shown and has no Chinese, and what has one and is not shown.
func sameTexts(t *testing.T, shown, chinese map[string]string) {
	t.Helper()
	for text, where := range shown {
		if chinese[text] == "" {
			t.Errorf("%s: web/src/i18n/accountFields.zh.json has no Chinese for %q", where, text)
		}
	}
	for text := range chinese {
		if shown[text] == "" {
			t.Errorf("web/src/i18n/accountFields.zh.json has %q, which no type of accounts says", text)
		}
	}
}
