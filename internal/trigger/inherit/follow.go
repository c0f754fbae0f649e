package inherit

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

var _ catalog.Follower = (*Service)(nil)

// messageKind is the kind of the outbox's messages that something has changed.
const messageKind = "inherited-triggers"

// change is what such a message says: one of the two is set.
type change struct {
	PipelineID string `json:"pipelineId,omitempty"`
	Template   string `json:"template,omitempty"`
}

// PipelineSaved implements [catalog.Follower].
func (s *Service) PipelineSaved(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	if !template.InheritsTriggers(p) {
		if _, err := tx.Exec(ctx, dropRow, p.ID()); err != nil {
			return fmt.Errorf("forget the inherited triggers of pipeline %s: %w", p.ID(), err)
		}
		return s.tell(ctx, tx, p)
	}
	if _, err := tx.Exec(ctx, putRow, p.ID(), template.StoredTemplate(p)); err != nil {
		return fmt.Errorf("mark the inherited triggers of pipeline %s as stale: %w", p.ID(), err)
	}
	id := "inherit/" + p.ID() + "/" + model.String(p, "updateTs")
	if err := s.add(ctx, tx, id, change{PipelineID: p.ID()}); err != nil {
		return err
	}
	// Until the template is expanded, the index has the triggers of before, so that the
	// times of cron triggers that stay aren't lost.
	with, err := s.Stored(ctx, tx, p)
	if err != nil {
		return err
	}
	return s.tell(ctx, tx, with)
}

// PipelineDeleted implements [catalog.Follower].
func (s *Service) PipelineDeleted(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, dropRow, id); err != nil {
		return fmt.Errorf("forget the inherited triggers of pipeline %s: %w", id, err)
	}
	for _, follower := range s.Followers {
		if err := follower.PipelineDeleted(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// TemplateChanged comes after a template, or a version of one, was saved or deleted.
func (s *Service) TemplateChanged(ctx context.Context, tx *store.Tx, id string) error {
	if _, err := tx.Exec(ctx, markStale, id); err != nil {
		return fmt.Errorf("mark the triggers inherited from template %s as stale: %w", id, err)
	}
	// A pipeline that is saved at the same time isn't seen here: the delivery marks again.
	return s.add(ctx, tx, outbox.NewID(), change{Template: id})
}

func (s *Service) add(ctx context.Context, tx *store.Tx, id string, c change) error {
	payload, err := json.Marshal(c)
	if err != nil {
		return err
	}
	topic := "expand templates"
	switch {
	case c.PipelineID != "":
		topic = "expand the template of pipeline " + c.PipelineID
	case c.Template != "":
		topic = "expand the pipelines of template " + c.Template
	}
	return s.Messages.Add(ctx, tx, outbox.Message{ID: id, Kind: messageKind, Topic: topic, Payload: payload})
}

// tell tells the followers of a pipeline.
func (s *Service) tell(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	for _, follower := range s.Followers {
		if err := follower.PipelineSaved(ctx, tx, p); err != nil {
			return err
		}
	}
	return nil
}
