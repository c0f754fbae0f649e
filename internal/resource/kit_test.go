package resource

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDatabase) != "" {
		beKilled(os.Stdout)
		return
	}
	testpostgres.Main(m)
}

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// reconcile is a reconciler of one function.
type reconcile func(ctx context.Context, r Resource) (Result, error)

func (f reconcile) Reconcile(ctx context.Context, r Resource) (Result, error) { return f(ctx, r) }

// thorough is a reconciler that cleans up.
type thorough struct {
	reconcile
	finalize reconcile
}

func (t thorough) Finalize(ctx context.Context, r Resource) (Result, error) {
	return t.finalize(ctx, r)
}

// kindOf is a kind for tests, which nothing but wakes looks at.
func kindOf(r Reconciler) Kind {
	return Kind{Name: "thing", Reconciler: r, Every: time.Hour, FirstRetry: 2 * time.Millisecond, LongestRetry: 20 * time.Millisecond}
}

// process is one that reconciles, among those on a database.
type process struct {
	*Service
	t    *testing.T
	stop func()
}

// quickBeats have dead processes noticed soon.
var quickBeats = queue.Options{BeatInterval: 100 * time.Millisecond, DeadAfter: 2 * time.Second}

// start begins a process.
func start(t *testing.T, o Options, kinds ...Kind) *process {
	t.Helper()
	p := prepare(t, o, true, kinds...)
	return p
}

// client begins a process that reconciles nothing.
func client(t *testing.T, st *store.Store, kinds ...Kind) *process {
	t.Helper()
	return prepare(t, Options{Store: st}, false, kinds...)
}

func prepare(t *testing.T, o Options, reconciles bool, kinds ...Kind) *process {
	t.Helper()
	if o.Logger == nil {
		o.Logger = testlog.New(t, slog.LevelWarn)
	}
	if o.Look == 0 {
		o.Look = 50 * time.Millisecond
	}
	p := &process{Service: New(o), t: t}
	for _, k := range kinds {
		require.NoError(t, p.Register(k))
	}
	beats := quickBeats
	beats.Logger = o.Logger
	q, err := queue.New(t.Context(), o.Store, beats)
	require.NoError(t, err)
	p.Through(q, reconciles)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		<-ended // with an error, if it was told to end as it began
	})
	t.Cleanup(p.stop)
	return p
}

// die ends the process without storing anything of what it is at, and with its claims left
// as they are.
func (p *process) die() {
	p.cancelAll()
	p.stop()
}

func (p *process) write(fn func(ctx context.Context, tx *store.Tx) error) error {
	return p.store.Write(p.t.Context(), fn)
}

func (p *process) put(name string, spec any) {
	p.t.Helper()
	require.NoError(p.t, p.write(func(ctx context.Context, tx *store.Tx) error {
		return p.Put(ctx, tx, Wanted{Kind: "thing", Name: name, Spec: spec})
	}))
}

func (p *process) remove(name string) {
	p.t.Helper()
	require.NoError(p.t, p.write(func(ctx context.Context, tx *store.Tx) error { return p.Delete(ctx, tx, "thing", name) }))
}

func (p *process) get(name string) Resource {
	p.t.Helper()
	r, err := p.Get(p.t.Context(), "thing", name)
	require.NoError(p.t, err)
	return r
}

// becomes waits until a resource is as it should.
func (p *process) becomes(name, what string, holds func(r Resource) bool) Resource {
	p.t.Helper()
	var last Resource
	require.Eventually(p.t, func() bool {
		r, err := p.Get(p.t.Context(), "thing", name)
		last = r
		return err == nil && holds(r)
	}, patience, 2*time.Millisecond, "%s never is %s: %+v", name, what, &last)
	return last
}

func (p *process) healthy(name string) Resource {
	p.t.Helper()
	return p.becomes(name, "healthy", Resource.Healthy)
}

// idle waits until nobody is at work on a resource and it isn't due.
func (p *process) idle(name string) {
	p.t.Helper()
	statement := bothClocks(`SELECT COUNT(*) FROM resources WHERE name = ? AND owner = '' AND due_at > $now`)
	require.Eventually(p.t, func() bool {
		n := 0
		err := p.store.Query(p.t.Context(), statement, []any{name}, func(row store.Row) error { return row.Scan(&n) })
		return err == nil && n == 1
	}, patience, 2*time.Millisecond, "%s never is idle", name)
}

// counter counts calls by name.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) add(name string, by int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[name] += by
	return c.n[name]
}
