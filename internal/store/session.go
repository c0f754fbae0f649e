package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// session is the seam between the two databases: it runs statements, in a
// transaction or outside of one.
type session interface {
	// exec runs a statement and tells how many rows it changed.
	exec(ctx context.Context, st *Statement, args ...any) (int64, error)
	// query calls each for every row.
	query(ctx context.Context, st *Statement, args []any, each func(row Row) error) error
	// batch runs statements in order, in one round trip where there are any.
	batch(ctx context.Context, steps []step) error
}

// Row is the row at hand. A []byte that is scanned is the caller's to keep.
type Row interface{ Scan(dest ...any) error }

// step is one statement of a batch.
type step struct {
	st   *Statement
	args []any
	// must says that a step that changes nothing is errNoRows.
	must bool
}

// queryRow reads the first row, or answers errNoRows.
func queryRow(ctx context.Context, s session, st *Statement, args []any, dest ...any) error {
	found := false
	err := s.query(ctx, st, args, func(row Row) error {
		if found {
			return nil
		}
		found = true
		return row.Scan(dest...)
	})
	if err != nil {
		return err
	}
	if !found {
		return errNoRows
	}
	return nil
}

// sqliteTx is SQLite's one write transaction. Its statements run without the
// caller's cancellation: they take microseconds, and the driver pays a
// goroutine for each that can be cancelled.
type sqliteTx struct {
	tx       *sql.Tx
	prepared *preparedSet
}

// stmt is the prepared form of a statement, nil if it has none. It is closed
// with the transaction.
func (s *sqliteTx) stmt(ctx context.Context, st *Statement) *sql.Stmt {
	if stmt := s.prepared.get(st); stmt != nil {
		return s.tx.StmtContext(ctx, stmt)
	}
	if st.reused() {
		// The only connection is taken by this transaction, and what is prepared in it
		// ends with it.
		s.prepared.want(st)
	}
	return nil
}

func (s *sqliteTx) exec(ctx context.Context, st *Statement, args ...any) (int64, error) {
	if err := storable(args); err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx)
	var (
		result sql.Result
		err    error
	)
	if stmt := s.stmt(ctx, st); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		result, err = stmt.ExecContext(ctx, args...)
	} else {
		result, err = s.tx.ExecContext(ctx, st.text, args...)
	}
	if err != nil {
		return 0, classify(ctx, err)
	}
	return result.RowsAffected()
}

func (s *sqliteTx) query(ctx context.Context, st *Statement, args []any, each func(Row) error) error {
	if err := storable(args); err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	var (
		rows *sql.Rows
		err  error
	)
	if stmt := s.stmt(ctx, st); stmt != nil { //nolint:sqlclosecheck // closed with the transaction
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = s.tx.QueryContext(ctx, st.text, args...)
	}
	if err != nil {
		return classify(ctx, err)
	}
	return eachSQLRow(ctx, rows, each)
}

func (s *sqliteTx) batch(ctx context.Context, steps []step) error {
	for _, step := range steps {
		n, err := s.exec(ctx, step.st, step.args...)
		if err != nil {
			return err
		}
		if n == 0 && step.must {
			return errNoRows
		}
	}
	return nil
}

// sqliteReader is SQLite's pool of reading connections.
type sqliteReader struct {
	db       *sql.DB
	prepared *preparedSet
}

func (r *sqliteReader) exec(context.Context, *Statement, ...any) (int64, error) {
	return 0, fmt.Errorf("store: a change outside of a write transaction")
}

func (r *sqliteReader) batch(context.Context, []step) error {
	return fmt.Errorf("store: a change outside of a write transaction")
}

func (r *sqliteReader) query(ctx context.Context, st *Statement, args []any, each func(Row) error) error {
	if err := storable(args); err != nil {
		return err
	}
	var (
		rows *sql.Rows
		err  error
	)
	stmt := r.prepared.get(st) //nolint:sqlclosecheck // it stays prepared
	if stmt == nil && st.reused() {
		if stmt, err = r.prepared.add(ctx, st); err != nil {
			return err
		}
	}
	if stmt != nil {
		rows, err = stmt.QueryContext(ctx, args...)
	} else {
		rows, err = r.db.QueryContext(ctx, st.text, args...)
	}
	if err != nil {
		return classify(ctx, err)
	}
	return eachSQLRow(ctx, rows, each)
}

func eachSQLRow(ctx context.Context, rows *sql.Rows, each func(Row) error) error {
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return classify(ctx, rows.Err())
}

// pgRunner is what a pool and a transaction of pgx have in common.
type pgRunner interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// pgSession runs statements on PostgreSQL; pgx prepares and caches them.
type pgSession struct{ db pgRunner }

func (s pgSession) exec(ctx context.Context, st *Statement, args ...any) (int64, error) {
	if err := storable(args); err != nil {
		return 0, err
	}
	tag, err := s.db.Exec(ctx, st.postgres, args...)
	return tag.RowsAffected(), classify(ctx, err)
}

func (s pgSession) query(ctx context.Context, st *Statement, args []any, each func(Row) error) error {
	if err := storable(args); err != nil {
		return err
	}
	rows, err := s.db.Query(ctx, st.postgres, args...)
	if err != nil {
		return classify(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return classify(ctx, rows.Err())
}

func (s pgSession) batch(ctx context.Context, steps []step) error {
	if len(steps) == 0 {
		return nil
	}
	batch := &pgx.Batch{}
	for _, step := range steps {
		if err := storable(step.args); err != nil {
			return err
		}
		batch.Queue(step.st.postgres, step.args...)
	}
	results := s.db.SendBatch(ctx, batch)
	for _, step := range steps {
		tag, err := results.Exec()
		if err == nil && tag.RowsAffected() == 0 && step.must {
			err = errNoRows
		}
		if err != nil {
			_ = results.Close()
			return classify(ctx, err)
		}
	}
	return classify(ctx, results.Close())
}

// pgReader reads from PostgreSQL's pool of connections. A read that fails
// because a connection broke is made again.
type pgReader struct{ pgSession }

func (s pgReader) query(ctx context.Context, st *Statement, args []any, each func(Row) error) error {
	for r := (retry{began: time.Now()}); ; {
		handed := false
		err := s.queryOnce(ctx, st, args, func(row Row) error {
			handed = true
			return each(row)
		})
		if err == nil || handed || !r.again(ctx, err, awayPatience) {
			return err
		}
	}
}

func (s pgReader) queryOnce(ctx context.Context, st *Statement, args []any, each func(Row) error) error {
	reading, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	err := s.pgSession.query(reading, st, args, each)
	if reading.Err() != nil {
		err = classify(ctx, err)
	}
	return err
}
