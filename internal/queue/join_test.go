package queue

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) says(words string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Contains(j.text.String(), words)
}

// A process that starts while the database does not answer begins its work
// later, and does not end.
func TestStartWaitsForTheDatabase(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	locked, release, released := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		released <- st.Write(context.WithoutCancel(t.Context()), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, store.NewStatement("", "LOCK TABLE processes IN ACCESS EXCLUSIVE MODE"))
			close(locked)
			<-release
			return err
		})
	}()
	<-locked
	var log journal
	w := prepare(t, st, Options{BeatInterval: 100 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(&log, nil))}, nil)
	w.begin(t)
	settles(t, "it tries again", func() bool { return log.says("the work on executions can't begin; trying again") })
	close(release)
	if err := <-released; err != nil {
		t.Fatal(err)
	}
	enqueue(t, w.Queue, "x", time.Time{})
	if r := w.next(t); r.job.ExecutionID != "x" {
		t.Errorf("job %+v", r.job)
	}
}
