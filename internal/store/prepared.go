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

// add prepares a statement, once. It needs a free connection.
func (p *preparedSet) add(ctx context.Context, st *Statement) (*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if stmt := p.by[st]; stmt != nil {
		return stmt, nil
	}
	stmt, err := p.db.PrepareContext(ctx, st.text) //nolint:sqlclosecheck // closed with its connection
	if err != nil {
		return nil, fmt.Errorf("prepare %q: %w", st.text, err)
	}
	p.by[st] = stmt
	return stmt, nil
}
