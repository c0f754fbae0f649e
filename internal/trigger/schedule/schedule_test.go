package schedule

import (
	"context"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestTriggersFire(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		full := every("a", "0 0/10 * * * ?")
		maps.Copy(full, object{
			"parameters": object{"env": "qa"}, "secret": "s", "timezone": "Etc/UTC",
		})
		full["type"] = "CRON"
		k.save("p", full, every("b", "0 5 10 * * ?"), object{"type": "git", "enabled": true})
		require.Equal(t, time.Minute, k.fire())
		k.clock.add(5*time.Minute - time.Millisecond)
		require.Equal(t, time.Millisecond, k.fire())
		require.Empty(t, k.ticks.keys())
		k.clock.add(time.Millisecond)
		k.fire()
		k.clock.add(5 * time.Minute)
		k.fire()
		k.fire()
		require.Equal(t, []string{"cron/p/b/2026-05-04T10:05:00Z", "cron/p/a/2026-05-04T10:10:00Z"}, k.ticks.keys())
		require.Equal(t, Tick{
			PipelineID: "p", TriggerKey: "a", Key: "cron/p/a/2026-05-04T10:10:00Z", Time: time.UnixMilli(1777889400000),
			Trigger: object{
				"type": "cron", "id": "a", "cronExpression": "0 0/10 * * * ?", "timezone": "Etc/UTC",
			},
		}, k.ticks.ticks[1])
	})
}

func TestWhatDoesntFire(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
	off := every("off", "* * * * * ?")
	off["enabled"] = false
	unsaid := every("unsaid", "* * * * * ?")
	delete(unsaid, "enabled")
	nowhere := every("nowhere", "* * * * * ?")
	nowhere["timezone"] = "Mars/Olympus"
	k.save("p", off, unsaid, nowhere, every("words", "every day"), every("past", "0 0 0 1 1 ? 1999"), every("none", ""))
	k.put(model.Pipeline{"id": "q", "name": "q", "application": "shop", "disabled": true, "triggers": list{every("a", "* * * * * ?")}})
	k.clock.add(time.Hour)
	require.Equal(t, restful, k.fire())
	require.Empty(t, k.ticks.keys())
	shown, err := k.Schedules(t.Context(), "p")
	require.NoError(t, err)
	problems := map[string]string{}
	for _, s := range shown {
		problems[s.TriggerID] = s.Problem
		require.Empty(t, s.NextFires)
	}
	require.Equal(t, map[string]string{
		"nowhere": `there is no time zone "Mars/Olympus": it must be a name such as Europe/Berlin`,
		"none":    "the expression is empty; it has six or seven fields", "past": "",
		"words": "the expression has 2 fields, want six or seven: second, minute, hour, day (of the month), month, day of week and perhaps year",
	}, problems)
}

// Two triggers of one id are two; two that are the same in everything are one.
func TestTriggersOfOneID(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t), newClock(t, "2026-05-04T10:00:00Z"))
	k.save("p", every("same", "*/2 * * * * ?"), every("same", "0/2 * * * * ?"), every("same", "0/2 * * * * ?"), every("", "0/2 * * * * ?"))
	k.clock.add(2 * time.Second)
	k.fire()
	require.ElementsMatch(t, []string{
		"cron/p/same/2026-05-04T10:00:02Z", "cron/p/same#2/2026-05-04T10:00:02Z", "cron/p/#4/2026-05-04T10:00:02Z",
	}, k.ticks.keys())
}

// A save that doesn't change when a trigger fires doesn't lose or repeat a tick.
func TestSaves(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		k.save("p", every("a", "0 * * * * ?"), every("b", "0 * * * * ?"), every("c", "0 * * * * ?"))
		k.clock.add(65 * time.Second) // all are due
		changed := every("a", "0 * * * * ?")
		changed["parameters"] = object{"n": 1}
		k.save("p", changed, every("b", "5 * * * * ?"))
		k.fire()
		require.Equal(t, []string{"cron/p/a/2026-05-04T10:01:00Z"}, k.ticks.keys(), "b has begun anew, c is gone")
		require.NotContains(t, k.ticks.ticks[0].Trigger, "parameters")
		k.save("p", changed, every("b", "5 * * * * ?"))
		k.fire()
		require.Len(t, k.ticks.keys(), 1)
		k.clock.add(time.Minute)
		k.fire()
		require.Equal(t, []string{"cron/p/a/2026-05-04T10:02:00Z", "cron/p/b/2026-05-04T10:02:05Z"}, k.ticks.keys()[1:])
		require.NoError(t, k.catalog.DeletePipeline(t.Context(), store.PipelineKind, "shop", "p", "ann"))
		k.clock.add(time.Hour)
		require.Equal(t, restful, k.fire())
		require.Len(t, k.ticks.keys(), 3)
	})
}

