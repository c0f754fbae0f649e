package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// mostHints is how many tags a source may have been told of that weren't looked at;
	// mostUnproven is how many of these may be from anybody. Beyond, the repository is
	// looked at as a whole.
	mostHints    = 10_000
	mostUnproven = 100
	// hintPause is when to ask again for a tag that a registry has told of and doesn't
	// have, and hintAge for how long.
	hintPause = 2 * time.Second
	hintAge   = time.Minute
	// hintPatience is for how long to ask for a tag while the registry can't tell;
	// mostFailed is after how many of these the others wait too.
	hintPatience = time.Hour
	mostFailed   = 3
)

// Heard is what became of a notification.
type Heard struct {
	// Looks is how many repositories are looked at because of it.
	Looks int
}

// Hear takes a notification for an account. Nothing of it is believed: what it tells of
// is looked at, soon after Hear has returned. A fault of kind Forbidden says that it doesn't
// prove to know the account's secret.
func (s *Service) Hear(ctx context.Context, section, account string, r notification.Request) (Heard, error) {
	src, ok, err := s.source(ctx, nameOf(section, account))
	if err != nil {
		return Heard{}, err
	}
	if !ok {
		return Heard{}, fault.New(fault.NotFound, "there is no %s account %s: use the name of an account under artifacts.%s", section, fault.Short(account), section)
	}
	secret, err := src.WebhookSecret(ctx)
	if err != nil {
		return Heard{}, err
	}
	if secret != "" && !notification.Proves(r, secret) {
		return Heard{}, fault.New(fault.Forbidden, "the notification doesn't contain the secret of account %s (webhookSecret): send it as the header Authorization: Bearer SECRET, as a password, or as ?token=SECRET", fault.Short(account))
	}
	if at := notification.ConfirmURL(r); at != "" {
		if secret == "" || s.o.Confirm == nil {
			return Heard{}, fault.New(fault.Forbidden, "Amazon SNS asks for its subscription to be confirmed: set webhookSecret of account %s, and subscribe with ?token=SECRET in the URL, or confirm it in Amazon's console", fault.Short(account))
		}
		return Heard{}, s.o.Confirm(ctx, at)
	}
	pushes, err := notification.Read(r)
	if err != nil {
		return Heard{}, err
	}
	watched, err := s.watched(ctx, src)
	if err != nil || len(watched) == 0 {
		return Heard{}, err
	}
	name := nameOf(section, account)
	if src.HasIndex() {
		return Heard{1}, s.lookAgain(ctx, name, indexName)
	}
	return s.note(ctx, src, watched, pushes, secret != "")
}

// note notes what is to be looked at.
func (s *Service) note(ctx context.Context, src artifact.Source, watched map[string]*watched, pushes []notification.Push, proven bool) (Heard, error) {
	name := nameOf(src.Section, src.Account)
	var repositories []string
	var hints []hint
	for _, push := range pushes {
		for _, repository := range push.Repositories {
			repository = strings.TrimPrefix(repository, src.Host+"/")
			if watched[repository] == nil || push.Tag == "" {
				continue
			}
			hints = append(hints, hint{repository: repository, tag: push.Tag, proven: proven})
			if !slices.Contains(repositories, repository) {
				repositories = append(repositories, repository)
			}
		}
	}
	if len(hints) == 0 {
		return Heard{}, nil
	}
	most := mostUnproven
	if proven {
		most = mostHints
	}
	now := s.o.Now().UnixMilli()
	err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		waiting := 0
		if err := tx.QueryRow(ctx, countHints, []any{name, number(proven)}, &waiting); err != nil {
			return err
		}
		for _, h := range hints {
			waiting++
			if waiting > most {
				if err := hurry(ctx, tx, name, h.repository); err != nil {
					return err
				}
				continue
			}
			if _, err := tx.Exec(ctx, addHint, name, h.repository, h.tag, number(proven), now); err != nil {
				return err
			}
		}
		return s.o.Resources.WakeIn(ctx, tx, ResourceKind, name)
	})
	if err != nil {
		return Heard{}, fmt.Errorf("note what %s was told of: %w", name, err)
	}
	return Heard{len(repositories)}, nil
}

// lookAgain has a repository looked at as a whole.
func (s *Service) lookAgain(ctx context.Context, name, repository string) error {
	return s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		if err := hurry(ctx, tx, name, repository); err != nil {
			return err
		}
		return s.o.Resources.WakeIn(ctx, tx, ResourceKind, name)
	})
}

// hints looks at the tags that the registry has told of. Some wait for longer if the
// registry doesn't have them yet.
func (c *round) hints(ctx context.Context) (waiting bool, err error) {
	hints, err := c.s.hints(ctx, c.name, mostHints)
	if err != nil {
		return false, err
	}
	failed := 0
	for _, h := range hints {
		if c.s.o.Now().Sub(c.begun) > budget || failed >= mostFailed {
			return true, nil
		}
		// What anybody may have sent is asked for once a call: tags that aren't there must
		// not keep repositories from being looked at.
		if key := (hintKey{h.repository, h.tag}); !h.proven {
			if c.tried[key] {
				waiting = true
				continue
			}
			c.tried[key] = true
			if !c.s.pace.ask(c.name, c.s.o.Now()) {
				waiting = true
				continue
			}
		}
		done, err := c.follow(ctx, h)
		switch {
		case ctx.Err() != nil:
			return false, ctx.Err()
		case err != nil && !isTheirs(err):
			return false, err
		case err != nil:
			if kind := fault.KindOf(err); kind != fault.Forbidden && kind != fault.Invalid { // those are about the tag
				failed++
			}
			c.s.log.DebugContext(ctx, "can't look at a tag that a registry has told of", "source", c.name, "repository", h.repository, "tag", h.tag, "error", err)
			done = c.s.o.Now().Sub(time.UnixMilli(h.receivedAt)) > hintPatience
		}
		if !done {
			waiting = true
			continue
		}
		if err := c.s.done(ctx, c.name, h); err != nil {
			return false, err
		}
	}
	return waiting, nil
}

// follow looks at one tag that the registry has told of.
func (c *round) follow(ctx context.Context, h hint) (done bool, err error) {
	w, one := c.watched[h.repository], c.known[h.repository]
	if w == nil || one == nil {
		return true, nil // nobody waits for it any more
	}
	if !one.filled { // what else is there must be known before
		if _, err := c.look(ctx, one); err != nil || !one.filled {
			return false, err
		}
	}
	if err := c.lookup(ctx); err != nil {
		return false, err
	}
	bounded, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	digest, err := c.asked.Digest(bounded, h.repository, h.tag)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return c.s.o.Now().Sub(time.UnixMilli(h.receivedAt)) > hintAge, nil
	case fault.KindOf(err) == fault.Invalid:
		return true, nil // no tag, or none that may be asked for
	case err != nil:
		return false, theirs(err)
	}
	known, err := c.s.tag(ctx, one, h.tag)
	if err != nil {
		return false, err
	}
	isNew := known == nil
	if isNew {
		known = &tag{name: h.tag}
	}
	known.goneAt = 0
	if err := c.settle(ctx, w, known, digest, isNew || h.proven); err != nil {
		return false, err
	}
	return true, c.s.saveTags(ctx, one, []*tag{known})
}
