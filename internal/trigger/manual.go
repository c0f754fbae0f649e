package trigger

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Packages finds packages in repositories, such as Debian's.
type Packages interface {
	// Package gives a package's artifact; false if the repository doesn't have it.
	Package(ctx context.Context, repository, name, version, user string) (map[string]any, bool, error)
}

// Manual is somebody's wish to start a pipeline.
type Manual struct {
	// Application is whose pipeline it is.
	Application string
	// NameOrID names it.
	NameOrID string
	// Trigger is what it is started with.
	Trigger map[string]any
	// User is who asks.
	User string
}

// ByHand makes starts of the pipelines that somebody names: of each whose name or id it
// is, as Echo's ManualEventHandler does. A failure is why a pipeline can't start although
// it is there, such as a build that isn't known; it is for the execution to show.
func ByHand(ctx context.Context, pipelines []model.Pipeline, m Manual, o Options) (starts []Start, failures []Failure) {
	for _, p := range pipelines {
		if p.Disabled() || p.Application() != m.Application || (p.Name() != m.NameOrID && p.ID() != m.NameOrID) {
			continue
		}
		start, problem := byHand(ctx, p, m, o)
		if problem != "" {
			failures = append(failures, Failure{Pipeline: p, User: m.User, Message: problem})
			continue
		}
		starts = append(starts, *start)
	}
	return starts, failures
}

// Failure is a start that failed before it began.
type Failure struct {
	Pipeline model.Pipeline
	User     string
	Message  string
}

func byHand(ctx context.Context, p model.Pipeline, m Manual, o Options) (*Start, string) {
	if m.Trigger == nil {
		return nil, "the request has no trigger"
	}
	fields := map[string]any{}
	if _, given := m.Trigger["enabled"]; !given {
		fields["enabled"] = false // as Echo has it
	}
	var artifacts []any
	var problems []string
	master, job := model.String(m.Trigger, "master"), model.String(m.Trigger, "job")
	if number, ok := model.Int(m.Trigger, "buildNumber"); ok && o.Builds != nil && master != "" && job != "" {
		found := AskBuild(ctx, o.Builds, BuildQuery{Master: master, Job: job, Number: number, File: model.String(m.Trigger, "propertyFile"), User: m.User})
		if found.Err != nil {
			problems = append(problems, fmt.Sprintf("could not read build %d of %s at %s: %v", number, job, master, found.Err))
		}
		fields["buildInfo"], fields["properties"] = found.Info, found.Properties
		artifacts = append(artifacts, found.Artifacts...)
	}
	if chosen := model.List(m.Trigger, "artifacts"); len(chosen) > 0 {
		resolved, err := resolve(ctx, chosen, m.User, o.Packages)
		if err != nil {
			problems = append(problems, "could not resolve the artifacts: "+err.Error())
		}
		artifacts = append(artifacts, resolved...)
		fields["artifacts"] = received(resolved)
	}
	if len(problems) > 0 {
		return nil, strings.Join(problems, "\n")
	}
	start := begin(ctx, p, Executed(m.Trigger, fields), received(artifacts), m.User, o)
	start.Config["notifications"] = slices.Concat([]any{}, model.List(p, "notifications"), model.List(m.Trigger, "notifications"))
	return start, ""
}

// resolve replaces packages that are named by repository, name and version by what the
// repository knows of them; those it doesn't have stay as they are.
func resolve(ctx context.Context, list []any, user string, packages Packages) ([]any, error) {
	out := slices.Clone(list)
	if packages == nil {
		return out, nil
	}
	for i, item := range list {
		artifact, _ := item.(map[string]any)
		repository, name, version := model.String(artifact, "location"), model.String(artifact, "name"), model.String(artifact, "version")
		if repository == "" || name == "" || version == "" {
			continue
		}
		found, ok, err := packages.Package(ctx, repository, name, version, user)
		if err != nil {
			return nil, fmt.Errorf("look for %s %s in %s: %w", name, version, repository, err)
		}
		if ok {
			out[i] = found
		}
	}
	return out, nil
}
