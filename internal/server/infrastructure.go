package server

import (
	"context"
	"crypto/rand"

	"github.com/gennaker/gennaker/internal/api/infra"
	"github.com/gennaker/gennaker/internal/cloud/infrastructure"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/membership"
	"github.com/gennaker/gennaker/internal/provider"
)

var (
	_ infra.Infrastructure        = (*infrastructure.Shared)(nil)
	_ infra.Objects               = kubernetes.Reader{}
	_ infrastructure.Keeper       = (*kubernetes.Watcher)(nil)
	_ infrastructure.Describer    = kubernetes.Reader{}
	_ infrastructure.Consoles     = kubernetes.Reader{}
	_ infrastructure.Logs         = kubernetes.Reader{}
	_ infrastructure.Jobs         = kubernetes.Reader{}
	_ infrastructure.Dependencies = kubernetes.Reader{}
)

// buildInfrastructure makes what watches the clouds and answers what runs in
// them, here and in the installation's other processes.
func (p *process) buildInfrastructure(ctx context.Context) error {
	seen := infrastructure.NewShared(p.log)
	watcher := kubernetes.NewWatcher(p.clouds.kubernetes, seen.Publish)
	watcher.OnTurn(func(account string) { //nolint:contextcheck // a watch that breaks has no request
		p.accounts.Recheck(provider.Key{Type: kubernetes.ID, Name: account})
	})
	seen.Add(infrastructure.Cloud{ID: kubernetes.ID, Keeper: watcher, Own: kubernetes.Reader{Provider: p.clouds.kubernetes}})
	p.infrastructure = seen
	if p.has(config.RoleCloud) {
		p.runs("cloud", watcher)
	}
	return p.joinPeers(ctx, seen)
}

// joinPeers makes this process one of several, where the database can be
// shared. The accounts are then shared too.
func (p *process) joinPeers(ctx context.Context, seen *infrastructure.Shared) error {
	if p.platform.store.Postgres() == nil {
		return nil
	}
	secret, err := p.platform.store.Agree(ctx, "secret of processes", rand.Text())
	if err != nil {
		return err
	}
	roles := make([]string, len(p.config.Roles))
	for i, role := range p.config.Roles {
		roles[i] = string(role)
	}
	members := membership.New(membership.Options{
		Store: p.platform.store, ID: p.queue.ProcessID(), Roles: roles, Address: p.address.get, Ready: seen.Ready, Logger: p.log,
	})
	seen.Join(members, string(config.RoleCloud), secret, p.mux, p.closing)
	members.OnChange(seen.Reassign)
	p.runs("membership", members)
	if p.has(config.RoleAPI) {
		p.runs("changes of other processes", componentFunc(seen.FollowPeers))
	}
	return nil
}

// componentFunc is a function as a [Component].
type componentFunc func(ctx context.Context) error

// Run implements [Component].
func (f componentFunc) Run(ctx context.Context) error { return f(ctx) }
