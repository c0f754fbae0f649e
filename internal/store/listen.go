package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Listen hears PostgreSQL's notifications on a channel, an SQL name, until ctx
// ends. A connection that breaks is opened again; connected is called each
// time, as whatever came meanwhile was missed. On SQLite there is none to hear.
func (s *Store) Listen(ctx context.Context, channel string, connected func(), heard func(payload string)) {
	if s.pool == nil {
		<-ctx.Done()
		return
	}
	for pause := 100 * time.Millisecond; ctx.Err() == nil; pause = min(2*pause, 5*time.Second) {
		began := time.Now()
		err := s.listen(ctx, channel, func() {
			pause = 100 * time.Millisecond
			connected()
		}, heard)
		if ctx.Err() == nil {
			s.log.WarnContext(ctx, "can't hear other processes; trying again", "channel", channel, "error", err)
		}
		if time.Since(began) > time.Minute {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

func (s *Store) listen(ctx context.Context, channel string, connected func(), heard func(string)) error {
	connecting, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	pooled, err := s.pool.Acquire(connecting)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	conn := pooled.Hijack() // a connection that listens must not go back
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(connecting, "LISTEN "+channel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	connected()
	for {
		payload, err := waitForNotification(ctx, conn)
		if err != nil {
			return err
		}
		if payload != "" {
			heard(payload)
		}
	}
}

// waitForNotification gives the next notification, or "" after making sure that
// the connection lives.
func waitForNotification(ctx context.Context, conn *pgx.Conn) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	n, err := conn.WaitForNotification(waiting)
	switch {
	case err == nil:
		return n.Payload, nil
	case waiting.Err() == nil || ctx.Err() != nil:
		return "", fmt.Errorf("wait for a notification: %w", err)
	}
	pinging, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := conn.Ping(pinging); err != nil {
		return "", fmt.Errorf("ping: %w", err)
	}
	return "", nil
}
