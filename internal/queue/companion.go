package queue

import "context"

// Companion is work that goes on beside the jobs and is claimed in the name of this
// process ([Queue.ProcessID]) by rows of its own. Other processes may take over what is
// claimed in the name of a process that the table "processes" doesn't have: one that has
// ended, or that is taken for dead.
type Companion struct {
	// Run works until ctx ends. It begins once this process is on the list of those
	// that live, which it stays on until Run has returned.
	Run func(ctx context.Context)
	// ClockSet is called after the clock that things wait by was set back: what waits
	// for a time by it would wait for too long. It may be nil.
	ClockSet func(ctx context.Context) error
}

// Accompany adds a companion. It is called before [Queue.Run].
func (q *Queue) Accompany(c Companion) { q.companions = append(q.companions, c) }

// Bell has the processes that share the database tell each other that there is something
// to do under a name. The function that comes back rings: it has rung called in this
// process at once and in the others soon after, if it comes through to them, which is no
// promise. It is to be called after the commit of what is told of; rings that come
// together may be one. rung must be quick; if it is nil, this process only rings. Bell is
// called before [Queue.Run].
func (q *Queue) Bell(name string, rung func()) (ring func()) {
	b := newBell(name, q.opts.ProcessID, q.log)
	b.notify, b.rung = q.bell.notify, rung
	if rung == nil {
		b.rung = func() {}
	}
	if q.bells == nil {
		q.bells = map[string]*bell{}
	}
	q.bells[name] = b
	return b.ring
}
