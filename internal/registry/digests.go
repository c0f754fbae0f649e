package registry

import (
	"context"
	"fmt"
	"sync"

	"github.com/gennaker/gennaker/internal/fault"
)

// refusals are the tags of a look that the registry doesn't tell the digests of although it
// answers: images that a scanner holds back, or that are damaged.
type refusals struct {
	n     int
	first error
}

func (r *refusals) add(t *tag, err error) {
	r.n++
	if r.first == nil {
		r.first = fmt.Errorf("tag %s: %w", fault.Short(t.name), err)
	}
}

// err says so. It isn't about the whole registry, whatever its answers were.
func (r *refusals) err() error {
	switch r.n {
	case 0:
		return nil
	case 1:
		return theirs(fault.New(fault.Invalid, "%v", r.first))
	}
	return theirs(fault.New(fault.Invalid, "%d tags can't be looked at; the first: %v", r.n, r.first))
}

// found is what the registry says of a tag: its digest, "" if it isn't there, or why it
// refuses to tell.
type found struct {
	digest string
	err    error
}

// digests asks for the digests of tags. An error says that the registry can't be asked: it
// has failed [mostFailed] times in a row.
func (c *round) digests(ctx context.Context, repository string, tags []*tag) ([]found, error) {
	out := make([]found, len(tags))
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		inRow int
		ended error
		slots = make(chan struct{}, atOnce)
	)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i, t := range tags {
		slots <- struct{}{}
		if ctx.Err() != nil {
			<-slots
			break
		}
		wait.Go(func() {
			defer func() { <-slots }()
			bounded, done := context.WithTimeout(ctx, askTime)
			defer done()
			digest, err := c.asked.Digest(bounded, repository, t.name)
			if fault.KindOf(err) == fault.NotFound {
				err = nil
			}
			out[i] = found{digest, err}
			mu.Lock()
			defer mu.Unlock()
			switch kind := fault.KindOf(err); {
			case err == nil:
				inRow = 0
			case kind == fault.Forbidden || kind == fault.Invalid: // an answer, about this tag
			case ended == nil:
				inRow++
				if inRow >= mostFailed {
					ended = err
					cancel()
				}
			}
		})
	}
	wait.Wait()
	if ended != nil {
		return nil, theirs(ended)
	}
	return out, theirs(ctx.Err())
}
