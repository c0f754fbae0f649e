// Package membership knows the processes of an installation: each keeps a row
// in the database fresh, and reads those of the others. From that list alone
// every process works out which of them is to do what, without a vote: by
// rendezvous hashing, so that a process that comes or goes moves only its own
// share. It is right for work that may be done twice for a moment, such as
// watching a cluster; work that may not is for package queue.
package membership

import (
	"context"
	"hash/fnv"
	"log/slog"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/store"
)

const (
	defaultEvery = 2 * time.Second
	// deadAfter is how many beats a member may miss.
	deadAfter = 4
)

// Member is a process of the installation.
type Member = store.Member

// Options make a membership.
type Options struct {
	Store *store.Store
	// ID and Roles are this process's. Its address, and which accounts it has
	// ready, are asked for with each beat; until it has an address it is not a
	// member.
	ID      string
	Roles   []string
	Address func() string
	Ready   func() []string
	// Every is the time between beats; 2 seconds where 0.
	Every  time.Duration
	Logger *slog.Logger
}

// Membership is this process's place among the others. It is safe for
// concurrent use.
type Membership struct {
	o Options

	mu      sync.RWMutex
	members []Member
	tell    []func()
}

// New returns a membership that begins with Run. Until then this process is
// the only one.
func New(o Options) *Membership {
	if o.Every == 0 {
		o.Every = defaultEvery
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Ready == nil {
		o.Ready = func() []string { return nil }
	}
	return &Membership{o: o, members: []Member{{ID: o.ID, Roles: o.Roles}}}
}

// OnChange has a function called whenever members have come, changed or gone.
// It is to be set before Run.
func (m *Membership) OnChange(tell func()) { m.tell = append(m.tell, tell) }

// ID is this process's.
func (m *Membership) ID() string { return m.o.ID }

// Run keeps this process's row fresh and reads the others' until the context
// ends; then it takes the row away.
func (m *Membership) Run(ctx context.Context) error {
	ticker := time.NewTicker(m.o.Every)
	defer ticker.Stop()
	for {
		if err := m.beat(ctx); err != nil && ctx.Err() == nil {
			m.o.Logger.WarnContext(ctx, "the list of this installation's processes can't be kept", "error", err)
		}
		select {
		case <-ctx.Done():
			return m.end(ctx)
		case <-ticker.C:
		}
	}
}

func (m *Membership) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, deadAfter*m.o.Every)
	defer cancel()
	me := Member{ID: m.o.ID, Roles: m.o.Roles, Address: m.o.Address(), Ready: m.o.Ready()}
	if me.Address == "" {
		return nil
	}
	if err := m.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.BeatMember(ctx, me) }); err != nil {
		return err
	}
	found, err := m.o.Store.Members(ctx, deadAfter*m.o.Every)
	if err != nil {
		return err
	}
	m.mu.Lock()
	changed := !reflect.DeepEqual(m.members, found)
	m.members = found
	m.mu.Unlock()
	if changed {
		for _, tell := range m.tell {
			tell()
		}
	}
	return nil
}

func (m *Membership) end(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.o.Every)
	defer cancel()
	err := m.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.EndMember(ctx, m.o.ID) })
	if err != nil {
		m.o.Logger.WarnContext(ctx, "can't take this process off the list; the others notice by themselves", "error", err)
	}
	return nil
}

// Members are the living processes that run a role, by id.
func (m *Membership) Members(role string) []Member {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var out []Member
	for _, one := range m.members {
		if slices.Contains(one.Roles, role) {
			out = append(out, one)
		}
	}
	return out
}

// Owner is the living process of a role that a thing falls to; false where
// there is none.
func (m *Membership) Owner(role, thing string) (Member, bool) {
	return Pick(m.Members(role), thing)
}

// Pick is the member that a thing falls to: the one with the highest hash of
// both names. Each thing's owner depends on it alone, so that few move when a
// member comes or goes.
func Pick(members []Member, thing string) (Member, bool) {
	var (
		best  Member
		most  uint64
		found bool
	)
	for _, one := range members {
		if weight := hash(one.ID, thing); !found || weight > most {
			best, most, found = one, weight, true
		}
	}
	return best, found
}

func hash(member, thing string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(member + "\x00" + thing))
	// FNV's last bytes stir the high bits little: mix once more.
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return x
}
