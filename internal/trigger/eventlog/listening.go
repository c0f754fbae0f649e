package eventlog

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// mostKeys is how many keys are listed at most.
const mostKeys = 100_000

// Keys lists what stored triggers listen to that begins with a prefix, in no order.
func (l *Log) Keys(ctx context.Context, prefix string) ([]string, error) {
	var out []string
	err := l.store.Query(ctx, keysWith, []any{storable(prefix), storable(prefix), mostKeys}, func(row store.Row) error {
		var key string
		if err := row.Scan(&key); err != nil {
			return err
		}
		out = append(out, key)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list what triggers listen to: %w", err)
	}
	return out, nil
}

// TriggersOf lists the enabled triggers that listen to a key.
func (l *Log) TriggersOf(ctx context.Context, key string) ([]model.Trigger, error) {
	pipelines, err := l.listeners(ctx, []string{key})
	if err != nil {
		return nil, fmt.Errorf("read which triggers listen: %w", err)
	}
	var out []model.Trigger
	for _, p := range pipelines {
		for _, t := range model.Objects(p, "triggers") {
			if trigger.Key(t) == key {
				out = append(out, t)
			}
		}
	}
	return out, nil
}
