package store

import (
	"context"
	"fmt"
	"time"
)

// AgentToken is what the agent of an account shows who it is with; the token
// itself is not kept.
type AgentToken struct {
	ID, Account string
	// Hash finds the token that an agent shows.
	Hash string
	// CreatedAt and UsedAt are in milliseconds since the epoch; UsedAt is when
	// an agent last connected with it, 0 for never.
	CreatedAt int64
	CreatedBy string
	UsedAt    int64
}

// AgentConnection says that the agent of an account is, or was, connected to a
// process.
type AgentConnection struct {
	Account, ProcessID string
	// Address is where other processes reach that one.
	Address string
	// Version is the agent's, Remote where it connected from.
	Version, Remote string
	// ConnectedAt and SeenAt are in milliseconds since the epoch, by the
	// database's clock.
	ConnectedAt, SeenAt int64
	// Open says that it is connected; false also where the process has not seen
	// it for longer than was asked for.
	Open bool
}

const agentTokenColumns = `id, account, hash, created_at, created_by, used_at`

var (
	insertAgentToken = statement(`INSERT INTO agent_tokens (` + agentTokenColumns + `) VALUES (?, ?, ?, ?, ?, ?)`)
	agentTokenByHash = statement(`SELECT ` + agentTokenColumns + ` FROM agent_tokens WHERE hash = ?`)
	agentTokensOf    = statement(`SELECT ` + agentTokenColumns + ` FROM agent_tokens WHERE account = ? ORDER BY created_at, id`)
	useAgentToken    = statement(`UPDATE agent_tokens SET used_at = ? WHERE id = ?`)
	agentTokenIDs    = statement(`SELECT id FROM agent_tokens`)
	deleteAgentToken = statement(`DELETE FROM agent_tokens WHERE account = ? AND id = ?`)
)

const (
	seeAgentSQL = `INSERT INTO agent_connections (account, process_id, address, version, remote, connected_at, seen_at, is_open)
		VALUES (?, ?, ?, ?, ?, %[1]s, %[1]s, TRUE)
		ON CONFLICT (account, process_id) DO UPDATE SET address = excluded.address, version = excluded.version,
			remote = excluded.remote, seen_at = excluded.seen_at, is_open = TRUE,
			connected_at = CASE WHEN ? THEN excluded.connected_at ELSE agent_connections.connected_at END`
	agentConnectionsSQL = `SELECT account, process_id, address, version, remote, connected_at, seen_at,
			is_open AND seen_at >= %s - ? FROM agent_connections WHERE account = ? ORDER BY seen_at DESC, process_id`
	forgetAgentsSQL = `DELETE FROM agent_connections WHERE process_id <> ? AND seen_at < %s - ?
		AND seen_at < (SELECT MAX(seen_at) FROM agent_connections o WHERE o.account = agent_connections.account)`
)

var (
	seeAgent         = NewStatement(fmt.Sprintf(seeAgentSQL, SQLiteNowMillis), fmt.Sprintf(seeAgentSQL, PostgresNowMillis))
	agentConnections = NewStatement(fmt.Sprintf(agentConnectionsSQL, SQLiteNowMillis), fmt.Sprintf(agentConnectionsSQL, PostgresNowMillis))
	forgetAgents     = NewStatement(fmt.Sprintf(forgetAgentsSQL, SQLiteNowMillis), fmt.Sprintf(forgetAgentsSQL, PostgresNowMillis))
	closeAgent       = NewStatement(`UPDATE agent_connections SET is_open = FALSE WHERE account = ? AND process_id = ?`, "")
)

// agentKept is how long it is known that an agent was connected to a process,
// besides the one it was connected to last.
const agentKept = time.Hour

// AddAgentToken keeps a token. CreatedAt is set.
func (tx *Tx) AddAgentToken(ctx context.Context, t AgentToken) (AgentToken, error) {
	t.CreatedAt, t.UsedAt = tx.store.now().UnixMilli(), 0
	if _, err := tx.exec(ctx, insertAgentToken, t.ID, t.Account, t.Hash, t.CreatedAt, t.CreatedBy, t.UsedAt); err != nil {
		return t, fmt.Errorf("keep a token of the agent of account %s: %w", t.Account, err)
	}
	return t, nil
}

