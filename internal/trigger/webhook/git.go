package webhook

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// change is what a Git host tells of: a push, a tag, a branch, or a pull request.
type change struct {
	project, slug, branch, hash, action string
	// properties are those of a pull request.
	properties map[string]any
	// files are those that a push adds or modifies.
	files     []any
	artifacts []any
	// only tells that it starts nothing but triggers that list its action.
	only bool
}

// host reads the webhooks of one kind of Git host.
type host func(r Request, body map[string]any) ([]change, error)

// hosts are all kinds, by their names in the URL and in triggers.
func hosts() map[string]host {
	return map[string]host{
		"github": github, "gitlab": gitlab, "bitbucket": bitbucket, "stash": stash, "gitea": gitea, "forgejo": gitea,
	}
}

// readGit makes events of what a Git host tells of.
func readGit(r Request) ([]*trigger.Event, error) {
	read := hosts()[r.Source]
	if read == nil {
		return nil, fault.New(fault.Invalid, "the Git host %q isn't known: send webhooks to /webhooks/git/ and one of github, gitlab, bitbucket, stash, gitea, forgejo", fault.Short(r.Source))
	}
	if len(r.Body) == 0 && r.Source == "bitbucket" {
		return nil, nil // Bitbucket Server's test of the connection
	}
	body, err := object(r)
	if err != nil {
		return nil, err
	}
	changes, err := read(r, body)
	if err != nil {
		return nil, err
	}
	events := make([]*trigger.Event, 0, len(changes))
	for i, c := range changes {
		e := &trigger.Event{
			Type: "git", Source: r.Source, Proof: proof(r), Key: delivery(r), Artifacts: c.artifacts,
			Content: map[string]any{
				"repoProject": c.project, "slug": c.slug, "branch": c.branch, "hash": c.hash, "action": c.action,
				"properties": c.properties, "files": c.files, "explicit": c.only,
			},
		}
		if i > 0 && e.Key != "" {
			e.Key += "/" + c.branch
		}
		if listed := model.List(body, "artifacts"); len(listed) > 0 {
			e.Artifacts = listed
		}
		events = append(events, e)
	}
	return events, nil
}

// branchOf is the branch of a ref; a tag stays as it is, as in Echo.
func branchOf(ref string) string { return strings.ReplaceAll(ref, "refs/heads/", "") }

// deleted tells whether a hash says that a branch is gone.
func deleted(hash string) bool { return strings.HasPrefix(hash, "000000000") }

// filesOf lists the files that commits add or modify, each once.
func filesOf(commits []map[string]any) []any {
	files := []any{}
	seen := map[string]bool{}
	for _, commit := range commits {
		for _, field := range []string{"added", "modified"} {
			for _, file := range model.Strings(commit, field) {
				if !seen[file] {
					seen[file] = true
					files = append(files, file)
				}
			}
		}
	}
	return files
}

// stash reads Bitbucket Server's webhooks of before version 5.4. As in Echo, the action
// is empty; unlike there, each ref of a push is an event.
func stash(_ Request, body map[string]any) ([]change, error) {
	repository := model.Object(body, "repository")
	refs := model.Objects(body, "refChanges")
	if refs == nil {
		refs = model.Objects(body, "changes")
	}
	var out []change
	for _, ref := range refs {
		if hash := model.String(ref, "toHash"); !deleted(hash) {
			out = append(out, change{
				project: model.String(model.Object(repository, "project"), "key"), slug: model.String(repository, "slug"),
				branch: branchOf(model.String(ref, "refId")), hash: hash,
			})
		}
	}
	return out, nil
}
