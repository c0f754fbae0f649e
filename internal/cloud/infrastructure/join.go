package infrastructure

import (
	"context"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/membership"
)

const (
	// watchesTimeout is how long the states of other processes' watches are waited
	// for: a page shows them beside other things.
	watchesTimeout = time.Second
	// followAgain is how often it is looked whether there is another process to
	// follow.
	followAgain = time.Second
)

// Members are the processes of the installation, as [membership.Membership]
// knows them.
type Members interface {
	// ID is this process's.
	ID() string
	// Members are the living processes that run a role.
	Members(role string) []membership.Member
	// Owner is the one that a thing falls to.
	Owner(role, thing string) (membership.Member, bool)
}

// peers share the accounts between the processes that have a role, and ask each
// other what they see.
type peers struct {
	Members
	role, secret string
	client       *http.Client

	mu        sync.Mutex
	following map[string]bool // by the peer's address
}

// Join makes this process one of several that run a role and know a secret. The
// accounts are then shared: [Shared.Reassign] is to be called whenever the
// members change, and the others are answered through mux until done is closed.
func (s *Shared) Join(members Members, role, secret string, mux *http.ServeMux, done <-chan struct{}) {
	s.peers = &peers{
		Members: members, role: role, secret: secret, following: map[string]bool{},
		client: &http.Client{Transport: &http.Transport{
			MaxIdleConnsPerHost: 32, IdleConnTimeout: time.Minute, ResponseHeaderTimeout: 10 * time.Second,
			DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext,
		}},
	}
	for _, cloud := range s.clouds {
		cloud.Keeper.Share(s.peers.mine)
	}
	Serve(mux, secret, Local{View: s.view, Watches: func() any { return s.States() }, Changes: &s.here, Done: done})
}

// Reassign begins to keep the accounts that have become this process's, and
// gives up those that are not any more.
func (s *Shared) Reassign() {
	for _, cloud := range s.clouds {
		cloud.Keeper.Reassign()
	}
}

// mine tells whether this process keeps an account: one that falls to it, and
// one that it keeps until the process that it falls to has it ready.
func (p *peers) mine(account string, kept bool) bool {
	owner, ok := p.Owner(p.role, account)
	if !ok || owner.ID == p.ID() {
		return ok
	}
	return kept && !slices.Contains(owner.Ready, account)
}

// rest are the other processes that can be asked.
func (p *peers) rest() []membership.Member {
	return slices.DeleteFunc(p.Members.Members(p.role), func(m membership.Member) bool { return m.ID == p.ID() || m.Address == "" })
}

// others are the other processes that can be asked about an account, the best
// first: those that have it ready, then the one that it falls to. None is given
// where it falls to this one and no other has it ready.
func (p *peers) others(account string) []Peer {
	owner, ok := p.Owner(p.role, account)
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
	members := p.rest()
	slices.SortStableFunc(members, func(a, b membership.Member) int { return rank(a) - rank(b) })
	if owner.ID == p.ID() && (len(members) == 0 || rank(members[0]) > 0) {
		return nil
	}
	out := make([]Peer, len(members))
	for i, m := range members {
		out[i] = p.at(m.Address)
	}
	return out
}

func (p *peers) at(address string) Peer {
	return Peer{Address: address, Secret: p.secret, Client: p.client}
}

// FollowPeers passes on the changes that other processes see, until the context
// ends.
func (s *Shared) FollowPeers(ctx context.Context) error {
	var group sync.WaitGroup
	defer group.Wait()
	ticker := time.NewTicker(followAgain)
	defer ticker.Stop()
	for {
		for _, member := range s.peers.rest() {
			if !s.peers.begin(member.Address) {
				continue
			}
			group.Go(func() {
				defer s.peers.end(member.Address)
				if err := s.peers.at(member.Address).Follow(ctx, s.all.Publish); err != nil && ctx.Err() == nil {
					s.log.DebugContext(ctx, "the changes that another process sees are cut off", "process", member.ID, "error", err)
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
