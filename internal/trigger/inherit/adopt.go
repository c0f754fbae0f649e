package inherit

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// adopted is the version of what is stored. It is raised when that changes.
const adopted = "1"

// Adopt has the templates of pipelines expanded that were saved before there were inherited
// triggers, and those that are stale still: it is called when a process starts.
func (s *Service) Adopt(ctx context.Context) error {
	done, err := s.Store.Noted(ctx, "inheritedTriggers")
	if err != nil {
		return err
	}
	var missing []model.Pipeline
	if done != adopted {
		all, err := s.Store.Pipelines(ctx, store.PipelineFilter{Kind: store.PipelineKind})
		if err != nil {
			return fmt.Errorf("find pipelines that inherit triggers: %w", err)
		}
		for _, p := range all {
			if template.InheritsTriggers(p) {
				missing = append(missing, p)
			}
		}
	}
	err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		for _, p := range missing {
			if _, err := tx.Exec(ctx, addRow, p.ID(), template.StoredTemplate(p)); err != nil {
				return fmt.Errorf("note that pipeline %s inherits triggers: %w", p.ID(), err)
			}
		}
		stale := false
		err := tx.Query(ctx, staleRows, []any{"", 1}, func(found store.Row) error {
			var id string
			stale = true
			return found.Scan(&id)
		})
		if err != nil || !stale {
			return err
		}
		return s.add(ctx, tx, outbox.NewID(), change{})
	})
	if err != nil || done == adopted {
		return err
	}
	return s.Store.Note(ctx, "inheritedTriggers", adopted)
}
