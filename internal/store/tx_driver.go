package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// SQL is the transaction as SQLite's driver knows it, for a library that takes part
// in it; nil on PostgreSQL. It must not be ended.
func (tx *Tx) SQL() *sql.Tx { return tx.sql }

// Pgx is the transaction as pgx knows it, for a library that takes part in it; nil
// on SQLite. It can't be ended: that is for [Store.Write] alone.
func (tx *Tx) Pgx() pgx.Tx {
	if tx.conn == nil {
		return nil
	}
	return pgxTx{tx.conn}
}

// pgxTx is a transaction that was begun without pgx.
type pgxTx struct{ conn *pgxpool.Conn }

// errNotYours is for who would end a transaction, or begin one in it.
var errNotYours = errors.New("store: only Write begins and ends transactions")

// Begin refuses.
func (pgxTx) Begin(context.Context) (pgx.Tx, error) { return nil, errNotYours }

// Commit refuses.
func (pgxTx) Commit(context.Context) error { return errNotYours }

// Rollback refuses.
func (pgxTx) Rollback(context.Context) error { return errNotYours }

// Conn is the connection.
func (t pgxTx) Conn() *pgx.Conn { return t.conn.Conn() }

// CopyFrom writes many rows.
func (t pgxTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

// Exec runs a statement.
func (t pgxTx) Exec(ctx context.Context, text string, args ...any) (pgconn.CommandTag, error) {
	return t.conn.Exec(ctx, text, args...)
}

// LargeObjects are none: they need a transaction of pgx's own.
func (t pgxTx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Prepare prepares a statement.
func (t pgxTx) Prepare(ctx context.Context, name, text string) (*pgconn.StatementDescription, error) {
	return t.conn.Conn().Prepare(ctx, name, text)
}

// Query reads rows.
func (t pgxTx) Query(ctx context.Context, text string, args ...any) (pgx.Rows, error) {
	return t.conn.Query(ctx, text, args...)
}

// QueryRow reads a row.
func (t pgxTx) QueryRow(ctx context.Context, text string, args ...any) pgx.Row {
	return t.conn.QueryRow(ctx, text, args...)
}

// SendBatch runs statements in one round trip.
func (t pgxTx) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	return t.conn.SendBatch(ctx, batch)
}
