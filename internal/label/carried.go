package label

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// carried is what a trigger brought, by kind; each is a list of texts as a person
// reads them.
type carried struct {
	images, artifacts, builds, commits []string
	// more is found by searches, and not shown.
	more []string
}

// shortHash is how much of a commit's hash a person reads.
const shortHash = 7

func carriedBy(trigger model.Trigger) carried {
	var c carried
	c.artifactsOf(trigger)
	if tag, repository := model.String(trigger, "tag"), model.String(trigger, "repository"); repository != "" {
		if tag != "" {
			repository += ":" + tag
		}
		c.images = append(c.images, repository)
	}
	c.commitOf(trigger, "hash", "branch")
	c.buildOf(trigger)
	return c
}

// artifactsOf reads the artifacts that came with a trigger.
func (c *carried) artifactsOf(trigger model.Trigger) {
	artifacts, _ := trigger["artifacts"].([]any)
	for _, entry := range artifacts[:min(len(artifacts), maxImages)] {
		artifact, _ := entry.(map[string]any)
		kind, name, version := model.String(artifact, "type"), model.String(artifact, "name"), model.String(artifact, "version")
		reference := model.String(artifact, "reference")
		switch {
		case kind == "docker/image":
			c.images = append(c.images, imageName(name, version, reference))
		case strings.HasPrefix(kind, "embedded/"), strings.HasPrefix(kind, "custom/"):
			c.artifacts = append(c.artifacts, name) // a reference may be a whole file
			continue
		default:
			c.artifacts = append(c.artifacts, strings.TrimSuffix(name+" "+version, " "))
		}
		c.more = append(c.more, reference)
	}
}

// imageName is an image with its tag, or its digest if it has no tag.
func imageName(name, version, reference string) string {
	switch {
	case version != "" && name != "":
		separator := ":"
		if strings.HasPrefix(version, "sha256:") {
			separator = "@"
		}
		return name + separator + version
	case reference != "":
		return reference
	}
	return name
}

// commitOf reads the fields of a commit.
func (c *carried) commitOf(of map[string]any, hashField, branchField string) {
	hash, branch := model.String(of, hashField), model.String(of, branchField)
	if hash == "" && branch == "" {
		return
	}
	c.more = append(c.more, hash)
	c.commits = append(c.commits, strings.Trim(branch+"@"+cut(hash, shortHash), "@"))
}

// buildOf reads what a build system told of a build.
func (c *carried) buildOf(trigger model.Trigger) {
	build := model.Object(trigger, "buildInfo")
	number := model.String(build, "number")
	if number == "" {
		number = model.String(trigger, "buildNumber")
	}
	name := model.String(build, "name")
	if name == "" {
		name = model.String(trigger, "job")
	}
	if number != "" {
		c.builds = append(c.builds, strings.TrimSpace(name+" #"+number))
	}
	commits, _ := build["scm"].([]any)
	for _, entry := range commits[:min(len(commits), maxImages)] {
		commit, _ := entry.(map[string]any)
		c.commitOf(commit, "sha1", "branch")
		c.more = append(c.more, model.String(commit, "message"))
	}
}

// all is everything that a search finds.
func (c *carried) all() []string {
	return slices.Concat(c.images, c.artifacts, c.builds, c.commits, c.more)
}

// title is the first of what tells one run from another: images, artifacts, a build,
// a commit, else parameters.
func (c *carried) title(parameters map[string]any) string {
	for _, group := range [][]string{shortImages(c.images), c.artifacts, c.builds, c.commits, telling(parameters)} {
		group = slices.DeleteFunc(slices.Clone(group), func(text string) bool { return text == "" })
		if title := joined(group); title != "" {
			return title
		}
	}
	return ""
}

// joined names what fits on a line, and counts the rest.
func joined(texts []string) string {
	for n := len(texts); n > 0; n-- {
		title := strings.Join(texts[:n], ", ")
		if n < len(texts) {
			title += fmt.Sprintf(" +%d", len(texts)-n)
		}
		if len(title) <= maxTitle {
			return title
		}
	}
	if len(texts) == 0 {
		return ""
	}
	return cut(texts[0], maxTitle-len("…")) + "…"
}

// shortImages are images without the registry and path that lists have no room for,
// and with the beginning of a digest.
func shortImages(images []string) []string {
	out := make([]string, len(images))
	for i, image := range images {
		name, digest, found := strings.Cut(image, "@sha256:")
		out[i] = path.Base(name)
		if found {
			out[i] += "@" + cut(digest, shortHash)
		}
	}
	return out
}

// tellsVersion finds the parameters that say what a run is about.
var tellsVersion = regexp.MustCompile(`(?i)(image|tag|version|commit|branch|release|revision|build)`)

// telling are the parameters that say what a run is about: those that name a version,
// else the first two by name.
func telling(parameters map[string]any) []string {
	var named, others []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		value := model.String(parameters, name)
		switch {
		case value == "" || len(value) > maxTitleValue || strings.Contains(value, "\n"):
		case tellsVersion.MatchString(name):
			named = append(named, value)
		default:
			others = append(others, name+" "+value)
		}
	}
	if len(named) > 0 {
		return named
	}
	return others[:min(len(others), 2)]
}
