package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pattern"
	"github.com/gennaker/gennaker/internal/trigger"
)

const (
	// perBatch is how many new tags are asked for and noted at a time.
	perBatch = 200
	// atOnce is how many questions about tags run at the same time.
	atOnce = 8
	// perLook is how many known tags are asked for their digest at each look: those that
	// a trigger names as they are, those that have changed before, and then the ones that
	// weren't asked for longest. A small repository is looked at whole.
	perLook = 50
)

// puller is what asks the registry, with one log-in for the whole call.
func (c *round) lookup(ctx context.Context) error {
	if c.asked != nil {
		return nil
	}
	asked, err := c.src.Look(ctx)
	if err != nil {
		return theirs(err)
	}
	c.asked = asked
	return nil
}

// lookAtTags compares the tags of a repository with those that are known.
func (c *round) lookAtTags(ctx context.Context, w *watched, one *repository) (finished bool, err error) {
	if err := c.lookup(ctx); err != nil {
		return false, err
	}
	there, err := c.asked.Tags(ctx, w.name)
	if fault.KindOf(err) == fault.NotFound {
		there, err = nil, nil // nothing was pushed there yet, or all of it is gone
	}
	if err != nil {
		return false, theirs(err)
	}
	known, err := c.s.tags(ctx, one)
	if err != nil {
		return false, err
	}
	if !one.filled {
		if err := c.fill(ctx, w, one, there, known); err != nil {
			return false, err
		}
		if known, err = c.s.tags(ctx, one); err != nil {
			return false, err
		}
	}
	if err := c.missing(ctx, one, there, known); err != nil {
		return false, err
	}
	var held refusals
	finished, err = c.lookAtNew(ctx, w, one, there, known, &held)
	if err != nil || !finished {
		return finished, err
	}
	if err := c.lookAtKnown(ctx, w, one, known, &held); err != nil {
		return true, err
	}
	return true, held.err()
}

// fill notes what is there at the first look, but for what the registry was proven to have
// told of since triggers wait for it.
func (c *round) fill(ctx context.Context, w *watched, one *repository, there []string, known map[string]*tag) error {
	hints, err := c.s.hints(ctx, c.name, mostHints)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, h := range hints {
		if h.proven && h.repository == w.name {
			told[h.tag] = true
		}
	}
	var added []tag
	for _, name := range there {
		if known[name] == nil && !told[name] {
			added = append(added, tag{name: name})
		}
	}
	if err := c.s.fill(ctx, one, added); err != nil {
		return err
	}
	one.filled = true
	return c.s.save(ctx, one)
}

// missing notes which tags are gone, and which are back.
func (c *round) missing(ctx context.Context, one *repository, there []string, known map[string]*tag) error {
	present := make(map[string]bool, len(there))
	for _, name := range there {
		present[name] = true
	}
	var changed []*tag
	gone := false
	for _, t := range known {
		switch {
		case !present[t.name] && t.goneAt == 0:
			t.goneAt = c.s.o.Now().UnixMilli()
		case present[t.name] && t.goneAt > 0:
			t.goneAt, t.checkedAt = 0, 0
		default:
			gone = gone || t.goneAt > 0
			continue
		}
		changed = append(changed, t)
	}
	if err := c.s.saveTags(ctx, one, changed); err != nil {
		return err
	}
	if gone {
		return c.s.deleteGone(ctx, one)
	}
	return nil
}

// lookAtNew makes events of new tags.
func (c *round) lookAtNew(ctx context.Context, w *watched, one *repository, there []string, known map[string]*tag, held *refusals) (finished bool, err error) {
	var added []*tag
	for _, name := range there {
		if known[name] == nil {
			added = append(added, &tag{name: name})
		}
	}
	for len(added) > 0 {
		if c.s.o.Now().Sub(c.begun) > budget {
			return false, nil
		}
		batch := added[:min(perBatch, len(added))]
		added = added[len(batch):]
		if err := c.ask(ctx, w, one, batch, asked{isNew: true}, held); err != nil {
			return false, err
		}
		for _, t := range batch {
			if t.digest != "" { // others are still new at the next look
				known[t.name] = t
			}
		}
	}
	return true, nil
}

