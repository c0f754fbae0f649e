package eventlog

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// longestSummary is how many bytes a summary has at most.
const longestSummary = 300

// summary says in a few words what an event is about.
func summary(kind, source string, content map[string]any) string {
	of := func(name string) string { return model.String(content, name) }
	var parts []string
	switch kind {
	case "git":
		parts = []string{of("repoProject") + "/" + of("slug"), of("branch"), strings.TrimPrefix(of("action"), "push:"), of("hash")[:min(7, len(of("hash")))]}
	case "docker", "helm/oci":
		parts = []string{of("repository") + ":" + of("tag")}
	case "helm":
		parts = []string{of("chart"), of("version")}
	case "artifactory", "nexus":
		parts = []string{of("name"), model.String(model.Object(content, "artifact"), "reference")}
	case "cron":
		parts = []string{of("cronExpression"), of("time")}
	case "build":
		project := model.Object(content, "project")
		build := model.Object(project, "lastBuild")
		parts = []string{model.String(project, "name"), model.String(build, "number"), model.String(build, "result")}
	case "pipeline":
		parts = []string{of("application"), of("name"), of("status")}
	case "pubsub":
		parts = []string{of("pubsubSystem"), of("subscription")}
	}
	text := strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
	if text == "" || text == "/" || text == ":" {
		text = source
	}
	if len(text) > longestSummary {
		text = text[:longestSummary]
	}
	return storable(text)
}
