package webhook

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// github reads GitHub's webhooks. Actions are push:push, branch:create, branch:delete,
// and pull_request: with GitHub's action.
func github(r Request, body map[string]any) ([]change, error) {
	if _, ping := body["hook_id"]; ping || r.Header.Get("X-Github-Event") == "ping" {
		return nil, nil
	}
	repository := model.Object(body, "repository")
	owner := model.Object(repository, "owner")
	slug := model.String(repository, "name")
	switch pull := model.Object(body, "pull_request"); {
	case pull != nil:
		head := model.Object(pull, "head")
		return []change{{
			project: model.String(owner, "login"), slug: slug, branch: model.String(head, "ref"), hash: model.String(head, "sha"),
			action: "pull_request:" + model.String(body, "action"), properties: pullProperties(pull, "number"),
		}}, nil
	case model.String(body, "ref_type") == "branch":
		event := r.Header.Get("X-Github-Event")
		if event == "" {
			return nil, fault.New(fault.Invalid, "the header X-GitHub-Event is missing, so that it isn't known what happened to the branch")
		}
		return []change{{project: model.String(owner, "login"), slug: slug, branch: model.String(body, "ref"), action: "branch:" + event}}, nil
	}
	hash := model.String(body, "after")
	if deleted(hash) {
		return nil, nil
	}
	c := change{
		project: model.String(owner, "name"), slug: slug, branch: branchOf(model.String(body, "ref")), hash: hash, action: "push:push",
		files: filesOf(model.Objects(body, "commits")),
	}
	c.artifacts = fileArtifacts(c, "github/file", func(file string) string {
		return strings.Replace(model.String(repository, "contents_url"), "{+path}", file, 1)
	})
	return []change{c}, nil
}

// pullProperties are the properties of a pull request that pipelines can read.
func pullProperties(pull map[string]any, number string) map[string]any {
	out := map[string]any{}
	for name, field := range map[string]string{"number": number, "draft": "draft", "state": "state", "title": "title"} {
		if value := pull[field]; value != nil {
			out[name] = value
		}
	}
	return out
}

// fileArtifacts are the artifacts of the files that a push changes.
func fileArtifacts(c change, kind string, reference func(file string) string) []any {
	out := make([]any, 0, len(c.files))
	for _, item := range c.files {
		if file, ok := item.(string); ok {
			out = append(out, map[string]any{"type": kind, "name": file, "version": c.hash, "reference": reference(file)})
		}
	}
	return out
}

// gitea reads the webhooks of Gitea and Forgejo, which are much like GitHub's. Actions
// are those of GitHub.
func gitea(r Request, body map[string]any) ([]change, error) {
	repository := model.Object(body, "repository")
	owner := model.Object(repository, "owner")
	project := model.String(owner, "login")
	if project == "" {
		project = model.String(owner, "username")
	}
	slug := model.String(repository, "name")
	event := first(r.Header, "X-Gitea-Event", "X-Forgejo-Event", "X-Gogs-Event", "X-Github-Event")
	switch pull := model.Object(body, "pull_request"); {
	case pull != nil:
		head := model.Object(pull, "head")
		return []change{{
			project: project, slug: slug, branch: model.String(head, "ref"), hash: model.String(head, "sha"),
			action: "pull_request:" + model.String(body, "action"), properties: pullProperties(pull, "number"),
		}}, nil
	case model.String(body, "ref_type") == "branch":
		return []change{{project: project, slug: slug, branch: model.String(body, "ref"), action: "branch:" + event}}, nil
	case model.String(body, "ref_type") != "" || (event != "push" && event != ""):
		return nil, nil
	}
	hash := model.String(body, "after")
	if hash == "" || deleted(hash) {
		return nil, nil
	}
	c := change{
		project: project, slug: slug, branch: branchOf(model.String(body, "ref")), hash: hash, action: "push:push",
		files: filesOf(model.Objects(body, "commits")),
	}
	page := model.String(repository, "html_url")
	c.artifacts = fileArtifacts(c, "gitea/file", func(file string) string { return page + "/raw/commit/" + hash + "/" + file })
	return []change{c}, nil
}
