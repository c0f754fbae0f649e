package queue

import (
	"context"
	"time"
)

// periodic is something to be done every so often.
type periodic struct {
	name  string
	every time.Duration
	fn    func(ctx context.Context) error
}

// Periodic has fn run every so often, by one process of the installation at a
// time. It is called before Run.
func (q *Queue) Periodic(name string, every time.Duration, fn func(ctx context.Context) error) {
	q.periodic = append(q.periodic, &periodic{name, every, fn})
}

func (q *Queue) runPeriodic(context.Context) {}
