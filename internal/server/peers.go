package server

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/infrastructure"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/membership"
)

// peers share the accounts between the processes of an installation that have
// the cloud role, and ask each other what they see.
type peers struct {
	*membership.Membership
	secret string
	client *http.Client

	mu        sync.Mutex
	following map[string]bool // by the peer's address
}

// advertised is the address under which other processes reach this one; "" until
// it is listened on.
type advertised struct {
	config config.Server
	value  atomic.Pointer[string]
}

// listening notes the address that is listened on.
func (a *advertised) listening(address string) {
	url := a.config.Advertise
	if url == "" {
		url = "http://" + reachable(address)
	}
	url = strings.TrimSuffix(url, "/")
	a.value.Store(&url)
}

func (a *advertised) get() string {
	if url := a.value.Load(); url != nil {
		return *url
	}
	return ""
}

// reachable turns an address that is listened on into one that others can
// reach: where that is any, this machine's first one that is no loopback.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host != "" && (ip == nil || !ip.IsUnspecified()) {
		return address
	}
	host = "127.0.0.1"
	if name, err := os.Hostname(); err == nil {
		host = name
	}
	if all, err := net.InterfaceAddrs(); err == nil {
		i := slices.IndexFunc(all, func(a net.Addr) bool {
			ip, ok := a.(*net.IPNet)
			return ok && !ip.IP.IsLoopback() && ip.IP.IsGlobalUnicast()
		})
		if i >= 0 {
			host = all[i].(*net.IPNet).IP.String() //nolint:forcetypeassert // just looked
		}
	}
	return net.JoinHostPort(host, port)
}

// joinPeers makes this process one of several, where the database can be
// shared. The accounts are then shared too.
func (p *process) joinPeers(ctx context.Context, s *seen) error {
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
	s.peers = &peers{
		secret: secret, following: map[string]bool{},
		client: &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: 10 * time.Second,
			DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		}},
		Membership: membership.New(membership.Options{
			Store: p.platform.store, ID: p.queue.ProcessID(), Roles: roles, Address: p.address.get, Ready: s.watcher.Ready, Logger: p.log,
		}),
	}
	s.watcher.Share(s.peers.mine)
	s.peers.OnChange(s.watcher.Reassign)
	infrastructure.Serve(p.mux, secret, infrastructure.Local{
		View: s.local, Watches: func() any { return s.watcher.States() }, Changes: &s.seenHere, Done: p.closing,
	})
	p.runs("membership", s.peers)
	if p.has(config.RoleAPI) {
		p.runs("changes of other processes", componentFunc(s.followPeers))
	}
	return nil
}

// componentFunc is a function as a [Component].
type componentFunc func(ctx context.Context) error

// Run implements [Component].
func (f componentFunc) Run(ctx context.Context) error { return f(ctx) }

// mine tells whether this process watches an account: one that falls to it,
// and one that it watches until the process that it falls to has it ready.
func (p *peers) mine(account string, watched bool) bool {
	owner, ok := p.Owner(string(config.RoleCloud), account)
	if !ok || owner.ID == p.ID() {
		return ok
	}
	return watched && !slices.Contains(owner.Ready, account)
}

// others are the other processes that can be asked about an account, the best
// first: those that have it ready, then the one that it falls to. None is given
// where it falls to this one and no other has it ready.
func (p *peers) others(account string) []infrastructure.Peer {
	owner, ok := p.Owner(string(config.RoleCloud), account)
	if !ok {
		return nil
	}
	rank := func(m membership.Member) int {
		switch {
		case slices.Contains(m.Ready, account):
			return 0
		case m.ID == owner.ID:
			return 1
		}
		return 2
	}
	members := slices.DeleteFunc(p.Members(string(config.RoleCloud)), func(m membership.Member) bool { return m.ID == p.ID() || m.Address == "" })
	slices.SortStableFunc(members, func(a, b membership.Member) int { return rank(a) - rank(b) })
	if owner.ID == p.ID() && (len(members) == 0 || rank(members[0]) > 0) {
		return nil
	}
	out := make([]infrastructure.Peer, len(members))
	for i, m := range members {
		out[i] = p.at(m.Address)
	}
	return out
}

func (p *peers) at(address string) infrastructure.Peer {
	return infrastructure.Peer{Address: address, Secret: p.secret, Client: p.client}
}

// watchesTimeout is how long the states of other processes' watches are waited
// for: a page shows them beside other things.
const watchesTimeout = time.Second

// watches are the states of the watches of all processes, by account. Those of
// a process that does not answer are missing.
func (s *seen) watches(ctx context.Context) map[string]kubernetes.WatchState {
	out := map[string]kubernetes.WatchState{}
	if s.peers != nil {
		ctx, cancel := context.WithTimeout(ctx, watchesTimeout)
		defer cancel()
		var (
			mu    sync.Mutex
			group sync.WaitGroup
		)
		for _, m := range s.peers.Members(string(config.RoleCloud)) {
			if m.ID == s.peers.ID() || m.Address == "" {
				continue
			}
			group.Go(func() {
				var states []kubernetes.WatchState
				if err := s.peers.at(m.Address).Watches(ctx, &states); err != nil {
					s.log.DebugContext(ctx, "another process doesn't tell what it watches", "process", m.ID, "error", err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, state := range states {
					if known, ok := out[state.Account]; !ok || known.State != kubernetes.Live {
						out[state.Account] = state
					}
				}
			})
		}
		group.Wait()
	}
	for _, state := range s.watcher.States() {
		if known, ok := out[state.Account]; !ok || known.State != kubernetes.Live {
			out[state.Account] = state
		}
	}
	return out
}

// local is an account's view, where it is watched here.
func (s *seen) local(account string) (view.Viewer, bool) {
	store, ok := s.watcher.Store(account)
	return store, ok
}

// followPeers passes on the changes that other processes see.
func (s *seen) followPeers(ctx context.Context) error {
	const again = time.Second
	var group sync.WaitGroup
	defer group.Wait()
	ticker := time.NewTicker(again)
	defer ticker.Stop()
	for {
		for _, m := range s.peers.Members(string(config.RoleCloud)) {
			if m.ID == s.peers.ID() || m.Address == "" || !s.peers.begin(m.Address) {
				continue
			}
			group.Go(func() {
				defer s.peers.end(m.Address)
				if err := s.peers.at(m.Address).Follow(ctx, s.changes.Publish); err != nil && ctx.Err() == nil {
					s.log.DebugContext(ctx, "the changes that another process sees are cut off", "process", m.ID, "error", err)
				}
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// begin notes that a peer is followed; false where it is already.
func (p *peers) begin(address string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.following[address] {
		return false
	}
	p.following[address] = true
	return true
}

func (p *peers) end(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.following, address)
}
