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
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
)

// Store keeps contents. It is safe for concurrent use, by any number of processes.
type Store struct {
	config Config
	store  *store.Store
	bucket Bucket // nil: the database
	stores func(application string) bool
	now    func() time.Time
	log    *slog.Logger
}

// Options are what a Store is made of. Store is required.
type Options struct {
	Config Config
	Store  *store.Store
	// Secrets looks up the bucket's credentials; nil knows environment variables and files.
	Secrets *secret.Resolver
	// Bucket is there for tests: it takes the place of the configured one.
	Bucket Bucket
	Now    func() time.Time // time.Now if nil
	Logger *slog.Logger
}

// New makes a store. Its error names the key of the configuration that is wrong.
func New(ctx context.Context, o Options) (*Store, error) {
	stores, err := o.Config.filter()
	if err != nil {
		return nil, err
	}
	if o.Bucket == nil {
		if o.Bucket, err = openBucket(ctx, o.Config, o.Secrets); err != nil {
			return nil, err
		}
	}
	s := &Store{config: o.Config, store: o.Store, bucket: o.Bucket, stores: stores, now: o.Now, log: o.Logger}
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
	content, err := s.find(ctx, r)
	if fault.KindOf(err) == fault.NotFound {
		return nil, s.gone(r)
	}
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "read the content of %s: %w", r, err)
	}
	if hashOf(content) != r.Hash {
		return nil, fault.New(fault.Internal, "the content of %s is damaged: it has another hash; run the stage that made it again", r)
	}
	return content, nil
}

// find reads a content from where it is. The bucket may have some that the database
// doesn't know: those of the Spinnaker that had it before.
func (s *Store) find(ctx context.Context, r Reference) ([]byte, error) {
	stored, err := s.row(ctx, r)
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, err
	case err == nil && stored.content != nil:
		return unpack(stored.content, stored.size)
	case s.bucket == nil && err == nil:
		return nil, fault.New(fault.Invalid, "it is in a bucket, and artifact-store.type names none; configure the bucket again")
	case s.bucket == nil:
		return nil, fault.New(fault.NotFound, "it isn't there")
	}
	ctx, cancel := context.WithTimeout(ctx, bucketTimeout)
	defer cancel()
	content, err := s.bucket.Get(ctx, r.key(), maxUnpack)
	if err != nil && fault.KindOf(err) == fault.Internal {
		err = fault.New(fault.Unavailable, "the bucket can't be read: %w", err)
	}
	return content, err
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
