package trigger

import (
	"context"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// Builds tells about builds of CI systems.
type Builds interface {
	// Build gives a build's details, with its artifacts.
	Build(ctx context.Context, master, job string, number int64, user string) (map[string]any, error)
	// Properties gives those in a file that the build made.
	Properties(ctx context.Context, master, job string, number int64, file, user string) (map[string]any, error)
	// Artifacts gives those that a property file names.
	Artifacts(ctx context.Context, master, job string, number int64, file, user string) ([]any, error)
}

// buildKind are triggers of builds that ended well. As in Echo, the type of the CI
// system isn't compared. An event's content has master, and project with name and
// lastBuild.
type buildKind struct{}

// Types implements [Kind].
func (buildKind) Types() []string { return []string{"jenkins", "travis", "concourse", "gitlab-ci"} }

// Events implements [Kind].
func (buildKind) Events() []string { return []string{"build"} }

// Listens implements [Kind].
func (buildKind) Listens(t model.Trigger) string {
	return key("build", model.String(t, "master"), model.String(t, "job"))
}

// Announces implements [Kind].
func (buildKind) Announces(e *Event) []string {
	return one(key("build", model.String(e.Content, "master"), model.String(model.Object(e.Content, "project"), "name")))
}

func lastBuild(e *Event) map[string]any {
	return model.Object(model.Object(e.Content, "project"), "lastBuild")
}

// Checks implements [Kind].
func (buildKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	build := lastBuild(e)
	result, building := model.String(build, "result"), model.Bool(build, "building", false)
	c := check("result", "SUCCESS", result, build != nil && !building && result == "SUCCESS")
	if building {
		c.Problem = "the build isn't done yet"
	}
	return []Check{
		equal("master", t, model.String(e.Content, "master")),
		equal("job", t, model.String(model.Object(e.Content, "project"), "name")),
		c,
	}
}

// Fill implements [Kind].
func (buildKind) Fill(e *Event, _ model.Trigger) map[string]any {
	build := lastBuild(e)
	return map[string]any{"buildNumber": build["number"], "link": build["url"]}
}

// Brings implements bringer.
func (buildKind) Brings(e *Event, _ model.Trigger) []any {
	return model.List(lastBuild(e), "artifacts")
}

// Ask implements asker: it asks the CI system for the build's details, and for the
// properties and artifacts in its property file. If that fails, the pipeline starts
// without them, as in Echo; but unlike there, a property file that can't be read leaves
// the build's details.
func (buildKind) Ask(ctx context.Context, e *Event, t model.Trigger, o Options, user string) (fields map[string]any, artifacts []any, checks []Check) {
	fields = map[string]any{}
	wanted := model.Object(t, "payloadConstraints")
	number, ok := model.Int(lastBuild(e), "number")
	if o.Builds == nil || !ok {
		return fields, nil, constraints("payloadConstraints", wanted, nil, false)
	}
	found := AskBuild(ctx, o.Builds, BuildQuery{
		Master: model.String(t, "master"), Job: model.String(t, "job"), Number: number, File: model.String(t, "propertyFile"), User: user,
	})
	if found.Err != nil && found.Info == nil {
		return fields, nil, constraints("payloadConstraints", wanted, nil, false)
	}
	fields["buildInfo"], fields["properties"] = found.Info, found.Properties
	return fields, found.Artifacts, constraints("payloadConstraints", wanted, found.Properties, false)
}

// BuildQuery names a build, and the property file of it to read, or "".
type BuildQuery struct {
	Master, Job string
	Number      int64
	File, User  string
}

// BuildFound is what is known of a build.
type BuildFound struct {
	Info, Properties map[string]any
	Artifacts        []any
	// Err is the first thing that couldn't be read.
	Err error
}

// AskBuild asks for all that is known of a build.
func AskBuild(ctx context.Context, builds Builds, q BuildQuery) BuildFound {
	found := BuildFound{Properties: map[string]any{}}
	info, err := builds.Build(ctx, q.Master, q.Job, q.Number, q.User)
	if err != nil {
		found.Err = err
		return found
	}
	found.Info = info
	if q.File != "" {
		properties, err := builds.Properties(ctx, q.Master, q.Job, q.Number, q.File, q.User)
		if err == nil {
			maps.Copy(found.Properties, properties)
		}
		listed, err2 := builds.Artifacts(ctx, q.Master, q.Job, q.Number, q.File, q.User)
		found.Artifacts = append(found.Artifacts, listed...)
		if found.Err = err; err == nil {
			found.Err = err2
		}
	}
	for _, artifact := range model.Objects(info, "artifacts") {
		found.Artifacts = append(found.Artifacts, ofBuild(artifact))
	}
	return found
}

// ofBuild is an artifact of a build as pipelines know artifacts.
func ofBuild(artifact map[string]any) any {
	known := []string{"type", "name", "version", "reference", "location", "metadata", "artifactAccount", "provenance", "uuid"}
	out, metadata := map[string]any{}, map[string]any{}
	for name, value := range artifact {
		if slices.Contains(known, name) {
			out[name] = value
		} else {
			metadata[name] = value
		}
	}
	if len(metadata) > 0 {
		out["metadata"] = model.Merge(model.Object(artifact, "metadata"), metadata)
	}
	return out
}
