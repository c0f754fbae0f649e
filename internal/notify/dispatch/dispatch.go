// Package dispatch has people told of what happens to executions. A [Dispatcher] writes
// a message of the outbox for each notification that is due, in the transaction of what
// it tells of, and delivers it: one kind of messages for each channel, so that a channel
// that is away holds up no other.
//
// A message names what happened and which preference asked for it, by a digest. The
// preference, which often has a secret as its address, and the execution are read when
// the message is sent, and the texts evaluated then.
package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// Store is where executions and settings are read.
type Store interface {
	Execution(ctx context.Context, id string) (*model.Execution, error)
	ExecutionSizes(ctx context.Context, ids []string) (map[string]int64, error)
	ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error)
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
}

// Outbox takes messages.
type Outbox interface {
	Add(ctx context.Context, tx *store.Tx, messages ...outbox.Message) error
}

// Evaluate evaluates the texts of a preference about an execution, or about a stage of
// it.
type Evaluate func(ctx context.Context, e *model.Execution, s *model.Stage, settings map[string]any) map[string]any

// Judge changes the context of a stage that waits for a judgment.
type Judge func(ctx context.Context, execution, stage string, change map[string]any, who access.Principal) error

// Rehearse gives what a channel would send, as [channel.Rehearse] with the server's settings
// does.
type Rehearse func(ctx context.Context, kind string, n channel.Notice, m *notify.Message) (*channel.Rehearsal, error)

// Options are what a Dispatcher is made of. Channels and Store are required.
type Options struct {
	Channels channel.Channels
	Store    Store
	Evaluate Evaluate
	// Rehearse is for previews; nil if there are none.
	Rehearse Rehearse
	// Quiet are the quiet periods that the server has for a channel; nil for none.
	Quiet func(kind string) []notify.QuietPeriod
	// Memory is what large executions share while they are told of.
	Memory *limit.Budget
	Now    func() time.Time
	Log    *slog.Logger
}

// Dispatcher makes messages of notifications, and delivers them. It is safe for
// concurrent use.
type Dispatcher struct {
	channels channel.Channels
	store    Store
	evaluate Evaluate
	rehearse Rehearse
	quiet    func(kind string) []notify.QuietPeriod
	memory   *limit.Budget
	now      func() time.Time
	log      *slog.Logger
	gates    gates

	outbox Outbox
	judge  Judge
}

// New returns a dispatcher, which notifies of judgments once it knows its outbox: see
// [Dispatcher.Through].
func New(o Options) *Dispatcher {
	d := &Dispatcher{channels: o.Channels, store: o.Store, evaluate: o.Evaluate, rehearse: o.Rehearse, quiet: o.Quiet, memory: o.Memory, now: o.Now, log: o.Log}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	if d.quiet == nil {
		d.quiet = func(string) []notify.QuietPeriod { return nil }
	}
	if d.evaluate == nil {
		d.evaluate = func(_ context.Context, _ *model.Execution, _ *model.Stage, settings map[string]any) map[string]any {
			return settings
		}
	}
	return d
}

// Through has the dispatcher use an outbox, and a judge for what people answer.
func (d *Dispatcher) Through(box Outbox, judge Judge) { d.outbox, d.judge = box, judge }

// Works tells whether a channel works; without one nobody is told of anything.
func (d *Dispatcher) Works() bool {
	for _, description := range d.channels.Descriptions() {
		if description.Configured() {
			return true
		}
	}
	return false
}

// kindPrefix begins the kinds of the dispatcher's messages.
const kindPrefix = "notification."

// Kinds are the kinds of messages, for the outbox: one for each channel that works.
func (d *Dispatcher) Kinds() []outbox.Kind {
	var out []outbox.Kind
	for _, description := range d.channels.Descriptions() {
		if description.Configured() {
			out = append(out, outbox.Kind{
				Name: kindPrefix + description.Type, Deliverer: d, Policy: outbox.Policy{Timeout: timeout, MaxAge: maxAge, FirstRetry: 2 * time.Second},
			})
		}
	}
	return out
}

const (
	// timeout bounds one delivery, and maxAge how long a message is tried.
	timeout, maxAge = 30 * time.Second, 24 * time.Hour
)

