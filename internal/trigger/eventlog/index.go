package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// mostListeners is how many pipelines one key starts at most.
const mostListeners = 1000

// listeners gives the pipelines of which a trigger listens to one of the keys.
func (l *Log) listeners(ctx context.Context, keys []string) (out []model.Pipeline, err error) {
	seen := map[string]bool{}
	for _, key := range keys {
		err := l.store.Query(ctx, listeningTo, []any{storable(key), mostListeners}, func(row store.Row) error {
			var body []byte
			if err := row.Scan(&body); err != nil {
				return err
			}
			var p model.Pipeline
			if err := model.Unmarshal(body, &p); err != nil {
				return err
			}
			if !seen[p.ID()] {
				seen[p.ID()] = true
				out = append(out, p)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return l.effective(ctx, out)
}

// effective gives pipelines with the triggers that they inherit.
func (l *Log) effective(ctx context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error) {
	if l.inherits == nil {
		return pipelines, nil
	}
	return l.inherits.Effective(ctx, pipelines)
}

// PipelineSaved notes what a pipeline's triggers listen to: the log follows the catalog.
func (l *Log) PipelineSaved(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	if _, err := tx.Exec(ctx, forgetKeys, p.ID()); err != nil {
		return fmt.Errorf("forget what pipeline %s listened to: %w", p.ID(), err)
	}
	for _, t := range model.Objects(p, "triggers") {
		key := indexKey(t)
		if key == "" {
			continue
		}
		if _, err := tx.Exec(ctx, addKey, storable(key), p.ID()); err != nil {
			return fmt.Errorf("note what pipeline %s listens to: %w", p.ID(), err)
		}
	}
	return l.forgetFormer(ctx, tx, p)
}

// off begins the keys of triggers that are disabled: no event looks at these, but whoever
// asks why nothing happened is told of them.
const off = "off:"

// indexKey is the key by which a trigger is found; "" if no event can start it.
func indexKey(t model.Trigger) string {
	if key := trigger.Key(t); key != "" {
		return key
	}
	if key := trigger.Listens(t); key != "" {
		return off + key
	}
	return ""
}

// PipelineDeleted forgets what a pipeline listened to, and what its triggers started.
func (l *Log) PipelineDeleted(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, forgetStarts, id); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, forgetKeys, id)
	return err
}

// indexed is the version of what the keys are made of. It is raised when that changes, so
// that all pipelines are indexed anew.
const indexed = "4"

// Index notes what all stored pipelines listen to, if that wasn't done by this version:
// pipelines from before are in no index.
func (l *Log) Index(ctx context.Context) error {
	done, err := l.store.Noted(ctx, "triggerIndex")
	if err != nil || done == indexed {
		return err
	}
	pipelines, err := l.store.Pipelines(ctx, store.PipelineFilter{Kind: store.PipelineKind})
	if err != nil {
		return fmt.Errorf("index triggers: %w", err)
	}
	for _, p := range pipelines {
		err := l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			// As it is now: it may have been saved meanwhile.
			var body []byte
			if err := tx.QueryRow(ctx, readPipeline, []any{p.ID()}, &body); err != nil {
				if errors.Is(err, store.ErrNotFound) {
					return nil
				}
				return err
			}
			var now model.Pipeline
			if err := model.Unmarshal(body, &now); err != nil {
				return err
			}
			if l.inherits != nil {
				var err error
				if now, err = l.inherits.Stored(ctx, tx, now); err != nil {
					return err
				}
			}
			return l.PipelineSaved(ctx, tx, now)
		})
		if err != nil {
			return fmt.Errorf("index the triggers of pipeline %s: %w", p.ID(), err)
		}
	}
	return l.store.Note(ctx, "triggerIndex", indexed)
}
