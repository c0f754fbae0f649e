package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// group is a transaction of SQLite that several writes share. SQLite lets one write at a
// time, and a commit costs about as much as what it commits; so those that wait when
// one has run go on in its transaction, each behind a savepoint of its own, and one of them
// commits for all.
//
// Whoever has the baton of [Store] may use the writing connection. It carries the open
// group, or nil. A write that has run passes it on and waits: either another commits for
// it, or the baton comes back because all who waited before have had their turn.
type group struct {
	conn    *sql.Conn
	tx      *sql.Tx
	began   time.Time
	members int
	// done is closed when it has ended, with err.
	done chan struct{}
	err  error
}

// The bounds of a group: of its writes, and of the time for which it takes more of them.
const (
	mostMembers = 32
	mostOpen    = 5 * time.Millisecond
)

// errUndone is what a write gets whose transaction ended because of another's.
var errUndone = errors.New("store: the transaction was undone because of another write in it")

var (
	setSavepoint  = statement("SAVEPOINT write_in_group")
	undoSavepoint = statement("ROLLBACK TO write_in_group")
	dropSavepoint = statement("RELEASE write_in_group")
)

// writeSQLite runs fn in a transaction and commits it.
func (s *Store) writeSQLite(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	err := s.writeInGroup(ctx, tx, fn, false)
	if errors.Is(err, errUndone) {
		tx.onCommit = nil
		err = s.writeInGroup(ctx, tx, fn, true)
	}
	return err
}

// writeInGroup waits for the baton, runs fn in the group that comes with it, or in a new one,
// and waits for the commit. A write that is alone shares its transaction with no other.
func (s *Store) writeInGroup(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error, alone bool) error {
	var g *group
	select {
	case <-ctx.Done():
		return ctx.Err()
	case g = <-s.baton:
	}
	if g != nil && alone {
		s.commitGroup(ctx, g)
		g = nil
	}
	if g == nil {
		var err error
		if g, err = s.beginGroup(ctx); err != nil {
			s.baton <- nil
			return fmt.Errorf("begin transaction: %w", classify(ctx, err))
		}
	}
	if err := s.join(ctx, g, tx, fn); err != nil {
		return err
	}
	if alone || g.members >= mostMembers || time.Since(g.began) > mostOpen {
		s.commitGroup(ctx, g)
		s.baton <- nil
		return g.err
	}
	s.baton <- g
	select {
	case <-g.done:
	case came := <-s.baton:
		if came == g {
			s.commitGroup(ctx, g)
			came = nil
		}
		s.baton <- came
		<-g.done
	}
	return g.err
}

func (s *Store) beginGroup(ctx context.Context) (*group, error) {
	s.prepared.addWanted(ctx)
	conn, err := s.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	// It outlives the write that begins it.
	tx, err := conn.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return &group{conn: conn, tx: tx, began: time.Now(), done: make(chan struct{})}, nil
}

// join runs fn in a group. If that fails, what it wrote is undone and the baton is passed
// on, also if fn panics or ends its goroutine.
func (s *Store) join(ctx context.Context, g *group, tx *Tx, fn func(context.Context, *Tx) error) (err error) {
	session := &sqliteTx{tx: g.tx, prepared: s.prepared}
	tx.sql, tx.session = g.tx, session
	joined := false
	defer func() {
		if !joined {
			s.leave(ctx, g, session)
		}
	}()
	if g.members > 0 {
		if _, err := session.exec(ctx, setSavepoint); err != nil {
			return err
		}
	}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.members > 0 {
		if _, err := session.exec(ctx, dropSavepoint); err != nil {
			return err
		}
	}
	g.members++
	joined = true
	return nil
}

// leave undoes what a write has done in a group, and passes the baton on.
func (s *Store) leave(ctx context.Context, g *group, session *sqliteTx) {
	if g.members > 0 {
		_, err := session.exec(ctx, undoSavepoint)
		if err == nil {
			_, err = session.exec(ctx, dropSavepoint)
		}
		if err == nil {
			s.baton <- g
			return
		}
		// The database has undone all of it, as it does if its disk is full.
	}
	_ = g.tx.Rollback()
	s.endGroup(g, errUndone)
	s.baton <- nil
}

// commitGroup ends a group well, or tells its members why it couldn't.
func (s *Store) commitGroup(ctx context.Context, g *group) {
	err := g.tx.Commit()
	if err != nil {
		_ = g.tx.Rollback()
		err = fmt.Errorf("commit transaction: %w", classify(context.WithoutCancel(ctx), err))
		if g.members > 1 { // each is tried again by itself
			err = errors.Join(errUndone, err)
		}
	} else {
		s.checkpoints.written()
	}
	s.endGroup(g, err)
}

func (s *Store) endGroup(g *group, err error) {
	_ = g.conn.Close()
	g.err = err
	close(g.done)
}
