package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/gennaker/gennaker/internal/store"
)

// held are the jobs that this process has in hand. A fetch may be carried out
// while its answer is lost: the database then has jobs of this process running
// that it doesn't know, and as it lives, no other process would free them.
type held struct {
	// fetching is locked while a fetch is under way: only when none is can it be
	// told which jobs aren't held.
	fetching sync.Mutex

	mu   sync.Mutex
	jobs map[int64]int // the attempt by the job's id
}

func (h *held) take(jobs []*rivertype.JobRow) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, job := range jobs {
		h.jobs[job.ID] = job.Attempt
	}
}

// drop forgets a job, unless it has been fetched again meanwhile.
func (h *held) drop(id int64, attempt int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.jobs[id] == attempt {
		delete(h.jobs, id)
	}
}

// letGo forgets a job, whatever its attempt.
func (h *held) letGo(id int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.jobs, id)
}

func (h *held) ids() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.jobs))
}

// fetchTimeout bounds a fetch, so that a connection that answers nothing can't
// hold up those after it.
const fetchTimeout = 10 * time.Second

// reconcile frees the jobs that run under this process's name and that it
// doesn't have in hand.
func (q *Queue) reconcile(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	q.held.fetching.Lock()
	defer q.held.fetching.Unlock()
	var freed int64
	ids := q.held.ids()
	err := q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		freed, err = tx.Exec(ctx, freeUnheld, q.opts.ProcessID, idList(q.st, ids))
		return err
	})
	if err != nil {
		return fmt.Errorf("free jobs whose fetch was not answered: %w", err)
	}
	if freed > 0 {
		q.log.WarnContext(ctx, "jobs whose fetch was not answered go on", "jobs", freed)
		q.bell.ring() //nolint:contextcheck // a ring is for whoever rang, not for one of them
	}
	return nil
}

// unsure has jobs fetched and looked after again soon: a fetch has failed,
// whether or not it was carried out.
func (q *Queue) unsure() {
	select {
	case q.doubt <- struct{}{}:
	default:
	}
}

// pilotFetch fetches for the pilot, and takes note of what came.
func (q *Queue) pilotFetch(fetch func() ([]*rivertype.JobRow, error)) ([]*rivertype.JobRow, error) {
	q.held.fetching.Lock()
	defer q.held.fetching.Unlock()
	jobs, err := fetch()
	if err != nil {
		q.unsure()
		return nil, err
	}
	q.held.take(jobs)
	return jobs, nil
}
