package webhook

import (
	"github.com/gennaker/gennaker/internal/model"
)

// bitbucket reads the webhooks of Bitbucket Cloud and Server, which differ in their
// events' names. Actions are these names.
func bitbucket(r Request, body map[string]any) ([]change, error) {
	event := r.Header.Get("X-Event-Key")
	if event == "" {
		event = model.String(body, "event_type")
	}
	switch event {
	case "repo:push":
		return bitbucketPush(body, event), nil
	case "pullrequest:fulfilled":
		c := bitbucketCloud(body, event)
		pull := model.Object(body, "pullrequest")
		c.hash = model.String(model.Object(pull, "merge_commit"), "hash")
		c.branch = model.String(model.Object(model.Object(pull, "destination"), "branch"), "name")
		return []change{c}, nil
	case "repo:refs_changed":
		return bitbucketRefs(body, event), nil
	case "pr:opened", "pr:from_ref_updated", "pr:declined", "pr:deleted":
		return bitbucketPull(body, event, "fromRef"), nil
	case "pr:merged":
		return bitbucketPull(body, event, "toRef"), nil
	case "", "diagnostics:ping":
		return nil, nil
	}
	// Nothing is read of other events; that they came is noted.
	return []change{{action: event}}, nil
}

// bitbucketCloud is what all events of Bitbucket Cloud have. The slug is owner/repository,
// and the project the owner's name or else the project's key, as in Echo.
func bitbucketCloud(body map[string]any, event string) change {
	repository := model.Object(body, "repository")
	project := model.String(model.Object(repository, "owner"), "username")
	if project == "" {
		project = model.String(model.Object(repository, "project"), "key")
	}
	return change{project: project, slug: model.String(repository, "full_name"), action: event}
}

func bitbucketPush(body map[string]any, event string) (out []change) {
	for _, pushed := range model.Objects(model.Object(body, "push"), "changes") {
		to := model.Object(pushed, "new")
		if to == nil {
			continue // the branch is gone
		}
		c := bitbucketCloud(body, event)
		c.branch = model.String(to, "name")
		if commits := model.Objects(pushed, "commits"); len(commits) > 0 {
			c.hash = model.String(commits[0], "hash")
		}
		out = append(out, c)
	}
	return out
}

func bitbucketRefs(body map[string]any, event string) (out []change) {
	repository := model.Object(body, "repository")
	for _, ref := range model.Objects(body, "changes") {
		c := change{
			project: model.String(model.Object(repository, "project"), "key"), slug: model.String(repository, "slug"),
			branch: branchOf(model.String(model.Object(ref, "ref"), "id")), hash: model.String(ref, "toHash"), action: event,
		}
		if !deleted(c.hash) {
			out = append(out, c)
		}
	}
	return out
}

func bitbucketPull(body map[string]any, event, side string) []change {
	pull := model.Object(body, "pullRequest")
	ref := model.Object(pull, side)
	repository := model.Object(ref, "repository")
	c := change{
		project: model.String(model.Object(repository, "project"), "key"), slug: model.String(repository, "slug"),
		branch: branchOf(model.String(ref, "id")), hash: model.String(ref, "latestCommit"), action: event,
	}
	if event == "pr:merged" {
		c.hash = model.String(model.Object(model.Object(pull, "properties"), "mergeCommit"), "id")
	}
	return []change{c}
}
