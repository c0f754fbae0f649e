package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

const (
	// childDatabase is the URL for a process that is to be killed, and childClock the
	// clock that it goes by.
	childDatabase = "GENNAKER_TEST_SCHEDULE_DATABASE"
	childClock    = "GENNAKER_TEST_SCHEDULE_CLOCK"
	// wholeDay has TestDay fire 10,000 triggers through a whole day.
	wholeDay = "GENNAKER_TEST_WHOLE_DAY"
)

// fast is a clock that goes faster than the system's, the same in all processes, and stops
// at an end.
type fast struct {
	began     int64 // the system's, in nanoseconds
	from, end time.Time
	speed     int64
}

func (f fast) now() time.Time {
	at := f.from.Add(time.Duration((time.Now().UnixNano() - f.began) * f.speed))
	if at.After(f.end) {
		return f.end
	}
	return at
}

func (f fast) after(d time.Duration) <-chan time.Time {
	return time.After(d/time.Duration(f.speed) + time.Microsecond)
}

func (f fast) String() string {
	return fmt.Sprint(f.began, f.from.UnixMilli(), f.end.UnixMilli(), f.speed)
}

func readFast(text string) (fast, error) {
	var f fast
	var from, end int64
	_, err := fmt.Sscan(text, &f.began, &from, &end, &f.speed)
	f.from, f.end = time.UnixMilli(from), time.UnixMilli(end)
	return f, err
}

var (
	makeFired  = store.NewStatement(`CREATE TABLE fired (tick TEXT NOT NULL)`, "")
	noteFired  = store.NewStatement(`INSERT INTO fired (tick) VALUES (?)`, "")
	countFired = store.NewStatement(`SELECT tick, COUNT(*) FROM fired GROUP BY tick`, "")
)

// writtenDown are ticks that are written down where they are taken.
type writtenDown struct{}

func (writtenDown) Tick(ctx context.Context, tx *store.Tx, t Tick) error {
	_, err := tx.Exec(ctx, noteFired, t.Key)
	return err
}

// patientConfig takes no tick for missed.
func patientConfig() Config {
	config := DefaultConfig()
	config.Cron.Timezone = "America/Los_Angeles"
	config.Compensation.ToleranceMs = 2 * 24 * 3_600_000
	return config
}

// fireUntilKilled is what a process does that is to be killed.
func fireUntilKilled() {
	ctx := context.Background()
	err := func() error {
		clock, err := readFast(os.Getenv(childClock))
		if err != nil {
			return err
		}
		st, err := store.Open(ctx, os.Getenv(childDatabase), store.Options{})
		if err != nil {
			return err
		}
		s, err := New(Options{Store: st, Ticks: writtenDown{}, Config: patientConfig(), Now: clock.now, After: clock.after})
		if err != nil {
			return err
		}
		q, err := queue.New(ctx, st, queue.Options{Handler: func(context.Context, queue.Job) error { return nil }})
		if err != nil {
			return err
		}
		s.Through(q, true)
		return q.Run(ctx)
	}()
	fmt.Fprintln(os.Stderr, "the process has ended by itself:", err)
}

