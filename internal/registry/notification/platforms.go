package notification

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// harbor reads Harbor's webhooks, in its own format and as CloudEvents.
func harbor(_ Request, body map[string]any) ([]Push, bool) {
	data := model.Object(body, "event_data")
	kind := model.String(body, "type")
	if data == nil && strings.HasPrefix(kind, "harbor.") {
		data = model.Object(body, "data")
	}
	if data == nil {
		return nil, false
	}
	switch kind {
	case "PUSH_ARTIFACT", "pushImage", "uploadChart", "UPLOAD_CHART", "harbor.artifact.pushed", "REPLICATION", "harbor.replication.status.changed":
	default:
		return nil, true
	}
	repository := model.Object(data, "repository")
	name := model.String(repository, "repo_full_name")
	if name == "" {
		name = model.String(repository, "namespace") + "/" + model.String(repository, "name")
	}
	var out []Push
	for _, one := range model.Objects(data, "resources") {
		out = append(out, Push{Repositories: names(name), Tag: model.String(one, "tag"), Digest: model.String(one, "digest")})
	}
	return out, true
}

// gitHub reads GitHub's events registry_package and package.
func gitHub(_ Request, body map[string]any) ([]Push, bool) {
	of := model.Object(body, "registry_package")
	if of == nil {
		of = model.Object(body, "package")
	}
	version := model.Object(of, "package_version")
	if version == nil {
		return nil, false
	}
	if action := model.String(body, "action"); action != "published" && action != "updated" {
		return nil, true
	}
	if !strings.EqualFold(model.String(of, "package_type"), "container") {
		return nil, true
	}
	tag := model.Object(model.Object(version, "container_metadata"), "tag")
	name := model.String(of, "namespace") + "/" + model.String(of, "name")
	fromURL, tagOfURL, _ := split(model.String(version, "package_url"))
	push := Push{
		// Names of images are in lower case, those of owners needn't be.
		Repositories: append(names(strings.ToLower(name), name), withoutHost(fromURL)...),
		Tag:          model.String(tag, "name"), Digest: model.String(tag, "digest"),
	}
	if push.Tag == "" {
		push.Tag = tagOfURL
	}
	return []Push{push}, true
}

// gitea reads the webhooks of Gitea's and Forgejo's packages.
func gitea(_ Request, body map[string]any) ([]Push, bool) {
	of := model.Object(body, "package")
	if of == nil || model.String(of, "version") == "" {
		return nil, false
	}
	if model.String(body, "action") != "created" || model.String(of, "type") != "container" {
		return nil, true
	}
	owner := model.Object(of, "owner")
	name := model.String(of, "name")
	return []Push{{
		Repositories: names(strings.ToLower(model.String(owner, "login")+"/"+name), strings.ToLower(model.String(owner, "username")+"/"+name)),
		Tag:          model.String(of, "version"),
	}}, true
}

// jfrog reads the webhooks of JFrog Artifactory: those of its domain docker, and those of
// manifests among its artifacts. Whether the key of the Artifactory repository is part of
// the image's name depends on how Artifactory is set up.
func jfrog(_ Request, body map[string]any) ([]Push, bool) {
	data := model.Object(body, "data")
	domain := model.String(body, "domain")
	if data == nil || domain == "" {
		return nil, false
	}
	key := model.String(data, "repo_key")
	event := model.String(body, "event_type")
	switch {
	case domain == "docker" && (event == "pushed" || event == "promoted"):
		image := model.String(data, "image_name")
		return []Push{{
			Repositories: names(key+"/"+image, image), Tag: model.String(data, "tag"), Digest: digestOf(model.String(data, "sha256")),
		}}, true
	case domain == "artifact" && event == "deployed" && strings.HasSuffix(model.String(data, "path"), "manifest.json"):
		parts := strings.Split(strings.Trim(model.String(data, "path"), "/"), "/")
		if len(parts) < 3 {
			return nil, true
		}
		image, tag := strings.Join(parts[:len(parts)-2], "/"), parts[len(parts)-2]
		return []Push{{Repositories: names(key+"/"+image, image), Tag: tag, Digest: digestOf(model.String(data, "sha256"))}}, true
	}
	return nil, true
}

func digestOf(sha256 string) string {
	if sha256 == "" {
		return ""
	}
	return "sha256:" + strings.TrimPrefix(sha256, "sha256:")
}

// nexus reads the webhooks of Nexus Repository: of components, and of assets, which also
// tell of a tag that was pushed again.
func nexus(_ Request, body map[string]any) ([]Push, bool) {
	component, asset := model.Object(body, "component"), model.Object(body, "asset")
	if component == nil && asset == nil || model.String(body, "repositoryName") == "" {
		return nil, false
	}
	repository := model.String(body, "repositoryName")
	action := model.String(body, "action")
	if action != "CREATED" && action != "UPDATED" {
		return nil, true
	}
	if component != nil {
		if model.String(component, "format") != "docker" {
			return nil, true
		}
		name := model.String(component, "name")
		return []Push{{Repositories: names(name, repository+"/"+name), Tag: model.String(component, "version")}}, true
	}
	// The asset of a tag is v2/NAME/manifests/TAG.
	path := strings.TrimPrefix(strings.Trim(model.String(asset, "name"), "/"), "v2/")
	name, tag, ok := strings.Cut(path, "/manifests/")
	if !ok || model.String(asset, "format") != "docker" || strings.HasPrefix(tag, "sha256:") {
		return nil, true
	}
	return []Push{{Repositories: names(name, repository+"/"+name), Tag: tag}}, true
}
