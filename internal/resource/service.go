package resource

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
)

// Options are what a Service is made of. Store is required.
type Options struct {
	Store *store.Store
	// OnReady is called in the transaction that changes the status or the reason of a
	// resource's condition [Ready], such as to add a message to the outbox. It may be
	// called again for the same change, if the transaction is.
	OnReady func(ctx context.Context, tx *store.Tx, before, after Resource) error
	// Now is the clock of times of transition; time.Now if nil.
	Now    func() time.Time
	Logger *slog.Logger
	// Look is how often it is looked for the work of dead processes on PostgreSQL, and
	// for calls that another process may have taken over; 5 seconds if 0. Processes are
	// taken for dead after three times as long ([queue.Options.DeadAfter]).
	Look time.Duration
}

// Service keeps resources. It is safe for concurrent use.
type Service struct {
	o     Options
	store *store.Store
	log   *slog.Logger
	kinds map[string]Kind
	// owner is this process, and ring tells all processes that there may be work.
	owner string
	ring  func()
	*controller
}

// New returns a service. Kinds are registered and [Service.Through] is called before
// anything else.
func New(o Options) *Service {
	s := &Service{o: o, store: o.Store, log: o.Logger, kinds: map[string]Kind{}, ring: func() {}}
	if s.o.Now == nil {
		s.o.Now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	s.o.Look = cmp.Or(o.Look, 5*time.Second)
	s.controller = newController()
	return s
}

// maxTimeout bounds a kind's timeout.
const maxTimeout = time.Hour

// Register adds a kind. All processes register the same ones, also those that reconcile
// nothing.
func (s *Service) Register(k Kind) error {
	if _, taken := s.kinds[k.Name]; taken || k.Name == "" || k.Reconciler == nil || k.Timeout > maxTimeout {
		return fmt.Errorf("resources of the kind %q: it is there twice, has no reconciler, or a timeout over %v", k.Name, maxTimeout)
	}
	k.Every, k.Timeout = cmp.Or(k.Every, 10*time.Minute), cmp.Or(k.Timeout, time.Minute)
	k.FirstRetry, k.LongestRetry = cmp.Or(k.FirstRetry, 5*time.Second), cmp.Or(k.LongestRetry, 5*time.Minute)
	k.Most = cmp.Or(k.Most, 8)
	s.kinds[k.Name] = k
	return nil
}

// Through has the service use a queue, and reconcile resources in this process if that is
// wanted: from [queue.Queue.Run] on.
func (s *Service) Through(q *queue.Queue, reconcile bool) {
	s.owner = q.ProcessID()
	if !reconcile {
		s.ring = q.Bell(bellName, nil)
		return
	}
	s.ring = q.Bell(bellName, s.look)
	q.Accompany(queue.Companion{Run: s.run, ClockSet: s.clockSet})
}

// bellName is the name under which processes tell each other of resources.
const bellName = "resources"

// Wanted is the desired state of a resource.
type Wanted struct {
	Kind, Name, Application, Workspace string
	// Spec is a value that is written as JSON, always the same way. It holds no secrets.
	Spec any
	// Version is that of the resource which this takes the place of; 0 for whichever is
	// there, or none.
	Version int64
}

// limits of a resource's parts in bytes.
const (
	mostSpec   = limit.Message
	mostStatus = limit.Message
)

// Put has a resource be there as it is wanted, in the caller's transaction; it is
// reconciled soon after the commit. If it is there like that, nothing is written. The fault
// is Conflict if another version is there, or if one of the name is being cleaned up.
func (s *Service) Put(ctx context.Context, tx *store.Tx, w Wanted) error {
	spec, err := s.validate(w)
	if err != nil {
		return err
	}
	old, added, err := s.addOrLock(ctx, tx, w, spec)
	if err != nil {
		return err
	}
	if added {
		tx.OnCommit(s.ring)
		return nil
	}
	deleting := !old.DeletionRequestedAt.IsZero()
	_, cleans := s.kinds[w.Kind].Reconciler.(Finalizer)
	switch {
	case w.Version != 0 && w.Version != old.Version:
		return fault.New(fault.Conflict, "%s %q was changed by someone else meanwhile: load it again and repeat the change", w.Kind, w.Name)
	case deleting && cleans:
		return fault.New(fault.Conflict, "%s %q is being removed: wait until it is gone", w.Kind, w.Name)
	case !deleting && bytes.Equal(old.Spec, spec) && old.Application == w.Application && old.Workspace == w.Workspace:
		return nil
	case deleting:
		if _, err := tx.Exec(ctx, reviveRow, w.Kind, w.Name); err != nil {
			return fmt.Errorf("add %s %s anew: %w", w.Kind, w.Name, err)
		}
	}
	if _, err := tx.Exec(ctx, updateRow, w.Application, w.Workspace, string(spec), w.Kind, w.Name); err != nil {
		return fmt.Errorf("change %s %s: %w", w.Kind, w.Name, err)
	}
	return s.WakeIn(ctx, tx, w.Kind, w.Name)
}

// addOrLock adds a resource, or reads the one that is there to change it.
func (s *Service) addOrLock(ctx context.Context, tx *store.Tx, w Wanted, spec []byte) (old Resource, added bool, err error) {
	for {
		if w.Version == 0 {
			n, err := tx.Exec(ctx, insertRow, w.Kind, w.Name, w.Application, w.Workspace, string(spec))
			if err != nil {
				return Resource{}, false, fmt.Errorf("add %s %s: %w", w.Kind, w.Name, err)
			}
			if n > 0 {
				return Resource{}, true, nil
			}
		}
		old, err = s.lock(ctx, tx, w.Kind, w.Name)
		if w.Version == 0 && fault.KindOf(err) == fault.NotFound {
			continue // it has gone in between
		}
		return old, false, err
	}
}

// validate checks what is wanted, and gives the spec as it is stored.
func (s *Service) validate(w Wanted) ([]byte, error) {
	_, known := s.kinds[w.Kind]
	switch {
	case !known:
		return nil, fault.New(fault.Invalid, "there are no resources of the kind %q", fault.Short(w.Kind))
	case w.Name == "":
		return nil, fault.New(fault.Invalid, "a resource of the kind %s needs a name", w.Kind)
	}
	for field, name := range map[string]string{"the name": w.Name, "the application": w.Application, "the workspace": w.Workspace} {
		if problem := limit.TooLong(field, name); problem != "" {
			return nil, fault.New(fault.Invalid, "%s: %s", w.Kind, problem)
		}
	}
	spec, err := model.Marshal(w.Spec)
	if err != nil {
		return nil, fmt.Errorf("write the spec of %s %s: %w", w.Kind, w.Name, err)
	}
	if len(spec) > mostSpec {
		return nil, fault.New(fault.TooLarge, "the spec of %s %q has %d bytes, and %d is the limit", w.Kind, w.Name, len(spec), mostSpec)
	}
	return spec, nil
}

// Delete has a resource go, in the caller's transaction, once what it stands for is
// cleaned up. The fault is NotFound if there is none.
func (s *Service) Delete(ctx context.Context, tx *store.Tx, kind, name string) error {
	if _, err := s.lock(ctx, tx, kind, name); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, requestDeletion, kind, name)
	if err != nil {
		return fmt.Errorf("have %s %s removed: %w", kind, name, err)
	}
	if n == 0 { // it is on its way
		return nil
	}
	return s.WakeIn(ctx, tx, kind, name)
}