// order is a message's payload: what happened, and which preference asked for it.
type order struct {
	Channel string `json:"channel"`
	Level   string `json:"level"`
	// Key tells the preference.
	Key string `json:"key"`
	// Kind and Phase are an event's, Judgment a judgment's template.
	Kind     string `json:"kind,omitempty"`
	Phase    string `json:"phase,omitempty"`
	Judgment string `json:"judgment,omitempty"`

	Application string `json:"application"`
	Execution   string `json:"execution"`
	Stage       string `json:"stage,omitempty"`
	// Judge and Input are who judged and which answer was chosen.
	Judge string `json:"judge,omitempty"`
	Input string `json:"input,omitempty"`
}

// word is the word by which preferences name what an order tells of.
func (o order) word() string {
	if o.Judgment != "" {
		return o.Judgment
	}
	return o.Kind + "." + o.Phase
}

// named is an order of what a word of a preference names; false if that is nothing that
// people are told of.
func named(word string) (order, bool) {
	if slices.Contains(notify.Templates(), word) {
		return order{Judgment: word}, true
	}
	kind, phase, _ := strings.Cut(word, ".")
	o := order{Kind: kind, Phase: phase}
	return o, slices.Contains(notify.Words(), word)
}

// event is the event that an order tells of, of an execution, and of a stage of it if it is
// about one; false if the stage isn't there.
func (o order) event(e *model.Execution, s *model.Stage) (notify.Event, bool) {
	event := notify.Event{Kind: o.Kind, Phase: o.Phase, Application: o.Application, Execution: notify.ExecutionOf(e)}
	if o.Kind == notify.Stage {
		if s == nil {
			return notify.Event{}, false
		}
		event.Stage = &notify.StageFacts{ID: s.ID, Name: s.Name, Context: s.Context}
	}
	return event, true
}

// about says in a few words what an order is about, for operators.
func (o order) about() string {
	return fmt.Sprintf("%s of execution %s to %s", o.word(), o.Execution, o.Channel)
}

// message makes the message of an order that a preference asks for.
func (d *Dispatcher) message(id string, o order, p notify.Preference) outbox.Message {
	payload, err := json.Marshal(o)
	if err != nil { // texts
		panic(fmt.Sprintf("dispatch: encode an order: %v", err))
	}
	return outbox.Message{
		ID: id, Kind: kindPrefix + o.Channel, Topic: o.about(), Payload: payload, NotBefore: d.heldUntil(p, o.word()),
	}
}

// heldUntil is when a quiet period ends that holds back what a preference asks for; the
// zero time if none does.
func (d *Dispatcher) heldUntil(p notify.Preference, when string) time.Time {
	periods := d.quiet(p.Type())
	if own, err := p.Quiet(); err == nil && own != nil { // the validator tells of one that can't be read
		periods = append(slices.Clone(periods), *own)
	}
	return notify.QuietUntil(periods, when, d.now())
}

// Follow gives the messages about a step of an execution's life, for the runner.
func (d *Dispatcher) Follow(ctx context.Context, tx *store.Tx, e *model.Execution, h engine.Happening) ([]outbox.Message, error) {
	if h.Stage != nil && (h.Task != nil || h.Stage.Context["sendNotifications"] == nil) {
		return nil, nil
	}
	event, ok := notify.Of(e, h)
	if !ok {
		return nil, nil
	}
	var own map[string]any
	if event.Kind == notify.Pipeline && !event.Execution.Canceled {
		document, err := tx.Document(ctx, catalog.NotificationKind, catalog.NotificationID(e.Application))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		if document != nil {
			own = document.Body
		}
	}
	var out []outbox.Message
	for _, p := range notify.Due(event, own) {
		if _, works := d.channels.Event(p.Type()); !works {
			continue
		}
		o := order{
			Channel: p.Type(), Level: p.Level, Key: p.Key(), Kind: event.Kind, Phase: event.Phase, Application: e.Application, Execution: e.ID,
		}
		if h.Stage != nil {
			o.Stage = h.Stage.ID
		}
		out = append(out, d.message(outbox.NewID(), o, p))
	}
	return out, nil
}
