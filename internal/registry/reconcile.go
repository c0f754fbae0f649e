package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
)

// Reasons of a source's condition Ready.
const (
	// Looked says that all repositories were looked at.
	Looked = "Looked"
	// Unreachable says that the registry can't be asked at all.
	Unreachable = "Unreachable"
	// SomeFailed says that some repositories can't be looked at.
	SomeFailed = "SomeFailed"
	// NotConfigured says that the process that looked knows no such account.
	NotConfigured = "NotConfigured"
)

// Status is what is known of a source. Times are in milliseconds since the epoch.
type Status struct {
	Account string `json:"account"`
	Type    string `json:"type"`
	Host    string `json:"host"`
	// LastAttempt is when it was looked at last, and LastSuccess when all of it was last.
	LastAttempt int64 `json:"lastAttempt"`
	LastSuccess int64 `json:"lastSuccess,omitempty"`
	// Lag is for how many milliseconds something may have been pushed without having
	// been seen.
	Lag int64 `json:"lag"`
	// Events counts the events that were made.
	Events int64 `json:"events"`
	// Repositories is how many are looked at, and Error what is wrong with one of them.
	Repositories int    `json:"repositories"`
	Error        string `json:"error,omitempty"`
}

type reconciler struct{ s *Service }

// round is one call of the reconciler.
type round struct {
	s       *Service
	src     artifact.Source
	name    string
	asked   *artifact.Look
	watched map[string]*watched
	known   map[string]*repository
	begun   time.Time
	events  int64
	// proven says that all who send notifications of the source prove to know its secret.
	proven bool
	// tried are the hints that nobody has proven and that were looked at in this call.
	tried map[hintKey]bool
}

// Reconcile implements [resource.Reconciler].
func (r reconciler) Reconcile(ctx context.Context, one resource.Resource) (resource.Result, error) {
	s := r.s
	var status Status
	if err := one.DecodeStatus(&status); err != nil {
		status = Status{}
	}
	src, ok, err := s.source(ctx, one.Name)
	if err != nil {
		return resource.Result{}, err
	}
	if !ok {
		message := "the process that looked has a different configuration, which doesn't contain the account"
		return resource.Result{Conditions: []resource.Condition{{Type: resource.Ready, Status: resource.False, Reason: NotConfigured, Message: message}}}, errors.New(message)
	}
	now := s.o.Now()
	status.Account, status.Type, status.Host, status.LastAttempt = src.Account, src.Section, src.Host, now.UnixMilli()
	c := &round{s: s, src: src, name: one.Name, begun: now, tried: map[hintKey]bool{}}
	if secret, err := src.WebhookSecret(ctx); err == nil {
		c.proven = secret != ""
	}
	next, failed := c.run(ctx)
	status.Events += c.events
	status.Repositories, status.Error = len(c.watched), ""
	status.settle(s.o.Now(), failed == nil && next > time.Millisecond)
	result := resource.Result{Status: status, RequeueAfter: next}
	if failed == nil {
		return result, nil
	}
	reason := Unreachable
	if partial, ok := errors.AsType[*partialError](failed); ok {
		reason, failed = SomeFailed, nil
		status.Error = partial.Error()
	} else {
		status.Error = failed.Error()
	}
	result.Status = status
	result.Conditions = []resource.Condition{{Type: resource.Ready, Status: resource.False, Reason: reason, Message: status.Error}}
	return result, failed
}

// settle tells how far behind the source may be.
func (st *Status) settle(now time.Time, whole bool) {
	if whole {
		st.LastSuccess = now.UnixMilli()
	}
	st.Lag = 0
	if st.LastSuccess > 0 {
		st.Lag = now.UnixMilli() - st.LastSuccess
	}
}

// partialError says that some repositories can't be looked at, and others can.
type partialError struct {
	n     int
	first string
}

// Error says so.
func (e *partialError) Error() string {
	if e.n == 1 {
		return e.first
	}
	return fmt.Sprintf("%d repositories can't be looked at; the first: %s", e.n, e.first)
}

// run looks at what was told of, and then at what is due, until its time is over. It tells
// when to go on.
func (c *round) run(ctx context.Context) (next time.Duration, err error) {
	s := c.s
	if c.watched, err = s.watched(ctx, c.src); err != nil {
		return 0, err
	}
	if c.known, err = s.repositories(ctx, c.name); err != nil {
		return 0, err
	}
	if err := c.match(ctx); err != nil {
		return 0, err
	}
	if len(c.watched) == 0 {
		return s.o.Config.PollInterval, nil
	}
	waiting, err := c.hints(ctx)
	if err != nil {
		return 0, err
	}
	looked, failed := 0, 0
	for _, one := range c.due() {
		if s.o.Now().Sub(c.begun) > budget {
			next = time.Millisecond
			break
		}
		finished, err := c.look(ctx, one)
		switch {
		case ctx.Err() != nil:
			return 0, ctx.Err()
		case err != nil && !isTheirs(err):
			return 0, err // the database, and not the registry
		case err != nil:
			failed++
		case !finished:
			next = time.Millisecond
		}
		looked++
		if err != nil && failed == looked && unreachable(err) {
			return 0, err
		}
		if waiting, err = c.hints(ctx); err != nil { // who waits for a push comes first
			return 0, err
		}
	}
	if next == 0 {
		next = c.pause(waiting)
	}
	return next, c.problem()
}

