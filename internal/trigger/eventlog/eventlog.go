// Package eventlog receives events, and keeps them with what was decided on each trigger
// that listens to them. An event, the decisions and the executions that it starts are
// written in one transaction: an event that comes twice, to whichever process, starts
// once, and none that was accepted is lost.
package eventlog

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Executions make executions of pipelines.
type Executions interface {
	Prepare(ctx context.Context, config map[string]any, who access.Principal) (*execution.Prepared, error)
	PrepareChild(ctx context.Context, c execution.Child) (p *execution.Prepared, name string, err error)
}

// Inheritance adds to pipelines the triggers that they inherit from templates.
type Inheritance interface {
	// Effective gives pipelines with their inherited triggers as they are now.
	Effective(ctx context.Context, pipelines []model.Pipeline) ([]model.Pipeline, error)
	// Stored gives one as an index has it, in a transaction.
	Stored(ctx context.Context, tx *store.Tx, p model.Pipeline) (model.Pipeline, error)
}

// Options are what a Log is made of. Store is required.
type Options struct {
	Store *store.Store
	// Inheritance is nil if pipelines inherit no triggers.
	Inheritance Inheritance
	// Rules gives the rules for triggers as they are now.
	Rules func() trigger.Options
	// Memory is what large executions whose end starts others share while they are read.
	Memory *limit.Budget
	Now    func() time.Time
	Logger *slog.Logger
}

// Log receives and keeps events. It is safe for concurrent use.
type Log struct {
	store      *store.Store
	inherits   Inheritance
	executions Executions
	rules      func() trigger.Options
	memory     *limit.Budget
	now        func() time.Time
	log        *slog.Logger
}

// New returns a log, which receives events once it knows who starts executions: see
// [Log.Through].
func New(o Options) *Log {
	l := &Log{store: o.Store, inherits: o.Inheritance, rules: o.Rules, memory: o.Memory, now: o.Now, log: o.Logger}
	if l.rules == nil {
		l.rules = func() trigger.Options { return trigger.Options{} }
	}
	if l.now == nil {
		l.now = time.Now
	}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	return l
}

// Through has the log start executions with these. It is called before anything comes.
func (l *Log) Through(executions Executions) { l.executions = executions }

// Received is what became of an event.
type Received struct {
	// EventID is the event's id; that of its first delivery if it came before.
	EventID string
	// Repeat tells that it came before, and so started nothing.
	Repeat bool
	// Executions are the ids of those that were started.
	Executions []string
}

// BusyError says that another event with the same key but other content came a moment
// ago, so that this one should come again later, as Echo has it for messages.
type BusyError struct{ Key string }

// Error says so.
func (e *BusyError) Error() string { return "an event with the key " + e.Key + " came a moment ago" }

// busyTime is for how long an event keeps others with its key away, as Echo's lock on a
// message.
const busyTime = 10 * time.Second

// Receive compares an event with the triggers that listen to it, and starts what matches.
// The event gets an id and a time if it has none.
func (l *Log) Receive(ctx context.Context, e *trigger.Event) (Received, error) {
	return l.receive(ctx, e, nil)
}

// receive does so; parent is the execution whose end the event is, or nil.
func (l *Log) receive(ctx context.Context, e *trigger.Event, parent *model.Execution) (Received, error) {
	l.complete(e)
	if came, err := l.cameBefore(ctx, e); err != nil || came != nil {
		return deref(came), err
	}
	pipelines, err := l.listeners(ctx, trigger.Keys(e))
	if err != nil {
		return Received{}, fmt.Errorf("find what listens to event %s: %w", e.ID, err)
	}
	return l.keep(ctx, e, trigger.Decide(ctx, e, pipelines, l.rules()), "", parent)
}

