package applications

import (
	"errors"
	"math"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) projectRoutes() []rest.Route {
	const tag = "Projects"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/projects", Name: "getProjects", Needs: rest.Anyone, Tag: tag, Summary: "List the projects",
			Result: rest.ListOf(rest.Ref("Project")), Serve: a.listProjects,
		},
		{
			Method: http.MethodGet, Path: "/projects/{id}", Name: "getProject", Needs: rest.Anyone, Tag: tag,
			Summary: "Get a project by its name or id", Result: rest.Ref("Project"), Serve: a.getProject,
		},
		{
			Method: http.MethodGet, Path: "/projects/{id}/pipelines", Name: "getProjectPipelines", Needs: rest.Anyone, Tag: tag,
			Summary: "List the latest executions of a project's pipelines",
			Params: []rest.Param{
				rest.Sized("limit", "executions per pipeline; default: 5", shown.MaxPerPipeline),
				rest.Text("statuses", "only these statuses, separated by commas"),
			},
			Result: rest.ListOf(rest.Ref("Execution")), Serve: a.projectExecutions,
		},
		{
			Method: http.MethodGet, Path: "/projects/{id}/clusters", Name: "getProjectClusters", Needs: rest.Anyone, Tag: "Infrastructure",
			Summary: "Count the instances that run in a project's clusters",
			Result:  rest.ListOf(rest.Ref("ProjectCluster")), Serve: a.projectClusters,
		},
	}
}

func (a *area) listProjects(r *http.Request) (any, error) {
	found, err := a.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, 0, len(found))
	for _, document := range found {
		out = append(out, document.Body)
	}
	return out, nil
}

func (a *area) getProject(r *http.Request) (any, error) {
	return a.project(r, r.PathValue("id"))
}

// project finds a project by its name, whatever the case, else by its id.
func (a *area) project(r *http.Request, nameOrID string) (map[string]any, error) {
	all, err := a.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
	if err != nil {
		return nil, err
	}
	var byID map[string]any
	for _, document := range all {
		if strings.EqualFold(document.Name, nameOrID) {
			return document.Body, nil
		}
		if document.ID == nameOrID {
			byID = document.Body
		}
	}
	if byID == nil {
		return nil, fault.New(fault.NotFound, "Project not found (id: %s)", nameOrID)
	}
	return byID, nil
}

func (a *area) projectExecutions(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	limit, statuses := q.Size("limit", 5, math.MinInt32, shown.MaxPerPipeline), q.Statuses()
	if err := q.Err(); err != nil {
		return nil, err
	}
	project, err := a.project(r, r.PathValue("id"))
	if err != nil && fault.KindOf(err) != fault.NotFound && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	filter := store.ExecutionFilter{Type: model.PipelineExecution, Statuses: statuses, PerConfigLimit: limit, Limit: shown.MaxExecutions}
	for _, config := range model.Objects(model.Object(project, "config"), "pipelineConfigs") {
		if id := model.String(config, "pipelineConfigId"); id != "" {
			filter.ConfigIDs = append(filter.ConfigIDs, id)
		}
	}
	// An unknown project has no executions, for Orca.
	if limit <= 0 || len(filter.ConfigIDs) == 0 {
		return []*model.Execution{}, nil
	}
	found, err := a.shown.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	return a.shown.ListStarted(found, true), nil
}

// projectClusters counts what runs of a project.
func (a *area) projectClusters(r *http.Request) (any, error) {
	if a.clouds == nil {
		return []any{}, nil
	}
	project, err := a.project(r, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	config := model.Object(project, "config")
	var rows []view.ProjectCluster
	for _, row := range model.Objects(config, "clusters") {
		applications := model.Strings(row, "applications")
		if _, own := row["applications"].([]any); !own {
			applications = model.Strings(config, "applications")
		}
		rows = append(rows, view.ProjectCluster{
			Account: model.String(row, "account"), Stack: textOrNil(row, "stack"), Detail: textOrNil(row, "detail"), Applications: applications,
		})
	}
	return a.clouds.ProjectClusters(r.Context(), rows)
}

func textOrNil(m map[string]any, key string) *string {
	if text, ok := m[key].(string); ok {
		return &text
	}
	return nil
}
