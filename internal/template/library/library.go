// Package library keeps pipeline templates in the store: what Front50 does in
// Spinnaker. A version is a document of its own: id, id:tag and
// id@sha256:digest.
package library

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// Kind is the kind of the stored documents.
const Kind = "pipelineTemplate"

// latest is the tag that every save of a template of version 2 moves.
const latest = "latest"

// Store is what a library needs of the store.
type Store interface {
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Documents(ctx context.Context, f store.DocumentFilter) ([]*store.Document, error)
	Pipelines(ctx context.Context, f store.PipelineFilter) ([]model.Pipeline, error)
	PipelineByName(ctx context.Context, kind, application, name string) (model.Pipeline, error)
	Write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
}

// Library works on a store. Its methods are safe for concurrent use; each that
// changes something is one transaction.
type Library struct {
	store     Store
	followers []Follower
}

// Follower keeps something of its own that depends on templates. It writes in the
// transaction of the change, and its error undoes the change.
type Follower interface {
	// TemplateChanged comes after a version of a template was saved or deleted.
	TemplateChanged(ctx context.Context, tx *store.Tx, id string) error
}

// New returns a library on the store, which tells followers of changes.
func New(st Store, followers ...Follower) *Library {
	return &Library{store: st, followers: followers}
}

// changed tells the followers that a version of a template was saved or deleted.
func (l *Library) changed(ctx context.Context, tx *store.Tx, id string) error {
	for _, follower := range l.followers {
		if err := follower.TemplateChanged(ctx, tx, id); err != nil {
			return fmt.Errorf("after changing pipeline template %s: %w", id, err)
		}
	}
	return nil
}

// Get reads a template: by its id alone, or a version by a tag or a digest.
// Without either, a template that has only tagged versions gives its latest
// one, which Front50 would not find.
func (l *Library) Get(ctx context.Context, id, tag, digest string) (map[string]any, error) {
	key, err := template.Reference{ID: id, Tag: tag, Digest: digest}.Key()
	if err != nil {
		return nil, err
	}
	found, err := l.store.Document(ctx, Kind, key)
	if errors.Is(err, store.ErrNotFound) && key == id {
		found, err = l.store.Document(ctx, Kind, id+":"+latest)
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "Pipeline template not found (id: %s)", key)
	}
	if err != nil {
		return nil, err
	}
	return found.Body, nil
}

// PipelineTemplate is Get without what the store adds for itself, as Front50
// gives a template of version 2.
func (l *Library) PipelineTemplate(ctx context.Context, id, tag, digest string) (any, error) {
	found, err := l.Get(ctx, id, tag, digest)
	if err != nil {
		return nil, err
	}
	return model.Without(found, "tag", "digest"), nil
}

// PipelineTemplateIDs lists the ids of the templates with the scope global.
func (l *Library) PipelineTemplateIDs(ctx context.Context) ([]string, error) {
	found, err := l.List(ctx, []string{"global"})
	if err != nil {
		return nil, err
	}
	out, seen := []string{}, map[string]bool{}
	for _, t := range found {
		if id := model.String(t, "id"); !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out, nil
}

// List gives all versions of all templates that have one of the scopes; all
// where none is given. A template's scope is a name, whatever its case, or a
// pattern.
func (l *Library) List(ctx context.Context, scopes []string) ([]map[string]any, error) {
	found, err := l.store.Documents(ctx, store.DocumentFilter{Kind: Kind})
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, 0, len(found))
	for _, document := range found {
		if len(scopes) == 0 || inScope(document.Body, scopes) {
			out = append(out, document.Body)
		}
	}
	return out, nil
}

// Versions gives the versions of each template of version 2, by its id.
func (l *Library) Versions(ctx context.Context, scopes []string) (map[string][]map[string]any, error) {
	found, err := l.List(ctx, scopes)
	if err != nil {
		return nil, err
	}
	out := map[string][]map[string]any{}
	for _, t := range found {
		if model.String(t, "schema") == template.SchemaV2 {
			id := model.String(t, "id")
			out[id] = append(out[id], t)
		}
	}
	return out, nil
}

func inScope(t map[string]any, scopes []string) bool {
	for _, own := range model.Strings(model.Object(t, "metadata"), "scopes") {
		pattern, err := regexp.Compile("^(?:" + own + ")$")
		for _, scope := range scopes {
			if strings.EqualFold(scope, own) || (err == nil && pattern.MatchString(scope)) {
				return true
			}
		}
	}
	return false
}

// ConfigID finds the id of a pipeline or strategy by its name.
func (l *Library) ConfigID(ctx context.Context, strategy bool, application, name string) (string, bool, error) {
	kind := store.PipelineKind
	if strategy {
		kind = store.StrategyKind
	}
	found, err := l.store.PipelineByName(ctx, kind, application, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return found.ID(), err == nil, err
}
