package outbox

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

// patience is how long a test waits for what must come.
const patience = time.Minute

// deliverer calls a function.
type deliverer func(ctx context.Context, m Message) error

func (d deliverer) Deliver(ctx context.Context, m Message) error { return d(ctx, m) }

// quick is a policy for tests. River's own polls make retries later than it says.
func quick() Policy { return Policy{FirstRetry: time.Millisecond, LongestRetry: 2 * time.Millisecond} }

// post is an outbox at work in a process of its own.
type post struct {
	*Outbox
	st   *store.Store
	stop func()

	mu  sync.Mutex
	got []Message
}

// open starts an outbox that delivers messages of the kind "test" by the function.
func open(t *testing.T, st *store.Store, policy Policy, fn func(ctx context.Context, m Message) error) *post {
	t.Helper()
	p := &post{st: st}
	log := testlog.New(t, slog.LevelWarn)
	box, err := New(Options{Store: st, Logger: log, Kinds: []Kind{{Name: "test", Policy: policy, Deliverer: deliverer(
		func(ctx context.Context, m Message) error {
			p.mu.Lock()
			p.got = append(p.got, m)
			p.mu.Unlock()
			return fn(ctx, m)
		})}}})
	require.NoError(t, err)
	p.Outbox = box
	q, err := queue.New(t.Context(), st, queue.Options{
		Jobs: box.Jobs(), Logger: log, DrainTimeout: 100 * time.Millisecond,
		Handler: func(context.Context, queue.Job) error { panic("there are no executions") },
	})
	require.NoError(t, err)
	box.Through(q)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	p.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	t.Cleanup(p.stop)
	return p
}

// sender is an outbox that delivers nothing.
func sender(t *testing.T, st *store.Store) *Outbox {
	t.Helper()
	box, err := New(Options{Store: st})
	require.NoError(t, err)
	q, err := queue.New(t.Context(), st, queue.Options{})
	require.NoError(t, err)
	box.Through(q)
	return box
}

func add(t *testing.T, o *Outbox, messages ...Message) {
	t.Helper()
	require.NoError(t, o.store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return o.Add(ctx, tx, messages...) }))
}

func message(text string) Message {
	return Message{ID: NewID(), Kind: "test", Topic: "about " + text, Payload: []byte(`{"text":"` + text + `"}`)}
}

// deliveries are those so far.
func (p *post) deliveries() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Message(nil), p.got...)
}

// row is what is stored of a message.
type row struct {
	state, text string
	attempts    int
}

func (p *post) row(t *testing.T, id string) (found row) {
	t.Helper()
	require.NoError(t, p.st.Query(t.Context(), store.NewStatement("SELECT state, error, attempts FROM outbox WHERE id = ?", ""), []any{id},
		func(r store.Row) error { return r.Scan(&found.state, &found.text, &found.attempts) }))
	return found
}

func (p *post) becomes(t *testing.T, id, state string) row {
	t.Helper()
	require.Eventually(t, func() bool { return p.row(t, id).state == state }, patience, 5*time.Millisecond, "the message never is %s", state)
	return p.row(t, id)
}
