package store

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// oldestPostgres is the first version with pg_current_xact_id.
const oldestPostgres = 130_000

// silence is how long a server's host may be silent before connections to it
// count as broken.
const silence = 20 * time.Second

func (s *Store) openPostgres(ctx context.Context, url string, opts Options) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx's error may quote the URL, and with it the password.
		return fmt.Errorf("open store: the PostgreSQL URL can't be read")
	}
	switch {
	case opts.ReadConns > 0:
		config.MaxConns = int32(min(opts.ReadConns, 10_000))
	case !strings.Contains(url, "pool_max_conns"):
		config.MaxConns = 16
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = 10 * time.Second
	}
	if config.ConnConfig.RuntimeParams["application_name"] == "" {
		config.ConnConfig.RuntimeParams["application_name"] = "gennaker"
	}
	dialer := &net.Dialer{Control: bound, KeepAliveConfig: net.KeepAliveConfig{
		Enable: true, Idle: silence / 2, Interval: silence / 6, Count: 3,
	}}
	config.ConnConfig.DialFunc = dialer.DialContext
	s.pool, err = pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("open store: %w", err)
	}
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("open store: connect to PostgreSQL at %s:%d: %w",
			config.ConnConfig.Host, config.ConnConfig.Port, err)
	}
	defer conn.Release()
	var version int
	if err := conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return fmt.Errorf("open store: read PostgreSQL's version: %w", err)
	}
	if version < oldestPostgres {
		return fmt.Errorf("open store: this is PostgreSQL %d; version %d or a newer one is needed",
			version/10_000, oldestPostgres/10_000)
	}
	if err := s.migrate(ctx, postgresMigrator{conn.Conn()}); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	s.read = pgReader{pgSession{s.pool}}
	return nil
}