// ReceiveFor compares an event with one trigger of a pipeline, whatever that listens to: the
// tick of a cron trigger is about that one alone.
func (l *Log) ReceiveFor(ctx context.Context, e *trigger.Event, p model.Pipeline, t model.Trigger) (Received, error) {
	l.complete(e)
	if came, err := l.cameBefore(ctx, e); err != nil || came != nil {
		return deref(came), err
	}
	decided := slices.DeleteFunc(trigger.Decide(ctx, e, []model.Pipeline{p}, l.rules()), func(d trigger.Decision) bool {
		return !reflect.DeepEqual(d.Trigger, t)
	})
	return l.keep(ctx, e, decided, "", nil)
}

func deref(r *Received) Received {
	if r == nil {
		return Received{}
	}
	return *r
}

func (l *Log) complete(e *trigger.Event) {
	if e.Time.IsZero() {
		e.Time = l.now()
	}
	if e.ID == "" {
		e.ID = model.NewID(e.Time)
	}
	e.Type, e.Source, e.Key = storable(e.Type), storable(e.Source), storable(e.Key)
}

// storable makes a text one that a database can hold. A longer one ends with the digest of
// the whole, so that two that begin alike stay two.
func storable(text string) string {
	const most = 1024
	if len(text) > most {
		sum := sha256.Sum256([]byte(text))
		digest := "#" + hex.EncodeToString(sum[:])
		text = text[:most-len(digest)] + digest
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\x00", "�")
}

// decide decides on the triggers of pipelines when an event happens again, and stores it all.
func (l *Log) decide(ctx context.Context, e *trigger.Event, pipelines []model.Pipeline, replayOf string) (Received, error) {
	var parent *model.Execution
	if id := model.String(e.Content, "executionId"); e.Type == trigger.PipelineType && id != "" {
		found, release, err := l.parent(ctx, id)
		if err != nil {
			return Received{}, err
		}
		if found == nil {
			return Received{}, fault.New(fault.NotFound, "execution %s isn't there any more", fault.Short(id))
		}
		defer release()
		parent = found
	}
	return l.keep(ctx, e, trigger.Decide(ctx, e, pipelines, l.rules()), replayOf, parent)
}

// keep stores an event with what was decided, and the executions that start; parent is the
// one whose end the event is, or nil.
func (l *Log) keep(ctx context.Context, e *trigger.Event, decided []trigger.Decision, replayOf string, parent *model.Execution) (Received, error) {
	entries := make([]*entry, 0, len(decided))
	for _, d := range decided {
		entry := &entry{Decision: d}
		if d.Start != nil {
			if err := l.prepare(ctx, entry, parent); err != nil {
				return Received{}, err
			}
		}
		var err error
		if entry.prepared != nil {
			entry.key = triggerKey(d.Trigger)
		}
		if entry.body, err = decisionBody(entry); err != nil {
			return Received{}, err
		}
		entries = append(entries, entry)
	}
	body, err := bodyOf(e)
	if err != nil {
		return Received{}, fmt.Errorf("keep event %s: %w", e.ID, err)
	}
	about := summary(e.Type, e.Source, e.Content)
	out := Received{EventID: e.ID}
	err = l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		out = Received{EventID: e.ID}
		added, err := tx.Exec(ctx, insertEvent, e.ID, e.Type, e.Source, nullable(e.Key), e.Digest, e.Time.UnixMilli(), len(entries), replayOf, body, about)
		if err != nil {
			return fmt.Errorf("keep event %s: %w", e.ID, err)
		}
		if added == 0 { // another process was quicker
			return repeated(ctx, tx, e, &out)
		}
		return l.start(ctx, tx, e, entries, &out)
	})
	if err != nil {
		return Received{}, err
	}
	return out, nil
}

// repeated counts another delivery of an event that is stored already; one with the same key
// but other content is none.
func repeated(ctx context.Context, tx *store.Tx, e *trigger.Event, out *Received) error {
	var id, digest string
	var at int64
	if err := tx.QueryRow(ctx, findKey, []any{e.Key}, &id, &digest, &at); err != nil {
		return err
	}
	if digest != e.Digest {
		return &BusyError{e.Key}
	}
	out.Repeat = true
	return tx.QueryRow(ctx, repeatEvent, []any{e.Key}, &out.EventID)
}

