package accounts

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/agent/hub"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// Agents are the programs in clusters that can't be reached, which connect to
// the platform and serve an account each. Answers are written as JSON.
type Agents interface {
	// NewToken makes a token for an account's agent, and RevokeToken takes one
	// away.
	NewToken(ctx context.Context, account, user string) (*hub.Token, error)
	RevokeToken(ctx context.Context, account, id, user string) error
	// Status tells how an account's agent is, and which tokens there are.
	Status(ctx context.Context, account string) (*hub.Status, error)
}

func (a *area) agentRoutes() []rest.Route {
	const tag = "Accounts"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/credentials/{account}/agent", Name: "getAccountAgent", Needs: rest.OnAccount(access.Read), Tag: tag, Overlaps: true,
			Summary: "The state of an account's agent, and its tokens", Result: rest.Ref("AccountAgent"),
			Serve: a.withAgents(func(r *http.Request) (any, error) { return a.agents.Status(r.Context(), r.PathValue("account")) }),
		},
		{
			Method: http.MethodPost, Path: "/credentials/{account}/agent/tokens", Name: "createAgentToken", Needs: rest.OnAccount(access.Write), Tag: tag,
			Summary: "Create a token for an account's agent; the token is returned only once", Result: rest.Ref("AgentToken"),
			Serve: a.withAgents(func(r *http.Request) (any, error) {
				return a.agents.NewToken(r.Context(), r.PathValue("account"), rest.User(r).Name)
			}),
		},
		{
			Method: http.MethodDelete, Path: "/credentials/{account}/agent/tokens/{id}", Name: "revokeAgentToken", Needs: rest.OnAccount(access.Write), Tag: tag,
			Summary: "Revoke a token; agents that are connected with it are disconnected",
			Serve: a.withAgents(func(r *http.Request) (any, error) {
				return nil, a.agents.RevokeToken(r.Context(), r.PathValue("account"), r.PathValue("id"), rest.User(r).Name)
			}),
		},
	}
}

// withAgents serves those who may manage accounts, where there are agents.
func (a *area) withAgents(serve func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		if a.agents == nil {
			return nil, fault.New(fault.NotFound, "this server accepts no agents")
		}
		if !rest.Administers(r) {
			return nil, rest.AccessDenied()
		}
		return serve(r)
	}
}
