package kubernetes

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Watcher keeps a view of each account's cluster current, by watches. Views of
// clusters that can't be reached show what was there last; [Watcher.States]
// tells so.
type Watcher struct {
	provider *Provider
	changed  func(view.Change)
	// mine tells whether an account is to be watched here.
	mine func(account string, watched bool) bool
	// turned is told of watches that break or heal.
	turned func(account string)
	// stalled is how long a watch may be silent.
	stalled time.Duration

	// changing holds up changes of what is watched.
	changing sync.Mutex
	running  context.Context // Run's; nil before and after
	names    map[string]bool // all accounts

	mu       sync.RWMutex
	accounts map[string]*watchedAccount
	// watching are the watches that run, and those that have been told to end:
	// nobody waits for one of a cluster that doesn't answer, but Run.
	watching sync.WaitGroup
}

type watchedAccount struct {
	*accountWatch
	stop context.CancelFunc
}

// NewWatcher returns a watcher of all accounts of a provider, which begins
// with Run. Each change of what the views show is told to changed, which may
// be nil; it must be quick.
func NewWatcher(p *Provider, changed func(view.Change)) *Watcher {
	return &Watcher{
		provider: p, changed: changed, accounts: map[string]*watchedAccount{}, names: map[string]bool{},
		mine: func(string, bool) bool { return true }, turned: func(string) {}, stalled: stalledAfter,
	}
}

// OnTurn has a function told of an account whose watches have broken or healed, in part or
// all, often several times for the same cause. It must be quick. It is to be set before Run.
func (w *Watcher) OnTurn(turned func(account string)) { w.turned = turned }

// Share has only those accounts watched here that are mine, which is told
// whether an account is watched at the time. It is to be set before Run;
// [Watcher.Reassign] has it asked again.
func (w *Watcher) Share(mine func(account string, watched bool) bool) { w.mine = mine }

// Reassign begins to watch the accounts that have become ours, and stops
// watching those that are not any more.
func (w *Watcher) Reassign() {
	w.changing.Lock()
	defer w.changing.Unlock()
	if w.running == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(w.names)) {
		_, watched := w.Store(name)
		switch mine := w.mine(name, watched); {
		case mine && !watched:
			w.begin(name)
		case !mine && watched:
			w.end(name)
		}
	}
}

// Run watches until the context ends. Accounts that come, change and go are
// followed.
func (w *Watcher) Run(ctx context.Context) error {
	w.changing.Lock()
	w.running = ctx
	w.changing.Unlock()
	stop := w.provider.OnChange(w.follow)
	<-ctx.Done()
	stop()
	w.changing.Lock()
	defer w.changing.Unlock()
	w.running = nil
	w.mu.RLock()
	names := slices.Collect(maps.Keys(w.accounts))
	w.mu.RUnlock()
	for _, name := range names {
		w.end(name)
	}
	w.watching.Wait()
	return nil
}

// follow watches accounts as they come and go.
func (w *Watcher) follow(change AccountChange) {
	w.changing.Lock()
	defer w.changing.Unlock()
	for _, name := range slices.Concat(change.Removed, change.Changed) {
		delete(w.names, name)
		w.end(name)
	}
	for _, name := range slices.Concat(change.Added, change.Changed) {
		w.names[name] = true
		if w.mine(name, false) {
			w.begin(name)
		}
	}
}

func (w *Watcher) begin(name string) {
	a, err := w.provider.account(name)
	if err != nil {
		return // it has gone again
	}
	ctx, stop := context.WithCancel(logTo(w.running, w.provider.options.Log.With("account", name)))
	watched := &watchedAccount{accountWatch: newAccountWatch(a, mirror.NewStore(name, w.changed), w.stalled), stop: stop}
	watched.turned = func() { w.turned(name) }
	w.mu.Lock()
	w.accounts[name] = watched
	w.mu.Unlock()
	w.watching.Go(func() { watched.run(ctx) })
}

func (w *Watcher) end(name string) {
	w.mu.Lock()
	watched := w.accounts[name]
	delete(w.accounts, name)
	w.mu.Unlock()
	if watched != nil {
		watched.stop()
	}
}

// Store is an account's view, and whether the account is watched here.
func (w *Watcher) Store(account string) (*mirror.Store, bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	watched, ok := w.accounts[account]
	if !ok {
		return nil, false
	}
	return watched.store, true
}

// View implements infrastructure.Keeper: it is [Watcher.Store] as others see it.
func (w *Watcher) View(account string) (view.Viewer, bool) {
	store, ok := w.Store(account)
	return store, ok
}

// Accounts are the names of the provider's accounts, watched here or not.
func (w *Watcher) Accounts() []string { return w.provider.names() }

// Ready are the accounts whose views are complete, by name.
func (w *Watcher) Ready() []string {
	out := []string{}
	for _, state := range w.States() {
		if state.State == view.WatchLive || state.State == view.WatchDegraded {
			out = append(out, state.Account)
		}
	}
	return out
}

// States tells how the watches are, by account.
func (w *Watcher) States() []view.WatchState {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := make([]view.WatchState, 0, len(w.accounts))
	for _, name := range slices.Sorted(maps.Keys(w.accounts)) {
		out = append(out, w.accounts[name].state())
	}
	return out
}

func (w *accountWatch) state() view.WatchState {
	kinds := w.states()
	w.mu.Lock()
	out := view.WatchState{
		Account: w.account.config.Name, State: view.WatchLive, Error: w.err, Since: w.since, Objects: w.store.Len(), Kinds: kinds,
	}
	w.mu.Unlock()
	broken, pending := 0, 0
	for _, k := range kinds {
		if k.Heard != nil && (out.Heard == nil || k.Heard.After(*out.Heard)) {
			out.Heard = k.Heard
		}
		switch {
		case k.Error != "":
			broken++
			if out.Error == "" {
				out.Error = k.Error
			}
		case !k.Synced:
			pending++
		}
	}
	switch {
	case out.Error != "" && broken == len(kinds):
		out.State = view.WatchDown
	case broken > 0, out.Error != "":
		out.State = view.WatchDegraded
	case pending > 0, len(kinds) == 0:
		out.State = view.WatchConnecting
	}
	return out
}
