// Package importer copies applications, pipelines and what belongs to them from
// a running Spinnaker to this platform, through the APIs of both. It creates
// and updates, and never deletes.
package importer

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// Kind is a kind of thing that is imported.
type Kind string

// The kinds, in the order they are imported.
const (
	Templates     Kind = "templates"
	Applications  Kind = "applications"
	Pipelines     Kind = "pipelines" // and deployment strategies
	Notifications Kind = "notifications"
	Projects      Kind = "projects"
)

// Kinds lists the kinds.
func Kinds() []Kind { return []Kind{Applications, Pipelines, Templates, Projects, Notifications} }

// Action is what is done, or would be done, with a thing.
type Action string

// The actions.
const (
	Create    Action = "create"
	Update    Action = "update"
	Unchanged Action = "unchanged"
	// Skip leaves a thing out on purpose; the item's notes say why.
	Skip Action = "skip"
	// Failed could not be read or written; the item's error says why.
	Failed Action = "failed"
)

// Item is one thing and what was done with it.
type Item struct {
	Kind        string `json:"kind"` // application, pipeline, strategy, ...
	Application string `json:"application,omitempty"`
	Name        string `json:"name"`
	ID          string `json:"id,omitempty"`
	Action      Action `json:"action"`
	// CannotRun says why it won't work here as it does there.
	CannotRun []string `json:"cannotRun,omitempty"`
	// Notes say what else is worth knowing.
	Notes []string `json:"notes,omitempty"`
	Error string   `json:"error,omitempty"`
}

// Platform knows what runs here.
type Platform interface {
	// Unavailable says why stages of a type can't run here; "" where they can.
	Unavailable(stageType string) string
	// TriggerTypes lists the kinds of trigger that fire here.
	TriggerTypes() []string
	// Templates tells whether pipelines made from templates run here.
	Templates() bool
}

// Options are what is imported, from where to where.
type Options struct {
	From, To *client.Client
	Platform Platform
	// DryRun writes nothing.
	DryRun bool
	// Only are the kinds that are imported; all where it is empty.
	Only []Kind
	// Applications are those that are imported, with what belongs to them; all
	// where it is empty.
	Applications []string
	// Tell, where set, is called with each item as it is done.
	Tell func(Item)
}

// Report is what was done.
type Report struct {
	DryRun bool   `json:"dryRun"`
	Items  []Item `json:"items"`
}

// Count counts the items of an action.
func (r *Report) Count(action Action) int {
	n := 0
	for _, item := range r.Items {
		if item.Action == action {
			n++
		}
	}
	return n
}

// Run imports. Single failures are items of the report; the error is what kept
// it from going on at all.
func Run(ctx context.Context, o Options) (*Report, error) {
	for _, c := range []*client.Client{o.From, o.To} {
		if _, err := c.Version(ctx); err != nil && !client.IsNotFound(err) {
			return nil, err
		}
	}
	r := &run{Options: o, report: &Report{DryRun: o.DryRun, Items: []Item{}}}
	if r.wants(Templates) && (len(o.Applications) == 0 || slices.Contains(o.Only, Templates)) {
		r.templates(ctx)
	}
	if r.wants(Applications) || r.wants(Pipelines) || r.wants(Notifications) {
		if err := r.applications(ctx); err != nil {
			return r.report, err
		}
	}
	if r.wants(Projects) && ctx.Err() == nil {
		r.projects(ctx)
	}
	return r.report, ctx.Err()
}

type run struct {
	Options
	report *Report
}

func (r *run) wants(kind Kind) bool { return len(r.Only) == 0 || slices.Contains(r.Only, kind) }

func (r *run) tell(item Item) {
	r.report.Items = append(r.report.Items, item)
	if r.Tell != nil {
		r.Tell(item)
	}
}

func (r *run) failed(item Item, err error) {
	item.Action, item.Error = Failed, err.Error()
	r.tell(item)
}

// write does what an item says, unless nothing is to be written.
func (r *run) write(item Item, save func() ([]string, error)) {
	if !r.DryRun && (item.Action == Create || item.Action == Update) {
		warnings, err := save()
		if err != nil {
			r.failed(item, err)
			return
		}
		if len(item.CannotRun) == 0 { // else they say the same
			item.Notes = append(item.Notes, warnings...)
		}
	}
	r.tell(item)
}

// plan is what is to be done with a thing that is as wanted here, and as found
// there; found is nil where there is none.
func plan(same bool, exists bool) Action {
	switch {
	case !exists:
		return Create
	case same:
		return Unchanged
	}
	return Update
}

func (r *run) templates(ctx context.Context) {
	item := Item{Kind: "template"}
	source, err := r.From.Templates(ctx)
	if client.IsNotFound(err) {
		return
	}
	if err != nil {
		item.Name = "(all)"
		r.failed(item, err)
		return
	}
	if len(source) == 0 {
		return
	}
	target, err := r.To.Templates(ctx)
	if err != nil {
		item.Name = "(all)"
		r.failed(item, err)
		return
	}
	existing := map[string]map[string]any{}
	for _, t := range target {
		existing[model.String(t, "id")] = t
	}
	for _, t := range source {
		t = without(t, "digest", "tag")
		item := Item{Kind: "template", Name: model.String(model.Object(t, "metadata"), "name"), ID: model.String(t, "id")}
		if item.Name == "" {
			item.Name = item.ID
		}
		if !r.Platform.Templates() {
			item.Action, item.Notes = Skip, []string{"pipeline templates are not supported here yet"}
			r.tell(item)
			continue
		}
		found, exists := existing[item.ID]
		item.Action = plan(equal(t, without(found, "digest", "tag")), exists)
		r.write(item, func() ([]string, error) { return nil, r.To.SaveTemplate(ctx, t, exists) })
	}
}

// projects are found by their names: servers give new ones ids of their own.
func (r *run) projects(ctx context.Context) {
	source, err := r.From.Projects(ctx)
	if client.IsNotFound(err) {
		return
	}
	var target []map[string]any
	if err == nil {
		target, err = r.To.Projects(ctx)
	}
	if err != nil {
		r.failed(Item{Kind: "project", Name: "(all)"}, err)
		return
	}
	for _, p := range source {
		if !r.concerns(p) {
			continue
		}
		p = without(p, "id")
		item := Item{Kind: "project", Name: model.String(p, "name")}
		var found map[string]any
		for _, t := range target {
			if strings.EqualFold(model.String(t, "name"), item.Name) {
				found, item.ID = t, model.String(t, "id")
			}
		}
		item.Action = plan(equal(p, without(found, "id")), found != nil)
		if item.ID != "" {
			p["id"] = item.ID
		}
		r.write(item, func() ([]string, error) { return nil, r.To.SaveProject(ctx, p) })
	}
}

// concerns tells whether a project has one of the applications that are
// imported.
func (r *run) concerns(project map[string]any) bool {
	if len(r.Applications) == 0 {
		return true
	}
	for _, name := range model.Strings(model.Object(project, "config"), "applications") {
		if slices.ContainsFunc(r.Applications, func(wanted string) bool { return strings.EqualFold(wanted, name) }) {
			return true
		}
	}
	return false
}
