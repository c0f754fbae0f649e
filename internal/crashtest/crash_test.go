package crashtest

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// scale is how much the test does: little by default, so that it can be run
// often, and for as long as GENNAKER_SOAK says otherwise.
type scale struct {
	pipelines, kills int
	until            time.Time
}

func newScale(t *testing.T, kills int) scale {
	t.Helper()
	text := os.Getenv("GENNAKER_SOAK")
	if text == "" {
		return scale{pipelines: 60, kills: kills}
	}
	long, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("GENNAKER_SOAK: %v", err)
	}
	return scale{pipelines: 200, kills: 1 << 30, until: time.Now().Add(long)}
}

// seed is GENNAKER_SEED or drawn; it is printed so that a failure can be had
// again, as far as time allows.
func seed(t *testing.T) *rand.Rand {
	t.Helper()
	n := uint64(time.Now().UnixNano())
	if text := os.Getenv("GENNAKER_SEED"); text != "" {
		var err error
		if n, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("GENNAKER_SEED: %v", err)
		}
	}
	t.Logf("GENNAKER_SEED=%d", n)
	return rand.New(rand.NewPCG(n, n))
}

// TestSoakKillOneProcess kills the only process, on SQLite, again and again
// while pipelines run.
func TestSoakKillOneProcess(t *testing.T) {
	t.Parallel()
	random, sc := seed(t), newScale(t, 5)
	path := filepath.Join(t.TempDir(), "test.db")
	w, l := newWorld(t), &ledger{tasks: map[string]doneTask{}}
	p := newProcess(t, "sqlite:"+path)
	look := func() []*model.Execution {
		st, err := store.Open(t.Context(), "sqlite:"+path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		return l.look(t, st, w)
	}
	for round := 0; ; round++ {
		ids := startPipelines(t, []*process{p}, w, sc.pipelines, round)
		patience := patience{most: min(sc.kills, 5)}
		for {
			<-time.After(time.Duration(20+random.IntN(500)) * time.Millisecond)
			if !patience.mayKill() {
				break
			}
			p.kill()
			look()
			p.start()
		}
		ids.wait()
		waitComplete(t, p, ids.list)
		p.kill()
		checkAll(t, look(), ids.list)
		if !time.Now().Before(sc.until) {
			return
		}
		p.start()
	}
}

// TestSoakKillOneOfTwoProcesses kills either of two processes that share a
// PostgreSQL database.
func TestSoakKillOneOfTwoProcesses(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	random, sc := seed(t), newScale(t, 2)
	w, l := newWorld(t), &ledger{tasks: map[string]doneTask{}}
	st, err := store.Open(t.Context(), url, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	servers := []*process{newProcess(t, url), newProcess(t, url)}
	for round := 0; ; round++ {
		ids := startPipelines(t, servers, w, sc.pipelines, round)
		patience := patience{most: min(sc.kills, 3)}
		for {
			<-time.After(time.Duration(20+random.IntN(500)) * time.Millisecond)
			if !patience.mayKill() {
				break
			}
			victim := servers[random.IntN(2)]
			victim.kill()
			l.look(t, st, w)
			victim.start()
		}
		ids.wait()
		waitComplete(t, servers[0], ids.list)
		checkAll(t, l.look(t, st, w), ids.list)
		if !time.Now().Before(sc.until) {
			return
		}
	}
}

// started are pipelines that are being started in the background.
type started struct {
	list []string
	wait func()
}

func startPipelines(t *testing.T, servers []*process, w *world, n, round int) *started {
	t.Helper()
	return startConfigs(t, servers, n, func(i int) map[string]any { return w.pipeline(round*n + i) })
}

// startConfigs starts n pipelines.
func startConfigs(t *testing.T, servers []*process, n int, config func(i int) map[string]any) *started {
	t.Helper()
	out := &started{list: make([]string, n)}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			id, err := submit(ctx, servers, config(i))
			if err != nil {
				t.Error(err)
			}
			out.list[i] = id
		})
	}
	out.wait = func() {
		group.Wait()
		cancel()
	}
	return out
}
