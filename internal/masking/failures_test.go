package masking_test

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

func TestFailuresDoNotQuoteSecrets(t *testing.T) {
	t.Parallel()
	context, _ := value(t, `{
		"manifests": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringData": {"q": "pa${hunter2:x y}"}}],
		"expressionEvaluationSummary": {
			"hunter2:x y": [{"level": "ERROR", "description": "Failed to evaluate [manifests[0].stringData.q] the expression ends before ':', at 9 in hunter2:x y"}],
			"other": [{"level": "ERROR", "description": "Failed to evaluate [message] other not found"}]
		},
		"exception": {"details": {"errors": [
			"Failed to evaluate [manifests[0].stringData.q] the expression ends before ':', at 9 in hunter2:x y",
			"Failed to evaluate [expressionEvaluationSummary.hunter2:x y] no",
			"Failed to evaluate [message] other not found"
		]}}
	}`).(map[string]any)
	shown := text(t, masking.Stage(&model.Stage{Context: context}).Context)
	if strings.Contains(shown, "hunter2") {
		t.Errorf("the value is shown: %s", shown)
	}
	for _, want := range []string{"Failed to evaluate [message] other not found", "manifests[0].stringData.q"} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is missing: %s", want, shown)
		}
	}
	if !strings.Contains(text(t, context), "hunter2") {
		t.Error("the stage itself was changed")
	}
}

func TestMisspelledFieldsOfSecretsAreHidden(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"data", "stringData", "stringdata", "datas", "Data", "STRINGDATA"} {
		object := value(t, `{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "visible"}, "type": "Opaque", "`+field+`": {"p": "hunter2"}}`)
		for _, shown := range []string{
			text(t, masking.Value(object)),
			text(t, masking.Value("apiVersion: v1\nkind: Secret\nmetadata: {name: visible}\ntype: Opaque\n"+field+":\n  p: hunter2\n")),
		} {
			if strings.Contains(shown, "hunter2") || !strings.Contains(shown, "visible") || !strings.Contains(shown, "Opaque") {
				t.Errorf("%s is shown as %s", field, shown)
			}
		}
	}
}
