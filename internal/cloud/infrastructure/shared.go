package infrastructure

import (
	"context"
	"log/slog"
	"slices"
	"sync"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Keeper keeps views of a provider's accounts current, such as by watching
// them. The processes of an installation share the accounts: each keeps some.
// A Keeper is safe for concurrent use.
type Keeper interface {
	// Accounts are the names of all accounts, also of those that others keep.
	Accounts() []string
	// View is the view of an account that is kept here.
	View(account string) (view.Viewer, bool)
	// Ready are the names of the accounts that are kept here and whose views are
	// complete; States tell how all that are kept here are.
	Ready() []string
	States() []view.WatchState
	// Share has only those accounts kept here that are mine, which is told
	// whether an account is kept at the time. Reassign has it asked again.
	Share(mine func(account string, kept bool) bool)
	Reassign()
}

// Cloud is a cloud provider, as the infrastructure knows it.
type Cloud struct {
	// ID is the provider's: "kubernetes".
	ID     string
	Keeper Keeper
	// Own is asked for what only some providers can do: it may be
	// [Describer], [Consoles], [Logs], [Jobs] and [Dependencies].
	Own any
}

// Shared is the infrastructure of an installation: the views that this process
// keeps, and those that others keep. It is safe for concurrent use.
type Shared struct {
	*Infrastructure
	clouds []Cloud
	log    *slog.Logger
	// here are the changes that this process sees, all those of all processes.
	here, all Changes
	// peers are the other processes; nil where there can be none.
	peers *peers
}

// NewShared returns an infrastructure without clouds. [Shared.Add] adds them,
// before it is used.
func NewShared(log *slog.Logger) *Shared {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Shared{log: log}
	s.Infrastructure = New(s.views, log)
	return s
}

// Add adds a cloud.
func (s *Shared) Add(cloud Cloud) { s.clouds = append(s.clouds, cloud) }

// Publish tells followers, here and in other processes, of a change that this
// process has seen. It doesn't wait for anybody.
func (s *Shared) Publish(change view.Change) {
	s.here.Publish(change)
	s.all.Publish(change)
}

// Follow tells of an application's changes, some at a time, or of all
// applications' where it is "", until the context ends or tell fails. It has
// begun to follow when it calls began.
func (s *Shared) Follow(ctx context.Context, application string, began func() error, tell func(changes []any) error) error {
	return s.all.Follow(ctx, application, began, tell)
}

// Ready are the names of the accounts that this process can answer about.
func (s *Shared) Ready() []string {
	out := []string{}
	for _, cloud := range s.clouds {
		out = append(out, cloud.Keeper.Ready()...)
	}
	return out
}

// States tell how the views that this process keeps are.
func (s *Shared) States() []view.WatchState {
	out := []view.WatchState{}
	for _, cloud := range s.clouds {
		out = append(out, cloud.Keeper.States()...)
	}
	return out
}

// views are those of all accounts. One that isn't complete here is asked for
// elsewhere, where somebody has it.
func (s *Shared) views() map[string]Source {
	out := map[string]Source{}
	for _, cloud := range s.clouds {
		ready := cloud.Keeper.Ready()
		for _, account := range cloud.Keeper.Accounts() {
			if here, ok := cloud.Keeper.View(account); ok {
				out[account] = Source{cloud.ID, here}
			}
			if s.peers == nil || slices.Contains(ready, account) {
				continue
			}
			if others := s.peers.others(account); len(others) > 0 {
				out[account] = Source{cloud.ID, viewOf(account, others)}
			}
		}
	}
	return out
}

// view is the view of an account that is kept here.
func (s *Shared) view(account string) (view.Viewer, bool) {
	for _, cloud := range s.clouds {
		if here, ok := cloud.Keeper.View(account); ok {
			return here, true
		}
	}
	return nil, false
}

// Watches are the states of the views of all processes, by account. Those of a
// process that does not answer are missing.
func (s *Shared) Watches(ctx context.Context) map[string]view.WatchState {
	out := map[string]view.WatchState{}
	add := func(states []view.WatchState) {
		for _, state := range states {
			if known, ok := out[state.Account]; !ok || known.State != view.WatchLive {
				out[state.Account] = state
			}
		}
	}
	if s.peers != nil {
		ctx, cancel := context.WithTimeout(ctx, watchesTimeout)
		defer cancel()
		var (
			mu    sync.Mutex
			group sync.WaitGroup
		)
		for _, member := range s.peers.rest() {
			group.Go(func() {
				var states []view.WatchState
				if err := s.peers.at(member.Address).Watches(ctx, &states); err != nil {
					s.log.DebugContext(ctx, "another process doesn't report what it watches", "process", member.ID, "error", err)
				}
				mu.Lock()
				defer mu.Unlock()
				add(states)
			})
		}
		group.Wait()
	}
	add(s.States())
	return out
}
