// Package outbox carries what has to leave the installation because something
// changed in it: an event for another system, a notification, a commit's status.
//
// A message is written in the transaction that changes what it tells of, with a River
// job that delivers it. So it is lost no more than the change is, and none tells of a
// change that was undone. It is delivered at least once: a process may die between the
// delivery and the note of it. [Message.ID] is the same each time, for receivers that
// must not act twice. Order is not promised: messages are delivered side by side, and
// one that fails is tried again while those after it go on.
//
// Each kind of message has a [Deliverer] and a [Policy]. A message that could not be
// delivered is kept as dead, with the reason, and can be put back.
package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	riverqueue "github.com/riverqueue/river"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
)

// Message is what has to leave.
type Message struct {
	// ID tells it from all others, also when it is delivered again; see [NewID].
	ID string
	// Kind says who delivers it.
	Kind string
	// Topic says in a few words what it is about, for operators.
	Topic string
	// Payload is what the deliverer needs, as JSON. It is stored and backed up as it
	// is, so that secrets have no place in it.
	Payload json.RawMessage
	// NotBefore is when it is delivered at the earliest, and from when its age counts;
	// the zero time is at once.
	NotBefore time.Time
	// Attempt counts the deliveries from 1, and Created is when it was added. Both
	// are for the deliverer.
	Attempt int
	Created time.Time
}

// NewID makes up a message's id. Whoever writes in a transaction that may be run
// again makes it up before that: a message whose id is there already is not added.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

// Deliverer delivers messages of one kind. Its context ends with the policy's
// timeout. An error has it tried again later, unless it is [Final]; a panic counts as
// an error. It is called by several goroutines.
type Deliverer interface {
	Deliver(ctx context.Context, m Message) error
}

// Policy says how hard a kind of message is tried.
type Policy struct {
	// Attempts is how often at most, and MaxAge for how long after it was added.
	Attempts int
	MaxAge   time.Duration
	// Timeout bounds one delivery.
	Timeout time.Duration
	// FirstRetry is the pause after the first failure, which doubles with each one up
	// to LongestRetry. Up to half of it is left off at random.
	FirstRetry, LongestRetry time.Duration
}

// defaultPolicy tries for a day.
func defaultPolicy() Policy {
	return Policy{Attempts: 40, MaxAge: 24 * time.Hour, Timeout: 30 * time.Second, FirstRetry: time.Second, LongestRetry: time.Hour}
}

// withDefaults fills in what is 0.
func (p Policy) withDefaults() Policy {
	d := defaultPolicy()
	return Policy{
		Attempts: cmp.Or(p.Attempts, d.Attempts), MaxAge: cmp.Or(p.MaxAge, d.MaxAge), Timeout: cmp.Or(p.Timeout, d.Timeout),
		FirstRetry: cmp.Or(p.FirstRetry, d.FirstRetry), LongestRetry: cmp.Or(p.LongestRetry, d.LongestRetry),
	}
}

// Kind is a kind of message.
type Kind struct {
	Name      string
	Deliverer Deliverer
	// Policy takes defaultPolicy's value where one is 0.
	Policy Policy
}

// Queue has the jobs that call for deliveries; a [queue.Queue] does.
type Queue interface {
	// Insert adds River jobs in a transaction.
	Insert(ctx context.Context, tx *store.Tx, jobs []riverqueue.InsertManyParams) error
	// NextAttempts tells when the jobs of a kind are tried next, by the argument "id" of
	// each; the zero time for those that run.
	NextAttempts(ctx context.Context, kind string, ids []string) (map[string]time.Time, error)
}

// Options are what an Outbox is made of. Store is required.
type Options struct {
	Store *store.Store
	// Kinds are those that are delivered.
	Kinds []Kind
	// Most is how many deliveries go on at the same time in a process; 16 if 0.
	Most   int
	Now    func() time.Time
	Logger *slog.Logger
}

// Outbox takes messages and delivers them. It is safe for concurrent use.
type Outbox struct {
	store *store.Store
	jobs  Queue
	kinds map[string]Kind
	most  int
	now   func() time.Time
	log   *slog.Logger

	delivered, failed, died atomic.Int64
}

// maxTimeout bounds what a policy may ask for: a job that runs for longer than its
// timeout, and a margin, is taken for lost.
const maxTimeout = 5 * time.Minute

