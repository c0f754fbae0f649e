package server_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

// TestPipelinesStartOthers: the end of a pipeline starts those whose triggers ask for its
// status, as children of it, once; and it is known why others didn't start.
func TestPipelinesStartOthers(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	const id = "first"
	i.save(id, map[string]any{"parameterConfig": []any{map[string]any{"name": "fail", "default": "no"}}},
		flowStage("checkPreconditions", "1", map[string]any{"preconditions": []any{map[string]any{
			"type": "expression", "failPipeline": true, "context": map[string]any{"expression": "${parameters.fail == 'no'}"},
		}}}))
	after := func(name string, status ...any) {
		i.save(name, map[string]any{"triggers": []any{map[string]any{
			"type": "pipeline", "enabled": true, "id": name, "application": "shop", "pipeline": id, "status": status,
		}}}, flowStage("wait", "1", map[string]any{"waitTime": 0}))
	}
	after("good", "successful")
	after("bad", "failed", "canceled")
	begin := func(fail string) {
		i.object(http.MethodPost, "/pipelines/shop/first", map[string]any{"type": "manual", "user": "ann", "parameters": map[string]any{"fail": fail}})
	}
	begin("no")
	require.Eventually(t, func() bool { return len(i.started("good")) == 1 }, time.Minute, 20*time.Millisecond)
	begin("yes")
	require.Eventually(t, func() bool { return len(i.started("bad")) == 1 }, time.Minute, 20*time.Millisecond)
	require.Len(t, i.started("good"), 1)

	child, _ := i.started("good")[0]["trigger"].(map[string]any)
	require.Equal(t, "pipeline", child["type"])
	require.Equal(t, id, model.String(model.Object(child, "parentExecution"), "pipelineConfigId"))
	require.NotEmpty(t, child["eventId"])
	status, answer := i.call(http.MethodGet, "/triggers/events?type=pipeline&started=true", nil)
	require.Equal(t, http.StatusOK, status)
	events := model.Objects(map[string]any{"list": answer}, "list")
	require.Len(t, events, 2)
	event := i.object(http.MethodGet, "/triggers/events/"+model.String(events[0], "id"), nil)
	reasons := map[string]string{}
	for _, d := range model.Objects(event, "decisions") {
		reasons[model.String(d, "pipelineName")] = model.String(d, "reason")
	}
	require.Equal(t, `status: the trigger wants "successful", and the event has "failed"`, reasons["good"])
	require.Empty(t, reasons["bad"])
}
