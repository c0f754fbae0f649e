package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/store"
)

// args are a job's: the message that it delivers.
type args struct {
	ID string `json:"id"`
	// Of is the message's kind.
	Of string `json:"of"`
}

// Kind is the name by which River knows this kind of job.
func (args) Kind() string { return "outbox" }

// margin is what a delivery may take beside its timeout, for the database.
const margin = 15 * time.Second

// worker delivers messages for River.
type worker struct {
	riverqueue.WorkerDefaults[args]
	o *Outbox
}

// Timeout bounds a delivery with what is written of it.
func (w *worker) Timeout(job *riverqueue.Job[args]) time.Duration {
	return w.o.policy(job.Args.Of).Timeout + margin
}

// NextRetry is the time of the attempt after one that failed. River's own tables on
// SQLite need it in UTC.
func (w *worker) NextRetry(job *riverqueue.Job[args]) time.Time {
	return time.Now().UTC().Add(w.o.policy(job.Args.Of).pause(job.Attempt))
}

// pause is how long to wait after an attempt has failed.
func (p Policy) pause(attempt int) time.Duration {
	pause := p.FirstRetry
	for range min(attempt-1, 40) {
		if pause *= 2; pause >= p.LongestRetry {
			break
		}
	}
	pause = min(pause, p.LongestRetry)
	return pause - rand.N(pause/2+1)
}

// Work delivers a message, unless that was done or given up. The message's row says
// so, and the job only calls for it: it may come twice.
func (w *worker) Work(ctx context.Context, job *riverqueue.Job[args]) error {
	o := w.o
	m, queuedAt, err := o.read(ctx, job.Args.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // delivered or given up, and perhaps deleted since
	}
	if err != nil {
		return err
	}
	m.Attempt = job.Attempt
	kind, known := o.kinds[m.Kind]
	age := o.now().Sub(queuedAt)
	switch {
	case !known:
		return o.bury(ctx, m, fmt.Errorf("the configuration has nothing that delivers messages of the kind %q", m.Kind))
	case m.Attempt > kind.Policy.Attempts:
		return o.bury(ctx, m, fmt.Errorf("gave up after %d attempts; processes ended during the last of them", kind.Policy.Attempts))
	case age > kind.Policy.MaxAge && m.Attempt > 1:
		return o.bury(ctx, m, fmt.Errorf("given up after %v", kind.Policy.MaxAge))
	}
	err = deliver(ctx, kind, m)
	if err == nil {
		o.delivered.Add(1)
		return o.end(ctx, m, delivered, "")
	}
	if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return err // this process ends
	}
	if later, pause := PutOff(err); later {
		return riverqueue.JobSnooze(pause)
	}
	o.failed.Add(1)
	next := kind.Policy.pause(m.Attempt)
	if IsFinal(err) || m.Attempt >= kind.Policy.Attempts || age+next > kind.Policy.MaxAge {
		return o.bury(ctx, m, err)
	}
	// River stores it too, and one that can't be stored keeps it from ending other jobs.
	err = errors.New(store.Storable(err.Error()))
	o.log.WarnContext(ctx, "a message could not be delivered; trying again", "message", m.ID, "kind", m.Kind, "topic", m.Topic,
		"attempt", m.Attempt, "error", err)
	return errors.Join(err, o.end(ctx, m, waiting, err.Error()))
}

// deliver calls the deliverer once. A panic is an error.
func deliver(ctx context.Context, kind Kind, m Message) (err error) {
	ctx, cancel := context.WithTimeout(ctx, kind.Policy.Timeout)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return kind.Deliverer.Deliver(ctx, m)
}

// bury notes that a message is not tried again.
func (o *Outbox) bury(ctx context.Context, m Message, cause error) error {
	o.died.Add(1)
	o.log.ErrorContext(ctx, "a message couldn't be delivered; POST /outbox/{id}/retry tries again",
		"message", m.ID, "kind", m.Kind, "topic", m.Topic, "attempt", m.Attempt, "error", cause)
	return o.end(ctx, m, dead, cause.Error())
}

// mostError is how many bytes of an error are kept.
const mostError = 2000

// end writes the outcome of a delivery.
func (o *Outbox) end(ctx context.Context, m Message, state, text string) error {
	ended := int64(0)
	if state != waiting {
		ended = o.now().UnixMilli()
	}
	err := o.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		_, err := tx.Exec(ctx, endMessage, state, m.Attempt, shorten(store.Storable(text), mostError), ended, m.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("outbox: note that message %s is %s: %w", m.ID, state, err)
	}
	return nil
}
