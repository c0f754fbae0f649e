// Package queue carries the work on executions: one River job per execution
// that has something to do now or at a known time. It adds to River what the
// engine needs: jobs that are picked up within a millisecond or two on SQLite
// too, exact timers, completion in the worker's own transaction with fencing,
// and the rescue of a dead process's jobs within seconds.
//
// How it sits on River v0.31.0:
//
//   - River's schema, migrations, producer (fetching, workers, graceful stop)
//     and maintenance are used as they are. Jobs are rows of river_job in
//     queue "advance".
//   - A job with a time in the future is stored as "available" with that time
//     as scheduled_at; River's own fetch, too, leaves such a job alone until
//     then. Each fetch also reads the next such time, and one alarm per
//     process triggers the next fetch at that moment. So there are no timers
//     to keep per job, and any process picks up a dead one's. River's poll
//     ([Options.PollInterval]) is the safety net.
//   - River's pilot, the seam its drivers may replace, does the fetch with
//     prepared statements and keeps River's completer off our jobs: a job ends
//     in the transaction of its handler, or by this package after an error,
//     always with the attempt as fencing token.
//   - River hears of new jobs through a listener of ours, which its drivers
//     may bring: a committed Enqueue or Wake reaches this process's producer
//     directly, also on SQLite, which has no LISTEN, and on PostgreSQL the
//     other processes' by NOTIFY. So River need not poll.
//   - A job that is done is deleted, in one statement: what happened is told
//     by the execution, and the table stays as small as what is under way.
//
// Much of this goes by what River doesn't promise. docs/architecture.md lists it
// under "What the queue depends on in River", with what would replace it, and
// river_test.go holds River to it.
package queue
