package echo

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// triggerDifferences are those in what starts pipelines.
func triggerDifferences() []difference {
	return []difference{
		{named("stops-others", "stops-all", "constraint-arrays", "constraint-array-numbers", "constraint-empty-key"), "a trigger that can't be compared with an event doesn't keep others from starting"},
		{anyTrigger(func(t model.Trigger) bool {
			return strings.EqualFold(model.String(t, "source"), "github") && slices.ContainsFunc(model.Strings(t, "events"), func(e string) bool { return e == "push" || e == "branch:push" })
		}), "push and branch:push name a push to GitHub too, which Echo calls push:push"},
		{anyTrigger(func(t model.Trigger) bool { return t.Type() == "git" && len(model.Object(t, "properties")) > 0 }), "properties of a pull request replace the trigger's own, where Echo fails"},
		{header("X-Hub-Signature-256"), "the signature X-Hub-Signature-256 is checked too"},
		{header("X-Gitlab-Token"), "GitLab's token is checked"},
		{body("/webhooks/git/stash", func(b map[string]any) bool { return len(model.List(b, "refChanges"))+len(model.List(b, "changes")) > 1 }), "each ref of a push to Stash counts, not the first alone"},
		{body("/webhooks/git/bitbucket", func(b map[string]any) bool {
			return len(model.List(b, "changes")) > 1 || len(model.List(model.Object(b, "push"), "changes")) > 1
		}), "each ref of a push to Bitbucket counts, not the first alone"},
		{func(c *Case) bool { return len(c.Steps) > 1 && path(c, "/webhooks/git/bitbucket") }, "fields that are missing in an event of Bitbucket Server are not taken from the event before"},
		{func(c *Case) bool { return path(c, "/webhooks/git/gitea") || path(c, "/webhooks/git/forgejo") }, "Gitea and Forgejo are known Git hosts"},
		{func(c *Case) bool {
			return path(c, "/webhooks/git/git") && bodies(c, func(b map[string]any) bool {
				return strings.HasPrefix(model.String(b, "after"), "000000000")
			})
		}, "a branch that is deleted starts nothing"},
		{func(c *Case) bool { return failed(c) && path(c, "/webhooks") }, "Echo fails on such a request (500); it is taken, or refused with the reason"},
		{forged, "only webhooks can be sent to /webhooks: events of other types can't be made up there"},
		{func(c *Case) bool { return c.Group == "docker" && strings.Contains(c.Name, "registry-missing") }, "an image's name doesn't begin with null if the event names no registry"},
		{anyTrigger(func(t model.Trigger) bool { return t.Type() == "plugin" }), "triggers of plugins get the event's id, and whether the version is the preferred one"},
	}
}

func named(words ...string) func(*Case) bool {
	return func(c *Case) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.HasSuffix(c.Name, word) })
	}
}

func anyTrigger(is func(t model.Trigger) bool) func(*Case) bool {
	return func(c *Case) bool {
		return slices.ContainsFunc(c.Pipelines, func(p map[string]any) bool {
			return slices.ContainsFunc(model.Objects(p, "triggers"), func(t map[string]any) bool { return is(t) })
		})
	}
}

func requests(c *Case, is func(r Request) bool) bool {
	return slices.ContainsFunc(c.steps(), func(s Step) bool { return s.Request != nil && is(*s.Request) })
}

func header(name string) func(*Case) bool {
	return func(c *Case) bool {
		return requests(c, func(r Request) bool {
			for given := range r.Headers {
				if strings.EqualFold(given, name) {
					return true
				}
			}
			return false
		})
	}
}

func path(c *Case, start string) bool {
	return requests(c, func(r Request) bool { return strings.HasPrefix(r.Path, start) })
}

func bodies(c *Case, is func(b map[string]any) bool) bool {
	return requests(c, func(r Request) bool {
		var b map[string]any
		return json.Unmarshal([]byte(r.Body), &b) == nil && is(b)
	})
}

func body(start string, is func(b map[string]any) bool) func(*Case) bool {
	return func(c *Case) bool { return path(c, start) && bodies(c, is) }
}

// failed tells whether Echo answered that it failed.
func failed(c *Case) bool {
	return slices.ContainsFunc(c.steps(), func(s Step) bool {
		return s.Response != nil && s.Response.Status == http.StatusInternalServerError
	})
}

// forged tells whether a request names a type of events that come another way.
func forged(c *Case) bool {
	return requests(c, func(r Request) bool {
		rest, ok := strings.CutPrefix(r.Path, "/webhooks/")
		kind, _, _ := strings.Cut(rest, "/")
		return ok && !slices.Contains([]string{"webhook", "git", "cdevents"}, strings.ToLower(kind))
	})
}
