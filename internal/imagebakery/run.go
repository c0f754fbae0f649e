package imagebakery

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// looksEvery is how often the builds of this machine are looked at.
	looksEvery = time.Second
	// leaseFor is how long a machine may be silent before another one takes its bakes over.
	leaseFor = 2 * time.Minute
	// mostBuilds is how many builds a machine has at a time; others wait.
	mostBuilds = 20
	// mostAttempts is how often a bake is started whose process was gone.
	mostAttempts = 3
	// mostParts is how many parts of a log are stored in one go.
	mostParts = 40
	// keptFor is how long bakes are kept that have ended.
	keptFor = 90 * 24 * time.Hour
	// forgetsEvery is how often older ones are looked for.
	forgetsEvery = time.Hour
)

var (
	findOrphans = store.NewStatement(`
		SELECT id FROM image_bakes WHERE state = 'RUNNING' AND machine <> ? AND (machine = '' OR lease_until < ?) ORDER BY created_at LIMIT ?`, "")
	claimBake = store.NewStatement(`
		UPDATE image_bakes SET machine = ?, lease_until = ? WHERE id = ? AND state = 'RUNNING' AND (machine = '' OR lease_until < ?)`, "")
	renewLeases = store.NewStatement(`
		UPDATE image_bakes SET lease_until = ? WHERE machine = ? AND state = 'RUNNING' AND lease_until < ?`, "")
	findMine   = store.NewStatement(`SELECT `+columns+` FROM image_bakes WHERE machine = ? AND state = 'RUNNING' ORDER BY created_at`, "")
	beginBuild = store.NewStatement(`
		UPDATE image_bakes SET attempt = ?, log_bytes = 0, updated_at = ? WHERE id = ? AND machine = ? AND attempt = ? AND state = 'RUNNING'`, "")
	insertPart = store.NewStatement(`INSERT INTO image_bake_logs (bake_id, attempt, at_byte, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`, "")
	countPart  = store.NewStatement(`UPDATE image_bakes SET log_bytes = ?, updated_at = ? WHERE id = ? AND machine = ? AND attempt = ?`, "")
	endBake    = store.NewStatement(`
		UPDATE image_bakes SET state = 'COMPLETED', failure = ?, image = ?, updated_at = ? WHERE id = ? AND machine = ? AND state = 'RUNNING'`, "")
	deleteWaiters = store.NewStatement(`DELETE FROM image_bake_waiters WHERE bake_id = ?`, "")
	forgetLogs    = store.NewStatement(`
		DELETE FROM image_bake_logs WHERE bake_id IN (SELECT id FROM image_bakes WHERE state <> 'RUNNING' AND updated_at < ?)`, "")
	forgetWaiters = store.NewStatement(`
		DELETE FROM image_bake_waiters WHERE bake_id IN (SELECT id FROM image_bakes WHERE state <> 'RUNNING' AND updated_at < ?)`, "")
	forgetBakes = store.NewStatement(`DELETE FROM image_bakes WHERE state <> 'RUNNING' AND updated_at < ?`, "")
)

// Run builds bakes until ctx ends. The builds that are there then go on by themselves.
func (s *Service) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		machine, release, err := s.Builder.Own(ctx)
		if err == nil {
			s.tend(ctx, machine)
			release()
			continue
		}
		if ctx.Err() == nil {
			s.Logger.Error("machine images can't be baked by this process", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(leaseFor):
		}
	}
	return nil
}

// tend looks after the builds of a machine.
func (s *Service) tend(ctx context.Context, machine string) {
	tick := time.NewTicker(looksEvery)
	defer tick.Stop()
	var (
		failing  bool
		forgotAt time.Time
	)
	for {
		err := s.round(ctx, machine)
		if now := s.Now(); err == nil && now.Sub(forgotAt) > forgetsEvery {
			forgotAt = now
			err = s.forget(ctx, now.Add(-keptFor))
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil && !failing {
			s.Logger.Error("could not look after the bakes of machine images", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.wake:
		}
	}
}

// round does what can be done at once: it takes bakes that no machine has, and brings the
// builds of this one forward.
func (s *Service) round(ctx context.Context, machine string) error {
	now := s.Now()
	err := s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, renewLeases, now.Add(leaseFor).UnixMilli(), machine, now.Add(leaseFor*3/4).UnixMilli())
		return err
	})
	if err != nil {
		return fmt.Errorf("renew the leases of bakes: %w", err)
	}
	mine, err := s.mine(ctx, machine)
	if err != nil {
		return err
	}
	if claimed, err := s.claim(ctx, machine, now, mostBuilds-len(mine)); err != nil {
		return err
	} else if claimed {
		if mine, err = s.mine(ctx, machine); err != nil {
			return err
		}
	}
	running := map[string]bool{}
	var failed []error
	for _, b := range mine {
		running[b.ID] = true
		if err := s.step(ctx, machine, b); err != nil {
			failed = append(failed, fmt.Errorf("the bake %s: %w", b.ID, err))
		}
	}
	return errors.Join(append(failed, s.tidy(ctx, machine, running))...)
}

func (s *Service) mine(ctx context.Context, machine string) (out []*bake, err error) {
	err = s.Store.Query(ctx, findMine, []any{machine}, func(row store.Row) error {
		b := &bake{}
		out = append(out, b)
		return b.scan(row)
	})
	if err != nil {
		return nil, fmt.Errorf("read the bakes of this machine: %w", err)
	}
	return out, nil
}

