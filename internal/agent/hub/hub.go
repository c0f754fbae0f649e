// Package hub is the server's side of agents: programs in clusters that can't
// be reached, which connect to the server and serve as the way to their
// cluster.
//
// An agent is connected to one process of an installation. The others reach the
// cluster by way of that one, which they find in the database: an agent need
// not know how many processes there are, and any load balancer may stand before
// them.
package hub

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/agent/tunnel"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	defaultBeat = 10 * time.Second
	// freshBeats is how many beats a process may miss before its agents count
	// as gone.
	freshBeats = 3
	// dialTimeout bounds opening one connection through an agent.
	dialTimeout = 10 * time.Second
	// storeTimeout bounds what is noted when an agent comes or goes.
	storeTimeout = 10 * time.Second
)

// Options are what a hub is made of; all but Beat and Logger are required.
type Options struct {
	Store *store.Store
	// IsAgent tells whether there is an account of that name, and whether an
	// agent serves it.
	IsAgent func(account string) (exists, served bool)
	// ProcessID is this process's, Address gives the base of the URLs by which
	// others reach it, "" where none do, and Secret is what the processes of an
	// installation know each other by.
	ProcessID string
	Address   func() string
	Secret    string
	// Closing is closed when the process begins to stop.
	Closing <-chan struct{}
	// Beat is the time between two looks at who is connected; 10 seconds where 0.
	Beat   time.Duration
	Logger *slog.Logger
}

// Hub holds the agents that are connected to this process. It is safe for use
// by many goroutines.
type Hub struct {
	o     Options
	relay *http.Client

	mu       sync.Mutex
	sessions map[string][]*session // by account, the newest last
	closed   bool
	running  sync.WaitGroup
}

// session is one connected agent.
type session struct {
	*tunnel.Session
	account, token, version, remote string
}

// New returns a hub that nobody is connected to.
func New(o Options) *Hub {
	if o.Beat <= 0 {
		o.Beat = defaultBeat
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Hub{o: o, sessions: map[string][]*session{}, relay: &http.Client{Transport: &http.Transport{
		DialContext: (&net.Dialer{Timeout: 3 * time.Second}).DialContext, ResponseHeaderTimeout: dialTimeout,
	}}}
}

// Run keeps note of who is connected until the context ends, and ends what was
// revoked meanwhile. When the process begins to stop, agents are asked to
// connect to another one, and serve this one until [Hub.Close].
func (h *Hub) Run(ctx context.Context) error {
	ticker := time.NewTicker(h.o.Beat)
	defer ticker.Stop()
	closing := h.o.Closing
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-closing:
			closing = nil
			h.leave(ctx)
		case <-ticker.C:
			h.beat(ctx)
		}
	}
}

// Close ends all connections.
func (h *Hub) Close(context.Context) error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	var errs []error
	for _, s := range h.all() {
		if err := s.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	h.running.Wait()
	h.relay.CloseIdleConnections()
	return errors.Join(errs...)
}

// leave asks all agents to connect to another process.
func (h *Hub) leave(ctx context.Context) {
	var asked sync.WaitGroup
	for _, s := range h.all() {
		asked.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, dialTimeout)
			defer cancel()
			if err := s.Move(ctx); err != nil {
				h.o.Logger.DebugContext(ctx, "an agent could not be asked to move", "account", s.account, "error", err)
			}
		})
	}
	asked.Wait()
}

// beat notes that the agents are still here, and sends those away that may not
// be here any more.
func (h *Hub) beat(ctx context.Context) {
	here := h.all()
	if len(here) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	valid, err := h.o.Store.AgentTokenIDs(ctx)
	if err == nil {
		here = slices.DeleteFunc(here, func(s *session) bool {
			_, served := h.o.IsAgent(s.account)
			if served && valid[s.token] {
				return false
			}
			h.o.Logger.InfoContext(ctx, "disconnected an agent: its token was revoked, or its account no longer uses an agent", "account", s.account, "remote", s.remote)
			_ = s.Close() // its end is noted by who waits for it
			return true
		})
		err = h.see(ctx, false, here...)
	}
	if err != nil {
		h.o.Logger.WarnContext(ctx, "can't note which agents are connected", "error", err)
	}
}

// see notes that agents are connected: anew, or still.
func (h *Hub) see(ctx context.Context, anew bool, list ...*session) error {
	return h.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, s := range list {
			if err := tx.SeeAgent(ctx, store.AgentConnection{
				Account: s.account, ProcessID: h.o.ProcessID, Address: h.o.Address(), Version: s.version, Remote: s.remote,
			}, anew); err != nil {
				return err
			}
		}
		return tx.ForgetAgents(ctx, h.o.ProcessID)
	})
}

func (h *Hub) all() []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []*session
	for _, list := range h.sessions {
		out = append(out, list...)
	}
	return out
}

// of are the agents of an account that are connected here, the newest first.
func (h *Hub) of(account string) []*session {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := slices.Clone(h.sessions[account])
	slices.Reverse(out)
	return out
}

// add takes an agent in; false where the hub is closed.
func (h *Hub) add(s *session) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return false
	}
	h.sessions[s.account] = append(h.sessions[s.account], s)
	h.running.Add(1)
	return true
}

// remove takes an agent out, and tells whether it was the account's last.
func (h *Hub) remove(s *session) (last bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	left := slices.DeleteFunc(h.sessions[s.account], func(other *session) bool { return other == s })
	if len(left) > 0 {
		h.sessions[s.account] = left
		return false
	}
	delete(h.sessions, s.account)
	return true
}

// errNoAgent says that no agent is connected to a process.
var errNoAgent = errors.New("no agent is connected")

// dialHere opens a connection through an agent that is connected to this
// process.
func (h *Hub) dialHere(ctx context.Context, account string) (net.Conn, error) {
	err := errNoAgent
	for _, s := range h.of(account) {
		var conn net.Conn
		if conn, err = s.Dial(ctx); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// Dial opens a connection to the agent of an account, whichever process it is
// connected to: on it the agent answers requests for the cluster's API server.
// The fault is Unavailable, and says when the agent was there last.
func (h *Hub) Dial(ctx context.Context, account string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	conn, err := h.dialHere(ctx, account)
	if err == nil {
		return conn, nil
	}
	known, listErr := h.connections(ctx, account)
	if listErr != nil {
		return nil, listErr
	}
	for _, c := range known {
		if !c.Open || c.ProcessID == h.o.ProcessID || c.Address == "" {
			continue
		}
		if conn, err = h.dialThere(ctx, c); err == nil {
			return conn, nil
		}
	}
	if errors.Is(err, errNoAgent) {
		return nil, fault.New(fault.Unavailable, "the agent of account %s is not connected (%s)", account, lastSeen(known))
	}
	return nil, fault.New(fault.Unavailable, "the agent of account %s can't be reached (%s): %w", account, lastSeen(known), err)
}

func (h *Hub) connections(ctx context.Context, account string) ([]store.AgentConnection, error) {
	return h.o.Store.AgentConnections(ctx, account, freshBeats*h.o.Beat)
}

// lastSeen says when an agent was there last, and what to do.
func lastSeen(known []store.AgentConnection) string {
	if len(known) == 0 {
		return `it never was: install it, see "gennaker agent manifest --help"`
	}
	at := time.UnixMilli(known[0].SeenAt).UTC()
	return "last seen " + at.Format(time.RFC3339) + ": check its log, and whether it can reach this server"
}
