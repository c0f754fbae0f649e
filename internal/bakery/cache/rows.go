package cache

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/store"
)

var (
	readBake = store.NewStatement(`SELECT manifest FROM bakes WHERE key = ? AND manifest IS NOT NULL`, "")
	useBake  = store.NewStatement(`UPDATE bakes SET hits = hits + 1, used_at = ? WHERE key = ?`, "")
	claim    = store.NewStatement(`
		INSERT INTO bakes (key, claimed_by, claimed_until, used_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET claimed_by = excluded.claimed_by, claimed_until = excluded.claimed_until
		WHERE bakes.manifest IS NULL AND bakes.claimed_until < ?`, "")
	keepBake = store.NewStatement(`
		UPDATE bakes SET manifest = ?, size = ?, baked_at = ?, used_at = ?, claimed_by = '', claimed_until = 0
		WHERE key = ? AND claimed_by = ?`, "")
	forget    = store.NewStatement(`DELETE FROM bakes WHERE key = ?`, "")
	release   = store.NewStatement(`DELETE FROM bakes WHERE key = ? AND claimed_by = ? AND manifest IS NULL`, "")
	forgetOld = store.NewStatement(`DELETE FROM bakes WHERE used_at < ?`, "")
	// forgetMore leaves those that were used last, as many as fit.
	forgetMore = store.NewStatement(`
		DELETE FROM bakes WHERE manifest IS NOT NULL AND key IN (
			SELECT key FROM (SELECT key, SUM(size) OVER (ORDER BY used_at DESC, key) AS together FROM bakes) AS all_bakes WHERE together > ?)`, "")
	readHits = store.NewStatement(`SELECT hits FROM bakes WHERE key = ?`, "")
)

// use reads a manifest, and counts that.
func (c *Cache) use(ctx context.Context, key string) (manifest []byte, ok bool, err error) {
	err = c.store.Query(ctx, readBake, []any{key}, func(row store.Row) error {
		ok = true
		return row.Scan(&manifest)
	})
	if err != nil || !ok {
		return nil, false, wrap("read", err)
	}
	if manifest, err = c.unpack(ctx, key, manifest); err != nil {
		// It was encrypted with a key that is gone, say: it is rendered again.
		return nil, false, c.exec(ctx, "forget", forget, key)
	}
	return manifest, true, c.exec(ctx, "count a use of", useBake, c.now().UnixMilli(), key)
}

// claim takes it on this process to render, unless another one has.
func (c *Cache) claim(ctx context.Context, key, me string) (claimed bool, err error) {
	now := c.now()
	err = c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, claim, key, me, now.Add(claimFor).UnixMilli(), now.UnixMilli(), now.UnixMilli())
		claimed = n > 0
		return err
	})
	return claimed, wrap("claim", err)
}

// keep stores a packed manifest, and forgets what is too old or too much.
func (c *Cache) keep(ctx context.Context, key, me string, packed []byte) error {
	now := c.now()
	err := c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, keepBake, packed, len(packed), now.UnixMilli(), now.UnixMilli(), key, me); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, forgetOld, now.Add(-c.config.Retention()).UnixMilli()); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, forgetMore, c.config.MaxBytes)
		return err
	})
	return wrap("keep", err)
}

// release gives up a claim.
func (c *Cache) release(ctx context.Context, key, me string) error {
	return c.exec(ctx, "release", release, key, me)
}

// Hits is how often a manifest was used again; 0 if it isn't kept.
func (c *Cache) Hits(ctx context.Context, key string) (hits int64, err error) {
	err = c.store.Query(ctx, readHits, []any{key}, func(row store.Row) error { return row.Scan(&hits) })
	return hits, wrap("read", err)
}

func (c *Cache) exec(ctx context.Context, what string, st *store.Statement, args ...any) error {
	return wrap(what, c.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, st, args...)
		return err
	}))
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s a rendered manifest: %w", what, err)
}
