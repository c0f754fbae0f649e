package evaluation

import (
	"context"
	"errors"
	"fmt"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// outside is what functions in expressions ask of the store.
type outside struct{ store *store.Store }

// PipelineID implements expression.PipelineLookup.
func (o outside) PipelineID(ctx context.Context, application, name string) (string, bool, error) {
	p, err := o.store.PipelineByName(ctx, store.PipelineKind, application, name)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return p.ID(), err == nil && p.Name() == name, err
}

// Application implements expression.ApplicationLookup.
func (o outside) Application(ctx context.Context, name string) (map[string]any, error) {
	app, err := o.store.Application(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return nil, &expression.Failure{Class: expression.ExceptionHTTP, Message: err.Error(), At: -1}
	}
	return app, err
}

// kept are the stored contents of artifacts. A content that can't be read fails the
// expression, a database that is away doesn't.
type kept struct{ contents expression.ArtifactStore }

// Reference implements expression.ArtifactStore.
func (k kept) Reference(ctx context.Context, uri, application string) (string, error) {
	text, err := k.contents.Reference(ctx, uri, application)
	if err != nil && !store.IsAway(err) {
		return "", &expression.Failure{Class: "org.springframework.web.server.ResponseStatusException", Message: err.Error(), At: -1}
	}
	return text, err
}

// maxParent is how many bytes the documents of an execution may have that the
// expressions of its children read: they are in memory together with the child.
const maxParent = 16 << 20

// Execution implements expression.ExecutionLookup. Expressions of a child pipeline
// see no Secrets of its parents.
func (o outside) Execution(ctx context.Context, id string) (map[string]any, bool, error) {
	loaded, err := o.store.LoadForAdvanceWithin(ctx, id, maxParent)
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if large, ok := errors.AsType[*store.LargeError](err); ok {
		return nil, false, &expression.Failure{
			Class: "java.lang.IllegalStateException", At: -1,
			Message: fmt.Sprintf("it has %d bytes, and %d is the limit for what the expressions of its child pipelines can read", large.Bytes, maxParent),
		}
	}
	if err != nil {
		return nil, false, err
	}
	text, err := model.Marshal(masking.Execution(loaded.Execution))
	if err != nil {
		return nil, false, fmt.Errorf("write execution %s: %w", id, err)
	}
	var object map[string]any
	if err := model.Unmarshal(text, &object); err != nil {
		return nil, false, fmt.Errorf("read execution %s: %w", id, err)
	}
	return object, true, nil
}
