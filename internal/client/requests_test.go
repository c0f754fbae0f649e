package client_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// Each call is the request that Gate has for it, with names escaped, and with
// nothing sent that isn't asked for.
func TestRequests(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		call   func(context.Context, *client.Client) error
		answer string
		want   string // the method, the path with its query, and the body
	}{
		"version":      {func(ctx context.Context, c *client.Client) error { _, err := c.Version(ctx); return err }, `{"version":"1"}`, "GET /version"},
		"applications": {func(ctx context.Context, c *client.Client) error { _, err := c.Applications(ctx); return err }, `[]`, "GET /applications"},
		"application":  {func(ctx context.Context, c *client.Client) error { _, err := c.Application(ctx, "my/app"); return err }, `{}`, "GET /applications/my%2Fapp?expand=false"},
		"pipelines": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Configs(ctx, client.Pipelines, "shop")
			return err
		}, `[]`, "GET /applications/shop/pipelineConfigs"},
		"strategies": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Configs(ctx, client.Strategies, "shop")
			return err
		}, `[]`, "GET /applications/shop/strategyConfigs"},
		"pipeline": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Config(ctx, client.Pipelines, "shop", "Bake & Deploy?")
			return err
		}, `{}`, "GET /applications/shop/pipelineConfigs/Bake%20&%20Deploy%3F"},
		"save a pipeline": {func(ctx context.Context, c *client.Client) error {
			_, err := c.SaveConfig(ctx, client.Pipelines, model.Pipeline{"name": "<a>"}, false)
			return err
		}, ``, `POST /pipelines {"name":"<a>"}`},
		"save if unchanged": {func(ctx context.Context, c *client.Client) error {
			_, err := c.SaveConfig(ctx, client.Strategies, model.Pipeline{}, true)
			return err
		}, ``, `POST /strategies?staleCheck=true {}`},
		"delete a pipeline": {func(ctx context.Context, c *client.Client) error {
			return c.DeleteConfig(ctx, client.Pipelines, "shop", "a b")
		}, ``, "DELETE /pipelines/shop/a%20b"},
		"history":   {func(ctx context.Context, c *client.Client) error { _, err := c.ConfigHistory(ctx, "id", 5); return err }, `[]`, "GET /pipelineConfigs/id/history?limit=5"},
		"projects":  {func(ctx context.Context, c *client.Client) error { _, err := c.Projects(ctx); return err }, `[]`, "GET /projects"},
		"templates": {func(ctx context.Context, c *client.Client) error { _, err := c.Templates(ctx); return err }, `[]`, "GET /v2/pipelineTemplates"},
		"a new template": {func(ctx context.Context, c *client.Client) error {
			return c.SaveTemplate(ctx, object{"id": "t"}, false)
		}, `{}`, `POST /v2/pipelineTemplates/create {"id":"t"}`},
		"a known template": {func(ctx context.Context, c *client.Client) error { return c.SaveTemplate(ctx, object{"id": "t"}, true) }, `{}`, `POST /v2/pipelineTemplates/update/t {"id":"t"}`},
		"notifications":    {func(ctx context.Context, c *client.Client) error { _, err := c.Notifications(ctx, "shop"); return err }, `{}`, "GET /notifications/application/shop"},
		"save notifications": {func(ctx context.Context, c *client.Client) error {
			return c.SaveNotifications(ctx, "shop", object{"a": 1})
		}, ``, `POST /notifications/application/shop {"a":1}`},
		"start": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Start(ctx, "shop", "Deploy it", object{"type": "manual"})
			return err
		}, `{"ref":"/pipelines/01E"}`, `POST /pipelines/shop/Deploy%20it {"type":"manual"}`},
		"execution":           {func(ctx context.Context, c *client.Client) error { _, err := c.Execution(ctx, "01E"); return err }, `{}`, "GET /pipelines/01E"},
		"cancel":              {func(ctx context.Context, c *client.Client) error { return c.Cancel(ctx, "01E", "too slow", true) }, ``, "PUT /pipelines/01E/cancel?force=true&reason=too+slow"},
		"cancel quietly":      {func(ctx context.Context, c *client.Client) error { return c.Cancel(ctx, "01E", "", false) }, ``, "PUT /pipelines/01E/cancel"},
		"pause":               {func(ctx context.Context, c *client.Client) error { return c.Pause(ctx, "01E") }, ``, "PUT /pipelines/01E/pause"},
		"resume":              {func(ctx context.Context, c *client.Client) error { return c.Resume(ctx, "01E") }, ``, "PUT /pipelines/01E/resume"},
		"delete an execution": {func(ctx context.Context, c *client.Client) error { return c.DeleteExecution(ctx, "01E") }, ``, "DELETE /pipelines/01E"},
		"restart":             {func(ctx context.Context, c *client.Client) error { return c.Restart(ctx, "01E", "s") }, ``, "PUT /pipelines/01E/stages/s/restart {\"skip\":false}"},
		"update a stage": {func(ctx context.Context, c *client.Client) error {
			return c.UpdateStage(ctx, "01E", "s", object{"judgmentStatus": "continue"})
		}, ``, `PATCH /pipelines/01E/stages/s {"judgmentStatus":"continue"}`},
		"tasks": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Tasks(ctx, "shop", []string{"RUNNING", "TERMINAL"}, 7)
			return err
		}, `[]`, "GET /applications/shop/tasks?limit=7&statuses=RUNNING%2CTERMINAL"},
		"task": {func(ctx context.Context, c *client.Client) error { _, err := c.Task(ctx, "01T"); return err }, `{}`, "GET /tasks/01T"},
		"start a task": {func(ctx context.Context, c *client.Client) error {
			_, err := c.StartTask(ctx, object{"job": []any{}})
			return err
		}, `{"ref":"/tasks/01T"}`, `POST /tasks {"job":[]}`},
		"accounts":          {func(ctx context.Context, c *client.Client) error { _, err := c.Accounts(ctx); return err }, `[]`, "GET /credentials?expand=true"},
		"account":           {func(ctx context.Context, c *client.Client) error { _, err := c.Account(ctx, "a/b"); return err }, `{}`, "GET /credentials/a%2Fb"},
		"artifact accounts": {func(ctx context.Context, c *client.Client) error { _, err := c.ArtifactAccounts(ctx); return err }, `[]`, "GET /artifacts/credentials"},
		"artifact names": {func(ctx context.Context, c *client.Client) error {
			_, err := c.ArtifactNames(ctx, "acc", "helm/chart")
			return err
		}, `[]`, "GET /artifacts/account/acc/names?type=helm%2Fchart"},
		"artifact versions": {func(ctx context.Context, c *client.Client) error {
			_, err := c.ArtifactVersions(ctx, "acc", "helm/chart", "web")
			return err
		}, `[]`, "GET /artifacts/account/acc/versions?artifactName=web&type=helm%2Fchart"},
		"executions": {func(ctx context.Context, c *client.Client) error {
			_, err := c.Executions(ctx, client.Filter{Application: "shop", Statuses: []string{"RUNNING"}, Limit: 3})
			return err
		}, `[]`, "GET /applications/shop/pipelines?expand=false&limit=3&statuses=RUNNING"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			it := serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				got = append(got, strings.TrimSpace(r.Method+" "+r.RequestURI+" "+string(body)))
				answer(w, 200, c.answer)
			}, nil)
			require.NoError(t, c.call(t.Context(), it))
			require.Equal(t, []string{c.want}, got)
		})
	}
}

