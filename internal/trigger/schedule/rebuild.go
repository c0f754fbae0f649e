package schedule

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// rebuildBatch is how many pipelines are looked at in one transaction.
const rebuildBatch = 50

// Rebuild makes the rows those of the stored pipelines: it adds what is missing, such as
// after an update from a version that had none, and removes what is too many. Triggers that
// wait for longer than until their next tick, because a clock was wrong, are put right.
func (s *Scheduler) Rebuild(ctx context.Context) error {
	rows, err := read(ctx, s.store.Query, allRows)
	if err != nil {
		return err
	}
	stored := map[string][]row{}
	for _, r := range rows {
		stored[r.pipeline] = append(stored[r.pipeline], r)
	}
	documents, err := s.store.PipelinesJSON(ctx, store.PipelineFilter{Kind: store.PipelineKind})
	if err != nil {
		return err
	}
	var ids []string
	now := s.now()
	for _, document := range documents {
		id := gjson.Get(document, "id").String()
		had := stored[id]
		delete(stored, id)
		if s.inherits != nil && isTemplated(document) { // what it inherits is read with it
			ids = append(ids, id)
			continue
		}
		if len(had) == 0 && !hasCron(document) {
			continue
		}
		differs, err := s.differs(document, had, now)
		if err != nil {
			return err
		}
		if differs {
			ids = append(ids, id)
		}
	}
	for id := range stored { // pipelines that have gone
		ids = append(ids, id)
	}
	for batch := range slices.Chunk(ids, rebuildBatch) {
		if err := s.resettle(ctx, batch); err != nil {
			return err
		}
	}
	return nil
}

// isTemplated tells whether a pipeline may inherit triggers from a template.
func isTemplated(document string) bool {
	return gjson.Get(document, "template").Exists() || gjson.Get(document, "type").String() == "templatedPipeline"
}

// hasCron tells whether a pipeline has a cron trigger, without decoding all of it.
func hasCron(document string) bool {
	found := false
	gjson.Get(document, "triggers").ForEach(func(_, trigger gjson.Result) bool {
		found = strings.EqualFold(trigger.Get("type").String(), "cron")
		return !found
	})
	return found
}

// differs tells whether the rows of a pipeline are not what they should be.
func (s *Scheduler) differs(document string, had []row, now time.Time) (bool, error) {
	var p model.Pipeline
	if err := model.Unmarshal([]byte(document), &p); err != nil {
		return false, fmt.Errorf("read a stored pipeline: %w", err)
	}
	wanted, err := rowsOf(p, s.zone)
	for _, r := range had {
		if isAction(r.key) { // it stays as it is
			wanted = append(wanted, r)
		}
	}
	if err != nil || len(wanted) != len(had) {
		return true, err
	}
	for _, want := range wanted {
		same := slices.ContainsFunc(had, func(r row) bool {
			return r.key == want.key && r.expression == want.expression && r.zone == want.zone && r.document == want.document && tooFar(r, now) == 0
		})
		if !same {
			return true, nil
		}
	}
	return false, nil
}

// resettle writes the rows of pipelines as they are stored by now.
func (s *Scheduler) resettle(ctx context.Context, ids []string) error {
	err := s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		for _, id := range ids {
			var body []byte
			if err := tx.Query(ctx, lockPipeline, []any{id}, func(found store.Row) error { return found.Scan(&body) }); err != nil {
				return err
			}
			if body == nil {
				if err := s.PipelineDeleted(ctx, tx, id); err != nil {
					return err
				}
				continue
			}
			var p model.Pipeline
			if err := model.Unmarshal(body, &p); err != nil {
				return fmt.Errorf("read pipeline %s: %w", id, err)
			}
			if s.inherits != nil {
				var err error
				if p, err = s.inherits.Stored(ctx, tx, p); err != nil {
					return err
				}
			}
			if err := s.PipelineSaved(ctx, tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("schedule the cron triggers of %d pipelines: %w", len(ids), err)
	}
	return nil
}
