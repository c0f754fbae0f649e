package eventlog_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// Events with the same key and other content that come at the very same time aren't taken
// for repeats of one another: all but one have to come again.
func TestSameKeyAtTheSameTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := newKit(t, st)
		k.save("p", onWebhook(nil))
		for round := range 5 {
			var group sync.WaitGroup
			begin := make(chan struct{})
			got, errs := make([]eventlog.Received, 12), make([]error, 12)
			for n := range got {
				group.Go(func() {
					e := webhookEvent(fmt.Sprintf("key%d", round), object{"n": n})
					e.Digest = fmt.Sprint(n)
					<-begin
					got[n], errs[n] = k.log.Receive(t.Context(), e)
				})
			}
			close(begin)
			group.Wait()
			started := 0
			for n := range got {
				if errs[n] != nil {
					var busy *eventlog.BusyError
					require.ErrorAs(t, errs[n], &busy)
					continue
				}
				require.False(t, got[n].Repeat, "it is lost")
				started++
			}
			require.Equal(t, 1, started)
		}
	})
}
