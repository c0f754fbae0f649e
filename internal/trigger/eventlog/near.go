package eventlog

import (
	"context"
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

const (
	// mostNear is how many triggers are shown that an event nearly starts.
	mostNear = 5
	// neighbours is how many keys before and after that of an event are compared with it.
	neighbours = 200
)

// near gives the decisions on triggers that an event would be compared with if they were
// enabled, or that listen to something with a similar name.
func (l *Log) near(ctx context.Context, kept Event) ([]Decision, error) {
	e, err := again(kept)
	if err != nil {
		return nil, nil //nolint:nilerr // an event of which nothing is kept is like no other
	}
	var out []Decision
	for _, key := range trigger.Keys(e) {
		keys, err := l.similar(ctx, storable(key))
		if err != nil {
			return nil, fmt.Errorf("find what nearly listens to event %s: %w", kept.ID, err)
		}
		for _, one := range keys {
			pipelines, err := l.listeners(ctx, []string{one})
			if err != nil {
				return nil, fmt.Errorf("find what nearly listens to event %s: %w", kept.ID, err)
			}
			for _, d := range trigger.Decide(ctx, e, pipelines[:min(len(pipelines), mostNear)], l.rules()) {
				if d.Start == nil && indexKey(d.Trigger) == one && len(out) < mostNear {
					out = append(out, shown(&d))
				}
			}
		}
	}
	return out, nil
}

// similar lists the keys in the index that are like one that isn't, the nearest first.
func (l *Log) similar(ctx context.Context, key string) ([]string, error) {
	first := trigger.KeyType(key)
	// The last byte of what keys of the type begin with is the lowest that can follow it.
	end := first[:len(first)-1] + string(first[len(first)-1]+1)
	var known []string
	for _, begin := range []string{"", off} {
		for _, part := range []struct {
			st   *store.Statement
			args []any
		}{
			{keysAfter, []any{begin + key, begin + end, neighbours}},
			{keysBefore, []any{begin + first, begin + key, neighbours}},
		} {
			err := l.store.Query(ctx, part.st, part.args, func(row store.Row) error {
				var found string
				err := row.Scan(&found)
				known = append(known, found)
				return err
			})
			if err != nil {
				return nil, err
			}
		}
	}
	out := limit.Near(key, known, func(string) int { return max(len(key)-len(first), 0)/2 + 1 })
	// A disabled trigger that listens to the very event is the first thing to know.
	if slices.Contains(known, off+key) {
		out = slices.DeleteFunc(out, func(one string) bool { return one == off+key })
		out = append([]string{off + key}, out...)
	}
	return out[:min(len(out), mostNear)], nil
}

// shown is a decision as it is shown without being kept.
func shown(d *trigger.Decision) Decision {
	return Decision{Outcome: d.Outcome, decision: decisionOf(d)}
}
