package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

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
	if err := s.migrate(ctx, postgresMigrator{conn.Conn()}); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	s.read = pgSession{s.pool}
	return nil
}