// entry is a decision that is about to be stored. What can be made of it before the
// transaction is, for which others wait.
type entry struct {
	trigger.Decision
	prepared *execution.Prepared
	// body is what is kept of the decision, and key tells the trigger that it starts by.
	body, key string
	// executionID is the execution that was started, or that failed to start.
	executionID string
}

// prepare makes the execution of a decision. A configuration that is refused is noted in
// the decision, and doesn't keep others from starting.
func (l *Log) prepare(ctx context.Context, d *entry, parent *model.Execution) (err error) {
	if parent != nil {
		d.prepared, err = l.child(ctx, d, parent)
	} else {
		d.prepared, err = l.executions.Prepare(ctx, d.Start.Config, access.Principal{Name: d.Start.User, Origin: "api"})
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Unavailable {
		return fmt.Errorf("start pipeline %s: %w", d.Pipeline.ID(), err)
	}
	d.Outcome, d.Reason, d.Start, d.prepared = Refused, err.Error(), nil, nil
	return nil
}

// Refused is the outcome of a trigger that matches, whose pipeline can't be started.
const Refused trigger.Outcome = "REFUSED"

// start stores decisions with the executions that they start.
func (l *Log) start(ctx context.Context, tx *store.Tx, e *trigger.Event, entries []*entry, out *Received) error {
	started := 0
	for n, d := range entries {
		d.executionID = ""
		if d.prepared != nil {
			d.executionID = d.prepared.Execution.ID
			err := d.prepared.Store(ctx, tx)
			if duplicate, ok := errors.AsType[*store.DuplicateError](err); ok {
				d.executionID = duplicate.ExecutionID
			} else if err != nil {
				return fmt.Errorf("start pipeline %s for event %s: %w", d.Pipeline.ID(), e.ID, err)
			}
			out.Executions = append(out.Executions, d.executionID)
			started++
			if _, err := tx.Exec(ctx, noteStart, d.Pipeline.ID(), d.key, e.ID, d.executionID, e.Time.UnixMilli()); err != nil {
				return fmt.Errorf("note what event %s started: %w", e.ID, err)
			}
		}
		if _, err := tx.Exec(ctx, insertDecision, e.ID, n, d.Pipeline.ID(), strings.ToLower(d.Pipeline.Application()), string(d.outcome()), d.executionID, d.body); err != nil {
			return fmt.Errorf("keep what was decided on pipeline %s: %w", d.Pipeline.ID(), err)
		}
	}
	if started == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, countStarted, started, e.ID)
	return err
}

func (d *entry) outcome() trigger.Outcome {
	if d.prepared != nil && d.prepared.Failure != nil {
		return Refused
	}
	return d.Outcome
}

// cameBefore finds the first delivery of an event, and counts this one; nil if it is new.
func (l *Log) cameBefore(ctx context.Context, e *trigger.Event) (*Received, error) {
	if e.Key == "" {
		return nil, nil
	}
	var id, digest string
	var at int64
	err := l.store.Query(ctx, findKey, []any{e.Key}, func(row store.Row) error { return row.Scan(&id, &digest, &at) })
	if err != nil || id == "" {
		return nil, err
	}
	if digest != e.Digest {
		if e.Time.Sub(time.UnixMilli(at)) < busyTime {
			return nil, &BusyError{e.Key}
		}
		e.Key += "/" + e.Digest
		return l.cameBefore(ctx, e)
	}
	out := &Received{EventID: id, Repeat: true}
	return out, l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.QueryRow(ctx, repeatEvent, []any{e.Key}, &out.EventID)
	})
}

func nullable(text string) any {
	if text == "" {
		return nil
	}
	return text
}
