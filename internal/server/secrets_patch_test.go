package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// A client can't read a Secret by an expression that it puts into a stage: the
// engine evaluates it with what is hidden from the client.
func TestExpressionsOfClientsCannotShowSecrets(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	secret := map[string]any{"apiVersion": "v1", "kind": "Secret", "metadata": map[string]any{"name": "s"}, "stringData": map[string]any{"q": "hunter2"}}
	i.save("with", nil, model.Merge(judgmentStage("judge"), map[string]any{"manifest": secret}))
	i.save("without", nil, judgmentStage("judge"))
	for pipeline, want := range map[string]int{"with": http.StatusForbidden, "without": http.StatusOK} {
		path := i.begin(pipeline)
		stage := path + "/stages/" + model.String(i.untilStage(path, "judge", "RUNNING"), "id")
		for _, patch := range []map[string]any{
			{"instructions": "${#stage('judge').context.manifest.stringData.q}"},
			{"deep": []any{map[string]any{"${1}": "x"}}},
		} {
			if status, answer := i.call(http.MethodPatch, stage, patch); status != want {
				t.Errorf("%s: %v is answered with %d %v", pipeline, patch, status, answer)
			}
		}
		if status, answer := i.call(http.MethodPatch, stage, map[string]any{"instructions": "plain"}); status != http.StatusOK {
			t.Errorf("%s: a plain text is answered with %d %v", pipeline, status, answer)
		}
		i.judge(path, "judge", "continue")
		i.untilStatus(path, "SUCCEEDED")
	}
}
