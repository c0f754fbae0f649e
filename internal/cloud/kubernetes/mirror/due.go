package mirror

import (
	"container/heap"
	"context"
	"time"
)

// due are the objects whose health changes by time alone, such as a start that takes too
// long at some time; the next one is first. It is a heap that also finds each object.
type due struct {
	objects []*Object
	at      map[*Object]int
}

// Len implements [heap.Interface].
func (d *due) Len() int { return len(d.objects) }

// Less implements [heap.Interface].
func (d *due) Less(i, j int) bool { return d.objects[i].Health.At.Before(d.objects[j].Health.At) }

// Swap implements [heap.Interface].
func (d *due) Swap(i, j int) {
	d.objects[i], d.objects[j] = d.objects[j], d.objects[i]
	d.at[d.objects[i]], d.at[d.objects[j]] = i, j
}

// Push implements [heap.Interface].
func (d *due) Push(o any) {
	object, _ := o.(*Object)
	d.at[object] = len(d.objects)
	d.objects = append(d.objects, object)
}

// Pop implements [heap.Interface].
func (d *due) Pop() any {
	last := len(d.objects) - 1
	o := d.objects[last]
	d.objects[last] = nil
	d.objects = d.objects[:last]
	delete(d.at, o)
	return o
}

// next is the time at which the next object is due; false if none is.
func (d *due) next() (time.Time, bool) {
	if len(d.objects) == 0 {
		return time.Time{}, false
	}
	return d.objects[0].Health.At, true
}

// expect notes when an object's health changes by itself.
func (s *Store) expect(o *Object) {
	if o.Health == nil || !o.Health.At.After(s.now()) {
		return
	}
	heap.Push(&s.due, o)
	if s.due.at[o] == 0 { // it comes before what Announce waits for
		select {
		case s.sooner <- struct{}{}:
		default:
		}
	}
}

// forget drops what was expected of an object.
func (s *Store) forget(o *Object) {
	if i, ok := s.due.at[o]; ok {
		heap.Remove(&s.due, i)
	}
}

// Announce tells of the objects whose health changes by time alone, when it does, until the
// context ends. It has one timer, for the next of them.
func (s *Store) Announce(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-s.sooner:
		}
		timer.Stop()
		if wait, ok := s.announce(); ok {
			timer.Reset(wait)
		}
	}
}

// announce tells of what is due, and how long it is until more is; false if nothing is left.
func (s *Store) announce() (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for {
		at, ok := s.due.next()
		if !ok {
			return 0, false
		}
		if at.After(now) {
			return at.Sub(now), true
		}
		if o, ok := heap.Pop(&s.due).(*Object); ok {
			s.tell(o, false)
		}
	}
}
