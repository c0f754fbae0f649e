package notification

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// distribution reads the notifications of distribution, the reference registry, and so of
// GitLab's: an envelope of events. Blobs have no tag.
func distribution(_ Request, body map[string]any) ([]Push, bool) {
	events, ok := body["events"].([]any)
	if !ok {
		return nil, false
	}
	out := []Push{}
	for _, item := range events {
		event, _ := item.(map[string]any)
		target := model.Object(event, "target")
		if model.String(event, "action") != "push" || model.String(target, "tag") == "" {
			continue
		}
		out = append(out, Push{
			Repositories: names(model.String(target, "repository")), Tag: model.String(target, "tag"), Digest: model.String(target, "digest"),
		})
	}
	return out, true
}

// azure reads the webhooks of Azure Container Registry, which are events of distribution's
// without the envelope, and those for charts.
func azure(_ Request, body map[string]any) ([]Push, bool) {
	target := model.Object(body, "target")
	action := model.String(body, "action")
	if target == nil || action == "" {
		return nil, false
	}
	if action != "push" && action != "chart_push" {
		return nil, true
	}
	tag := model.String(target, "tag")
	if tag == "" {
		tag = model.String(target, "version")
	}
	return []Push{{Repositories: names(model.String(target, "repository")), Tag: tag, Digest: model.String(target, "digest")}}, true
}

// dockerHub reads the webhooks of Docker Hub, and of Aliyun, which has the same shape and
// a digest.
func dockerHub(_ Request, body map[string]any) ([]Push, bool) {
	repository, push := model.Object(body, "repository"), model.Object(body, "push_data")
	if repository == nil || push == nil {
		return nil, false
	}
	name := model.String(repository, "repo_name")
	if name == "" {
		name = model.String(repository, "repo_full_name")
	}
	both := model.String(repository, "namespace") + "/" + model.String(repository, "name")
	if strings.HasPrefix(both, "/") || strings.HasSuffix(both, "/") {
		both = ""
	}
	return []Push{{Repositories: names(name, both), Tag: model.String(push, "tag"), Digest: model.String(push, "digest")}}, true
}

// quay reads Quay's notifications of pushes.
func quay(_ Request, body map[string]any) ([]Push, bool) {
	repository := model.String(body, "repository")
	if repository == "" || model.String(body, "docker_url") == "" {
		return nil, false
	}
	var out []Push
	for _, tag := range model.Strings(body, "updated_tags") {
		out = append(out, Push{Repositories: names(repository), Tag: tag})
	}
	if digests := model.Object(body, "updated_tags"); digests != nil { // in old versions
		for tag := range digests {
			out = append(out, Push{Repositories: names(repository), Tag: tag, Digest: model.String(digests, tag)})
		}
	}
	return out, true
}
