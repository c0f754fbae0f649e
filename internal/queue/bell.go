package queue

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	riverqueue "github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
)

// insertTopic is what River's producers listen for.
const insertTopic = "river_insert"

// jobsChannel is the channel of PostgreSQL on which processes tell each other
// of jobs that can be fetched.
const jobsChannel = "gennaker_jobs"

// insertPayload is what a notification on it says. River reads the queue.
type insertPayload struct {
	Queue string `json:"queue"`
	// By is the process that notifies; it has told its own producer already.
	By string `json:"by"`
}

// bell tells the producers of a queue that a job can be fetched: this process's through
// its listener, the others' by NOTIFY. It notifies outside of the transactions
// that enqueue: a NOTIFY within them has all commits of the database wait for
// each other, and here many are told of by one.
type bell struct {
	// local is what this process's listener reads.
	local   chan *riverdriver.Notification
	payload string
	// processID is this process's.
	processID string
	// notify sends the payload to the other processes; nil on SQLite.
	notify func(ctx context.Context, payload string) error
	// rung is called in place of the producer, where it is set.
	rung func()
	log  *slog.Logger

	mu            sync.Mutex
	ringing, more bool
}

func newBell(queue, processID string, log *slog.Logger) *bell {
	payload, _ := json.Marshal(insertPayload{queue, processID}) // two texts
	return &bell{payload: string(payload), processID: processID, log: log, local: make(chan *riverdriver.Notification, 1)}
}

// ringHere has this process's producer look for jobs. It never blocks: all
// notifications say the same, so one that waits does for those after it.
func (b *bell) ringHere() {
	if b.rung != nil {
		b.rung()
		return
	}
	select {
	case b.local <- &riverdriver.Notification{Topic: insertTopic, Payload: b.payload}:
	default:
	}
}

// ring has all producers look for jobs.
func (b *bell) ring() {
	b.ringHere()
	if b.notify == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ringing {
		b.more = true
		return
	}
	b.ringing = true
	go b.tellOthers()
}

func (b *bell) tellOthers() {
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if err := b.notify(ctx, b.payload); err != nil {
			// The jobs are found by the next poll.
			b.log.Warn("can't notify of new jobs", "error", err)
		}
		cancel()
		b.mu.Lock()
		if !b.more {
			b.ringing = false
			b.mu.Unlock()
			return
		}
		b.more = false
		b.mu.Unlock()
	}
}

// hear has this process's producers look for jobs when another one rings.
func (q *Queue) hear(payload string) {
	var told insertPayload
	switch err := json.Unmarshal([]byte(payload), &told); {
	case err == nil && told.By == q.opts.ProcessID: // its own, come back
	case err == nil && told.Queue == riverqueue.QueueDefault:
		q.jobsBell.ringHere()
	case err == nil && q.bells[told.Queue] != nil:
		q.bells[told.Queue].ringHere()
	default:
		q.bell.ringHere()
	}
}

// ringHere has this process look for whatever others may have told of.
func (q *Queue) ringHere() {
	q.bell.ringHere()
	q.jobsBell.ringHere()
	for _, b := range q.bells {
		b.ringHere()
	}
}