// A stage is found by its id, its refId or its name; those that the engine has added
// come after the pipeline's own.
func TestStagesOfExecutions(t *testing.T) {
	t.Parallel()
	e := client.Execution{
		"id": "01E", "type": "PIPELINE", "status": "TERMINAL", "application": "shop", "name": "Deploy", "buildTime": 1.0, "startTime": 2.0, "endTime": 3.0,
		"authentication": object{"user": "ann"}, "trigger": object{"user": "bob"},
		"stages": []any{
			object{"id": "a1", "refId": "1<1", "name": "Check", "parentStageId": "a"},
			object{"id": "a", "refId": "1", "name": "Check", "type": "checkPreconditions", "status": "SUCCEEDED", "startTime": 5.0, "context": object{"x": 1}, "tasks": []any{object{"id": "1"}}},
			object{"id": "1", "refId": "2", "type": "wait"},
		},
	}
	for which, want := range map[string]string{"a": "a", "a1": "a1", "1": "1", "2": "1", "check": "a", "1<1": "a1", "nope": "", "": ""} {
		s, ok := e.Stage(which)
		require.Equal(t, want != "", ok && which != "", which)
		if want != "" {
			require.Equal(t, want, s.ID(), which)
		}
	}
	s, _ := e.Stage("a")
	start, end := s.Times()
	require.Equal(t, []any{"Check", "checkPreconditions", model.Succeeded, int64(5), int64(0), 1}, []any{s.Name(), s.Type(), s.Status(), start, end, len(s.Tasks())})
	unnamed, _ := e.Stage("2")
	require.Equal(t, "wait", unnamed.Name(), "one without a name goes by its type")
	build, start, end := e.Times()
	require.Equal(t, []int64{1, 2, 3}, []int64{build, start, end})
	require.Equal(t, []any{"01E", "shop", "Deploy", "ann", model.PipelineExecution}, []any{e.ID(), e.Application(), e.Title(), e.User(), e.Type()})
	require.Equal(t, []string{"Save it", "bob"}, []string{client.Execution{"description": "Save it"}.Title(), client.Execution{"trigger": object{"user": "bob"}}.User()})
}

// A task that fails is an error with its reasons.
func TestTasksThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ task, want string }{
		"without a reason": {`{"id":"01T","status":"TERMINAL","execution":{"id":"01T","type":"ORCHESTRATION","status":"TERMINAL","stages":[]}}`, "the task 01T ended TERMINAL"},
		"with its reason":  {`{"id":"01T","status":"TERMINAL","execution":{"id":"01T","type":"ORCHESTRATION","status":"TERMINAL","stages":[{"name":"save","status":"TERMINAL","context":{"exception":{"details":{"errors":["no email"]}}}}]}}`, "save: no email"},
		"it is none":       {`{"ref":"nowhere"}`, "the server started something and didn't say what"},
	} {
		it := serve(t, func(w http.ResponseWriter, r *http.Request) {
			switch {
			case r.Method == http.MethodPost && name == "it is none":
				answer(w, 200, `{"ref":""}`)
			case r.Method == http.MethodPost:
				answer(w, 200, `{"ref":"/tasks/01T"}`)
			case strings.HasPrefix(r.URL.Path, "/tasks/01T"):
				answer(w, 200, c.task)
			default:
				answer(w, 404, `{}`)
			}
		}, nil)
		err := it.DeleteApplication(t.Context(), "shop")
		require.ErrorContains(t, err, c.want, name)
	}
}
