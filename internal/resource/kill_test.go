package resource

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// childDatabase is the URL for a process that is to be killed.
const childDatabase = "GENNAKER_TEST_RESOURCE_DATABASE"

// beKilled reconciles without end, and says so when it has begun.
func beKilled(out io.Writer) {
	ctx := context.Background()
	st, err := store.Open(ctx, os.Getenv(childDatabase), store.Options{})
	if err == nil {
		var q *queue.Queue
		if q, err = queue.New(ctx, st, quickBeats); err == nil {
			s := New(Options{Store: st})
			err = s.Register(kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
				fmt.Fprintln(out, "reconciling", r.Name)
				<-ctx.Done()
				return Result{}, ctx.Err()
			})))
			s.Through(q, true)
			err = errors.Join(err, q.Run(ctx))
		}
	}
	fmt.Fprintln(out, err)
}

// The work of a process that was killed in the middle of it is taken up by another, or on
// SQLite by the next.
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		t.Helper()
		st, err := store.Open(t.Context(), url, store.Options{})
		require.NoError(t, err)
		writer := client(t, st, kindOf(reconcile(echo)))
		writer.put("a", 1)
		writer.stop()
		require.NoError(t, st.Close()) // SQLite is one process's

		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childDatabase+"="+url)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		line, err := bufio.NewReader(out).ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "reconciling a\n", line)
		require.NoError(t, child.Process.Kill())
		_, _ = io.Copy(io.Discard, out)
		require.Error(t, child.Wait())

		p := start(t, Options{Store: storetest.Open(t, url, store.Options{})}, kindOf(reconcile(echo)))
		began := time.Now()
		r := p.healthy("a")
		t.Logf("taken up after %v", time.Since(began))
		require.EqualValues(t, 1, r.ObservedGeneration)
	})
}
