package trigger

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// imageKind are triggers of tags in a registry: of images, or of charts that are kept as
// such. An event's content has account, registry, repository, tag and digest.
type imageKind struct{ kind, artifact string }

// Types implements [Kind].
func (k imageKind) Types() []string { return []string{k.kind} }

// Events implements [Kind].
func (k imageKind) Events() []string { return []string{k.kind} }

// Listens implements [Kind].
func (k imageKind) Listens(t model.Trigger) string {
	return key(k.kind, model.String(t, "account"), model.String(t, "repository"))
}

// Announces implements [Kind].
func (k imageKind) Announces(e *Event) []string {
	return one(key(k.kind, model.String(e.Content, "account"), model.String(e.Content, "repository")))
}

// Checks implements [Kind]. A trigger without a tag takes every tag but latest.
func (k imageKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	out := []Check{
		equal("account", t, model.String(e.Content, "account")),
		equal("repository", t, model.String(e.Content, "repository")),
	}
	tag := model.String(e.Content, "tag")
	want := strings.TrimSpace(model.String(t, "tag"))
	switch {
	case tag == "":
		return append(out, Check{What: "tag", Want: cut(want), Problem: "the event names no tag"})
	case want == "":
		return append(out, check("tag", "any but latest", tag, tag != "latest"))
	}
	return append(out, whole("tag", want, tag))
}

// Fill implements [Kind].
func (k imageKind) Fill(e *Event, _ model.Trigger) map[string]any {
	return map[string]any{
		"tag": e.Content["tag"], "digest": e.Content["digest"],
		// As Echo does, what a trigger of another type may have is left out.
		"hash": nil, "buildNumber": nil,
	}
}

// Brings implements bringer.
func (k imageKind) Brings(e *Event, _ model.Trigger) []any {
	name := model.String(e.Content, "repository")
	if registry := model.String(e.Content, "registry"); registry != "" {
		name = registry + "/" + name
	}
	tag := model.String(e.Content, "tag")
	return []any{map[string]any{"type": k.artifact, "name": name, "version": tag, "reference": name + ":" + tag}}
}

// helmKind are triggers of charts in a Helm repository. An event's content has account,
// chart, version and digest.
type helmKind struct{}

// Types implements [Kind].
func (helmKind) Types() []string { return []string{"helm"} }

// Events implements [Kind].
func (helmKind) Events() []string { return []string{"helm"} }

// Listens implements [Kind].
func (helmKind) Listens(t model.Trigger) string { return key("helm", model.String(t, "account")) }

// Announces implements [Kind].
func (helmKind) Announces(e *Event) []string {
	return one(key("helm", model.String(e.Content, "account")))
}

// Checks implements [Kind]. An event needs a digest. As in Echo, the chart's name isn't
// compared, unless the event asks for that: those that Gennaker makes itself do.
func (helmKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	version, digest := model.String(e.Content, "version"), model.String(e.Content, "digest")
	out := []Check{equal("account", t, model.String(e.Content, "account")), check("digest", "a digest", digest, digest != "")}
	if model.Bool(e.Content, "exact", false) && model.String(t, "chart") != "" {
		out = append(out, equal("chart", t, model.String(e.Content, "chart")))
	}
	want := strings.TrimSpace(model.String(t, "version"))
	if want == "" {
		return out
	}
	ok, err := inRange(want, version)
	if err != nil {
		return append(out, broken("version", want, version, err))
	}
	return append(out, check("version", want, version, ok))
}

// Fill implements [Kind].
func (helmKind) Fill(e *Event, _ model.Trigger) map[string]any {
	return map[string]any{
		"version": e.Content["version"], "artifactName": e.Content["chart"], "digest": e.Content["digest"],
	}
}

// Brings implements bringer.
func (helmKind) Brings(e *Event, _ model.Trigger) []any {
	return []any{map[string]any{
		"type": "helm/chart", "name": e.Content["chart"], "version": e.Content["version"], "reference": e.Content["account"],
		"metadata": map[string]any{"digest": e.Content["digest"]},
	}}
}
