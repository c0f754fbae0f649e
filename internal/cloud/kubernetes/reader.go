package kubernetes

import (
	"context"
	"io"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Reader reads what runs in the accounts from their clusters, as the
// infrastructure and the API ask for it: answers are written as JSON as they
// are, and nil is nothing.
type Reader struct{ *Provider }

// Console is the end of the logs of a pod's containers.
func (r Reader) Console(ctx context.Context, account, namespace, pod string) (any, error) {
	return r.Provider.Console(ctx, account, namespace, pod)
}

// Log is a part of the log of one of a pod's containers.
func (r Reader) Log(ctx context.Context, account, namespace, pod string, part view.LogPart) (io.ReadCloser, error) {
	return r.PodLog(ctx, account, namespace, pod, part)
}

// Job tells how a Job is doing.
func (r Reader) Job(ctx context.Context, account, namespace, name string) (any, error) {
	return found(r.Provider.Job(ctx, account, namespace, name))
}

// Manifest is a live object with its status and events.
func (r Reader) Manifest(ctx context.Context, account, location, name string) (any, error) {
	return found(r.Provider.Manifest(ctx, account, location, name, true))
}

// Tree is what owns an object and what it owns.
func (r Reader) Tree(ctx context.Context, account, location, name string) (any, error) {
	return found(r.Provider.Tree(ctx, account, location, name))
}

// Applied is what of an object was applied, and how it differs by now.
func (r Reader) Applied(ctx context.Context, account, location, name string) (any, error) {
	return found(r.Provider.Applied(ctx, account, location, name))
}

// found is a result as JSON has it: a nil pointer is nothing.
func found[T any](value *T, err error) (any, error) {
	if err != nil || value == nil {
		return nil, err
	}
	return value, nil
}