// match notes what is looked at from now on, and forgets what isn't any more.
func (c *round) match(ctx context.Context) error {
	var added []string
	for name := range c.watched {
		if c.known[name] == nil {
			added = append(added, name)
		}
	}
	for name, one := range c.known {
		if c.watched[name] == nil {
			if err := c.s.forget(ctx, one); err != nil {
				return fmt.Errorf("forget repository %s of %s: %w", name, c.name, err)
			}
			delete(c.known, name)
		}
	}
	if len(added) == 0 {
		return nil
	}
	slices.Sort(added)
	if err := c.s.add(ctx, c.name, added); err != nil {
		return err
	}
	var err error
	c.known, err = c.s.repositories(ctx, c.name)
	return err
}

// due lists the repositories whose time has come, the one that waits longest first.
func (c *round) due() []*repository {
	var out []*repository
	for _, name := range slices.Sorted(maps.Keys(c.watched)) {
		one := c.known[name]
		if one == nil {
			continue
		}
		if !one.filled || c.left(one) <= 0 {
			out = append(out, one)
		}
	}
	slices.SortStableFunc(out, func(a, b *repository) int { return cmp.Compare(a.lookedAt, b.lookedAt) })
	return out
}

// left is how long it is until a repository is due: because somebody has asked for a look,
// or because it is time.
func (c *round) left(one *repository) time.Duration {
	now := c.s.o.Now()
	switch {
	case one.lookedAt <= 0 && c.proven:
		return 0
	case one.lookedAt <= 0:
		return c.s.pace.lookIn(one.id, now)
	}
	if !c.s.o.Config.Polling {
		return c.s.o.Config.PollInterval
	}
	return c.s.o.Config.PollInterval - now.Sub(time.UnixMilli(one.lookedAt))
}

// pause is how long it is until something is due.
func (c *round) pause(waiting bool) time.Duration {
	out := c.s.o.Config.PollInterval
	for name := range c.watched {
		if one := c.known[name]; one != nil {
			out = min(out, c.left(one))
		}
	}
	if waiting {
		out = min(out, hintPause)
	}
	return max(out, time.Millisecond)
}

// problem is an error if something is wrong with a repository.
func (c *round) problem() error {
	out := &partialError{}
	for _, name := range slices.Sorted(maps.Keys(c.watched)) {
		if one := c.known[name]; one != nil && one.problem != "" {
			out.n++
			if out.n == 1 {
				out.first = one.problem
			}
		}
	}
	switch {
	case out.n == 0:
		return nil
	case out.n == len(c.watched):
		return errors.New(out.Error())
	}
	return out
}

// look looks at one repository, and notes how it went. It is not finished if it has to go
// on at once.
func (c *round) look(ctx context.Context, one *repository) (finished bool, err error) {
	bounded, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	w, hurried := c.watched[one.name], one.filled && one.lookedAt <= 0
	if w.name == indexName && c.src.HasIndex() {
		finished, err = true, c.lookAtIndex(bounded, w, one)
	} else {
		finished, err = c.lookAtTags(bounded, w, one)
	}
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		err = theirs(fault.New(fault.Unavailable, "the look at it took longer than %v", lookTime))
	}
	if ctx.Err() != nil || err != nil && !isTheirs(err) {
		return false, err
	}
	one.problem = ""
	if err != nil {
		one.problem = problemOf(c.src, w, err)
		c.s.log.DebugContext(ctx, "can't look at a repository", "source", c.name, "repository", one.name, "error", err)
	}
	if finished || err != nil {
		if hurried {
			c.s.pace.noteLook(one.id, c.s.o.Now())
		}
		one.lookedAt = c.s.o.Now().UnixMilli()
	}
	if saveErr := c.s.save(ctx, one); saveErr != nil {
		return false, fmt.Errorf("note how repository %s of %s is: %w", one.name, c.name, saveErr)
	}
	return finished, err
}

func problemOf(src artifact.Source, w *watched, err error) string {
	if src.HasIndex() {
		return err.Error()
	}
	return w.name + ": " + err.Error()
}

// theirError is one of the registry, and not of ours.
type theirError struct{ error }

func (e theirError) Unwrap() error { return e.error }

// theirs marks an error of the registry.
func theirs(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(*fault.Error)) {
		err = fault.New(fault.Unavailable, "it took too long to answer")
	}
	return theirError{err}
}

func isTheirs(err error) bool { return errors.As(err, new(theirError)) }

// unreachable tells whether an error is about the whole registry, so that there is no use
// in asking for other repositories.
func unreachable(err error) bool { return fault.KindOf(err) == fault.Unavailable }

// Finalize implements [resource.Finalizer]: what was seen of an account that is gone is
// forgotten.
func (r reconciler) Finalize(ctx context.Context, one resource.Resource) (resource.Result, error) {
	known, err := r.s.repositories(ctx, one.Name)
	if err != nil {
		return resource.Result{}, err
	}
	for _, repo := range known {
		if err := r.s.forget(ctx, repo); err != nil {
			return resource.Result{}, err
		}
	}
	return resource.Result{}, r.s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		_, err := tx.Exec(ctx, forgetHints, one.Name)
		return err
	})
}
