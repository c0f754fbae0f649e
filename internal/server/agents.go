package server

import (
	"context"
	"crypto/rand"
	"net"

	"github.com/gennaker/gennaker/internal/agent/hub"
	"github.com/gennaker/gennaker/internal/fault"
)

// buildAgents takes in the agents of clusters that can't be reached, whatever
// the process's roles: the others reach the clusters by way of it.
func (p *process) buildAgents(ctx context.Context) error {
	var secret string
	if p.platform.store.Postgres() != nil { // else there are no others
		var err error
		if secret, err = p.platform.store.Agree(ctx, "secret of processes with agents", rand.Text()); err != nil {
			return err
		}
	}
	p.agents = hub.New(hub.Options{
		Store: p.platform.store, IsAgent: p.byAgent, ProcessID: p.queue.ProcessID(), Address: p.address.get,
		Secret: secret, Closing: p.closing, Logger: p.log,
	})
	p.agents.Register(p.mux)
	p.runs("agents", p.agents)
	// Tasks that come to a safe point may still need their clusters.
	p.onClose("agents", p.agents.Close)
	return nil
}

// byAgent tells whether there is an account of that name, and whether an agent
// serves it.
func (p *process) byAgent(account string) (exists, served bool) {
	if exists, served = p.clouds.kubernetes.ByAgent(account); !exists {
		p.missingAccount(account)
		exists, served = p.clouds.kubernetes.ByAgent(account)
	}
	return exists, served
}

// dialAgent opens a connection to the agent of an account.
func (p *process) dialAgent(ctx context.Context, account string) (net.Conn, error) {
	if p.agents == nil {
		return nil, fault.New(fault.Unavailable, "the agent of account %s can't be reached while the process starts", account)
	}
	return p.agents.Dial(ctx, account)
}