// Wake has a resource reconciled as soon as can be. It does nothing if there is none.
func (s *Service) Wake(ctx context.Context, kind, name string) error {
	return s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.Repeatable()
		return s.WakeIn(ctx, tx, kind, name)
	})
}

// WakeIn is [Service.Wake] in the caller's transaction.
func (s *Service) WakeIn(ctx context.Context, tx *store.Tx, kind, name string) error {
	if _, err := tx.Exec(ctx, wakeRow, kind, name); err != nil {
		return fmt.Errorf("wake %s %s: %w", kind, name, err)
	}
	tx.OnCommit(s.ring)
	return nil
}

// Get reads a resource. The fault is NotFound if there is none.
func (s *Service) Get(ctx context.Context, kind, name string) (Resource, error) {
	return read(ctx, s.store.Query, readRow, kind, name)
}

// lock reads a resource that the caller's transaction will change.
func (s *Service) lock(ctx context.Context, tx *store.Tx, kind, name string) (Resource, error) {
	return read(ctx, tx.Query, lockRow, kind, name)
}

// query is how the store, or a transaction, is asked.
type query func(ctx context.Context, st *store.Statement, args []any, each func(store.Row) error) error

func read(ctx context.Context, ask query, st *store.Statement, kind, name string) (found Resource, err error) {
	there := false
	err = ask(ctx, st, []any{kind, name}, func(row store.Row) (err error) {
		there = true
		found, err = scan(row)
		return err
	})
	if err != nil {
		return Resource{}, fmt.Errorf("read %s %s: %w", kind, name, err)
	}
	if !there {
		return Resource{}, fault.New(fault.NotFound, "there is no %s %q", kind, fault.Short(name))
	}
	return found, nil
}

// Filter says which resources are wanted; what is "" doesn't matter.
type Filter struct {
	Kind, Application, Workspace string
	// After is the name that the list begins after, and Limit how many are wanted;
	// MostListed if 0 or more.
	After string
	Limit int
}

// MostListed is how many resources are listed at most.
const MostListed = 10_000

// List lists resources of a kind by name.
func (s *Service) List(ctx context.Context, f Filter) ([]Resource, error) {
	out := []Resource{}
	if f.Limit <= 0 || f.Limit > MostListed {
		f.Limit = MostListed
	}
	err := s.store.Query(ctx, listRows, []any{
		f.Kind, f.After, f.Application, f.Application, f.Workspace, f.Workspace, f.Limit,
	}, func(row store.Row) error {
		r, err := scan(row)
		out = append(out, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list resources of the kind %s: %w", f.Kind, err)
	}
	return out, nil
}

// encodedStatus is a status as it is stored.
func encodedStatus(old json.RawMessage, status any) (json.RawMessage, error) {
	if status == nil {
		return old, nil
	}
	data, err := model.Marshal(status)
	if err != nil {
		return nil, fmt.Errorf("the status can't be written: %w", err)
	}
	if len(data) > mostStatus {
		return nil, fmt.Errorf("the status has %d bytes, and %d is the limit", len(data), mostStatus)
	}
	return data, nil
}

// errLost says that another process has taken a resource over.
var errLost = errors.New("the resource was taken over by another process")
