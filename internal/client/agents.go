package client

import (
	"context"
	"net/http"
)

// AgentToken is a token of an account's agent; Token is the token itself, given
// only when it is made. Times are in milliseconds since the epoch.
type AgentToken struct {
	ID        string `json:"id"`
	Account   string `json:"account"`
	Token     string `json:"token,omitempty"`
	CreatedAt int64  `json:"createdAt"`
	CreatedBy string `json:"createdBy"`
	UsedAt    int64  `json:"usedAt,omitempty"`
}

// AgentStatus is how the agent of an account is.
type AgentStatus struct {
	Account     string            `json:"account"`
	Connected   bool              `json:"connected"`
	Connections []AgentConnection `json:"connections"`
	Tokens      []AgentToken      `json:"tokens"`
}

// AgentConnection is an agent that is, or was, connected to a process of the
// server.
type AgentConnection struct {
	Process     string `json:"process"`
	Open        bool   `json:"open"`
	Version     string `json:"version,omitempty"`
	Remote      string `json:"remote,omitempty"`
	ConnectedAt int64  `json:"connectedAt"`
	SeenAt      int64  `json:"seenAt"`
}

// NewAgentToken makes a token for an account's agent.
func (c *Client) NewAgentToken(ctx context.Context, account string) (*AgentToken, error) {
	return fetch[*AgentToken](ctx, c, request{method: http.MethodPost, segments: []string{"credentials", account, "agent", "tokens"}})
}

// RevokeAgentToken revokes one.
func (c *Client) RevokeAgentToken(ctx context.Context, account, id string) error {
	return c.do(ctx, request{method: http.MethodDelete, segments: []string{"credentials", account, "agent", "tokens", id}}, nil)
}

// AgentStatus tells how an account's agent is.
func (c *Client) AgentStatus(ctx context.Context, account string) (*AgentStatus, error) {
	return fetch[*AgentStatus](ctx, c, get("credentials", account, "agent"))
}
