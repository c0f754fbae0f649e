package api

import (
	"errors"
	"math"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (s *server) projectRoutes() []route {
	const tag = "Projects"
	return []route{
		{
			method: http.MethodGet, path: "/projects", name: "getProjects", needs: anyone, tag: tag, summary: "List the projects",
			result: listOf(ref("Project")), serve: s.listProjects,
		},
		{
			method: http.MethodGet, path: "/projects/{id}", name: "getProject", needs: anyone, tag: tag,
			summary: "Get a project by its name or id", result: ref("Project"), serve: s.getProject,
		},
		{
			method: http.MethodGet, path: "/projects/{id}/pipelines", name: "getProjectPipelines", needs: anyone, tag: tag,
			summary: "List the latest executions of a project's pipelines",
			params: []param{
				sized("limit", "how many of each pipeline; 5 where it isn't given", maxPerPipeline),
				text("statuses", "only these statuses, separated by commas"),
			},
			result: listOf(ref("Execution")), serve: s.projectExecutions,
		},
	}
}

func (s *server) listProjects(r *http.Request) (any, error) {
	found, err := s.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, 0, len(found))
	for _, document := range found {
		out = append(out, document.Body)
	}
	return out, nil
}

func (s *server) getProject(r *http.Request) (any, error) {
	return s.project(r, r.PathValue("id"))
}

// project finds a project by its name, whatever the case, else by its id.
func (s *server) project(r *http.Request, nameOrID string) (map[string]any, error) {
	all, err := s.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.ProjectKind})
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

func (s *server) projectExecutions(r *http.Request) (any, error) {
	q := queryOf(r)
	limit, statuses := q.size("limit", 5, math.MinInt32, maxPerPipeline), q.statuses()
	if err := q.err(); err != nil {
		return nil, err
	}
	project, err := s.project(r, r.PathValue("id"))
	if err != nil && fault.KindOf(err) != fault.NotFound && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	filter := store.ExecutionFilter{Type: model.PipelineExecution, Statuses: statuses, PerConfigLimit: limit, Limit: maxExecutions}
	for _, config := range model.Objects(model.Object(project, "config"), "pipelineConfigs") {
		if id := model.String(config, "pipelineConfigId"); id != "" {
			filter.ConfigIDs = append(filter.ConfigIDs, id)
		}
	}
	// An unknown project has no executions, for Orca.
	if limit <= 0 || len(filter.ConfigIDs) == 0 {
		return []*model.Execution{}, nil
	}
	found, err := s.store.ExecutionRefs(r.Context(), filter)
	if err != nil {
		return nil, err
	}
	return s.listed(found, true), nil
}

// projectClustersRoute counts what runs of a project.
func (s *server) projectClustersRoute() route {
	return s.cloudRoute("/projects/{id}/clusters", "getProjectClusters", "Count the instances that run in a project's clusters",
		nil, listOf(ref("ProjectCluster")), []any{}, s.projectClusters)
}

func (s *server) projectClusters(r *http.Request) (any, error) {
	project, err := s.project(r, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	config := model.Object(project, "config")
	var rows []ProjectCluster
	for _, row := range model.Objects(config, "clusters") {
		applications := model.Strings(row, "applications")
		if _, own := row["applications"].([]any); !own {
			applications = model.Strings(config, "applications")
		}
		rows = append(rows, ProjectCluster{
			Account: model.String(row, "account"), Stack: textOrNil(row, "stack"), Detail: textOrNil(row, "detail"), Applications: applications,
		})
	}
	return s.infrastructure.ProjectClusters(r.Context(), rows)
}

func textOrNil(m map[string]any, key string) *string {
	if text, ok := m[key].(string); ok {
		return &text
	}
	return nil
}
