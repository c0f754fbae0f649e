package notification

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// The systems that tell of packages.
const (
	JFrog = "JFrog"
	Nexus = "Nexus"
)

// Package is something that was published and is no image, such as a Maven artifact.
type Package struct {
	System string
	// Repository is the name of the repository, and Node of the server, if it has one.
	Repository, Node string
	// Path is that of the file in the repository.
	Path string
}

// ReadPackage reads what JFrog Artifactory and Nexus Repository send when a file is
// published; ok is false if it is about something else. As in Igor, Nexus's webhooks of
// components don't count: those of assets tell of the same.
func ReadPackage(r Request) (p Package, ok bool, err error) {
	body, err := object(r.Body)
	if err != nil {
		return Package{}, false, err
	}
	if data := model.Object(body, "data"); data != nil {
		if model.String(body, "domain") != "artifact" || model.String(body, "event_type") != "deployed" {
			return Package{}, false, nil
		}
		path := strings.Trim(model.String(data, "path"), "/")
		return Package{System: JFrog, Repository: model.String(data, "repo_key"), Path: path}, path != "", nil
	}
	p = Package{System: Nexus, Repository: model.String(body, "repositoryName"), Node: model.String(body, "nodeId")}
	if model.String(body, "action") != "CREATED" || p.Repository == "" {
		return Package{}, false, nil
	}
	if asset := model.Object(body, "asset"); model.String(asset, "format") == "maven2" {
		p.Path = strings.Trim(model.String(asset, "name"), "/")
		return p, p.Path != "", nil
	}
	return Package{}, false, nil
}
