package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
)

// Streams bounds the live streams of a process, whatever they are about.
type Streams struct {
	slots chan struct{}
	done  <-chan struct{}
	// Heartbeat is the time between signs of life on a stream.
	Heartbeat time.Duration
}

// NewStreams allows for that many live streams at a time, 1000 by default, with a
// sign of life every so often, 15 seconds by default. They end when done is closed,
// at the shutdown of the process.
func NewStreams(most int, heartbeat time.Duration, done <-chan struct{}) *Streams {
	if most <= 0 {
		most = 1000
	}
	if heartbeat <= 0 {
		heartbeat = 15 * time.Second
	}
	return &Streams{slots: make(chan struct{}, most), Heartbeat: heartbeat, done: done}
}

// Enter takes a place among the streams; Leave gives it back.
func (s *Streams) Enter() error {
	select {
	case s.slots <- struct{}{}:
		return nil
	default:
		return fault.New(fault.Unavailable, "there are as many live streams as this process serves (%d); ask for the list instead", cap(s.slots))
	}
}

// Leave gives back the place that Enter took.
func (s *Streams) Leave() { <-s.slots }

// Done is closed when streams are to end.
func (s *Streams) Done() <-chan struct{} { return s.done }

// UntilDone is the request's context, which ends with the server too.
func (s *Streams) UntilDone(r *http.Request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
