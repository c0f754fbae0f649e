package stage

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// PanicError is a panic in a task or in what it has called, as an error.
type PanicError struct {
	Value any
	// Stack is where it happened.
	Stack []byte
}

// Error tells the panic's value.
func (e *PanicError) Error() string { return fmt.Sprint(e.Value) }

// Safely calls fn and turns a panic in it into a [*PanicError]. A panic that
// nobody recovers ends the process with everything else that runs in it, so
// whatever starts a goroutine on behalf of a task has it run through here. The
// runner does so for tasks, Cancel and OnTimeout.
func Safely(fn func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return fn()
}

// Each calls fn for 0 to n-1 side by side, at most atOnce at a time, and waits
// for all of them. It gives their errors by number, where a panic is a
// [*PanicError].
func Each(n, atOnce int, fn func(i int) error) []error {
	errs := make([]error, n)
	free := make(chan struct{}, max(1, atOnce))
	var group sync.WaitGroup
	for i := range n {
		free <- struct{}{}
		group.Go(func() {
			defer func() { <-free }()
			errs[i] = Safely(func() error { return fn(i) })
		})
	}
	group.Wait()
	return errs
}
