package inherit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

var _ outbox.Deliverer = (*Service)(nil)

const (
	// expandTime bounds the expansion of one template.
	expandTime = 20 * time.Second
	// mostBytes bounds what is stored of a pipeline's inherited triggers.
	mostBytes = 1 << 20
	// batch is how many pipelines are listed at a time.
	batch = 100
)

// deliveryTime bounds one delivery. What is left of a template with many pipelines is for
// the next attempt. It is no longer than those of other kinds: the longest of all decides
// when messages of a process that died are delivered again.
const deliveryTime = 30 * time.Second

// Kind is the service's kind of messages.
func (s *Service) Kind() outbox.Kind {
	return outbox.Kind{Name: messageKind, Deliverer: s, Policy: outbox.Policy{Timeout: deliveryTime, LongestRetry: 10 * time.Minute}}
}

// Deliver implements [outbox.Deliverer]: it expands what has become stale.
func (s *Service) Deliver(ctx context.Context, m outbox.Message) error {
	var c change
	if err := json.Unmarshal(m.Payload, &c); err != nil {
		return outbox.Final(fmt.Errorf("read what has changed: %w", err))
	}
	if c.PipelineID != "" {
		return s.expand(ctx, c.PipelineID)
	}
	if c.Template != "" && m.Attempt <= 1 {
		err := s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, markStale, c.Template)
			return err
		})
		if err != nil {
			return fmt.Errorf("mark the triggers inherited from template %s as stale: %w", c.Template, err)
		}
	}
	return s.expandAll(ctx)
}

// expandAll expands all that is stale. One that fails doesn't keep the others.
func (s *Service) expandAll(ctx context.Context) error {
	var failed error
	for last := ""; ; {
		var ids []string
		err := s.Store.Query(ctx, staleRows, []any{last, batch}, func(found store.Row) error {
			err := found.Scan(&last)
			ids = append(ids, last)
			return err
		})
		if err != nil {
			return fmt.Errorf("list pipelines whose template changed: %w", err)
		}
		for _, id := range ids {
			if err := s.expand(ctx, id); err != nil {
				failed = errors.Join(failed, err)
			}
		}
		if len(ids) < batch || ctx.Err() != nil {
			return failed
		}
	}
}

// expand expands the template of a pipeline, and stores and indexes its triggers.
func (s *Service) expand(ctx context.Context, id string) error {
	const attempts = 5
	for attempt := 1; ; attempt++ {
		err := s.expandOnce(ctx, id)
		if !errors.Is(err, errChanged) || attempt == attempts {
			return err
		}
	}
}

func (s *Service) expandOnce(ctx context.Context, id string) error {
	r, err := read(ctx, s.Store.Query, id)
	if err != nil || r == nil || !r.stale {
		return err
	}
	p, err := s.Store.Pipeline(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	found, failure := s.plan(ctx, p)
	problem, stale := "", 0
	if failure != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if problem = store.Storable(fault.Short(failure.Error())); transient(failure) {
			stale = 1
		}
		s.log().WarnContext(ctx, "a pipeline's template can't be expanded, so that its triggers don't start the pipeline", "pipeline", id, "error", failure)
	}
	body, err := model.Marshal(found)
	if err != nil {
		return fmt.Errorf("write the inherited triggers of pipeline %s: %w", id, err)
	}
	err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.Exec(ctx, expanded, string(body), problem, stale, id, r.generation)
		if err != nil {
			return fmt.Errorf("store the inherited triggers of pipeline %s: %w", id, err)
		}
		if n == 0 {
			return errChanged
		}
		return s.tell(ctx, tx, overlay(p, found))
	})
	if err == nil && stale == 1 {
		return fmt.Errorf("expand the template of pipeline %s: %w", id, failure)
	}
	return err
}

// plan expands the template of a pipeline within bounds.
func (s *Service) plan(ctx context.Context, p model.Pipeline) (template.Inherited, error) {
	ctx, cancel := context.WithTimeout(ctx, expandTime)
	defer cancel()
	found, err := s.Planner.Inherited(ctx, p)
	if err != nil {
		return template.Inherited{}, err
	}
	identify(p, found.Triggers)
	body, err := model.Marshal(found)
	if err != nil {
		return template.Inherited{}, err
	}
	if len(body) > mostBytes {
		return template.Inherited{}, fault.New(fault.Invalid, "the triggers and expected artifacts of the template have %d bytes, and %d is the limit", len(body), mostBytes)
	}
	return found, nil
}

// transient tells whether an expansion may work when it is tried again.
func transient(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Internal || kind == fault.Unavailable
}
