package kubernetes

import (
	"context"
	"io"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Reader reads what runs in the accounts from their clusters, as the
// infrastructure and the API ask for it: answers are written as JSON as they
// are, and nil is nothing.
type Reader struct {
	*Provider
	// Health tells how objects of a namespace are doing, by their full names, as the views see
	// them: with their pods, and so as lists show them. What the views don't have is left out. It may
	// be nil.
	Health func(ctx context.Context, account, namespace string, names []string) (map[string]view.HealthStatus, error)
}

// LiveObject is a live object with how it is doing.
type LiveObject struct {
	*manifest.Live
	HealthStatus view.HealthStatus `json:"healthStatus"`
}

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
	live, err := r.Provider.Manifest(ctx, account, location, name, true)
	if err != nil || live == nil {
		return nil, err
	}
	out := LiveObject{Live: live, HealthStatus: r.healthOf(ctx, account, live)}
	if seen, ok := r.seen(ctx, account, live.Location, []string{live.Name})[live.Name]; ok {
		out.HealthStatus = seen
	}
	return out, nil
}

// healthOf is how an object is doing by what it says of itself.
func (r Reader) healthOf(ctx context.Context, accountName string, live *manifest.Live) view.HealthStatus {
	a, err := r.account(accountName)
	if err != nil {
		return view.HealthStatus{State: view.StateUnknown}
	}
	return a.healthOf(ctx, live.Manifest)
}

// seen is how the views see objects. If they can't be asked, it is empty: what
// the objects say of themselves is the next best.
func (r Reader) seen(ctx context.Context, account, namespace string, names []string) map[string]view.HealthStatus {
	if r.Health == nil {
		return nil
	}
	out, err := r.Health(ctx, account, namespace, names)
	if err != nil {
		return nil
	}
	return out
}

// Tree is what owns an object and what it owns.
func (r Reader) Tree(ctx context.Context, account, location, name string) (any, error) {
	tree, err := r.Provider.Tree(ctx, account, location, name)
	if err != nil || tree == nil {
		return nil, err
	}
	names := map[string][]string{}
	for _, n := range tree.Nodes {
		names[n.Namespace] = append(names[n.Namespace], n.Name)
	}
	for namespace, all := range names {
		seen := r.seen(ctx, account, namespace, all)
		for i, n := range tree.Nodes {
			if h, ok := seen[n.Name]; ok && n.Namespace == namespace {
				tree.Nodes[i].HealthStatus = h
			}
		}
	}
	return tree, nil
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
