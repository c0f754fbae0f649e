package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"

	"github.com/gennaker/gennaker/internal/store"
)

// Jobs are the jobs beside those of executions: what has to be done once, later or
// until it works. River is used for them as its documentation says: arguments and
// workers are River's, so are retries, and the jobs are in its default queue.
type Jobs struct {
	// Workers work on them.
	Workers *riverqueue.Workers
	// Most is how many of them a process works on at the same time.
	Most int
	// RescueAfter is the age at which a job that runs is taken for lost with its
	// process, and tried again; more than any takes.
	RescueAfter time.Duration
}

// Insert adds such jobs in the caller's transaction. They are worked on by processes
// whose queue has workers for them.
func (q *Queue) Insert(ctx context.Context, tx *store.Tx, jobs []riverqueue.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	if err := q.insertMany(ctx, tx, jobs); err != nil {
		return fmt.Errorf("add %d jobs: %w", len(jobs), err)
	}
	tx.OnCommit(q.jobsBell.ring)
	return nil
}

// ringForRetries has jobs fetched at their time that River makes available for a
// moment soon after. It would find them by its poll.
func (q *Queue) ringForRetries(ended *riverdriver.JobSetStateIfRunningManyParams) {
	for i, state := range ended.State {
		if at := ended.ScheduledAt[i]; at != nil && state == rivertype.JobStateAvailable {
			time.AfterFunc(time.Until(*at)+time.Millisecond, q.jobsBell.ringHere)
		}
	}
}

// others are the jobs of other queues that this process has in hand, with their
// attempts. River ends jobs in batches that don't tell of which queue they are.
type others struct{ attempts sync.Map }

// fetched takes note of what was fetched.
func (o *others) fetched(jobs []*rivertype.JobRow, err error) ([]*rivertype.JobRow, error) {
	for _, job := range jobs {
		o.attempts.Store(job.ID, job.Attempt)
	}
	return jobs, err
}

// among gives the part of a batch that is about them, and their attempts.
func (o *others) among(all *riverdriver.JobSetStateIfRunningManyParams) (theirs *riverdriver.JobSetStateIfRunningManyParams, ended map[int64]any) {
	theirs = &riverdriver.JobSetStateIfRunningManyParams{Now: all.Now, Schema: all.Schema}
	for i, id := range all.ID {
		attempt, found := o.attempts.Load(id)
		if !found {
			continue
		}
		if ended == nil {
			ended = map[int64]any{}
		}
		ended[id] = attempt
		theirs.ID = append(theirs.ID, id)
		theirs.Attempt = append(theirs.Attempt, all.Attempt[i])
		theirs.ErrData = append(theirs.ErrData, all.ErrData[i])
		theirs.FinalizedAt = append(theirs.FinalizedAt, all.FinalizedAt[i])
		theirs.MetadataDoMerge = append(theirs.MetadataDoMerge, all.MetadataDoMerge[i])
		theirs.MetadataUpdates = append(theirs.MetadataUpdates, all.MetadataUpdates[i])
		at := all.ScheduledAt[i]
		if at != nil {
			// River's own tables on SQLite need it in UTC, also if a job is put off.
			utc := at.UTC()
			at = &utc
		}
		theirs.ScheduledAt = append(theirs.ScheduledAt, at)
		theirs.State = append(theirs.State, all.State[i])
	}
	return theirs, ended
}

// forget forgets those that have ended, unless they have been fetched again.
func (o *others) forget(ended map[int64]any) {
	for id, attempt := range ended {
		o.attempts.CompareAndDelete(id, attempt)
	}
}