func TestMissedTicks(t *testing.T) {
	t.Parallel()
	without := func(c *Config) { c.Compensation.Enabled = false }
	for name, tc := range map[string]struct {
		expression string
		away       time.Duration
		change     func(*Config)
		want       []string
		late       bool
		missed     *Missed
	}{
		"none":                      {"0 0 11 * * ?", 30 * time.Minute, nil, nil, false, nil},
		"late, but in time":         {"0/10 0 11 * * ?", time.Hour + 25*time.Second, nil, []string{"11:00:00", "11:00:10", "11:00:20"}, false, nil},
		"within the window":         {"0 0 11 * * ?", time.Hour + 9*time.Minute, nil, []string{"11:00:00"}, true, nil},
		"beyond the window":         {"0 0 11 * * ?", time.Hour + 11*time.Minute, nil, nil, false, &Missed{"2026-05-04T11:00:00Z", "2026-05-04T11:11:00Z"}},
		"several, the last made up": {"0 * * * * ?", 90*time.Minute + 45*time.Second, nil, []string{"11:30:00"}, true, &Missed{"2026-05-04T10:01:00Z", "2026-05-04T11:30:45Z"}},
		"several, the last in time": {"0 0 * * * ?", 3*time.Hour + time.Second, nil, []string{"13:00:00"}, false, &Missed{"2026-05-04T11:00:00Z", "2026-05-04T13:00:01Z"}},
		"each second for a month":   {"* * * * * ?", 31 * 24 * time.Hour, nil, []string{"10:00:00"}, false, &Missed{"2026-05-04T10:00:01Z", "2026-06-04T10:00:00Z"}},
		"none is made up":           {"0 0 11 * * ?", time.Hour + time.Minute, without, nil, false, &Missed{"2026-05-04T11:00:00Z", "2026-05-04T11:01:00Z"}},
		"a window of a day": {
			"0 0 11 * * ?", 20 * time.Hour, func(c *Config) { c.Compensation.WindowMs = 24 * 3_600_000 }, []string{"11:00:00"}, true, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, storetest.SQLite(t), newClock(t, "2026-05-04T10:00:00Z"), func(c *Config) {
				if tc.change != nil {
					tc.change(c)
				}
			})
			k.save("p", every("a", tc.expression))
			k.clock.add(tc.away)
			k.fire()
			var got []string
			for _, tick := range k.ticks.ticks {
				got = append(got, tick.Time.UTC().Format(time.TimeOnly))
				require.Equal(t, tc.late, tick.Late)
			}
			require.Equal(t, tc.want, got)
			shown, err := k.Schedules(t.Context(), "p")
			require.NoError(t, err)
			require.Equal(t, tc.missed, shown[0].Missed)
			k.clock.add(time.Second)
			k.fire()
			require.Equal(t, tc.expression == "* * * * * ?", len(k.ticks.ticks) > len(got), "nothing comes again")
		})
	}
}

// A tick that can't be handed on comes again later, and keeps no other.
func TestATickThatFails(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		broken := true
		k.ticks.fail = func(tick Tick) error {
			if broken && tick.PipelineID == "bad" {
				return errors.New("no room")
			}
			return nil
		}
		k.save("bad", every("a", "0 * * * * ?"))
		k.save("good", every("a", "0 * * * * ?"))
		k.clock.add(time.Minute)
		require.Equal(t, busyPause, k.fire())
		require.Equal(t, []string{"cron/good/a/2026-05-04T10:01:00Z"}, k.ticks.keys())
		broken = false
		require.Equal(t, busyPause, k.fire())
		k.clock.add(putOffFor)
		k.fire()
		require.Equal(t, "cron/bad/a/2026-05-04T10:01:00Z", k.ticks.keys()[1])
	})
}

// A clock that was a day ahead loses the ticks of that day, not those after it is right.
func TestAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t), newClock(t, "2026-05-04T10:00:00Z"))
	require.False(t, k.clockWentBack())
	k.save("p", every("a", "0 * * * * ?"), every("b", "0 0 0 * * ?"))
	k.clock.add(24 * time.Hour)
	require.False(t, k.clockWentBack())
	k.fire()
	require.Equal(t, []string{"cron/p/a/2026-05-05T10:00:00Z"}, k.ticks.keys())
	k.clock.add(-24*time.Hour + time.Second)
	require.True(t, k.clockWentBack())
	require.NoError(t, k.Rebuild(t.Context()))
	k.clock.add(time.Minute)
	k.fire()
	require.Equal(t, "cron/p/a/2026-05-04T10:01:00Z", k.ticks.keys()[1])
	k.clock.add(14 * time.Hour)
	k.fire()
	require.Contains(t, k.ticks.keys(), "cron/p/b/2026-05-05T00:00:00Z")

	// Another process's clock that is a little behind doesn't have a tick come again.
	k.clock.add(-2 * time.Second)
	k.save("q", every("a", "0 2 0 * * ?"))
	k.clock.add(2 * time.Minute)
	k.fire()
	before := len(k.ticks.keys())
	k.clock.add(-2 * time.Minute)
	require.NoError(t, k.Rebuild(t.Context()))
	k.clock.add(2 * time.Minute)
	k.fire()
	require.Len(t, k.ticks.keys(), before)
}