// TestDay: triggers fire through a day on which clocks are changed, while the processes that
// fire them are killed, and each tick comes exactly once.
func TestDay(t *testing.T) {
	t.Parallel()
	triggers, length, speed := 200, 3*time.Hour, int64(1500)
	if os.Getenv(wholeDay) != "" {
		triggers, length, speed = 10_000, 24*time.Hour, 720
	}
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Helper()
		from := time.Date(2026, 11, 1, 7, 30, 0, 0, time.UTC) // half past midnight in Los Angeles
		clock := fast{from: from, end: from.Add(length), speed: speed}
		st, err := store.Open(t.Context(), url, store.Options{})
		require.NoError(t, err)
		want := plant(t, st, triggers, clock)
		require.NoError(t, st.Close()) // SQLite is one process's

		processes := 1
		if strings.HasPrefix(url, "postgres") {
			processes = 2
		}
		clock.began = time.Now().UnixNano()
		kills := 0
		r := rand.New(rand.NewPCG(1, 2))
		children := make([]*exec.Cmd, processes)
		for i := range children {
			children[i] = spawn(t, url, clock)
		}
		for clock.now().Before(clock.end) {
			<-time.After(300*time.Millisecond + time.Duration(r.IntN(700))*time.Millisecond)
			i := r.IntN(processes)
			kill(t, children[i])
			kills++
			children[i] = spawn(t, url, clock)
		}
		// What is left is fired by processes that live, and on SQLite seen when they don't.
		require.Eventually(t, func() bool {
			if processes == 1 {
				<-time.After(time.Second)
				kill(t, children[0])
				defer func() { children[0] = spawn(t, url, clock) }()
			}
			st, err := store.Open(t.Context(), url, store.Options{})
			require.NoError(t, err)
			defer func() { require.NoError(t, st.Close()) }()
			due, err := read(t.Context(), st.Query, dueRows, clock.end.UnixMilli(), 1)
			require.NoError(t, err)
			return len(due) == 0
		}, 5*time.Minute, 100*time.Millisecond)
		for _, child := range children {
			kill(t, child)
		}
		st = storetest.Open(t, url, store.Options{})
		got := map[string]int{}
		require.NoError(t, st.Query(t.Context(), countFired, nil, func(row store.Row) error {
			var tick string
			var times int
			err := row.Scan(&tick, &times)
			got[tick] = times
			return err
		}))
		for tick, times := range got {
			if times != 1 || !want[tick] {
				t.Errorf("%s came %d times; it should have come: %v", tick, times, want[tick])
			}
		}
		require.Len(t, got, len(want), "ticks were lost")
		t.Logf("%d triggers fired %d times, once each, through %d kills", triggers, len(got), kills)
	})
}

// plant stores pipelines with triggers, and gives the ticks that are to come.
func plant(t *testing.T, st *store.Store, triggers int, clock fast) map[string]bool {
	t.Helper()
	s, err := New(Options{Store: st, Ticks: writtenDown{}, Config: patientConfig(), Now: func() time.Time { return clock.from }})
	require.NoError(t, err)
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Exec(ctx, makeFired)
		return err
	}))
	place, err := time.LoadLocation("America/Los_Angeles")
	require.NoError(t, err)
	expressions := []string{"0 H * * * ?", "0 H(0-29)/15 * * * ?", "H 0/20 * * * ?", "0 30 1 * * ?", "0 0 0-5 * * ?", "H H/7 * ? * SUN", "0 0 2 1 * ?", "0 0 * ? * MON-SAT"}
	kept, want := catalog.New(st, s), map[string]bool{}
	const each = 20
	for p := 0; p*each < triggers; p++ {
		id, own := fmt.Sprintf("p%d", p), list{}
		for i := range each {
			trigger := every("t"+strconv.Itoa(p*each+i), expressions[i%len(expressions)])
			own = append(own, trigger)
			schedule, err := cron.Parse(model.String(trigger, "cronExpression"), model.String(trigger, "id"), place)
			require.NoError(t, err)
			for at := schedule.Next(clock.from); !at.IsZero() && !at.After(clock.end); at = schedule.Next(at) {
				want[fmt.Sprintf("cron/%s/%s/%s", id, trigger["id"], at.UTC().Format(time.RFC3339))] = true
			}
		}
		_, err := kept.SavePipeline(t.Context(), store.PipelineKind, model.Pipeline{
			"id": id, "name": id, "application": "shop", "triggers": own,
		}, "ann", 0)
		require.NoError(t, err)
	}
	return want
}

func spawn(t *testing.T, url string, clock fast) *exec.Cmd {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0])
	child.Env = append(os.Environ(), childDatabase+"="+url, childClock+"="+clock.String())
	child.Stderr = t.Output()
	require.NoError(t, child.Start())
	return child
}

func kill(t *testing.T, child *exec.Cmd) {
	t.Helper()
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())
}
