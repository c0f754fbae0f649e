package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// begun identifies a transaction on PostgreSQL, so that it can be looked up
// when the answer to its commit is lost.
type begun struct {
	// xid is the transaction's id.
	xid string
	// server tells the server's lives apart: when it started, and the timeline
	// that a failover changes.
	server string
}

const (
	// serverLife is the SQL of begun.server.
	serverLife = `extract(epoch from pg_postmaster_start_time())::text || ' ' ||
		left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`
	lifeSQL = `select ` + serverLife
	// beginSQL takes one round trip, as a bare BEGIN does.
	beginSQL  = `begin; select pg_current_xact_id()`
	lookUpSQL = `select coalesce(pg_xact_status(cast(cast($1 as text) as xid8)), 'forgotten'), ` + serverLife
	// endSQL ends a transaction whose client is gone, which the server hasn't
	// noticed.
	endSQL = `select pg_terminate_backend(pid) from pg_stat_activity
		where backend_xid = cast(cast(cast($1 as text) as xid8) as xid) and pid <> pg_backend_pid()`
)

// How long a commit may take to be looked up, and after which time a
// transaction that is still open is ended.
const (
	lookUpPatience = 15 * time.Second
	openTooLong    = 2 * time.Second
)

func (s *Store) writePostgres(ctx context.Context, tx *Tx, fn func(context.Context, *Tx) error) error {
	attempt, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	conn, err := s.pool.Acquire(attempt)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", classify(ctx, err))
	}
	// Also when fn panics: the connection goes back to the pool, which closes
	// it if a transaction is still open.
	defer conn.Release()
	id, err := s.begin(attempt, conn)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", classify(ctx, err))
	}
	tx.postgres, tx.conn, tx.session = true, conn, pgSession{conn}
	if err := fn(attempt, tx); err != nil {
		rollBack(ctx, conn)
		if attempt.Err() != nil && ctx.Err() == nil {
			err = away(messageAway, err)
		}
		s.dropIfReadOnly(ctx, conn, err)
		return err
	}
	return s.commit(ctx, conn, id, tx.proof)
}

// lifeKey is what a connection knows its server's life by.
const lifeKey = "gennaker.life"

// begin begins a transaction and tells its id. A standby refuses.
func (s *Store) begin(ctx context.Context, conn *pgxpool.Conn) (begun, error) {
	raw := conn.Conn().PgConn()
	life, known := raw.CustomData()[lifeKey].(string)
	if !known {
		if err := conn.QueryRow(ctx, lifeSQL).Scan(&life); err != nil {
			return begun{}, s.recovering(ctx, conn, err)
		}
		raw.CustomData()[lifeKey] = life
	}
	results, err := raw.Exec(ctx, beginSQL).ReadAll()
	if err != nil {
		return begun{}, s.recovering(ctx, conn, err)
	}
	if len(results) != 2 || len(results[1].Rows) != 1 {
		return begun{}, errors.New("the database doesn't tell the transaction's id")
	}
	return begun{server: life, xid: string(results[1].Rows[0][0])}, nil
}

// recovering makes a standby's refusal an error of a database that takes no
// changes.
func (s *Store) recovering(ctx context.Context, conn *pgxpool.Conn, err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && (pg.Code == "55000" || pg.Code == "XX000") {
		err = away(messageReadOnly, err)
		s.dropIfReadOnly(ctx, conn, err)
	}
	return err
}

func rollBack(ctx context.Context, conn *pgxpool.Conn) {
	if conn.Conn().IsClosed() || conn.Conn().PgConn().TxStatus() == 'I' {
		return
	}
	// Also when ctx has ended: the connection goes back to the pool.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, "rollback") // a connection that can't is closed
}

// dropIfReadOnly closes all connections if the server takes no changes: after a
// failover they lead to what is the standby now, and new ones to the primary.
func (s *Store) dropIfReadOnly(ctx context.Context, conn *pgxpool.Conn, err error) {
	if away, ok := errors.AsType[*awayError](err); !ok || away.fault.Message != messageReadOnly {
		return
	}
	_ = conn.Conn().Close(context.WithoutCancel(ctx)) // it is closed in any case
	s.pool.Reset()
}

// commit commits, and finds out whether a commit whose answer is lost succeeded.
func (s *Store) commit(ctx context.Context, conn *pgxpool.Conn, id begun, proof proof) error {
	// Not with the caller's cancellation: half a commit helps no one.
	committing, cancel := context.WithTimeout(context.WithoutCancel(ctx), attemptTimeout)
	defer cancel()
	tag, err := conn.Exec(committing, "commit")
	if err == nil && tag.String() == "ROLLBACK" {
		return fmt.Errorf("commit transaction: a statement in it had failed: %w", pgx.ErrTxCommitRollback)
	}
	if err == nil {
		return nil
	}
	lost := classify(committing, err)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && passingPostgres(pg.Code) != messageAway {
		return fmt.Errorf("commit transaction: %w", lost) // the server's answer: it did not
	}
	// Whatever pgx's SafeToRetry says: the commit may have been sent.
	_ = conn.Conn().Close(committing) // so that the server ends what it hasn't begun
	committed, err := s.lookUp(ctx, id, proof)
	switch {
	case err != nil:
		return fmt.Errorf("commit transaction: %w", away(messageInDoubt, errors.Join(ErrInDoubt, lost, err)))
	case committed:
		s.log.InfoContext(ctx, "a commit whose answer was lost is found to be done", "error", lost)
		return nil
	}
	return fmt.Errorf("commit transaction: %w", away(messageAway, lost))
}

// lookUp reports whether a transaction was committed, as soon as the database
// answers. Its error says that this can't be told.
func (s *Store) lookUp(ctx context.Context, id begun, proof proof) (committed bool, err error) {
	looking, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookUpPatience)
	if isPatient(ctx) {
		cancel()
		looking, cancel = context.WithCancel(ctx)
	}
	defer cancel()
	r, terminated := retry{began: time.Now()}, false
	looking = WithPatience(looking)
	for {
		state, err := s.transactionState(looking, id)
		switch {
		case err != nil:
		case state == "committed":
			return true, nil
		case state == "aborted":
			return false, nil
		case state == "reused":
			if proof == nil {
				return false, errors.New("the server was started again meanwhile")
			}
			return proof(looking)
		case state == "in progress":
			err = away(messageBusy, errors.New("the transaction is still open"))
			if !terminated && time.Since(r.began) > openTooLong {
				terminated = true
				_, _ = s.pool.Exec(looking, endSQL, id.xid) // looked at again in any case
			}
		default:
			return false, fmt.Errorf("the server says that the transaction is %s", state)
		}
		if !r.again(looking, err, 0) {
			return false, err
		}
	}
}

// transactionState is PostgreSQL's word for what has become of a transaction;
// "reused" if another one may have had its id: a server that was killed gives
// ids again that it had not noted on the disk.
func (s *Store) transactionState(ctx context.Context, id begun) (state string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var server string
	err = s.pool.QueryRow(ctx, lookUpSQL, id.xid).Scan(&state, &server)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "22023": // the id is in the future: the server has lost the transaction
			return "aborted", nil
		case "55000", "XX000": // recovery is in progress
			err = away(messageReadOnly, err)
			s.pool.Reset()
		}
	}
	if err != nil {
		if ctx.Err() != nil {
			return "", away(messageAway, err)
		}
		return "", classify(ctx, err)
	}
	if state == "committed" && server != id.server {
		return "reused", nil
	}
	return state, nil
}
