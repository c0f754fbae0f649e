package kubernetes

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
)

// refreshAfter is how old the list of resources must be before a miss has it
// asked for again: short, so that a kind just defined can be used.
const refreshAfter = 500 * time.Millisecond

// resource is a kind that a cluster serves.
type resource struct {
	gvk        schema.GroupVersionKind
	gvr        schema.GroupVersionResource
	namespaced bool
	names      []string // in lower case: kind, plural, singular, short names
	preferred  bool     // the group's preferred version
	watched    bool     // it can be listed and watched
}

// resources is what a cluster serves, asked for once, and again on a miss. Who
// misses at the same time waits for the same answer.
type resources struct {
	client *discovery.DiscoveryClient
	flight singleflight.Group

	mu     sync.Mutex
	list   []resource
	loaded time.Time
}

func newResources(client *discovery.DiscoveryClient) *resources {
	return &resources{client: client}
}

// byGVK finds exactly that version of a kind.
func (r *resources) byGVK(ctx context.Context, gvk schema.GroupVersionKind) (resource, bool, error) {
	return r.find(ctx, func(list []resource) (resource, bool) {
		i := slices.IndexFunc(list, func(have resource) bool { return have.gvk == gvk })
		if i < 0 {
			return resource{}, false
		}
		return list[i], true
	})
}

// byKind finds the preferred version of a kind by any of its names: of the
// given group, else of the group that name stands for.
func (r *resources) byKind(ctx context.Context, k kind) (resource, bool, error) {
	name := strings.ToLower(k.name)
	group, exact := k.group, k.group != ""
	if p, ok := knownByKey[k.key()]; ok {
		group, exact = p.group, true
	}
	return r.find(ctx, func(list []resource) (resource, bool) {
		best, rank := resource{}, 0
		for _, have := range list {
			if !slices.Contains(have.names, name) || exact && have.gvk.Group != group {
				continue
			}
			n := 1
			if nativeGroups[have.gvk.Group] {
				n += 4
			}
			if have.preferred {
				n += 2
			}
			if n > rank {
				best, rank = have, n
			}
		}
		return best, rank > 0
	})
}

// find looks in the list, and on a miss in a newer one.
func (r *resources) find(ctx context.Context, look func([]resource) (resource, bool)) (resource, bool, error) {
	list, loaded := r.current()
	if found, ok := look(list); ok {
		return found, true, nil
	}
	if !loaded.IsZero() && time.Since(loaded) < refreshAfter {
		return resource{}, false, nil
	}
	list, err := r.renewed(ctx)
	if err != nil {
		return resource{}, false, err
	}
	found, ok := look(list)
	return found, ok, nil
}

// renewed is a list asked for now.
func (r *resources) renewed(ctx context.Context) ([]resource, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-r.flight.DoChan("", func() (any, error) { return nil, r.refresh() }):
		if result.Err != nil {
			return nil, result.Err
		}
	}
	list, _ := r.current()
	return list, nil
}

func (r *resources) current() ([]resource, time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.list, r.loaded
}

func (r *resources) refresh() error {
	list, err := r.load()
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list, r.loaded = list, time.Now()
	return nil
}

// load asks for all groups; the client's own timeout limits it.
func (r *resources) load() ([]resource, error) {
	groups, lists, err := r.client.ServerGroupsAndResources()
	// An aggregated API that is down must not hide all the others.
	var partial *discovery.ErrGroupDiscoveryFailed
	if err != nil && (!errors.As(err, &partial) || len(lists) == 0) {
		return nil, err
	}
	preferred := map[string]bool{}
	for _, g := range groups {
		preferred[g.PreferredVersion.GroupVersion] = true
	}
	var out []resource
	for _, l := range lists {
		gv, err := schema.ParseGroupVersion(l.GroupVersion)
		if err != nil {
			continue
		}
		for _, api := range l.APIResources {
			if !strings.Contains(api.Name, "/") {
				out = append(out, newResource(gv, api, preferred[l.GroupVersion]))
			}
		}
	}
	return out, nil
}

func newResource(gv schema.GroupVersion, api metav1.APIResource, preferred bool) resource {
	r := resource{
		gvk: gv.WithKind(api.Kind), gvr: gv.WithResource(api.Name),
		namespaced: api.Namespaced, preferred: preferred,
		watched: slices.Contains(api.Verbs, "list") && slices.Contains(api.Verbs, "watch"),
	}
	for _, name := range append([]string{api.Kind, api.Name, api.SingularName}, api.ShortNames...) {
		if name != "" {
			r.names = append(r.names, strings.ToLower(name))
		}
	}
	return r
}
