package resource

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/store"
)

// claimed is a claim as the database has it.
type claimed struct {
	key
	owner string
	fence int64
}

// takeOver frees what a process before this one has left, where there is one at a time.
// It waits for the database for as long as it takes.
func (s *Service) takeOver(ctx context.Context) {
	for ctx.Err() == nil && s.store.Postgres() == nil {
		left, err := s.claims(ctx, listAllClaims)
		if err == nil {
			err = s.free(ctx, left)
		}
		if err == nil {
			return
		}
		s.troubled(ctx, err)
	}
}

// tend compares what is claimed with what this process has in hand. It frees what no one
// has: the claims of dead processes, and those of this one whose answers were lost; and it
// ends the calls for what others may have by now.
func (s *Service) tend(ctx context.Context) error {
	here := s.calling() // before the look: what is claimed later isn't in it
	found, err := s.claims(ctx, listClaims, s.owner)
	if err != nil {
		return err
	}
	ours := map[key]int64{}
	var left []claimed
	for _, c := range found {
		held, ok := here[c.key]
		if c.owner == s.owner {
			ours[c.key] = c.fence
		}
		if c.owner != s.owner || !ok || held.fence != c.fence {
			left = append(left, c)
		}
	}
	for at, c := range here {
		if ours[at] != c.fence { // or it has just ended by itself
			c.cancel(errLost)
		}
	}
	return s.free(ctx, left)
}

func (s *Service) claims(ctx context.Context, statement *store.Statement, args ...any) (found []claimed, err error) {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	err = s.store.Query(ctx, statement, args, func(row store.Row) error {
		var c claimed
		err := row.Scan(&c.kind, &c.name, &c.owner, &c.fence)
		found = append(found, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look which resources are taken up: %w", err)
	}
	return found, nil
}

// free has resources taken up again that are still claimed like that.
func (s *Service) free(ctx context.Context, left []claimed) error {
	if len(left) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	var freed int64
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		freed = 0
		for _, c := range left {
			n, err := tx.Exec(ctx, freeClaim, c.kind, c.name, c.owner, c.fence)
			if err != nil {
				return err
			}
			freed += n
		}
		tx.OnCommit(s.ring)
		return nil
	})
	if err != nil {
		return fmt.Errorf("free resources that nobody is at work on: %w", err)
	}
	if freed > 0 {
		s.log.WarnContext(ctx, "resources of a dead process are taken up again", "resources", freed)
	}
	return nil
}

// clockSet has nothing wait for longer than it was to.
func (s *Service) clockSet(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		tx.OnCommit(s.look)
		_, err := tx.Exec(ctx, clockSet)
		return err
	})
	if err != nil {
		return fmt.Errorf("schedule resources anew: %w", err)
	}
	return nil
}