// What is missing is made at the start, and what has no pipeline goes.
func TestRebuild(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		for _, id := range []string{"a", "b", "c", "d"} {
			k.save(id, every("t", "0 * * * * ?"))
		}
		k.save("none", object{"type": "git", "enabled": true})
		run := func(text string, args ...any) {
			require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.Exec(ctx, store.NewStatement(text, ""), args...)
				return err
			}))
		}
		run(`DELETE FROM schedules WHERE pipeline_id = 'a'`)
		run(`UPDATE schedules SET expression = '0 0 0 1 1 ?', due_at = 1 WHERE pipeline_id = 'b'`)
		run(`UPDATE schedules SET pipeline_id = 'gone' WHERE pipeline_id = 'c'`)
		k.clock.add(time.Minute)
		require.NoError(t, k.Rebuild(t.Context()))
		k.fire()
		require.Equal(t, []string{"cron/d/t/2026-05-04T10:01:00Z"}, k.ticks.keys(), "what was there stays due")
		k.clock.add(time.Minute)
		k.fire()
		require.ElementsMatch(t, []string{
			"cron/a/t/2026-05-04T10:02:00Z", "cron/b/t/2026-05-04T10:02:00Z", "cron/c/t/2026-05-04T10:02:00Z", "cron/d/t/2026-05-04T10:02:00Z",
		}, k.ticks.keys()[1:])
		rows, err := read(t.Context(), st.Query, allRows)
		require.NoError(t, err)
		require.Len(t, rows, 4)
		require.NoError(t, k.Rebuild(t.Context()))
	})
}

// Other time zones, and a changed default, count from when they are known.
func TestTimeZones(t *testing.T) {
	t.Parallel()
	st, c := storetest.SQLite(t), newClock(t, "2026-05-04T10:00:00Z")
	own := every("own", "0 0 9 * * ?")
	own["timezone"] = "Asia/Tokyo"
	newKit(t, st, c).save("p", own, every("default", "0 0 9 * * ?"))
	k := newKit(t, st, c, func(config *Config) { config.Cron.Timezone = "America/New_York" })
	require.NoError(t, k.Rebuild(t.Context()))
	shown, err := k.Schedules(t.Context(), "p")
	require.NoError(t, err)
	require.Equal(t, "2026-05-04T09:00:00-04:00", shown[0].NextFires[0])
	require.Equal(t, "2026-05-05T09:00:00+09:00", shown[1].NextFires[0])
	k.clock.add(3 * time.Hour)
	k.fire()
	require.Equal(t, []string{"cron/p/default/2026-05-04T13:00:00Z"}, k.ticks.keys())
	preview, err := k.Preview("0 H(0-9) 9 * * ?", "a", "")
	require.NoError(t, err)
	require.Equal(t, Status{
		TriggerID: "a", Expression: "0 H(0-9) 9 * * ?", Effective: "0 7 9 * * ?", Timezone: "America/New_York",
		NextFires: []string{
			"2026-05-04T09:07:00-04:00", "2026-05-05T09:07:00-04:00", "2026-05-06T09:07:00-04:00", "2026-05-07T09:07:00-04:00", "2026-05-08T09:07:00-04:00",
		},
	}, preview)
	_, err = k.Preview("x", "a", "")
	require.ErrorContains(t, err, "one field")
}

// Whatever a trigger holds, its pipeline can be saved.
func TestOddTriggers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st, newClock(t, "2026-05-04T10:00:00Z"))
		long := make([]byte, 100_000)
		for i := range long {
			long[i] = 'x'
		}
		k.save("p", every(string(long), "0 * * * * ?"), every("a\x00b", "0 * * * * ?\x00"), every("n", string(long)),
			object{"type": "cron", "enabled": true, "id": 7, "cronExpression": list{1}}, "text", nil)
		k.clock.add(time.Minute)
		k.fire()
		require.Len(t, k.ticks.keys(), 1)
	})
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Config){
		"scheduler.cron.timezone":    func(c *Config) { c.Cron.Timezone = "Mars/Olympus" },
		"scheduler.compensation-job": func(c *Config) { c.Compensation.ToleranceMs = 0 },
		"window-ms no less than 0":   func(c *Config) { c.Compensation.WindowMs = -1 },
		"more than 7 days":           func(c *Config) { c.Compensation.WindowMs = 8 * 24 * 3_600_000 },
	} {
		config := DefaultConfig()
		change(&config)
		_, err := New(Options{Config: config})
		require.ErrorContains(t, err, want)
	}
}
