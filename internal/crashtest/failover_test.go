package crashtest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/testproxy"
)

// TestSoakFailover runs pipelines on two processes whose connections to
// PostgreSQL break at random points, some after a request was passed on and
// before its answer came back, and whose server is restarted and killed. Nothing
// may be lost, stuck, failed, or done twice: no process dies here, so that even
// calls of other servers are made once.
func TestSoakFailover(t *testing.T) {
	t.Parallel()
	random, sc := seed(t), newScale(t, 4)
	server := testpostgres.NewServer(t)
	direct, err := store.Open(t.Context(), server.URL(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	socket, through := testpostgres.Socket(t, server.URL())
	w, l := newWorld(t), &ledger{tasks: map[string]doneTask{}}
	var (
		proxies []*testproxy.Proxy
		servers []*process
	)
	for range 2 {
		proxy := testproxy.New(t, "unix", socket)
		proxies = append(proxies, proxy)
		servers = append(servers, newProcess(t, through(proxy.Address().String())))
	}
	var total trouble
	for round := 0; ; round++ {
		ids := startPipelines(t, servers, w, sc.pipelines, round)
		done := make(chan trouble)
		ctx, stop := context.WithCancel(t.Context())
		go func() { done <- makeTrouble(ctx, t, random, proxies, server, sc.kills) }()
		ids.wait()
		waitEnded(t, direct, ids.list)
		stop()
		got := <-done
		total.cuts, total.restarts, total.kills = total.cuts+got.cuts, total.restarts+got.restarts, total.kills+got.kills
		checkAll(t, l.look(t, direct, w), ids.list)
		checkCalls(t, w, sc.pipelines*round, sc.pipelines*(round+1))
		checkCount(t, direct, sc.pipelines*(round+1))
		if t.Failed() || !time.Now().Before(sc.until) {
			t.Logf("%d pipelines; connections disturbed %d times, the server restarted %d times and killed %d times",
				sc.pipelines*(round+1), total.cuts, total.restarts, total.kills)
			return
		}
	}
}

// trouble counts what was done to the database.
type trouble struct{ cuts, restarts, kills int }

// makeTrouble disturbs connections and restarts the server, until it is told to
// stop, and has restarted it at least twice.
func makeTrouble(
	ctx context.Context, t *testing.T, random *rand.Rand, proxies []*testproxy.Proxy, server *testpostgres.Server, most int,
) (did trouble) {
	t.Helper()
	for did.restarts+did.kills < 2 || (ctx.Err() == nil && did.restarts+did.kills < most) {
		for range 5 + random.IntN(10) {
			<-time.After(time.Duration(10+random.IntN(200)) * time.Millisecond)
			proxies[random.IntN(len(proxies))].Disturb(random, 0.5)
			did.cuts++
		}
		kill := random.IntN(2) == 0
		server.Restart(t, kill)
		if kill {
			did.kills++
		} else {
			did.restarts++
		}
	}
	return did
}

// waitEnded waits, on a store of its own, until all executions have ended.
func waitEnded(t *testing.T, st *store.Store, ids []string) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for {
		left, err := st.CountExecutions(store.WithPatience(t.Context()), store.ExecutionFilter{
			Application: "crash", Statuses: []model.Status{model.NotStarted, model.Running},
		})
		if err == nil && left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d executions are stuck, error %v", left, len(ids), err)
		}
		<-time.After(100 * time.Millisecond)
	}
}

// checkCalls checks that each stage of the pipelines made its call once.
func checkCalls(t *testing.T, w *world, from, to int) {
	t.Helper()
	calls := w.count()
	for n := from; n < to; n++ {
		for _, ref := range []string{"1", "3", "5", "7"} {
			if path := fmt.Sprintf("/%d/%s", n, ref); calls[path] != 1 {
				t.Errorf("%s was called %d times", path, calls[path])
			}
		}
	}
}

// checkCount checks that each pipeline has one execution.
func checkCount(t *testing.T, st *store.Store, want int) {
	t.Helper()
	if got, err := st.CountExecutions(t.Context(), store.ExecutionFilter{Application: "crash"}); err != nil || got != want {
		t.Errorf("%d executions of %d pipelines, error %v", got, want, err)
	}
}
