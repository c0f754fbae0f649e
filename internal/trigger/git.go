package trigger

import (
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// gitKind are triggers of pushes, tags, branches and pull requests. An event's content
// has repoProject, slug, branch, hash, action, and properties of a pull request.
type gitKind struct{}

// Types implements [Kind].
func (gitKind) Types() []string { return []string{"git"} }

// Events implements [Kind].
func (gitKind) Events() []string { return []string{"git"} }

// Listens implements [Kind].
func (gitKind) Listens(t model.Trigger) string {
	return gitKey(model.String(t, "source"), model.String(t, "project"), model.String(t, "slug"))
}

// Announces implements [Kind].
func (gitKind) Announces(e *Event) []string {
	return one(gitKey(e.Source, model.String(e.Content, "repoProject"), model.String(e.Content, "slug")))
}

func gitKey(source, project, slug string) string {
	return key("git", strings.ToLower(source), strings.ToLower(project), strings.ToLower(slug))
}

// Checks implements [Kind].
func (gitKind) Checks(e *Event, t model.Trigger, o Options) []Check {
	out := []Check{
		equalFold("source", t, e.Source),
		equalFold("project", t, model.String(e.Content, "repoProject")),
		equalFold("slug", t, model.String(e.Content, "slug")),
	}
	branch := model.String(e.Content, "branch")
	if want := model.String(t, "branch"); strings.TrimSpace(want) != "" {
		out = append(out, whole("branch", want, branch))
	}
	action := model.String(e.Content, "action")
	if model.Bool(e.Content, "explicit", false) && len(model.Strings(t, "events")) == 0 {
		out = append(out, Check{What: "events", Got: cut(action), Problem: "only triggers that list " + action + " in their events start on it"})
	}
	if events := model.Strings(t, "events"); len(events) > 0 {
		out = append(out, check("events", strings.Join(events, ", "), action, slices.ContainsFunc(events, func(want string) bool {
			return want == action || slices.Contains(alsoCalled(action), want)
		})))
	}
	if files := model.Strings(t, "files"); len(files) > 0 {
		out = append(out, changed(files, model.Strings(e.Content, "files")))
	}
	return append(out, proved(e, t, o.GitSecret))
}

// alsoCalled are further names of an action. Echo calls a push to GitHub push:push, which
// nobody would write into a trigger.
func alsoCalled(action string) []string {
	if action == "push:push" {
		return []string{"push", "branch:push"}
	}
	return nil
}

// changed compares the files that a push changes with patterns of which one must match.
func changed(patterns, files []string) Check {
	want, got := strings.Join(patterns, ", "), strings.Join(files, ", ")
	for _, p := range patterns {
		for _, file := range files {
			c := whole("files", p, file)
			if c.OK {
				return c
			}
			if c.Problem != "" {
				return c
			}
		}
	}
	return check("files", want, got, false)
}

// proved checks that who sent the event knows the trigger's secret. Without one, the event
// must come from the webhook that was created for its repository; if none was, its sender must
// know the secret of all triggers. So of several webhooks of a repository, each trigger starts
// on the events of one. As in Echo, a signature where no secret is set is as wrong as none where one
// is: it shows that the two sides differ on that.
func proved(e *Event, t model.Trigger, shared string) Check {
	secret := model.String(t, "secret")
	switch {
	case e.Trusted:
		return check("signature", "", "", true)
	case secret == "" && e.Hook != nil:
		c := check("signature", "one of the webhook that Gennaker has created", "a signature", e.Hook.Proved)
		c.Problem = e.Hook.Problem
		return c
	case secret != "" && e.Hook != nil && e.Hook.Proved:
		return Check{What: "signature", Want: "one made with the trigger's secret", Got: "a signature", Problem: "the trigger has a secret of its own, but the webhook that Gennaker has created has another one: remove the secret from the trigger"}
	case secret == "":
		secret = shared
	}
	switch {
	case secret == "" && e.Proof.SHA1 == "":
		return check("signature", "none", "none", true)
	case secret == "":
		return Check{What: "signature", Want: "none", Got: "a signature", Problem: "the webhook is signed, but the trigger has no secret; set the same secret in both places"}
	case !e.Proof.Given():
		return Check{What: "signature", Want: "a signature", Got: "none", Problem: "the trigger has a secret, but the webhook isn't signed; set the secret at the Git host too"}
	}
	c := check("signature", "one made with the trigger's secret", "a signature", e.Proof.Of(secret))
	if !c.OK {
		c.Problem = "the signature was not made with the trigger's secret"
	}
	return c
}

// Fill implements [Kind].
func (gitKind) Fill(e *Event, t model.Trigger) map[string]any {
	return map[string]any{
		"hash": model.String(e.Content, "hash"), "branch": model.String(e.Content, "branch"),
		"action":     model.String(e.Content, "action"),
		"properties": model.Merge(model.Object(t, "properties"), model.Object(e.Content, "properties")),
	}
}
