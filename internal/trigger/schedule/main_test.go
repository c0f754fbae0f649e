package schedule

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// TestMain is also that of the processes that TestDay kills.
func TestMain(m *testing.M) {
	if os.Getenv(childDatabase) != "" {
		fireUntilKilled()
		return
	}
	testpostgres.Main(m)
}

type (
	object = map[string]any
	list   = []any
)

// clock is set by hand.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock(t *testing.T, at string) *clock {
	t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	require.NoError(t, err)
	return &clock{at: when}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// noted are the ticks that were handed on and committed.
type noted struct {
	mu    sync.Mutex
	ticks []Tick
	fail  func(Tick) error
}

func (n *noted) Tick(_ context.Context, tx *store.Tx, t Tick) error {
	if n.fail != nil {
		if err := n.fail(t); err != nil {
			return err
		}
	}
	tx.OnCommit(func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.ticks = append(n.ticks, t)
	})
	return nil
}

// keys are those of the ticks so far.
func (n *noted) keys() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := []string{}
	for _, t := range n.ticks {
		out = append(out, t.Key)
	}
	return out
}

// kit is a scheduler that is driven by hand.
type kit struct {
	*Scheduler
	t       *testing.T
	clock   *clock
	ticks   *noted
	catalog *catalog.Catalog
}

func newKit(t *testing.T, st *store.Store, c *clock, changes ...func(*Config)) *kit {
	t.Helper()
	k := &kit{t: t, clock: c, ticks: &noted{}}
	config := DefaultConfig()
	config.Cron.Timezone = "UTC"
	for _, change := range changes {
		change(&config)
	}
	s, err := New(Options{Store: st, Ticks: k.ticks, Config: config, Now: c.now})
	require.NoError(t, err)
	k.Scheduler, k.catalog = s, catalog.New(st, s)
	return k
}

// save stores a pipeline with triggers.
func (k *kit) save(id string, triggers ...any) {
	k.t.Helper()
	k.put(model.Pipeline{"id": id, "name": id, "application": "shop", "triggers": triggers})
}

func (k *kit) put(p model.Pipeline) {
	k.t.Helper()
	_, err := k.catalog.SavePipeline(k.t.Context(), store.PipelineKind, p, "ann", 0)
	require.NoError(k.t, err)
}

// fire fires what is due, and gives the time until there is more.
func (k *kit) fire() time.Duration {
	k.t.Helper()
	wait, err := k.round(k.t.Context())
	require.NoError(k.t, err)
	return wait
}

func every(id, expression string) object {
	return object{"type": "cron", "id": id, "enabled": true, "cronExpression": expression}
}
