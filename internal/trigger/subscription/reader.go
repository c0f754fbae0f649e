package subscription

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/trigger/extract"
)

const (
	// firstPause is how long it is waited after a system has failed, which doubles with
	// each failure in a row up to longestPause. Up to half of it is left off at random.
	firstPause   = time.Second
	longestPause = time.Minute
	// openTime bounds connecting, closeTime disconnecting, and pollTime a request for
	// messages: sources end theirs before.
	openTime  = 30 * time.Second
	closeTime = 5 * time.Second
	pollTime  = time.Minute
	// mostAtOnce is how many messages of a subscription are taken at the same time.
	mostAtOnce = 8
)

// reader reads one subscription.
type reader struct {
	config   pubsub.SourceConfig
	template extract.Template
	events   Events
	secrets  pubsub.Secrets
	now      func() time.Time
	log      *slog.Logger
	// changed tells that the state has changed.
	changed func()
	// healthy looks whether the database is there; nil if that can't be told. tries counts
	// how often messages went back because their events couldn't be stored, by their ids.
	healthy func(ctx context.Context) error
	tries   *lru.Cache[string, int]

	mu    sync.Mutex
	state state
}

// run reads until ctx ends. Whatever fails is tried again.
func (r *reader) run(ctx context.Context) {
	pause := firstPause
	for ctx.Err() == nil {
		answered, err := r.read(ctx)
		if ctx.Err() != nil {
			return
		}
		if answered {
			pause = firstPause
		}
		if !errors.Is(err, errAgain) {
			r.failed(ctx, err)
		}
		wait(ctx, pause-rand.N(pause/2+1))
		pause = min(2*pause, longestPause)
	}
}

// errAgain says that a message has to be delivered again by a system that delivers only all
// that follow the last one taken.
var errAgain = errors.New("a message couldn't be taken, and is read again")

// read connects and takes messages until something fails. It tells whether the system
// answered at all.
func (r *reader) read(ctx context.Context) (answered bool, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	r.attempted()
	opening, cancel := context.WithTimeout(ctx, openTime)
	source, err := r.config.Open(opening, r.secrets)
	cancel()
	if err != nil {
		return false, err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		if err := source.Close(closing); err != nil {
			r.log.DebugContext(ctx, "can't disconnect from a subscription's system", "error", fault.WithoutUserinfo(err.Error()))
		}
	}()
	r.succeeded(ctx)
	for {
		r.attempted()
		polling, cancel := context.WithTimeout(ctx, pollTime)
		deliveries, err := source.Poll(polling)
		cancel()
		if err != nil && len(deliveries) == 0 {
			return answered, err
		}
		answered = true
		r.succeeded(ctx)
		if !r.takeAll(ctx, deliveries) {
			return true, errAgain
		}
	}
}

// takeAll takes messages side by side, but one after the other those that have an order. It
// is false if the source has to be opened again.
func (r *reader) takeAll(ctx context.Context, deliveries []pubsub.Delivery) bool {
	ordered := map[string][]pubsub.Delivery{}
	var lines [][]pubsub.Delivery
	for _, d := range deliveries {
		if d.Order == "" {
			lines = append(lines, []pubsub.Delivery{d})
			continue
		}
		ordered[d.Order] = append(ordered[d.Order], d)
	}
	for _, line := range ordered {
		lines = append(lines, line)
	}
	var group errgroup.Group
	group.SetLimit(mostAtOnce)
	for _, line := range lines {
		group.Go(func() (err error) {
			defer func() { // it must end neither the process nor other subscriptions
				if cause := recover(); cause != nil {
					r.failed(ctx, fmt.Errorf("take a message: panic: %v", cause))
					err = errAgain
				}
			}()
			for _, d := range line {
				if !r.take(ctx, d) && d.Return == nil {
					return errAgain
				}
			}
			return nil
		})
	}
	return group.Wait() == nil
}

// wait waits, or until ctx ends.
func wait(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
