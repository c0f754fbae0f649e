package mirror

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// until is a pod whose health changes by itself at a time.
func until(name string, at time.Time) *Object {
	o := pod("x", name, "Running", false)
	o.Moniker.App = "shop"
	o.Health = &health.Judgment{
		Now: view.HealthStatus{State: view.StateProgressing}, At: at, Then: view.HealthStatus{State: view.StateDegraded},
	}
	return o
}

// Whoever follows an application hears of what only time changes, when it does.
func TestChangesByTimeAreAnnounced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			mu   sync.Mutex
			told []string
		)
		s := NewStore("acct", func(c view.Change) {
			mu.Lock()
			defer mu.Unlock()
			told = append(told, c.Name)
		})
		start := time.Now()
		heard := func(names ...string) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			require.ElementsMatch(t, names, told)
			told = nil
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.Announce(ctx)
		}()

		s.Put(until("late", start.Add(10*time.Minute)))
		s.Put(until("soon", start.Add(time.Minute)))
		s.Put(until("gone", start.Add(2*time.Minute)))
		s.Put(until("mended", start.Add(2*time.Minute)))
		s.Put(until("passed", start.Add(-time.Minute)))
		heard("pod late", "pod soon", "pod gone", "pod mended", "pod passed")

		<-time.After(time.Minute - time.Millisecond)
		heard()
		<-time.After(time.Millisecond)
		heard("pod soon")
		require.Equal(t, view.StateDegraded, ask(s, view.Question{Topic: view.AboutHealth, Region: "ns", Names: []string{"pod soon"}}).Health["pod soon"].State)

		s.Remove(Key{"pod", "ns", "gone"})
		mended := pod("x", "mended", "Running", true)
		mended.Moniker.App = "shop"
		s.Put(mended)
		heard("pod gone", "pod mended")
		<-time.After(time.Minute)
		heard()

		// One that is put off, and one that comes before what is waited for.
		s.Put(until("late", start.Add(20*time.Minute)))
		s.Put(until("first", start.Add(5*time.Minute)))
		s.Put(until("both", start.Add(5*time.Minute)))
		heard("pod late", "pod first", "pod both")
		<-time.After(3 * time.Minute)
		heard("pod first", "pod both")
		<-time.After(5 * time.Minute)
		heard()
		<-time.After(10 * time.Minute)
		heard("pod late")
		require.Empty(t, s.due.at)
		require.Empty(t, s.due.objects)

		stop()
		<-done
	})
}
