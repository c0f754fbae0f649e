package subscription

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/resource"
)

// ResourceKind is the kind of the subscriptions' resources, whose names are the system and
// the subscription's name with a slash between them.
const ResourceKind = "subscription"

// Spec is what a subscription's resource says of the configuration.
type Spec struct {
	System string `json:"system"`
	Name   string `json:"name"`
	// Where says what is read.
	Where string `json:"where"`
}

// Status is how reading a subscription goes. Times are in milliseconds since the epoch; 0
// if there was none.
type Status struct {
	// LastAttempt is when the system was last asked for messages, LastSuccess when it last
	// answered, and LastEvent when a message was last stored.
	LastAttempt int64 `json:"lastAttempt"`
	LastSuccess int64 `json:"lastSuccess"`
	LastEvent   int64 `json:"lastEvent"`
	// Lag is how long the last message waited between being sent and being stored, in
	// milliseconds; 0 if the system doesn't tell when messages are sent.
	Lag int64 `json:"lag"`
	// Events counts the messages that were stored, and Refused those of them that can't
	// start anything; repeats aren't counted.
	Events  int64 `json:"events"`
	Refused int64 `json:"refused"`
	// Error says what is wrong; "" if nothing is.
	Error string `json:"error,omitempty"`
}

// state is what a reader knows.
type state struct {
	// Status is what this process has seen; Events and Refused are since it was told last.
	Status
	connected bool
}

func (r *reader) name() string { return r.config.System + "/" + r.config.Name }

func (r *reader) spec() Spec { return Spec{r.config.System, r.config.Name, r.config.Where} }

func (r *reader) attempted() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.LastAttempt = r.now().UnixMilli()
}

// succeeded notes that the system answers.
func (r *reader) succeeded(ctx context.Context) {
	r.mu.Lock()
	r.state.LastSuccess = r.now().UnixMilli()
	was := r.state.connected
	trouble := r.state.Error
	r.state.connected, r.state.Error = true, ""
	r.mu.Unlock()
	if trouble != "" {
		r.log.InfoContext(ctx, "a subscription is read again")
	}
	if !was || trouble != "" {
		r.changed()
	}
}

// failed notes what is wrong. It is logged once until it is better.
func (r *reader) failed(ctx context.Context, err error) {
	text := "the connection has ended"
	if err != nil {
		text = fault.WithoutUserinfo(err.Error())
	}
	r.mu.Lock()
	first := r.state.Error == ""
	r.state.Error, r.state.connected = text, false
	r.mu.Unlock()
	if first {
		r.log.WarnContext(ctx, "can't read a subscription; trying again", "error", text)
		r.changed()
	}
}

// took notes that a message was stored.
func (r *reader) took(ctx context.Context, m pubsub.Message, repeat, refused bool) {
	now := r.now()
	r.mu.Lock()
	if !repeat {
		r.state.Events++
		if refused {
			r.state.Refused++
		}
	}
	r.state.LastEvent, r.state.Lag = now.UnixMilli(), 0
	if !m.Published.IsZero() {
		r.state.Lag = max(now.Sub(m.Published).Milliseconds(), 0)
	}
	trouble := r.state.Error
	r.state.Error, r.state.connected = "", true
	r.mu.Unlock()
	if trouble != "" {
		r.changed()
	}
	if refused && !repeat {
		r.log.WarnContext(ctx, "a message can't start anything; its event says why", "message", m.ID)
	}
}

// since gives the state, with the counts since it was asked for last.
func (r *reader) since() state {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.state
	r.state.Events, r.state.Refused = 0, 0
	return out
}

// statusEvery is how often the status is written.
const statusEvery = 15 * time.Second

// Kind is the kind of the subscriptions' resources.
func (s *Service) Kind() resource.Kind {
	return resource.Kind{Name: ResourceKind, Reconciler: reconciler{s}, Every: statusEvery, Timeout: 10 * time.Second}
}

// reconciler writes how reading goes. There is nothing to bring about: all processes read
// what is in their configuration.
type reconciler struct{ s *Service }

// Reconcile implements [resource.Reconciler].
func (c reconciler) Reconcile(_ context.Context, one resource.Resource) (resource.Result, error) {
	not := func(status resource.Status, reason, message string) []resource.Condition {
		return []resource.Condition{{Type: resource.Ready, Status: status, Reason: reason, Message: message}}
	}
	for _, r := range c.s.readers {
		if r.name() != one.Name {
			continue
		}
		var before Status
		if len(one.Status) > 0 {
			if err := one.DecodeStatus(&before); err != nil {
				before = Status{}
			}
		}
		now := r.since()
		result := resource.Result{Status: now.after(before)}
		switch {
		case now.Error != "":
			result.Conditions = not(resource.False, "ReadingFailed", now.Error)
		case !now.connected:
			result.Conditions = not(resource.Unknown, "Connecting", "Gennaker is connecting")
		}
		return result, nil
	}
	return resource.Result{Conditions: not(resource.False, "NotConfigured", "the process that looked has a different configuration, which doesn't contain the subscription")}, nil
}

// after is a process's state with what was known before, which may be another process's.
func (s state) after(before Status) Status {
	out := s.Status
	out.Events += before.Events
	out.Refused += before.Refused
	out.LastAttempt = max(out.LastAttempt, before.LastAttempt)
	out.LastSuccess = max(out.LastSuccess, before.LastSuccess)
	if before.LastEvent > out.LastEvent {
		out.LastEvent, out.Lag = before.LastEvent, before.Lag
	}
	return out
}
