package queue

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// settableClock opens a store on a PostgreSQL whose clock can be set, for the
// statements of this program.
func settableClock(t *testing.T) (st *store.Store, set func(by time.Duration)) {
	t.Helper()
	url := testpostgres.New(t)
	plain := storetest.Open(t, url, store.Options{})
	exec := func(sql string) {
		t.Helper()
		if _, err := plain.Postgres().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	exec(`CREATE SCHEMA fake;
		CREATE TABLE fake.step (by interval NOT NULL);
		INSERT INTO fake.step VALUES ('0');
		CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
			'SELECT pg_catalog.clock_timestamp() + by FROM fake.step';
		CREATE FUNCTION fake.now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
			'SELECT pg_catalog.clock_timestamp() + by FROM fake.step'`)
	separator := "?"
	if strings.Contains(url, "?") {
		separator = "&"
	}
	st = storetest.Open(t, url+separator+"search_path=public,fake,pg_catalog", store.Options{})
	return st, func(by time.Duration) {
		exec(fmt.Sprintf("UPDATE fake.step SET by = make_interval(secs => %f)", by.Seconds()))
	}
}

func TestTimersSurviveASetClock(t *testing.T) {
	t.Parallel()
	for name, by := range map[string]time.Duration{
		"back": -10 * time.Minute, "forward": 10 * time.Minute, "far back": -40 * 24 * time.Hour,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, set := settableClock(t)
			w := start(t, st, Options{PollInterval: time.Hour, BeatInterval: 100 * time.Millisecond, DeadAfter: 2 * time.Second}, nil)
			at := time.Now().Add(1500 * time.Millisecond)
			enqueue(t, w.Queue, "x", at)
			settles(t, "it has beaten", func() bool {
				w.clock.mu.Lock()
				defer w.clock.mu.Unlock()
				return !w.clock.at.IsZero()
			})
			set(by)
			// It comes early, and would be put back by whoever knows its time.
			if r := w.next(t); r.at.After(at.Add(time.Second)) {
				t.Errorf("%v late", r.at.Sub(at))
			}
			settles(t, "the job is done", func() bool { return stats(t, w.Queue) == Stats{} })
			// What comes after goes by the clock as it is now.
			at = time.Now().Add(300 * time.Millisecond)
			enqueue(t, w.Queue, "y", at)
			if r := w.next(t); r.at.Before(at) {
				t.Errorf("%v early", at.Sub(r.at))
			}
		})
	}
}

// Processes don't take each other for dead because the clock was set.
func TestSetClockKillsNobody(t *testing.T) {
	t.Parallel()
	st, set := settableClock(t)
	opts := Options{PollInterval: time.Hour, BeatInterval: 200 * time.Millisecond, DeadAfter: 10 * time.Second}
	release := make(chan struct{})
	one := start(t, st, opts, nil)
	for _, by := range []time.Duration{10 * time.Minute, -10 * time.Minute, 0} {
		// The peer comes first: a job whose process is unknown is freed by any beat.
		execSQL(t, st, "", `INSERT INTO processes (id, info, started_at, beat_at)
			VALUES ('peer', '', 0, `+store.PostgresNowMillis+`) ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at`)
		id := enqueue(t, one.Queue, "x", time.Now().Add(time.Hour))
		execSQL(t, st, "", "UPDATE river_job SET state = 'running', attempt = 1, attempted_by = ARRAY['peer'] WHERE id = ?", id)
		// A process that has only begun goes by the clock once: it has seen the peer first.
		before := one.beats(t)
		settles(t, "a beat", func() bool { return one.beats(t) != before })
		before = one.beats(t)
		set(by)
		settles(t, "some beats", func() bool { return one.beats(t) != before })
		one.none(t)
		execSQL(t, st, "", "DELETE FROM river_job WHERE id = ?", id)
	}
	close(release)
}

// beats is the process's last beat.
func (w *workshop) beats(t *testing.T) (at int64) {
	t.Helper()
	if err := w.st.Query(t.Context(), store.NewStatement("SELECT beat_at FROM processes WHERE id = ?", ""),
		[]any{w.ProcessID()}, func(row store.Row) error { return row.Scan(&at) }); err != nil {
		t.Fatal(err)
	}
	return at
}

func TestWakeAll(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		q, err := New(t.Context(), st, Options{})
		if err != nil {
			t.Fatal(err)
		}
		const jobs = wakeBatch + 100
		for i := range jobs {
			enqueue(t, q, fmt.Sprint(i), time.Now().Add(time.Hour))
		}
		if err := q.wakeAll(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := stats(t, q); s != (Stats{Available: jobs}) {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestStepClock(t *testing.T) {
	t.Parallel()
	var c stepClock
	now := time.Now()
	for i, test := range []struct{ by, want time.Duration }{
		{0, 0}, {time.Second, 0}, {time.Hour, time.Hour - time.Second}, {time.Hour + time.Second, 0},
		{-time.Hour, -2*time.Hour - time.Second}, {-time.Hour, 0},
	} {
		at := time.Now()
		got := c.observe(now.Add(at.Sub(now)).Add(test.by).UnixMilli())
		if (got - test.want).Abs() > 500*time.Millisecond {
			t.Errorf("%d: step %v, want %v", i, got, test.want)
		}
	}
}

func TestPulse(t *testing.T) {
	t.Parallel()
	opts := Options{ProcessID: "me", BeatInterval: time.Hour, DeadAfter: time.Minute}
	ago := time.Now().Add(-2 * time.Minute)
	for name, test := range map[string]struct {
		pulse pulse
		beats map[string]int64
		first bool
		dead  int
	}{
		"seen for the first time":       {pulse{last: ago}, map[string]int64{"x": 5}, false, 0},
		"silent":                        {pulse{ago, map[string]sighting{"x": {5, ago}}}, map[string]int64{"x": 5}, false, 1},
		"beats":                         {pulse{ago, map[string]sighting{"x": {5, ago}}}, map[string]int64{"x": 6}, false, 0},
		"beats by a clock set back":     {pulse{ago, map[string]sighting{"x": {5, ago}}}, map[string]int64{"x": 1}, false, 0},
		"itself":                        {pulse{ago, map[string]sighting{"me": {5, ago}}}, map[string]int64{"me": 5}, false, 0},
		"silent as long as this one":    {pulse{ago.Add(-3 * time.Hour), map[string]sighting{"x": {5, ago}}}, map[string]int64{"x": 5}, false, 0},
		"at the start, an old beat":     {pulse{}, map[string]int64{"x": 1_000_000 - 61_000}, true, 1},
		"at the start, a beat just now": {pulse{}, map[string]int64{"x": 1_000_000 - 1_000}, true, 0},
	} {
		if dead := test.pulse.dead(test.beats, opts, 1_000_000, test.first); len(dead) != test.dead {
			t.Errorf("%s: dead %v", name, dead)
		}
	}
}
