package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivershared/riverpilot"
	"github.com/riverqueue/river/rivertype"

	"github.com/gennaker/gennaker/internal/store"
)

// pilot stands between River's client and its tables: it fetches jobs its own
// way, and keeps River from ending them.
type pilot struct {
	riverpilot.StandardPilot
	q      *Queue
	others others
}

// JobGetAvailable takes jobs that are due and sets the alarm to the next one. Other
// queues than that of the executions are River's own.
func (p *pilot) JobGetAvailable(
	ctx context.Context, exec riverdriver.Executor, state riverpilot.ProducerState, params *riverdriver.JobGetAvailableParams,
) ([]*rivertype.JobRow, error) {
	if params.Queue != queueName {
		return p.others.fetched(p.StandardPilot.JobGetAvailable(ctx, exec, state, params))
	}
	if params.MaxToLock <= 0 {
		return nil, nil
	}
	return p.q.pilotFetch(func() ([]*rivertype.JobRow, error) { return p.available(ctx, params) })
}

func (p *pilot) available(ctx context.Context, params *riverdriver.JobGetAvailableParams) ([]*rivertype.JobRow, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	n := p.q.slots.take(params.MaxToLock)
	if n == 0 || p.q.trial.alone() {
		p.q.slots.fetched(n) // whoever frees a slot, or the suspect, has it fetched
		return nil, nil
	}
	suspect, err := p.q.fetchSuspect(ctx, params.ClientID)
	if suspect != nil || err != nil {
		if err != nil {
			p.q.slots.fetched(n)
			return nil, err
		}
		p.q.slots.fetched(n - 1)
		return []*rivertype.JobRow{suspect}, nil
	}
	jobs, due, err := p.q.fetch(ctx, params.ClientID, n)
	if err != nil {
		p.q.slots.fetched(n)
		return nil, fmt.Errorf("fetch jobs: %w", err)
	}
	p.q.slots.fetched(n - len(jobs))
	if due != nil && len(jobs) < n {
		p.q.alarm.set(time.Now().Add(time.Duration(*due * float64(time.Second))))
	}
	return jobs, nil
}

// JobSetStateIfRunningMany changes nothing of executions' jobs: when River comes to
// it, the worker has seen to the job's row. A job that River didn't hand to the
// worker, as it can't be read, is let go, and tried again. Jobs of other queues end
// as River says.
func (p *pilot) JobSetStateIfRunningMany(
	ctx context.Context, exec riverdriver.Executor, params *riverdriver.JobSetStateIfRunningManyParams,
) ([]*rivertype.JobRow, error) {
	theirs, ended := p.others.among(params)
	rows := make([]*rivertype.JobRow, 0, len(params.ID))
	for i, id := range params.ID {
		if _, other := ended[id]; other {
			continue
		}
		p.q.held.letGo(id)
		rows = append(rows, &rivertype.JobRow{ID: id, State: params.State[i], Kind: jobKind, Queue: queueName})
	}
	if len(ended) == 0 {
		return rows, nil
	}
	more, err := p.StandardPilot.JobSetStateIfRunningMany(ctx, exec, theirs)
	if err != nil {
		return nil, err
	}
	p.others.forget(ended)
	p.q.ringForRetries(theirs)
	return append(rows, more...), nil
}

// fetch takes up to n jobs, and gives the time until the next one is due in
// seconds, nil if there is none.
func (q *Queue) fetch(ctx context.Context, clientID string, n int) (jobs []*rivertype.JobRow, due *float64, err error) {
	if pool := q.st.Postgres(); pool != nil {
		batch := &pgx.Batch{}
		batch.Queue(fetchJobs.Postgres(), clientID, n).Query(func(rows pgx.Rows) error {
			for rows.Next() {
				job, err := scanJob(rows)
				if err != nil {
					return err
				}
				jobs = append(jobs, job)
			}
			return rows.Err()
		})
		var now int64
		batch.Queue(nextDue.Postgres()).QueryRow(func(row pgx.Row) error { return row.Scan(&due, &now) })
		if err = pool.SendBatch(ctx, batch).Close(); err == nil {
			q.checkClock(ctx, now)
		}
		return jobs, due, err
	}
	q.checkClock(ctx, time.Now().UnixMilli())
	err = q.st.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		jobs = nil
		if err := tx.Query(ctx, fetchJobs, []any{clientID, n}, func(row store.Row) error {
			job, err := scanJob(row)
			if err != nil {
				return err
			}
			jobs = append(jobs, job)
			return nil
		}); err != nil {
			return err
		}
		return tx.QueryRow(ctx, nextDue, nil, &due)
	})
	return jobs, due, err
}

func scanJob(row store.Row) (*rivertype.JobRow, error) {
	job := jobRow()
	return job, row.Scan(&job.ID, &job.Attempt, &job.EncodedArgs)
}

func jobRow() *rivertype.JobRow {
	return &rivertype.JobRow{Kind: jobKind, Queue: queueName, State: rivertype.JobStateRunning,
		MaxAttempts: maxAttempts, Priority: 1, ScheduledAt: time.Now(), Metadata: []byte("{}")}
}
