// Package planner works out roll backs: it reads what the clusters and the
// executions tell, has package rollback decide, and says by which jobs of a task
// the roll back is done.
package planner

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/rollback"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/store"
)

// Workloads reads workloads of clusters.
type Workloads interface {
	// Workload has no revisions for a workload that isn't there, and is a fault of
	// kind Invalid for what can't have any.
	Workload(ctx context.Context, account, location, name string) (rollback.Workload, error)
}

// History reads executions.
type History interface {
	ExecutionOutline(ctx context.Context, id string) (*store.Outline, error)
	Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error)
	RunNumbers(ctx context.Context, ids []string) (map[string]int64, error)
	// Brought is what deploy stages have applied. It is asked once for many of them.
	Brought(ctx context.Context, stages []store.StageKey) (map[store.StageKey][]manifest.Brought, error)
}

// Planner works out roll backs.
type Planner struct {
	workloads Workloads
	history   History
}

// New returns a planner.
func New(w Workloads, h History) *Planner { return &Planner{workloads: w, history: h} }

// How far is looked: at so many executions of an application, newest first, and so
// many workloads at a time.
const (
	mostExecutions = 60
	readAtOnce     = 8
)

// deployType is the type of the stages that can be rolled back.
const deployType = "deployManifest"

// Allow tells whether who asks may use an account: an error if not.
type Allow func(ctx context.Context, account string) error

// Stage works out how to take a deploy stage back: all that it deployed. It asks
// allow for each account before it reads anything there.
func (p *Planner) Stage(ctx context.Context, executionID, stageID string, allow Allow) (*Plan, error) {
	e, err := p.history.ExecutionOutline(ctx, executionID)
	if err != nil {
		return nil, err
	}
	stage := e.StageByID(stageID)
	if stage == nil {
		return nil, fault.New(fault.NotFound, "execution %s has no stage %s", executionID, stageID)
	}
	if stage.Type != deployType {
		return nil, fault.New(fault.Invalid, "stage %q is a %s stage; only deployManifest stages can be rolled back", stage.Name, stage.Type)
	}
	asked := store.StageKey{ExecutionID: executionID, StageID: stageID}
	found, err := p.history.Brought(ctx, []store.StageKey{asked})
	if err != nil {
		return nil, err
	}
	brought := found[asked]
	for _, b := range brought {
		if err := allow(ctx, b.Account); err != nil {
			return nil, err
		}
	}
	known, err := p.known(ctx, e.Application)
	if err != nil {
		return nil, err
	}
	own := rollback.Deployment{ExecutionID: e.ID, StageID: stage.ID, Started: stage.StartTime, Status: stage.Status}
	objects := make([]Object, len(brought))
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(readAtOnce)
	for i, b := range brought {
		group.Go(func() (err error) {
			objects[i], err = p.object(reading, b, own, known)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return p.plan(ctx, e.Application, objects, !stage.Status.Complete())
}

// object decides about one object that a stage deployed.
func (p *Planner) object(ctx context.Context, b manifest.Brought, own rollback.Deployment, known deployments) (Object, error) {
	out := Object{Account: b.Account, Location: b.Namespace, Name: b.Name}
	switch {
	case b.After == "" && b.Versioned:
		return out.as(rollback.Versioned), nil
	case b.After == "" && b.Before == "":
		return out.as(rollback.NotChanged), nil
	}
	w, err := p.workloads.Workload(ctx, b.Account, b.Namespace, b.Name)
	if err != nil {
		return out, fmt.Errorf("read %s in account %s: %w", b.Name, b.Account, err)
	}
	own.Before, own.After, own.Status = b.Before, b.After, outcome(b, own.Status)
	if w.ByTraffic && b.Before == "" {
		return out.as(rollback.Unknown), nil
	}
	return out.decided(w, rollback.Of(w, own, known[clusterKey(b.Account, b.Namespace, b.Name, w)]))
}

// Workload works out what a workload is rolled back to, whoever deployed it, and
// lists its revisions.
func (p *Planner) Workload(ctx context.Context, account, location, name string) (*Plan, error) {
	w, err := p.workloads.Workload(ctx, account, location, name)
	if err != nil {
		return nil, err
	}
	if len(w.Revisions) == 0 {
		return nil, fault.New(fault.NotFound, "there is no %s in account %s, or it has no revisions", name, account)
	}
	known, err := p.known(ctx, w.App)
	if err != nil {
		return nil, err
	}
	of := known[clusterKey(account, location, w.Name, w)]
	object, err := Object{Account: account, Location: location, Name: w.Name}.decided(w, rollback.Latest(w, of))
	if err != nil {
		return nil, err
	}
	for i := range slices.Backward(w.Revisions) {
		r := *revisionOf(&w.Revisions[i])
		r.Failed = rollback.Failed(w, w.Revisions[i], of)
		object.Revisions = append(object.Revisions, r)
	}
	return p.plan(ctx, w.App, []Object{object}, false)
}

// deployments are those that are known, by the workload.
type deployments map[string][]rollback.Deployment

// known are the latest deployments of an application.
func (p *Planner) known(ctx context.Context, application string) (deployments, error) {
	out := deployments{}
	if application == "" {
		return out, nil
	}
	found, err := p.history.Executions(ctx, store.ExecutionFilter{Application: application, Limit: mostExecutions, Bare: true})
	if err != nil {
		return nil, fmt.Errorf("list the deployments of %s: %w", application, err)
	}
	var asked []store.StageKey
	for _, e := range found {
		for _, s := range e.Stages {
			if deployed(s) {
				asked = append(asked, store.StageKey{ExecutionID: e.ID, StageID: s.ID})
			}
		}
	}
	brought, err := p.history.Brought(ctx, asked)
	if err != nil {
		return nil, err
	}
	for _, e := range found {
		for _, s := range e.Stages {
			for _, b := range brought[store.StageKey{ExecutionID: e.ID, StageID: s.ID}] {
				if b.After == "" {
					continue
				}
				key := placeKey(b.Account, b.Namespace, b.Name)
				if b.Versioned {
					key = placeKey(b.Account, b.Namespace, unversioned(b.Name))
				}
				out[key] = append(out[key], rollback.Deployment{
					ExecutionID: e.ID, StageID: s.ID, Started: s.StartTime, Status: outcome(b, s.Status), Before: b.Before, After: b.After,
				})
			}
		}
	}
	return out, nil
}

// outcome is what became of one object of a stage: a stage fails as a whole, also if this
// object has become what it was to be.
func outcome(b manifest.Brought, of model.Status) model.Status {
	if b.Stable {
		return model.Succeeded
	}
	return of
}

// deployed tells whether a stage has deployed anything that can be rolled back.
func deployed(s *model.Stage) bool { return s.Type == deployType && s.StartTime != 0 }
