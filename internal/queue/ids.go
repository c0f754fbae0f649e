package queue

import (
	"sync/atomic"
	"time"
)

// idSource makes job ids on SQLite, where River's table would give the id of a
// deleted job to a new one: whoever remembers the old job would wake the wrong
// execution. The ids go up with time, also from one process to the next, and
// stay below 2^53.
type idSource struct{ last atomic.Int64 }

func (s *idSource) next() int64 {
	for {
		last := s.last.Load()
		id := max(last+1, time.Now().UnixMilli()<<10)
		if s.last.CompareAndSwap(last, id) {
			return id
		}
	}
}