// claim takes bakes over that no machine builds.
func (s *Service) claim(ctx context.Context, machine string, now time.Time, most int) (claimed bool, err error) {
	if most <= 0 {
		return false, nil
	}
	var ids []string
	err = s.Store.Query(ctx, findOrphans, []any{machine, now.UnixMilli(), most}, func(row store.Row) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return false, err
	}
	err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec(ctx, claimBake, machine, now.Add(leaseFor).UnixMilli(), id, now.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	return err == nil, err
}

// step brings a bake forward: it starts its build, stores its log, or ends it.
func (s *Service) step(ctx context.Context, machine string, b *bake) error {
	p, more, err := s.follow(ctx, machine, b)
	if err != nil || more {
		return err
	}
	switch p.State {
	case BuildRuns:
		return nil
	case BuildGone:
		return s.start(ctx, machine, b)
	}
	log, err := s.readLog(ctx, b.ID)
	if err != nil {
		return err
	}
	if p.Failure != "" {
		return s.end(ctx, machine, b, failed(p.Failure, log), nil)
	}
	plan, err := s.Config.Plan(b.Request, b.Created)
	if err != nil {
		return s.end(ctx, machine, b, "The configuration has changed during the bake: "+err.Error(), nil)
	}
	image := s.Config.Read(b.Request, plan, recipe.Outcome{ID: b.ID, Log: log, Manifest: p.Manifest})
	return s.end(ctx, machine, b, "", &image)
}

// follow stores what is new in a build's log; more says that there is more.
func (s *Service) follow(ctx context.Context, machine string, b *bake) (p Progress, more bool, err error) {
	for range mostParts {
		if p, err = s.Builder.Look(b.ID, b.LogBytes); err != nil {
			return p, false, err
		}
		part := whole(p.Log)
		if len(part) == 0 {
			return p, false, nil
		}
		next := b.LogBytes + int64(len(part))
		err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			if n, err := tx.Exec(ctx, countPart, next, s.Now().UnixMilli(), b.ID, machine, b.Attempt); err != nil || n == 0 {
				return err
			}
			_, err := tx.Exec(ctx, insertPart, b.ID, b.Attempt, b.LogBytes, string(part))
			return err
		})
		if err != nil {
			return p, false, fmt.Errorf("store the log: %w", err)
		}
		b.LogBytes = next
	}
	return p, true, nil
}

// start starts a build that isn't there, for the first time or again.
func (s *Service) start(ctx context.Context, machine string, b *bake) error {
	if b.Attempt >= mostAttempts {
		return s.end(ctx, machine, b, fmt.Sprintf("Packer was ended from outside %d times, before it was done.", b.Attempt), nil)
	}
	plan, err := s.Config.Plan(b.Request, b.Created)
	if err != nil {
		return s.end(ctx, machine, b, err.Error(), nil)
	}
	build := Build{ID: b.ID, Plan: plan, Secrets: map[string]string{}}
	for name, ref := range plan.Secrets {
		found, err := s.Secrets.Resolve(ctx, ref)
		if err != nil {
			return s.end(ctx, machine, b, "A secret of the configuration can't be read: "+err.Error(), nil)
		}
		build.Secrets[name] = found.Reveal()
	}
	ours := false
	err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, beginBuild, b.Attempt+1, s.Now().UnixMilli(), b.ID, machine, b.Attempt)
		ours = n > 0
		if err != nil || !ours || b.Attempt == 0 {
			return err
		}
		again := fmt.Sprintf("gennaker: Packer's process is gone, most likely with its machine. The bake is started again (%d of %d).\n", b.Attempt+1, mostAttempts)
		_, err = tx.Exec(ctx, insertPart, b.ID, b.Attempt+1, -1, again)
		return err
	})
	if err != nil || !ours {
		return err
	}
	b.Attempt, b.LogBytes = b.Attempt+1, 0
	if err := s.Builder.Start(ctx, build); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return s.end(ctx, machine, b, err.Error(), nil)
	}
	return nil
}

// end stores how a bake ended, and removes what is left of its build.
func (s *Service) end(ctx context.Context, machine string, b *bake, failure string, image *recipe.Image) error {
	var made []byte
	if image != nil {
		var err error
		if made, err = model.Marshal(image); err != nil {
			return err
		}
	}
	err := s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if n, err := tx.Exec(ctx, endBake, failure, string(made), s.Now().UnixMilli(), b.ID, machine); err != nil || n == 0 {
			return err
		}
		_, err := tx.Exec(ctx, deleteWaiters, b.ID)
		return err
	})
	if err != nil {
		return err
	}
	return s.Builder.Remove(b.ID)
}

// tidy ends the builds of bakes that this machine doesn't build any more, because they
// were canceled or are another machine's, and removes them when they have cleaned up.
func (s *Service) tidy(ctx context.Context, machine string, running map[string]bool) error {
	ids, err := s.Builder.Builds()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if running[id] {
			continue
		}
		b, err := s.find(ctx, id)
		if fault.KindOf(err) == fault.NotFound {
			b = &bake{ID: id}
		} else if err != nil {
			return err
		}
		p, more, err := s.follow(ctx, machine, b)
		if err != nil {
			return err
		}
		switch {
		case more:
		case p.State == BuildRuns:
			err = s.Builder.Cancel(id)
		default:
			err = s.Builder.Remove(id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// forget deletes bakes that ended before a time.
func (s *Service) forget(ctx context.Context, before time.Time) error {
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, st := range []*store.Statement{forgetLogs, forgetWaiters, forgetBakes} {
			if _, err := tx.Exec(ctx, st, before.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}
