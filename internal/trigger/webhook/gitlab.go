package webhook

import (
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// gitlab reads GitLab's webhooks. Actions are GitLab's kinds of objects, such as push and
// tag_push. Merge requests, on which Echo fails, start triggers that ask for
// merge_request alone, since a push of the same commits comes too.
func gitlab(_ Request, body map[string]any) ([]change, error) {
	project := model.Object(body, "project")
	kind := model.String(body, "object_kind")
	c := change{project: model.String(project, "namespace"), slug: model.String(project, "name"), action: kind}
	if kind == "merge_request" {
		request := model.Object(body, "object_attributes")
		c.branch, c.hash = model.String(request, "source_branch"), model.String(model.Object(request, "last_commit"), "id")
		c.properties, c.only = pullProperties(request, "iid"), true
		return []change{c}, nil
	}
	ref, present := body["ref"].(string)
	if !present {
		return nil, nil
	}
	c.branch, c.hash = branchOf(ref), model.String(body, "after")
	if deleted(c.hash) {
		return nil, nil
	}
	c.files = filesOf(model.Objects(body, "commits"))
	path, page := model.String(project, "path_with_namespace"), model.String(project, "homepage")
	host, ok := strings.CutSuffix(page, "/"+path)
	if ok {
		c.artifacts = fileArtifacts(c, "gitlab/file", func(file string) string {
			return host + "/api/v4/projects/" + url.QueryEscape(path) + "/repository/files/" + url.QueryEscape(file) + "/raw"
		})
	}
	return []change{c}, nil
}