// lookAtKnown asks whether known tags stand for something else by now.
func (c *round) lookAtKnown(ctx context.Context, w *watched, one *repository, known map[string]*tag, held *refusals) error {
	chosen, err := c.choose(ctx, w, known)
	if err != nil {
		return err
	}
	// If all are asked for each time, it doesn't matter when one was.
	all := len(chosen) <= perLook
	return c.ask(ctx, w, one, chosen[:min(perLook, len(chosen))], asked{all: all}, held)
}

// choose lists the known tags that may be asked for at this look, the most urgent first.
// Those that no trigger takes can't start anything.
func (c *round) choose(ctx context.Context, w *watched, known map[string]*tag) ([]*tag, error) {
	var wants []string
	for _, kind := range w.types {
		if kind == "helm" {
			wants = append(wants, ".*")
			continue
		}
		triggers, err := c.s.o.Events.TriggersOf(ctx, trigger.ImageKey(kind, c.src.Account, w.name))
		if err != nil {
			return nil, err
		}
		for _, t := range triggers {
			if want := strings.TrimSpace(model.String(t, "tag")); !slices.Contains(wants, want) {
				wants = append(wants, want)
			}
		}
	}
	var taken []func(string) bool
	for _, want := range wants {
		if want == "" {
			taken = append(taken, func(name string) bool { return name != "latest" })
		} else if p, err := pattern.Compile(want); err == nil {
			taken = append(taken, p.Matches)
		}
	}
	var out []*tag
	just := c.begun.UnixMilli()
	for _, t := range known {
		if t.goneAt == 0 && t.checkedAt < just && slices.ContainsFunc(taken, func(takes func(string) bool) bool { return takes(t.name) }) {
			out = append(out, t)
		}
	}
	rank := func(t *tag) int {
		switch {
		case slices.Contains(wants, t.name):
			return 0
		case t.changes > 1:
			return 1
		}
		return 2
	}
	slices.SortFunc(out, func(a, b *tag) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.checkedAt, b.checkedAt), cmp.Compare(a.name, b.name))
	})
	return out, nil
}

// asked says what tags are that are asked for.
type asked struct {
	// isNew says that they weren't there before, and all that they are asked for at each
	// look.
	isNew, all bool
}

// ask asks for the digests of tags, makes events of what is new, and notes it. A tag that
// the registry refuses to tell of doesn't keep others from being seen.
func (c *round) ask(ctx context.Context, w *watched, one *repository, tags []*tag, how asked, held *refusals) error {
	found, err := c.digests(ctx, w.name, tags)
	if err != nil {
		return err
	}
	var noted []*tag
	for i, t := range tags {
		digest, refused := found[i].digest, found[i].err
		switch {
		case refused != nil:
			held.add(t, refused)
			if !how.isNew && !how.all { // it has had its turn
				t.checkedAt = c.s.o.Now().UnixMilli()
				noted = append(noted, t)
			}
			continue
		case digest == "": // gone meanwhile
			continue
		}
		before := t.digest
		if err := c.settle(ctx, w, t, digest, how.isNew); err != nil {
			return errors.Join(err, c.s.saveTags(ctx, one, noted))
		}
		if !how.all || t.digest != before {
			noted = append(noted, t)
		}
	}
	return c.s.saveTags(ctx, one, noted)
}

// settle makes events of what a tag stands for now, if that is new. A tag whose digest
// wasn't known has changed only if somebody who may says so.
func (c *round) settle(ctx context.Context, w *watched, t *tag, digest string, said bool) error {
	t.checkedAt = c.s.o.Now().UnixMilli()
	if t.digest == digest {
		return nil
	}
	if t.digest != "" || said {
		for _, kind := range w.types {
			if err := c.announce(ctx, w, kind, t, digest); err != nil {
				return err
			}
		}
	}
	t.digest = digest
	t.changes++
	return nil
}

func (c *round) announce(ctx context.Context, w *watched, kind string, t *tag, digest string) error {
	received, err := c.s.o.Events.Receive(ctx, event(kind, c.src, w, t.name, digest, t.changes+1))
	if err != nil {
		return err
	}
	if !received.Repeat {
		c.events++
	}
	return nil
}