// New returns an outbox, which takes messages once it knows its jobs: see
// [Outbox.Through].
func New(o Options) (*Outbox, error) {
	box := &Outbox{store: o.Store, kinds: map[string]Kind{}, most: cmp.Or(o.Most, 16), now: o.Now, log: o.Logger}
	if box.now == nil {
		box.now = time.Now
	}
	if box.log == nil {
		box.log = slog.New(slog.DiscardHandler)
	}
	for _, kind := range o.Kinds {
		kind.Policy = kind.Policy.withDefaults()
		if _, taken := box.kinds[kind.Name]; taken || kind.Name == "" || kind.Deliverer == nil || kind.Policy.Timeout > maxTimeout {
			return nil, fmt.Errorf("outbox: the kind %q is there twice, has no deliverer, or a timeout over %v", kind.Name, maxTimeout)
		}
		box.kinds[kind.Name] = kind
	}
	return box, nil
}

// Jobs are the outbox's part of the queue; nil if it delivers nothing.
func (o *Outbox) Jobs() *queue.Jobs {
	if len(o.kinds) == 0 {
		return nil
	}
	longest := time.Duration(0)
	for _, kind := range o.kinds {
		longest = max(longest, kind.Policy.Timeout)
	}
	workers := riverqueue.NewWorkers()
	riverqueue.AddWorker(workers, &worker{o: o})
	return &queue.Jobs{Workers: workers, Most: o.most, RescueAfter: longest + 2*margin}
}

// Through has the outbox use a queue. It is called before anything is added.
func (o *Outbox) Through(jobs Queue) { o.jobs = jobs }

// Add puts messages into the caller's transaction. Those whose id is there already
// are left out.
func (o *Outbox) Add(ctx context.Context, tx *store.Tx, messages ...Message) error {
	jobs := make([]riverqueue.InsertManyParams, 0, len(messages))
	for _, m := range messages {
		if m.ID == "" || m.Kind == "" {
			return errors.New("outbox: a message has no id or no kind")
		}
		if len(m.Payload) > limit.Message {
			return fmt.Errorf("outbox: the payload of message %s (%s) has %d bytes, and %d is the limit", m.ID, m.Kind, len(m.Payload), limit.Message)
		}
		now, queued := o.now(), o.now()
		if m.NotBefore.After(now) {
			queued = m.NotBefore
		}
		added, err := tx.Exec(ctx, addMessage, m.ID, m.Kind, shorten(m.Topic, limit.Name), string(m.Payload), now.UnixMilli(), queued.UnixMilli())
		if err != nil {
			return fmt.Errorf("outbox: add message %s: %w", m.ID, err)
		}
		if added > 0 {
			jobs = append(jobs, o.job(m.ID, m.Kind, m.NotBefore))
		}
	}
	return o.insert(ctx, tx, jobs)
}

func (o *Outbox) insert(ctx context.Context, tx *store.Tx, jobs []riverqueue.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	if err := o.jobs.Insert(ctx, tx, jobs); err != nil {
		return fmt.Errorf("outbox: %w", err)
	}
	return nil
}

// job is the River job of a message. The outbox decides itself when a message is
// dead, also if processes die with it; River's own bound is beyond that.
func (o *Outbox) job(id, kind string, notBefore time.Time) riverqueue.InsertManyParams {
	options := &riverqueue.InsertOpts{MaxAttempts: min(o.policy(kind).Attempts+100, 30_000)}
	if !notBefore.IsZero() {
		options.ScheduledAt = notBefore.UTC() // as River's own tables on SQLite need it
	}
	return riverqueue.InsertManyParams{Args: args{id, kind}, InsertOpts: options}
}

func (o *Outbox) policy(kind string) Policy {
	if known, ok := o.kinds[kind]; ok {
		return known.Policy
	}
	return defaultPolicy()
}

// shorten cuts a text at a number of bytes, not within a letter.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && text[most]&0xC0 == 0x80 {
		most--
	}
	return text[:most]
}

// finalError is an error that trying again doesn't help against.
type finalError struct{ error }

// Unwrap gives the error itself.
func (e finalError) Unwrap() error { return e.error }

// laterError says that a delivery was not tried.
type laterError struct {
	error
	pause time.Duration
}

// Unwrap gives the error itself.
func (e laterError) Unwrap() error { return e.error }

// Later is the answer of a [Deliverer] that has not tried to deliver a message, such
// as if too many are on their way to the same place: it should be tried in so long,
// and this was no attempt.
func Later(pause time.Duration, err error) error { return laterError{err, pause} }

// PutOff tells whether a delivery was not tried, and for how long it was put off.
func PutOff(err error) (later bool, pause time.Duration) {
	var e laterError
	later = errors.As(err, &e)
	return later, e.pause
}

// Final marks an error as one that trying again doesn't help against: the message is
// dead at once.
func Final(err error) error {
	if err == nil {
		return nil
	}
	return finalError{err}
}

// IsFinal tells whether an error was marked so.
func IsFinal(err error) bool { return errors.As(err, new(finalError)) }
