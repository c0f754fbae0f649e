package planner

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/rollback"
	"github.com/gennaker/gennaker/internal/store"
)

// Plan is how to roll back, or why not.
type Plan struct {
	// Verdict is that of the objects together.
	Verdict     rollback.Verdict `json:"verdict"`
	Application string           `json:"application"`
	Objects     []Object         `json:"objects"`
	// Running says that the stage still runs: it must be canceled first, or it
	// takes the roll back for its own success.
	Running bool `json:"running"`
	// Description and Jobs are those of the task that does it.
	Description string           `json:"description"`
	Jobs        []map[string]any `json:"jobs"`
}

// Object is one object of a roll back.
type Object struct {
	Account  string           `json:"account"`
	Location string           `json:"location"`
	Name     string           `json:"name"`
	Verdict  rollback.Verdict `json:"verdict"`
	// Current is what it is now, Target what it becomes.
	Current *Revision `json:"current,omitempty"`
	Target  *Revision `json:"target,omitempty"`
	// Diff is what changes in the pod template, as a unified diff.
	Diff string `json:"diff,omitempty"`
	// SupersededBy is the run that has deployed the object since.
	SupersededBy *Run `json:"supersededBy,omitempty"`
	// Revisions are all there are, newest first; only if a single workload was
	// asked about.
	Revisions []Revision `json:"revisions,omitempty"`

	byTraffic bool
	wanted    int64
	by        string
}

// Revision is a state of a workload.
type Revision struct {
	Number int64    `json:"number"`
	Name   string   `json:"name"`
	Images []string `json:"images"`
	// Created is in milliseconds since the epoch.
	Created int64 `json:"created,omitempty"`
	Current bool  `json:"current,omitempty"`
	// Failed says that it never worked.
	Failed bool `json:"failed,omitempty"`

	wanted int64
}

// Run is an execution.
type Run struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Number int64  `json:"number,omitempty"`
}

func (o Object) as(v rollback.Verdict) Object {
	o.Verdict = v
	return o
}

// decided completes an object with what was decided about it.
func (o Object) decided(w rollback.Workload, c rollback.Choice) (Object, error) {
	o.Verdict, o.Current, o.Target, o.byTraffic = c.Verdict, revisionOf(c.Current), revisionOf(c.Target), w.ByTraffic
	if c.By != nil {
		o.by = c.By.ExecutionID
	}
	if c.Current != nil {
		o.wanted = c.Current.Wanted
	}
	if c.Current == nil || c.Target == nil {
		return o, nil
	}
	var err error
	o.Diff, err = rollback.Diff(*c.Current, *c.Target)
	return o, err
}

func revisionOf(r *rollback.Revision) *Revision {
	if r == nil {
		return nil
	}
	out := &Revision{Number: r.Number, Name: r.Name, Images: r.Images, Current: r.Current, wanted: r.Wanted}
	if !r.Created.IsZero() {
		out.Created = model.Millis(r.Created)
	}
	return out
}

// order is that of the verdicts: what says most about a stage comes first.
var order = []rollback.Verdict{
	rollback.Ready, rollback.Paused, rollback.RolledBack, rollback.Superseded, rollback.NoneGood, rollback.Lost, rollback.Unknown, rollback.Gone,
	rollback.Created, rollback.Unchanged, rollback.Versioned, rollback.NotChanged,
}

// plan puts the objects' roll backs together into one task.
func (p *Planner) plan(ctx context.Context, application string, objects []Object, running bool) (*Plan, error) {
	out := &Plan{Verdict: rollback.Unknown, Application: application, Objects: objects, Running: running, Jobs: []map[string]any{}}
	if err := p.nameRuns(ctx, objects); err != nil {
		return nil, err
	}
	if len(objects) == 0 {
		out.Objects = []Object{}
		return out, nil
	}
	out.Verdict = slices.MinFunc(objects, func(a, b Object) int { return slices.Index(order, a.Verdict) - slices.Index(order, b.Verdict) }).Verdict
	if out.Verdict != rollback.Ready && out.Verdict != rollback.RolledBack {
		return out, nil
	}
	var to []string
	for _, o := range objects {
		if o.Verdict == out.Verdict && o.Target != nil {
			out.Jobs = append(out.Jobs, o.jobs(application)...)
			to = append(to, o.Name+" to "+o.Target.String())
		}
	}
	verb := "Roll back "
	if out.Verdict == rollback.RolledBack {
		verb = "Return "
	}
	if len(to) > 0 {
		out.Description = verb + strings.Join(to, ", ")
	}
	return out, nil
}

// String is how a revision is named: "nginx:1.27 (revision 1)".
func (r Revision) String() string {
	short := make([]string, len(r.Images))
	for i, image := range r.Images {
		short[i] = image[strings.LastIndex(image, "/")+1:]
	}
	return fmt.Sprintf("%s (revision %d)", strings.Join(short, ", "), r.Number)
}

// jobs are what takes an object to its target, one after another.
func (o Object) jobs(application string) []map[string]any {
	job := func(kind, name string, fields map[string]any) map[string]any {
		return model.Merge(map[string]any{
			"type": kind, "cloudProvider": "kubernetes", "account": o.Account, "location": o.Location,
			"manifestName": name, "mode": "static", "app": application,
		}, fields)
	}
	if !o.byTraffic {
		return []map[string]any{job("undoRolloutManifest", o.Name, map[string]any{"revision": o.Target.Number})}
	}
	kind, _, _ := strings.Cut(o.Name, " ")
	target, current := kind+" "+o.Target.Name, kind+" "+o.Current.Name
	var out []map[string]any
	if o.Target.wanted == 0 {
		out = append(out, job("scaleManifest", target, map[string]any{"replicas": max(1, o.wanted)}))
	}
	return append(out, job("enableManifest", target, nil), job("disableManifest", current, nil))
}

// nameRuns looks up the runs that superseded objects.
func (p *Planner) nameRuns(ctx context.Context, objects []Object) error {
	runs := map[string]*Run{}
	for i := range objects {
		o := &objects[i]
		if o.by == "" {
			continue
		}
		if runs[o.by] == nil {
			e, err := p.history.ExecutionOutline(ctx, o.by)
			if errors.Is(err, store.ErrNotFound) {
				continue // it was cleaned up a moment ago
			}
			if err != nil {
				return err
			}
			numbers, err := p.history.RunNumbers(ctx, []string{o.by})
			if err != nil {
				return err
			}
			runs[o.by] = &Run{ID: e.ID, Name: e.Name, Number: numbers[e.ID]}
		}
		o.SupersededBy = runs[o.by]
	}
	return nil
}

func placeKey(account, location, name string) string {
	return account + "\n" + location + "\n" + strings.ToLower(name)
}

// clusterKey is where the deployments of a workload are found: those of versions by
// the name without the version.
func clusterKey(account, location, name string, w rollback.Workload) string {
	if w.ByTraffic {
		name = unversioned(name)
	}
	return placeKey(account, location, name)
}

var version = regexp.MustCompile(`-v\d{3,}$`)

// unversioned is a name without its version: "replicaSet web" of "replicaSet web-v001".
func unversioned(name string) string { return version.ReplaceAllString(name, "") }
