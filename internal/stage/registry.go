package stage

import (
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// Registry holds the stage types there are. It is filled at start and only
// read afterwards.
type Registry struct {
	types  map[string]*Type
	byName map[string]*Type
	tasks  map[string]Task
}

// NewRegistry returns a registry of the given types. Two types with the same
// name, or two tasks for the same class that differ, are a mistake of the
// program and panic.
func NewRegistry(types ...*Type) *Registry {
	r := &Registry{types: map[string]*Type{}, byName: map[string]*Type{}, tasks: map[string]Task{engine.DryRunClass: dryRun{}}}
	for _, t := range types {
		for _, name := range append([]string{t.Name}, t.Aliases...) {
			if _, taken := r.byName[name]; taken {
				panic(fmt.Sprintf("stage: two types are named %q", name))
			}
			r.byName[name] = t
		}
		r.types[t.Name] = t
		for class, task := range t.Tasks {
			if _, taken := r.tasks[class]; !taken {
				r.tasks[class] = task
			}
		}
	}
	return r
}

// Lookup returns the type of that name or alias.
func (r *Registry) Lookup(name string) (*Type, bool) {
	t, ok := r.byName[name]
	return t, ok
}

// Names lists the names of the types, without their aliases.
func (r *Registry) Names() []string { return slices.Sorted(maps.Keys(r.types)) }

// For returns the type of a stage: by its context's "alias", else by its type.
func (r *Registry) For(stage *model.Stage) (*Type, bool) {
	if alias := model.String(stage.Context, "alias"); alias != "" {
		if t, ok := r.byName[alias]; ok {
			return t, true
		}
	}
	t, ok := r.byName[stage.Type]
	return t, ok
}

// Definition finds a stage's definition for the engine.
func (r *Registry) Definition(stage *model.Stage) (engine.Definition, bool) {
	t, ok := r.For(stage)
	if !ok {
		return nil, false
	}
	return t.Definition, true
}

// Task returns the implementation of a stage's task: its type's own, else any
// type's for that class.
func (r *Registry) Task(stage *model.Stage, class string) (Task, bool) {
	if t, ok := r.For(stage); ok {
		if task, ok := t.Tasks[class]; ok {
			return task, true
		}
	}
	task, ok := r.tasks[class]
	return task, ok
}

// Types lists the types by name.
func (r *Registry) Types() []*Type {
	out := make([]*Type, 0, len(r.types))
	for _, t := range r.types {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *Type) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return out
}
