// Package rollback decides what a deployment is rolled back to: which revision of
// each workload was there before it, and whether going back to it makes sense. It
// is pure: it takes what clusters and executions tell, and gives an answer.
package rollback

import (
	"cmp"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// None stands in [Deployment.Before] for a workload that wasn't there before.
const None = "none"

// Revision is a state of a workload that it can be taken back to: a ReplicaSet
// of a Deployment, a ControllerRevision, or a ReplicaSet that is a version of its
// own, as blue/green deployments have them.
type Revision struct {
	// ID is the same for as long as the pods would be: a digest of the pod
	// template, or the name of a ReplicaSet that is a version of its own. A
	// rolling restart doesn't change it.
	ID string
	// Number is the revision's number by now: Kubernetes gives one that is
	// brought back a new number. For versions it is the version.
	Number int64
	// First is the number that it had first.
	First   int64
	Name    string
	Images  []string
	Created time.Time
	// Wanted and Available are how many pods it is to have, and how many serve.
	Wanted, Available int64
	// Current says that it is what the workload is meant to be.
	Current bool
	// Template is the pod template.
	Template map[string]any
}

// Workload is a workload and what it has been.
type Workload struct {
	Account, Location string
	// Name is the kind and the name: "deployment web".
	Name string
	// App is the application that it belongs to, "" if it doesn't say.
	App string
	// Revisions are what it is and was, by number.
	Revisions []Revision
	// Paused says that its rollout is paused: it can't be rolled back.
	Paused bool
	// Undone says that the current revision was brought by a roll back rather
	// than by a deployment.
	Undone bool
	// ByTraffic says that the revisions are versions beside each other, and that
	// going back moves the traffic.
	ByTraffic bool
}

// Deployment is what a deploy stage did to a workload.
type Deployment struct {
	ExecutionID, StageID string
	// Started is when the stage did, in milliseconds since the epoch.
	Started int64
	Status  model.Status
	// Before and After are the revisions' ids; "" if that isn't known.
	Before, After string
}

// changed tells whether the deployment brought a new revision.
func (d Deployment) changed() bool { return d.After != "" && d.After != d.Before }

// Verdict says whether a deployment can be rolled back, or why not.
type Verdict string

// The verdicts.
const (
	// Ready: it can be rolled back to the target.
	Ready Verdict = "ready"
	// RolledBack: it was rolled back already. The target, if there is one, is the
	// way forth: what the deployment had brought.
	RolledBack Verdict = "rolledBack"
	// Superseded: a later deployment has changed the workload since.
	Superseded Verdict = "superseded"
	// Unchanged: the deployment didn't change the workload's pods.
	Unchanged Verdict = "unchanged"
	// Created: the deployment created the workload; nothing was there before.
	Created Verdict = "created"
	// Unknown: it isn't known what was there before.
	Unknown Verdict = "unknown"
	// Gone: the workload was deleted.
	Gone Verdict = "gone"
	// Lost: the cluster no longer keeps the revision.
	Lost Verdict = "lost"
	// NoneGood: every earlier revision failed.
	NoneGood Verdict = "noneGood"
	// Paused: its rollout is paused.
	Paused Verdict = "paused"
	// NotChanged: the object has no revisions; a roll back leaves it as it is.
	NotChanged Verdict = "notChanged"
	// Versioned: the object is a version that pods name; those that go back use
	// the earlier version again.
	Versioned Verdict = "versioned"
)

// Choice is what to do about one workload.
type Choice struct {
	Verdict Verdict
	// Current is what it is now, Target what it would become; nil if there is none.
	Current, Target *Revision
	// By is the deployment that superseded this one.
	By *Deployment
}

// Of decides about a deployment of a workload. The known deployments are those of
// the same workload, in any order; they may hold the deployment itself.
func Of(w Workload, d Deployment, known []Deployment) Choice {
	current := w.current()
	choice := func(v Verdict, target *Revision) Choice { return Choice{Verdict: v, Current: current, Target: target} }
	switch {
	case current == nil:
		return choice(Gone, nil)
	case d.After == "":
		return choice(Unknown, nil)
	case !d.changed():
		return choice(Unchanged, nil)
	}
	h := history{w: w, known: known}
	target, verdict := h.before(d)
	isBack := target != nil && current.ID == target.ID
	// A later deployment that was itself rolled back, to this one's target, doesn't count.
	if by := h.later(d); by != nil && current.ID != d.After && (by.After == current.ID || !isBack) {
		return Choice{Verdict: Superseded, Current: current, By: by}
	}
	switch {
	case d.Before == None:
		return choice(Created, nil)
	case d.Before == "":
		return choice(Unknown, nil)
	case current.ID != d.After && (w.Undone || isBack):
		return choice(RolledBack, h.forth(d))
	case target == nil:
		return choice(verdict, nil)
	case w.Paused:
		return choice(Paused, target)
	}
	return choice(Ready, target)
}

// Latest decides what to go back to from what a workload is now, whoever deployed
// it: the newest revision before it that didn't fail. If the workload was rolled
// back, that is the one before what it was rolled back to; if there is none, the
// way is forth again.
func Latest(w Workload, known []Deployment) Choice {
	current := w.current()
	if current == nil {
		return Choice{Verdict: Gone}
	}
	h := history{w: w, known: known}
	place := func(r *Revision) int64 {
		if w.Undone {
			return r.First
		}
		return r.Number
	}
	var before, other *Revision
	failed := false
	for i := range w.Revisions {
		r := &w.Revisions[i]
		switch {
		case r.ID == current.ID:
		case h.Failed(*r):
			failed = true
		case place(r) >= place(current):
			other = r
		case before == nil || place(r) > place(before):
			before = r
		}
	}
	target := cmp.Or(before, other)
	switch {
	case target == nil && failed:
		return Choice{Verdict: NoneGood, Current: current}
	case target == nil:
		return Choice{Verdict: Created, Current: current}
	case w.Paused:
		return Choice{Verdict: Paused, Current: current, Target: target}
	}
	return Choice{Verdict: Ready, Current: current, Target: target}
}

// Failed tells whether a revision never worked, by the deployments that brought it.
func Failed(w Workload, r Revision, known []Deployment) bool { return history{w, known}.Failed(r) }

func (w Workload) current() *Revision {
	for i := range slices.Backward(w.Revisions) {
		if w.Revisions[i].Current {
			return &w.Revisions[i]
		}
	}
	return nil
}

// newest is the newest revision of an id.
func (w Workload) newest(id string) *Revision {
	for i := range slices.Backward(w.Revisions) {
		if w.Revisions[i].ID == id {
			return &w.Revisions[i]
		}
	}
	return nil
}

// history is what a workload has been, and who made it so.
type history struct {
	w     Workload
	known []Deployment
}

// later is the last deployment that changed the workload after another one.
func (h history) later(d Deployment) *Deployment {
	var last *Deployment
	for i := range h.known {
		k := &h.known[i]
		if k.Started > d.Started && k.changed() && !same(*k, d) && (last == nil || k.Started > last.Started) {
			last = k
		}
	}
	return last
}

func same(a, b Deployment) bool { return a.ExecutionID == b.ExecutionID && a.StageID == b.StageID }

// bringer is the last deployment before a time that brought a revision.
func (h history) bringer(id string, before int64) *Deployment {
	var last *Deployment
	for i := range h.known {
		k := &h.known[i]
		if k.Started < before && k.After == id && k.changed() && (last == nil || k.Started > last.Started) {
			last = k
		}
	}
	return last
}

// Failed tells whether a revision never worked: deployments brought it, and none of
// them succeeded; or nobody is known to have brought it, and none of the pods that
// it is to have serves.
func (h history) Failed(r Revision) bool {
	brought := false
	for _, k := range h.known {
		if k.After != r.ID {
			continue
		}
		if k.Status == model.Succeeded {
			return false
		}
		brought = true
	}
	return brought || r.Wanted > 0 && r.Available == 0
}

// before is the revision that was there when a deployment began; if that failed,
// the one before it, and so on.
func (h history) before(d Deployment) (*Revision, Verdict) {
	verdict := NoneGood
	skipped := map[string]bool{d.After: true}
	for id, at := d.Before, d.Started; id != "" && id != None && !skipped[id]; {
		skipped[id] = true
		r := h.w.newest(id)
		if r != nil && !h.Failed(*r) {
			return r, Ready
		}
		by := h.bringer(id, at)
		if r == nil && (by == nil || by.Status == model.Succeeded) {
			return nil, Lost
		}
		if by == nil {
			break
		}
		id, at = by.Before, by.Started
	}
	if d.Before == None || d.Before == "" {
		return nil, verdict
	}
	// Who brought the failed one isn't known: the newest good one before it.
	limit := int64(0)
	if own := h.w.newest(d.After); own != nil {
		limit = own.First
	}
	for _, r := range slices.Backward(h.w.Revisions) {
		if !skipped[r.ID] && (limit == 0 || r.First < limit) && !h.Failed(r) {
			return h.w.newest(r.ID), Ready
		}
	}
	return nil, verdict
}

// forth is what a deployment that was rolled back had brought, if it worked.
func (h history) forth(d Deployment) *Revision {
	if r := h.w.newest(d.After); r != nil && !r.Current && !h.Failed(*r) {
		return r
	}
	return nil
}
