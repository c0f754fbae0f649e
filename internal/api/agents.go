package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
)

// Agents are the programs in clusters that can't be reached, which connect to
// the platform and serve an account each. Answers are written as JSON.
type Agents interface {
	// NewToken makes a token for an account's agent, and RevokeToken takes one
	// away.
	NewToken(ctx context.Context, account, user string) (any, error)
	RevokeToken(ctx context.Context, account, id, user string) error
	// Status tells how an account's agent is, and which tokens there are.
	Status(ctx context.Context, account string) (any, error)
}

func (s *server) agentRoutes() []route {
	const tag = "Accounts"
	return []route{
		{
			method: http.MethodGet, path: "/credentials/{account}/agent", name: "getAccountAgent", needs: onAccount(access.Read), tag: tag, overlaps: true,
			summary: "How the agent of an account is, and which tokens it may show", result: ref("AccountAgent"),
			serve: s.withAgents(func(r *http.Request) (any, error) { return s.agents.Status(r.Context(), r.PathValue("account")) }),
		},
		{
			method: http.MethodPost, path: "/credentials/{account}/agent/tokens", name: "createAgentToken", needs: onAccount(access.Write), tag: tag,
			summary: "Make a token for an account's agent; it is given this once", result: ref("AgentToken"),
			serve: s.withAgents(func(r *http.Request) (any, error) {
				return s.agents.NewToken(r.Context(), r.PathValue("account"), userOf(r).Name)
			}),
		},
		{
			method: http.MethodDelete, path: "/credentials/{account}/agent/tokens/{id}", name: "revokeAgentToken", needs: onAccount(access.Write), tag: tag,
			summary: "Revoke a token; agents that are connected with it are sent away",
			serve: s.withAgents(func(r *http.Request) (any, error) {
				return nil, s.agents.RevokeToken(r.Context(), r.PathValue("account"), r.PathValue("id"), userOf(r).Name)
			}),
		},
	}
}

// withAgents serves those who may manage accounts, where there are agents.
func (s *server) withAgents(serve func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		if s.agents == nil {
			return nil, fault.New(fault.NotFound, "no agents connect here")
		}
		if !s.mayAdminister(r) {
			return nil, accessDenied()
		}
		return serve(r)
	}
}
