package hub

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// tokenPrefix has tokens recognized, by people and by what looks for secrets.
const tokenPrefix = "gka_"

// hashOf is what is kept of a token. It has 128 random bits and more, so that a
// plain hash does.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Token is a token of an account's agent, as people see it.
type Token struct {
	ID      string `json:"id"`
	Account string `json:"account"`
	// Token is the token itself, given only when it is made.
	Token     string `json:"token,omitempty"`
	CreatedAt int64  `json:"createdAt"`
	CreatedBy string `json:"createdBy"`
	UsedAt    int64  `json:"usedAt,omitempty"`
}

func shown(t store.AgentToken) Token {
	return Token{ID: t.ID, Account: t.Account, CreatedAt: t.CreatedAt, CreatedBy: t.CreatedBy, UsedAt: t.UsedAt}
}

// Connection is an agent that is, or was, connected to a process. Times are in
// milliseconds since the epoch.
type Connection struct {
	Process     string `json:"process"`
	Open        bool   `json:"open"`
	Version     string `json:"version,omitempty"`
	Remote      string `json:"remote,omitempty"`
	ConnectedAt int64  `json:"connectedAt"`
	SeenAt      int64  `json:"seenAt"`
}

// Status is how the agent of an account is.
type Status struct {
	Account     string       `json:"account"`
	Connected   bool         `json:"connected"`
	Connections []Connection `json:"connections"`
	Tokens      []Token      `json:"tokens"`
}

// served refuses accounts that no agent serves.
func (h *Hub) served(account string) error {
	switch exists, served := h.o.IsAgent(account); {
	case !exists:
		return fault.New(fault.NotFound, "No account found with name %s", account)
	case !served:
		return fault.New(fault.Conflict, "account %s doesn't use an agent: set agent: true instead of its credentials", account)
	}
	return nil
}

// NewToken makes a token for an account's agent. It is given this once.
func (h *Hub) NewToken(ctx context.Context, account, user string) (*Token, error) {
	if err := h.served(account); err != nil {
		return nil, err
	}
	token := tokenPrefix + strings.ToLower(rand.Text()+rand.Text())
	var made store.AgentToken
	err := h.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		made, err = tx.AddAgentToken(ctx, store.AgentToken{
			ID: uuid.NewString(), Account: account, Hash: hashOf(token), CreatedBy: user,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	h.o.Logger.InfoContext(ctx, "agent token made", "account", account, "id", made.ID, "user", user)
	out := shown(made)
	out.Token = token
	return &out, nil
}

// RevokeToken has a token not be taken any more; agents that are connected with
// it are sent away.
func (h *Hub) RevokeToken(ctx context.Context, account, id, user string) error {
	err := h.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAgentToken(ctx, account, id) })
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "the agent of account %s has no token %s", account, id)
	}
	if err != nil {
		return err
	}
	h.o.Logger.InfoContext(ctx, "agent token revoked", "account", account, "id", id, "user", user)
	h.beat(ctx) // other processes do at their next one
	return nil
}

// Status tells how an account's agent is, and which tokens it may show.
func (h *Hub) Status(ctx context.Context, account string) (*Status, error) {
	if err := h.served(account); err != nil {
		return nil, err
	}
	known, err := h.connections(ctx, account)
	if err != nil {
		return nil, err
	}
	tokens, err := h.o.Store.AgentTokens(ctx, account)
	if err != nil {
		return nil, err
	}
	out := &Status{Account: account, Connections: []Connection{}, Tokens: []Token{}}
	for _, c := range known {
		out.Connected = out.Connected || c.Open
		out.Connections = append(out.Connections, Connection{
			Process: c.ProcessID, Open: c.Open, Version: c.Version, Remote: c.Remote, ConnectedAt: c.ConnectedAt, SeenAt: c.SeenAt,
		})
	}
	for _, t := range tokens {
		out.Tokens = append(out.Tokens, shown(t))
	}
	return out, nil
}

// find looks for the token that an agent shows. Nothing is written for one that
// is not known, as anybody may ask.
func (h *Hub) find(ctx context.Context, token string) (store.AgentToken, error) {
	found, err := h.o.Store.AgentTokenByHash(ctx, hashOf(token))
	if errors.Is(err, store.ErrNotFound) {
		return found, errUnknownToken
	}
	return found, err
}
