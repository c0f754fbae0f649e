package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// preparedSet holds the prepared statements of a pool of SQLite connections.
type preparedSet struct {
	db *sql.DB

	mu sync.RWMutex
	by map[*Statement]*sql.Stmt
	// wanted are those that a transaction would have liked to find prepared.
	wanted []*Statement
}

func newPreparedSet(db *sql.DB) *preparedSet {
	return &preparedSet{db: db, by: map[*Statement]*sql.Stmt{}}
}

// get gives a statement that was added, or nil.
func (p *preparedSet) get(st *Statement) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.by[st]
}

// add prepares a statement, once. It needs a free connection, for which no one else has
// to wait meanwhile.
func (p *preparedSet) add(ctx context.Context, st *Statement) (*sql.Stmt, error) {
	stmt, err := p.db.PrepareContext(ctx, st.text)
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", st.text, classify(ctx, err))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if before := p.by[st]; before != nil { // someone was quicker
		_ = stmt.Close() //nolint:sqlclosecheck // only this one is closed here
		return before, nil
	}
	p.by[st] = stmt
	return stmt, nil
}

// want notes a statement for [preparedSet.addWanted].
func (p *preparedSet) want(st *Statement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = append(p.wanted, st)
}

// addWanted prepares what was wanted. One that can't be prepared is run as a text all
// the same, which tells whoever runs it what is wrong.
func (p *preparedSet) addWanted(ctx context.Context) {
	p.mu.Lock()
	wanted := p.wanted
	p.wanted = nil
	p.mu.Unlock()
	for _, st := range wanted {
		if p.get(st) == nil {
			_, _ = p.add(ctx, st) //nolint:sqlclosecheck // it stays prepared
		}
	}
}
