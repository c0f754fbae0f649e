package imagebakery

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
)

// The states of bakes, and the results of those that are COMPLETED: Rosco's.
const (
	StateRunning   = "RUNNING"
	StateCompleted = "COMPLETED"
	StateCanceled  = "CANCELED"

	ResultSuccess = "SUCCESS"
	ResultFailure = "FAILURE"
)

// Status is how a bake is doing.
type Status struct {
	ID     string
	State  string
	Result string // "" while it isn't COMPLETED
	// Failure says why it failed.
	Failure string
	// Began is false if the bake was there before it was asked for.
	Began bool
}

// Secrets looks up the secrets of the configuration.
type Secrets interface {
	Resolve(ctx context.Context, ref secret.Ref) (secret.Secret, error)
}

// Options are what a service is made of.
type Options struct {
	Store   *store.Store
	Config  recipe.Config
	Builder Builder
	Secrets Secrets
	Now     func() time.Time
	Logger  *slog.Logger
}

// Service bakes images. It may be used by any number of goroutines.
type Service struct {
	Options
	wake chan struct{}
}

// New makes a service. Bakes are built by the processes that run it: see [Service.Run].
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{Options: o, wake: make(chan struct{}, 1)}
}

// BaseImages lists the base images, by provider.
func (s *Service) BaseImages() []recipe.ProviderOptions { return s.Config.Options() }

// PackageType is the type of packages of a base image, as the configuration names it, and
// false if there is no such image.
func (s *Service) PackageType(provider, id string) (string, bool) {
	return s.Config.PackageType(provider, id)
}

// Bake gives the bake of an image to one that waits for it: one of the same image that
// runs; else one that has succeeded, unless it is to be baked anew; else a new one. The
// same waiter may ask again.
func (s *Service) Bake(ctx context.Context, r recipe.Request, rebake bool, waiter string) (Status, error) {
	if r.CloudProvider == "" {
		r.CloudProvider = s.Config.Provider
	}
	now := s.Now()
	plan, err := s.Config.Plan(r, now)
	if err != nil {
		return Status{}, err
	}
	contents, err := s.Builder.Prepare(ctx, plan)
	if err != nil {
		return Status{}, err
	}
	key, err := s.Config.Key(r, contents...)
	if err != nil {
		return Status{}, err
	}
	b := &bake{ID: uuid.NewString(), Key: key, Request: r, ImageName: plan.ImageName, State: StateRunning, Created: now}
	found, err := s.join(ctx, b, rebake, waiter)
	if err != nil {
		return Status{}, fmt.Errorf("bake the image %s: %w", plan.ImageName, err)
	}
	s.poke()
	return found, nil
}

// poke has [Service.Run] look for work.
func (s *Service) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Status tells how a bake is doing.
func (s *Service) Status(ctx context.Context, id string) (Status, error) {
	b, err := s.find(ctx, id)
	if err != nil {
		return Status{}, err
	}
	return b.status(), nil
}

// Image is what a bake has made, for a stage that asked for it in a region.
func (s *Service) Image(ctx context.Context, id, region string) (recipe.Image, error) {
	b, err := s.find(ctx, id)
	if err != nil {
		return recipe.Image{}, err
	}
	if b.Image == nil {
		return recipe.Image{}, fault.New(fault.NotFound, "The bake %s has made no image", fault.Short(id))
	}
	return b.Image.In(region), nil
}

// Log is the log of a bake, from a byte on, and whether it is complete.
func (s *Service) Log(ctx context.Context, id string, from int) (text string, ended bool, err error) {
	b, err := s.find(ctx, id)
	if err != nil {
		return "", false, err
	}
	if text, err = s.readLog(ctx, id); err != nil {
		return "", false, err
	}
	if from > 0 {
		text = text[min(from, len(text)):]
	}
	return text, b.State != StateRunning, nil
}

// Release tells that one doesn't wait for a bake any more. A bake that nobody waits for is
// canceled.
func (s *Service) Release(ctx context.Context, id, waiter string) error {
	if err := s.leave(ctx, id, waiter); err != nil {
		return fmt.Errorf("cancel the bake %s: %w", id, err)
	}
	s.poke()
	return nil
}

// failed is the text of a failure, with the end of the log.
func failed(why, log string) string {
	if end := lastLines(log, shownLines); end != "" {
		return why + " The log ends with:\n" + end
	}
	return why
}