// AgentTokenByHash finds the token of that hash; [ErrNotFound] where there is
// none.
func (s *Store) AgentTokenByHash(ctx context.Context, hash string) (AgentToken, error) {
	found, err := agentTokens(ctx, s.read, agentTokenByHash, hash)
	if err != nil {
		return AgentToken{}, fmt.Errorf("look for an agent's token: %w", err)
	}
	if len(found) == 0 {
		return AgentToken{}, notFound("agent token", "")
	}
	return found[0], nil
}

// UseAgentToken notes that an agent connects with a token.
func (tx *Tx) UseAgentToken(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, useAgentToken, tx.store.now().UnixMilli(), id); err != nil {
		return fmt.Errorf("note the use of an agent's token: %w", err)
	}
	return nil
}

// AgentTokens lists the tokens of an account's agent, oldest first.
func (s *Store) AgentTokens(ctx context.Context, account string) ([]AgentToken, error) {
	found, err := agentTokens(ctx, s.read, agentTokensOf, account)
	if err != nil {
		return nil, fmt.Errorf("list the tokens of the agent of account %s: %w", account, err)
	}
	return found, nil
}

func agentTokens(ctx context.Context, s session, st *Statement, arg string) ([]AgentToken, error) {
	out := []AgentToken{}
	err := s.query(ctx, st, []any{arg}, func(row Row) error {
		var t AgentToken
		if err := row.Scan(&t.ID, &t.Account, &t.Hash, &t.CreatedAt, &t.CreatedBy, &t.UsedAt); err != nil {
			return err
		}
		out = append(out, t)
		return nil
	})
	return out, err
}

// AgentTokenIDs are the ids of all tokens that are not revoked.
func (s *Store) AgentTokenIDs(ctx context.Context) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.read.query(ctx, agentTokenIDs, nil, func(row Row) error {
		var id string
		err := row.Scan(&id)
		out[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the tokens of agents: %w", err)
	}
	return out, nil
}

// DeleteAgentToken revokes a token.
func (tx *Tx) DeleteAgentToken(ctx context.Context, account, id string) error {
	n, err := tx.exec(ctx, deleteAgentToken, account, id)
	if err == nil && n == 0 {
		return notFound("agent token", id)
	}
	if err != nil {
		return fmt.Errorf("revoke the agent's token %s: %w", id, err)
	}
	return nil
}

// SeeAgent notes that an account's agent is connected to a process: again, or
// still.
func (tx *Tx) SeeAgent(ctx context.Context, c AgentConnection, anew bool) error {
	if _, err := tx.exec(ctx, seeAgent, c.Account, c.ProcessID, c.Address, c.Version, c.Remote, anew); err != nil {
		return fmt.Errorf("note where the agent of account %s is connected: %w", c.Account, err)
	}
	return nil
}

// ForgetAgents forgets where agents were connected long ago, but for where each
// was last, and but for this process.
func (tx *Tx) ForgetAgents(ctx context.Context, processID string) error {
	if _, err := tx.exec(ctx, forgetAgents, processID, agentKept.Milliseconds()); err != nil {
		return fmt.Errorf("forget where agents were connected: %w", err)
	}
	return nil
}

// CloseAgent notes that an account's agent is no longer connected to a process.
func (tx *Tx) CloseAgent(ctx context.Context, account, processID string) error {
	if _, err := tx.exec(ctx, closeAgent, account, processID); err != nil {
		return fmt.Errorf("note that the agent of account %s has gone: %w", account, err)
	}
	return nil
}

// AgentConnections lists where an account's agent is, or was, connected, the
// last seen first. One that wasn't seen for longer than fresh is not open.
func (s *Store) AgentConnections(ctx context.Context, account string, fresh time.Duration) ([]AgentConnection, error) {
	out := []AgentConnection{}
	err := s.read.query(ctx, agentConnections, []any{fresh.Milliseconds(), account}, func(row Row) error {
		var c AgentConnection
		if err := row.Scan(&c.Account, &c.ProcessID, &c.Address, &c.Version, &c.Remote, &c.ConnectedAt, &c.SeenAt, &c.Open); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list where the agent of account %s is connected: %w", account, err)
	}
	return out, nil
}
