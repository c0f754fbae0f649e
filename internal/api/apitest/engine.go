package apitest

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// running says that the application "busy" has clusters.
type running struct{}

func (running) ApplicationDependencies(_ context.Context, application string) ([]string, error) {
	if application == "busy" {
		return []string{"clusters", "security groups"}, nil
	}
	return nil, nil
}

// Known is a validator over a registry.
type Known struct{ registry *stage.Registry }

// Graph checks the stages as a whole.
func (k Known) Graph(stages []any) []string { return engine.ValidateGraph(stages) }

// Known tells whether there is a stage type of that name.
func (k Known) Known(name string) bool {
	_, ok := k.registry.Lookup(name)
	return ok
}

// Unavailable says why stages of a type can't run.
func (k Known) Unavailable(name string) string {
	if k.Known(name) {
		return ""
	}
	return "there is no stage type " + name
}

// Types lists the names of the stage types.
func (k Known) Types() []string {
	var out []string
	for _, t := range k.registry.Types() {
		out = append(out, t.Name)
	}
	return out
}

// Stage checks the fields of a stage.
func (k Known) Stage(s map[string]any) []string {
	if _, ok := model.Int(s, "waitTime"); !ok && s["type"] == "wait" {
		return []string{"waitTime: must be a number"}
	}
	return nil
}

// untilTold is a stage that ends when its context says so: a judgment without
// the frills. "fail" ends it with two sentences.
func untilTold() *stage.Type {
	const class = "test.UntilTold"
	return &stage.Type{
		Name: "untilTold", Definition: plan{{Name: "untilTold", Class: class}},
		Tasks: map[string]stage.Task{class: slow{stage.TaskFunc(func(_ context.Context, in stage.Input) (stage.Result, error) {
			switch model.String(in.Stage.Context, "told") {
			case "go":
				return stage.Succeeded(), nil
			case "fail":
				return stage.Result{}, &stage.Error{Type: "Told", Message: "told to fail", Errors: []string{"told to fail", "and so it did"}}
			}
			return stage.Running(), nil
		})}},
	}
}

// noTags is a stage type in the place of one that changes entity tags.
func noTags(name string) *stage.Type {
	const class = "test.NoTags"
	return &stage.Type{
		Name: name, Definition: plan{{Name: name, Class: class}},
		Tasks: map[string]stage.Task{class: stage.TaskFunc(func(context.Context, stage.Input) (stage.Result, error) { return stage.Succeeded(), nil })},
	}
}

type plan []engine.TaskSpec

func (p plan) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

type slow struct{ stage.Task }

func (slow) Backoff(stage.Input) time.Duration { return time.Hour }
