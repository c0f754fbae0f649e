package artifactstore

import (
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/store"
)

// Store keeps contents. It is safe for concurrent use, by any number of processes.
type Store struct {
	config Config
	store  *store.Store
	stores func(application string) bool
	now    func() time.Time
	log    *slog.Logger
}

// Options are what a Store is made of. Store is required.
type Options struct {
	Config Config
	Store  *store.Store
	Now    func() time.Time // time.Now if nil
	Logger *slog.Logger
}

// New makes a store. Its error names the key of the configuration that is wrong.
func New(o Options) (*Store, error) {
	stores, err := o.Config.filter()
	if err != nil {
		return nil, err
	}
	s := &Store{config: o.Config, store: o.Store, stores: stores, now: o.Now, log: o.Logger}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

// Content reads what a reference names. One that isn't kept any more is a fault of kind
// NotFound.
func (s *Store) Content(ctx context.Context, uri string) ([]byte, error) {
	r, err := Parse(uri)
	if err != nil {
		return nil, err
	}
	return s.read(ctx, r)
}

func (s *Store) read(ctx context.Context, r Reference) ([]byte, error) {
	stored, err := s.row(ctx, r)
	if errors.Is(err, store.ErrNotFound) {
		return nil, s.gone(r)
	}
	if err != nil {
		return nil, err
	}
	content, err := unpack(stored.content, stored.size)
	if err != nil {
		return nil, fault.New(fault.Internal, "read %s: %w", r, err)
	}
	if hashOf(content) != r.Hash {
		return nil, fault.New(fault.Internal, "the content of %s is damaged: it has another hash; run the stage that made it again", r)
	}
	return content, nil
}

func (s *Store) gone(r Reference) error {
	return fault.New(fault.NotFound,
		"the content of %s is not kept: contents that no execution and no pipeline refers to are deleted after %d days (artifact-store.retentionDays); run the stage that made it again",
		r, s.config.RetentionDays)
}

// Shown is a content as the API shows it, in base64: what Secrets hold is hidden.
func (s *Store) Shown(ctx context.Context, application, hash string) (string, error) {
	content, err := s.Content(ctx, scheme+strings.ToLower(application)+"/"+hash)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(masking.ShownContent(content)), nil
}

// Reference is a content in base64, for the expressions of an application's executions:
// those of other applications are refused. It implements [expression.ArtifactStore].
func (s *Store) Reference(ctx context.Context, uri, application string) (string, error) {
	content, err := s.readFor(ctx, uri, application)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(content), nil
}

func (s *Store) readFor(ctx context.Context, uri, application string) ([]byte, error) {
	r, err := Parse(uri)
	if err != nil {
		return nil, err
	}
	if !strings.EqualFold(r.Application, application) {
		return nil, fault.New(fault.Forbidden, "%s belongs to the application %s, and the expressions of %q can't read it; pass the artifact on to the pipeline instead",
			r, r.Application, fault.Short(application))
	}
	return s.read(ctx, r)
}

// Masked reads contents for the expressions that the API evaluates.
type Masked struct{ *Store }

// Reference does what [Store.Reference] does, with what Secrets hold hidden.
func (m Masked) Reference(ctx context.Context, uri, application string) (string, error) {
	content, err := m.readFor(ctx, uri, application)
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(masking.ShownContent(content)), nil
}

// sizeOf writes a number of bytes for people.
func sizeOf(n int64) string { return limit.Size(n) }
