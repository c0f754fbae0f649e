package kubernetes

import "github.com/gennaker/gennaker/internal/stage"

// safely makes a panic in a goroutine an error: unrecovered, it would end the
// process with everything else that runs in it.
func safely(fn func() error) func() error {
	return func() error { return stage.Safely(fn) }
}
