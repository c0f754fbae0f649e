package webhook

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// extractors read artifacts of what registries send, by the source in the URL, where the
// payload lists none itself.
var extractors = map[string]func(payload map[string]any) []any{
	"dockerhub": dockerHub, "dockerregistry": dockerRegistry, "quay": quay, "nexus": nexus,
}

// brought gives the artifacts that a payload brings.
func brought(e *trigger.Event) ([]any, error) {
	if listed := model.List(e.Payload, "artifacts"); len(listed) > 0 {
		return listed, nil
	}
	source := e.Source
	if strings.EqualFold(source, "nexus") {
		source = "nexus"
	}
	extract := extractors[source]
	if extract == nil {
		return nil, nil
	}
	if source == "quay" && model.String(e.Payload, "repository") != "" && e.Payload["updated_tags"] == nil {
		return nil, fault.New(fault.Invalid, "updated_tags is missing: Quay sends it in notifications of pushes to a repository")
	}
	return extract(e.Payload), nil
}

func image(name, separator, version, provenance string, metadata map[string]any) map[string]any {
	out := map[string]any{"type": "docker/image", "name": name, "version": version, "reference": name + separator + version}
	if provenance != "" {
		out["provenance"] = provenance
	}
	if metadata != nil {
		out["metadata"] = metadata
	}
	return out
}

func dockerHub(payload map[string]any) []any {
	repository, push := model.Object(payload, "repository"), model.Object(payload, "push_data")
	if repository == nil || push == nil {
		return nil
	}
	return []any{image("index.docker.io/"+model.String(repository, "repo_name"), ":", model.String(push, "tag"),
		model.String(payload, "callback_url"), map[string]any{"pusher": model.String(push, "pusher")})}
}

// manifests are the media types of what a push makes available; the last two are OCI's,
// which Echo ignores.
var manifests = map[string]bool{
	"application/vnd.docker.distribution.manifest.v1+json":      true,
	"application/vnd.docker.distribution.manifest.v2+json":      true,
	"application/vnd.docker.distribution.manifest.list.v2+json": true,
	"application/vnd.oci.image.manifest.v1+json":                true,
	"application/vnd.oci.image.index.v1+json":                   true,
}

// dockerRegistry reads the notifications of the registry "distribution".
func dockerRegistry(payload map[string]any) (out []any) {
	for _, event := range model.Objects(payload, "events") {
		target := model.Object(event, "target")
		repository := model.String(target, "repository")
		if model.String(event, "action") != "push" || repository == "" || !manifests[model.String(target, "mediaType")] {
			continue
		}
		separator, version := ":", model.String(target, "tag")
		if version == "" {
			separator, version = "@", model.String(target, "digest")
		}
		if version == "" {
			continue
		}
		if host := model.String(model.Object(event, "request"), "host"); host != "" {
			repository = host + "/" + repository
		}
		out = append(out, image(repository, separator, version, "", nil))
	}
	return out
}

func quay(payload map[string]any) (out []any) {
	if model.String(payload, "repository") == "" {
		return nil
	}
	for _, tag := range model.Strings(payload, "updated_tags") {
		out = append(out, image(model.String(payload, "docker_url"), ":", tag, model.String(payload, "homepage"), nil))
	}
	return out
}

func nexus(payload map[string]any) []any {
	component := model.Object(payload, "component")
	if component == nil {
		return nil
	}
	name := model.String(component, "group") + ":" + model.String(component, "name")
	version := model.String(component, "version")
	out := map[string]any{"type": "maven/file", "name": name, "version": version, "reference": name + ":" + version}
	if repository := model.String(payload, "repositoryName"); repository != "" {
		out["provenance"] = repository
	}
	return []any{out}
}
