package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Member is a process of the installation that others can ask.
type Member struct {
	ID string
	// Address is the base of its URLs: "http://10.0.0.7:8084".
	Address string
	Roles   []string
	// Ready are the accounts whose clusters it sees completely.
	Ready []string
}

const beatMemberSQL = `
	INSERT INTO members (id, address, roles, ready, beat_at) VALUES (?, ?, ?, ?, %[1]s)
	ON CONFLICT (id) DO UPDATE SET address = excluded.address, roles = excluded.roles, ready = excluded.ready, beat_at = excluded.beat_at`

var (
	beatMember    = NewStatement(fmt.Sprintf(beatMemberSQL, SQLiteNowMillis), fmt.Sprintf(beatMemberSQL, PostgresNowMillis))
	endMember     = NewStatement(`DELETE FROM members WHERE id = ?`, "")
	forgetMembers = NewStatement(`DELETE FROM members WHERE beat_at < `+SQLiteNowMillis+` - ?`, `DELETE FROM members WHERE beat_at < `+PostgresNowMillis+` - ?`)
	readMembers   = NewStatement(`SELECT id, address, roles, ready FROM members WHERE beat_at >= `+SQLiteNowMillis+` - ? ORDER BY id`,
		`SELECT id, address, roles, ready FROM members WHERE beat_at >= `+PostgresNowMillis+` - ? ORDER BY id`)
)

// memberKept is how long the row of a dead member is kept.
const memberKept = time.Hour

// BeatMember notes that a member is alive, by the database's clock, and what
// it can be asked.
func (tx *Tx) BeatMember(ctx context.Context, m Member) error {
	ready, err := json.Marshal(append([]string{}, m.Ready...))
	if err != nil {
		return fmt.Errorf("note that member %s is alive: %w", m.ID, err)
	}
	if _, err := tx.exec(ctx, beatMember, m.ID, m.Address, strings.Join(m.Roles, ","), string(ready)); err != nil {
		return fmt.Errorf("note that member %s is alive: %w", m.ID, err)
	}
	if _, err := tx.exec(ctx, forgetMembers, memberKept.Milliseconds()); err != nil {
		return fmt.Errorf("forget members long dead: %w", err)
	}
	return nil
}

// EndMember takes a member off the list: it has stopped.
func (tx *Tx) EndMember(ctx context.Context, id string) error {
	if _, err := tx.exec(ctx, endMember, id); err != nil {
		return fmt.Errorf("note that member %s has ended: %w", id, err)
	}
	return nil
}

// Members lists the members that have been alive within a time, by id.
func (s *Store) Members(ctx context.Context, within time.Duration) ([]Member, error) {
	var out []Member
	err := s.read.query(ctx, readMembers, []any{within.Milliseconds()}, func(row Row) error {
		var (
			m            Member
			roles, ready string
		)
		if err := row.Scan(&m.ID, &m.Address, &roles, &ready); err != nil {
			return err
		}
		m.Roles = strings.Split(roles, ",")
		if err := json.Unmarshal([]byte(ready), &m.Ready); err != nil {
			return fmt.Errorf("member %s: %w", m.ID, err)
		}
		out = append(out, m)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the members: %w", err)
	}
	return out, nil
}
