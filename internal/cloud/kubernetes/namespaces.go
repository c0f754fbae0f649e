package kubernetes

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	// namespacesFresh is how long a list of namespaces is used without asking
	// again, as in Clouddriver.
	namespacesFresh = 30 * time.Second
	// namespacesWait is how long who asks waits for a cluster to answer, before
	// getting what was last known.
	namespacesWait = 2 * time.Second
	// namespacesTimeout is how long a cluster may take to answer at all.
	namespacesTimeout = 20 * time.Second
	// namespacesRetry is how long after a failure nobody waits for the cluster.
	namespacesRetry = 10 * time.Second
)

// namespaceList remembers the namespaces of one cluster.
type namespaceList struct {
	flight singleflight.Group

	mu     sync.Mutex
	names  []string
	read   time.Time // when names was read; zero if never
	failed time.Time // when reading failed since; zero if it did not
}

// Namespaces are the namespaces that an account may use: those of its
// configuration, else those of its cluster without its omitNamespaces. A
// cluster that does not answer has those that were last read, so that the
// answer is never late for long. This is Clouddriver's
// KubernetesCredentials.getDeclaredNamespaces.
func (p *Provider) Namespaces(ctx context.Context, accountName string) []string {
	a, err := p.account(accountName)
	if err != nil {
		return []string{}
	}
	names := a.config.Namespaces
	if len(names) == 0 {
		names = a.liveNamespaces(ctx)
	}
	return slices.DeleteFunc(append([]string{}, names...), func(name string) bool {
		return slices.Contains(a.config.OmitNamespaces, name)
	})
}

func (a *account) liveNamespaces(ctx context.Context) []string {
	l := &a.namespaces
	names, fresh, failing := l.known()
	if fresh {
		return names
	}
	asked := l.flight.DoChan("", func() (any, error) { return nil, a.readNamespaces(ctx) })
	if failing {
		return names
	}
	timer := time.NewTimer(namespacesWait)
	defer timer.Stop()
	select {
	case <-asked:
	case <-timer.C:
	case <-ctx.Done():
	}
	names, _, _ = l.known()
	return names
}

// known is what was last read, whether it is fresh, and whether the cluster has
// just failed to answer.
func (l *namespaceList) known() (names []string, fresh, failing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.names, time.Since(l.read) < namespacesFresh, time.Since(l.failed) < namespacesRetry
}

// readNamespaces asks the cluster. It outlives the request that it is asked
// for, as others may wait for the same answer.
func (a *account) readNamespaces(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), namespacesTimeout)
	defer cancel()
	names := []string{}
	r, err := a.served(ctx, gvkOf("v1", "Namespace"))
	if err == nil {
		err = a.list(ctx, r, "", "", func(o *unstructured.Unstructured) { names = append(names, o.GetName()) })
	}
	l := &a.namespaces
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.failed = time.Now()
		a.options.Log.Warn("the namespaces of an account can't be read", "account", a.config.Name, "error", err)
		return err
	}
	slices.Sort(names)
	l.names, l.read, l.failed = names, time.Now(), time.Time{}
	return nil
}
