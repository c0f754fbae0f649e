package crashtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// records saves, changes and deletes what is stored.
func records(ctx context.Context, u *tour) error {
	app := strings.ReplaceAll(u.name, "-", "")
	application := map[string]any{"application": map[string]any{"name": app, "email": "a@example.com", "cloudProviders": "kubernetes"}}
	pipeline := func(id string, count int) map[string]any {
		return map[string]any{"application": app, "name": id, "id": u.name + "-" + id, "stages": []any{step("wait", "1", map[string]any{"waitTime": count})}}
	}
	saved := func(config map[string]any) map[string]any { return map[string]any{"pipeline": encoded(u, config)} }
	v2 := map[string]any{
		"schema": "v2", "id": u.name + "-v2", "metadata": map[string]any{"name": "T", "owner": "me", "description": "d", "scopes": []any{"global"}},
		"variables": []any{}, "pipeline": map[string]any{"stages": []any{step("wait", "1", map[string]any{"waitTime": 1})}},
	}
	v1 := map[string]any{
		"schema": "1", "id": u.name + "-v1", "metadata": map[string]any{"name": "T", "description": "d", "scopes": []any{app}},
		"variables": []any{}, "stages": []any{map[string]any{"id": "a", "type": "wait", "config": map[string]any{"waitTime": 0}}},
	}
	template := func(t map[string]any) map[string]any {
		return map[string]any{"pipelineTemplate": encoded(u, t), "id": t["id"]}
	}
	drop := func(t map[string]any) map[string]any { return map[string]any{"pipelineTemplateId": t["id"]} }
	tags := map[string]any{"id": u.name, "isPartial": true, "tags": []any{map[string]any{"name": "a", "value": "1"}}, "entityRef": map[string]any{
		"cloudProvider": "kubernetes", "entityType": "application", "entityId": app, "account": "*", "region": "*",
	}}
	artifact := map[string]any{"type": "embedded/base64", "name": "pipelines", "reference": encoded(u, map[string]any{app: []any{
		map[string]any{"name": "p3", "stages": []any{step("wait", "1", nil)}}, map[string]any{"name": "p4", "stages": []any{step("wait", "1", nil)}},
	}})}
	project := map[string]any{"project": map[string]any{"name": u.name, "email": "a@example.com", "config": map[string]any{"applications": []any{app}}}}
	var chain []any
	next := func(kind, ref string, fields map[string]any) {
		var requires []string
		if len(chain) > 0 {
			requires = []string{model.String(chain[len(chain)-1].(map[string]any), "refId")}
		}
		chain = append(chain, step(kind, ref, fields, requires...))
	}
	next("createApplication", "create", application)
	next("updateApplication", "update", application)
	next("upsertApplication", "upsert", application)
	next("savePipeline", "save", saved(pipeline("p1", 1)))
	next("savePipeline", "saveOther", saved(pipeline("p2", 1)))
	next("updatePipeline", "change", saved(pipeline("p1", 2)))
	next("reorderPipelines", "reorder", map[string]any{"application": app, "idsToIndices": encoded(u, map[string]any{u.name + "-p1": 1, u.name + "-p2": 0})})
	next("savePipelinesFromArtifact", "saveAll", map[string]any{"pipelinesArtifact": artifact})
	next("upsertProject", "project", project)
	next("upsertEntityTags", "tag", tags)
	next("bulkUpsertEntityTags", "tagAll", map[string]any{"entityTags": []any{tags}})
	next("createV2PipelineTemplate", "template", template(v2))
	next("updateV2PipelineTemplate", "changeTemplate", template(v2))
	next("createPipelineTemplate", "oldTemplate", template(v1))
	next("updatePipelineTemplate", "changeOldTemplate", template(v1))
	if _, err := u.run(ctx, "save", chain...); err != nil {
		return err
	}
	status, body, err := u.ask(ctx, http.MethodGet, "/applications/"+app+"/pipelineConfigs", nil)
	if err != nil {
		return err
	}
	var configs []map[string]any
	if err := model.Unmarshal(body, &configs); err != nil || status != http.StatusOK || len(configs) != 4 {
		return fmt.Errorf("there are %d pipelines, want 4 (%d, %w): %.500s", len(configs), status, err, body)
	}
	status, body, err = u.ask(ctx, http.MethodGet, "/projects/"+u.name, nil)
	if err != nil {
		return err
	}
	var stored map[string]any
	if err := model.Unmarshal(body, &stored); err != nil || status != http.StatusOK {
		return fmt.Errorf("there is no project (%d, %w): %.500s", status, err, body)
	}
	chain = nil
	for _, config := range configs {
		next("deletePipeline", "delete "+model.String(config, "name"), saved(config))
	}
	next("deleteProject", "dropProject", map[string]any{"project": stored})
	next("deleteEntityTags", "untag", map[string]any{"id": u.name, "tags": []any{"a"}})
	next("deleteV2PipelineTemplate", "dropTemplate", drop(v2))
	next("deletePipelineTemplate", "dropOldTemplate", drop(v1))
	next("deleteApplication", "drop", application)
	if _, err := u.run(ctx, "delete", chain...); err != nil {
		return err
	}
	for _, path := range []string{"/applications/" + app, "/projects/" + u.name, "/pipelineTemplates/" + model.String(v1, "id")} {
		if status, _, err := u.ask(ctx, http.MethodGet, path, nil); err != nil || status != http.StatusNotFound {
			return fmt.Errorf("%s is still there: %d, %w", path, status, err)
		}
	}
	return nil
}

// encoded is a value in the way that Gate hands documents to stages.
func encoded(u *tour, value any) string {
	data, err := model.Marshal(value)
	if err != nil {
		u.t.Error(err)
	}
	return base64.StdEncoding.EncodeToString(data)
}
