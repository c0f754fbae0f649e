package server_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// onEachDatabase runs a test on a server on SQLite, and on one on PostgreSQL.
func onEachDatabase(t *testing.T, change func(*config.Config), test func(t *testing.T, i *instance)) {
	t.Helper()
	for name, url := range map[string]func(testing.TB) string{
		"sqlite":   func(testing.TB) string { return "" },
		"postgres": testpostgres.New,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := url(t)
			test(t, start(t, func(c *config.Config) {
				c.Database.URL = database
				if change != nil {
					change(c)
				}
			}))
		})
	}
}

// flowStage is a stage of a pipeline.
func flowStage(kind, ref string, fields map[string]any, requires ...string) map[string]any {
	return model.Merge(map[string]any{
		"type": kind, "refId": ref, "name": ref, "requisiteStageRefIds": append([]string{}, requires...),
	}, fields)
}

func judgmentStage(ref string, requires ...string) map[string]any {
	return flowStage("manualJudgment", ref, nil, requires...)
}

func childStage(ref, pipeline string, requires ...string) map[string]any {
	return flowStage("pipeline", ref, map[string]any{
		"application": "shop", "pipeline": pipeline, "waitForCompletion": true,
	}, requires...)
}

// save saves a pipeline under an id.
func (i *instance) save(id string, fields map[string]any, stages ...any) {
	i.t.Helper()
	body := model.Merge(map[string]any{"application": "shop", "name": id, "id": id, "stages": stages}, fields)
	if status, answer := i.call(http.MethodPost, "/pipelines", body); status != http.StatusOK {
		i.t.Fatalf("save pipeline %s: %d %v", id, status, answer)
	}
}

// begin starts a saved pipeline and returns its execution's path.
func (i *instance) begin(pipeline string) string {
	i.t.Helper()
	return model.String(i.object(http.MethodPost, "/pipelines/shop/"+pipeline, map[string]any{"type": "manual"}), "ref")
}

// untilStage polls an execution until one of its stages has a status.
func (i *instance) untilStage(path, name, status string) map[string]any {
	i.t.Helper()
	e := i.until(path, "so far that stage "+name+" is "+status, func(e map[string]any) bool {
		s := stageNamed(e, name)
		return s != nil && model.String(s, "status") == status
	})
	return stageNamed(e, name)
}

func (i *instance) untilStatus(path, status string) map[string]any {
	i.t.Helper()
	return i.until(path, status, func(e map[string]any) bool { return model.String(e, "status") == status })
}

// judge answers a judgment once it is due.
func (i *instance) judge(path, stage, answer string) {
	i.t.Helper()
	s := i.untilStage(path, stage, "RUNNING")
	i.object(http.MethodPatch, path+"/stages/"+model.String(s, "id"), map[string]any{"judgmentStatus": answer})
}

// childOf is the path of the execution that a stage has started.
func (i *instance) childOf(path, stage string) string {
	i.t.Helper()
	e := i.until(path, "so far that stage "+stage+" has a child", func(e map[string]any) bool {
		return model.String(model.Object(stageNamed(e, stage), "context"), "executionId") != ""
	})
	return "/pipelines/" + model.String(model.Object(stageNamed(e, stage), "context"), "executionId")
}

func (i *instance) status(path string) string {
	i.t.Helper()
	return model.String(i.object(http.MethodGet, path, nil), "status")
}
