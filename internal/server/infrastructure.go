package server

import (
	"context"
	"io"
	"log/slog"
	"slices"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/cloud/infrastructure"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/fault"
)

// buildInfrastructure makes what watches the clouds and answers what runs in
// them, here and in the installation's other processes.
func (p *process) buildInfrastructure(ctx context.Context) error {
	seen := &seen{kubernetes: p.clouds.kubernetes, log: p.log}
	seen.watcher = kubernetes.NewWatcher(p.clouds.kubernetes, func(change view.Change) {
		seen.seenHere.Publish(change)
		seen.changes.Publish(change)
	})
	seen.Infrastructure = infrastructure.New(seen.views, p.log)
	p.infrastructure, p.clouds.watches = seen, seen.watches
	if p.has(config.RoleCloud) {
		p.runs("cloud", seen.watcher)
	}
	return p.joinPeers(ctx, seen)
}

// seen is what runs in the clouds, as the API asks for it.
type seen struct {
	*infrastructure.Infrastructure
	kubernetes *kubernetes.Provider
	watcher    *kubernetes.Watcher
	log        *slog.Logger
	// seenHere are the changes of the accounts that are watched here, changes
	// those of all.
	seenHere, changes infrastructure.Changes
	// peers are the other processes; nil where there can be none.
	peers *peers
}

var _ api.Infrastructure = (*seen)(nil)

func (s *seen) views() map[string]infrastructure.Source {
	out := map[string]infrastructure.Source{}
	for _, store := range s.watcher.Stores() {
		out[store.Account()] = infrastructure.Source{Provider: kubernetes.ID, Viewer: store}
	}
	if s.peers == nil {
		return out
	}
	ready := s.watcher.Ready()
	for _, account := range s.kubernetes.Accounts() {
		if slices.Contains(ready, account.Name) {
			continue
		}
		if others := s.peers.others(account.Name); len(others) > 0 {
			out[account.Name] = infrastructure.Source{Provider: kubernetes.ID, Viewer: infrastructure.ViewOf(account.Name, others)}
		}
	}
	return out
}

// ApplicationDependencies implements [frontfifty.Dependencies]: what the
// clusters say, and of those that can't be reached what was last seen.
func (s *seen) ApplicationDependencies(ctx context.Context, application string) ([]string, error) {
	left, unreached, err := s.kubernetes.ApplicationDependencies(ctx, application)
	if err != nil || len(unreached) == 0 {
		return left, err
	}
	last, err := s.Infrastructure.ApplicationDependencies(ctx, application, unreached)
	if err != nil {
		return nil, err
	}
	left = append(left, last...)
	slices.Sort(left)
	return slices.Compact(left), nil
}

// TargetServerGroup implements [api.Infrastructure].
func (s *seen) TargetServerGroup(ctx context.Context, t api.ServerGroupTarget) (any, error) {
	return s.Infrastructure.TargetServerGroup(ctx, infrastructure.Target{
		Application: t.Application, Account: t.Account, Cluster: t.Cluster, Provider: kubernetes.ID, Scope: t.Scope, Name: t.Name,
		OnlyEnabled: t.OnlyEnabled, AnyOldest: t.AnyOldest,
	})
}

// ProjectClusters implements [api.Infrastructure].
func (s *seen) ProjectClusters(ctx context.Context, clusters []api.ProjectCluster) ([]any, error) {
	rows := make([]infrastructure.ProjectCluster, len(clusters))
	for i, c := range clusters {
		rows[i] = infrastructure.ProjectCluster(c)
	}
	return s.Infrastructure.ProjectClusters(ctx, rows)
}

// Follow implements [api.Infrastructure].
func (s *seen) Follow(ctx context.Context, application string, began func() error, tell func([]any) error) error {
	return s.changes.Follow(ctx, application, began, tell)
}

// Manifest implements [api.Infrastructure].
func (s *seen) Manifest(ctx context.Context, account, location, name string) (any, error) {
	found, err := s.kubernetes.Manifest(ctx, account, location, name, true)
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Tree implements [api.Infrastructure].
func (s *seen) Tree(ctx context.Context, account, location, name string) (any, error) {
	found, err := s.kubernetes.Tree(ctx, account, location, name)
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Applied implements [api.Infrastructure].
func (s *seen) Applied(ctx context.Context, account, location, name string) (any, error) {
	found, err := s.kubernetes.Applied(ctx, account, location, name)
	if err != nil {
		return nil, err
	}
	return found, nil
}

// Console implements [api.Infrastructure].
func (s *seen) Console(ctx context.Context, account, region, id string) (any, error) {
	pod, err := s.PodName(ctx, account, region, id)
	if err != nil {
		return nil, err
	}
	return s.kubernetes.Console(ctx, account, region, pod)
}

// Log implements [api.Infrastructure].
func (s *seen) Log(ctx context.Context, account, region, id string, part api.LogPart) (io.ReadCloser, error) {
	pod, err := s.PodName(ctx, account, region, id)
	if err != nil {
		return nil, err
	}
	return s.kubernetes.PodLog(ctx, account, region, pod, kubernetes.LogOptions{
		Container: part.Container, Previous: part.Previous, Follow: part.Follow, Timestamps: part.Timestamps, Tail: part.Tail, Since: part.Since,
	})
}

// Job implements [api.Infrastructure].
func (s *seen) Job(ctx context.Context, account, region, name string) (any, error) {
	found, err := s.kubernetes.Job(ctx, account, region, name)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fault.New(fault.NotFound, "Job not found (account: %s, region: %s, name: %s)", account, region, name)
	}
	return found, nil
}
