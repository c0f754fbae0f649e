package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/fault"
)

// dependencies are what keeps an application from being deleted, by the
// spinnakerKind of the objects: what Clouddriver makes clusters of, and its
// firewalls.
var dependencies = []struct {
	name  string
	kinds []string
}{
	{"clusters", []string{serverGroupManagers, serverGroups}},
	{"security groups", []string{securityGroups}},
}

// askedAtOnce is how many clusters are asked at the same time.
const askedAtOnce = 32

// ApplicationDependencies names the kinds of things that an application still
// has in the clusters of all accounts. The clusters themselves are asked;
// unreached are the accounts of those that can't be, which must not keep every
// application of the installation: what was last seen in them is in the views.
func (p *Provider) ApplicationDependencies(ctx context.Context, application string) (left, unreached []string, err error) {
	var (
		mu    sync.Mutex
		found = map[string]bool{}
	)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(askedAtOnce)
	for name, a := range *p.accounts.Load() {
		group.Go(safely(func() error {
			for _, dependency := range dependencies {
				has, err := a.hasAny(ctx, application, dependency.kinds)
				if fault.KindOf(err) == fault.Unavailable && ctx.Err() == nil {
					p.options.Log.WarnContext(ctx, "a cluster can't be asked what an application still has in it",
						"account", name, "application", application, "error", err)
					mu.Lock()
					unreached = append(unreached, name)
					mu.Unlock()
					return nil
				}
				if err != nil {
					return err
				}
				mu.Lock()
				found[dependency.name] = found[dependency.name] || has
				mu.Unlock()
			}
			return nil
		}))
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	for _, dependency := range dependencies {
		if found[dependency.name] {
			left = append(left, dependency.name)
		}
	}
	return left, unreached, nil
}

// hasAny tells whether an application has an object of a kind that counts as
// one of these.
func (a *account) hasAny(ctx context.Context, application string, spinnakerKinds []string) (bool, error) {
	for _, k := range a.kindsOf(spinnakerKinds) {
		r, err := a.servedKind(ctx, k)
		if fault.KindOf(err) == fault.NotFound {
			continue // a cluster without it has none of them
		}
		if err != nil {
			return false, err
		}
		for _, namespace := range a.everyNamespace() {
			found, err := a.hasOne(ctx, r, namespace, application)
			if err != nil || found {
				return found, err
			}
		}
	}
	return false, nil
}

// kindsOf lists the kinds that count as one of these and that the account may
// use.
func (a *account) kindsOf(spinnakerKinds []string) []kind {
	var out []kind
	add := func(k kind) {
		if slices.Contains(spinnakerKinds, a.properties(k).spinnakerKind) && a.allowKind(k) == nil {
			out = append(out, k)
		}
	}
	for _, p := range known {
		add(p.kind)
	}
	for _, custom := range a.config.CustomResources {
		add(parseKind(custom.KubernetesKind))
	}
	return out
}

// everyNamespace lists the namespaces to look in; "" is all of them.
func (a *account) everyNamespace() []string {
	if len(a.config.Namespaces) > 0 {
		return a.config.Namespaces
	}
	return []string{""}
}

// hasOne looks for an application's object page by page, and stops at the
// first.
func (a *account) hasOne(ctx context.Context, r resource, namespace, application string) (bool, error) {
	client, err := a.client(r, namespace)
	if err != nil {
		return false, err
	}
	options := metav1.ListOptions{Limit: pageSize}
	for {
		page, err := client.List(ctx, options)
		if apierrors.IsForbidden(err) {
			return false, nil // a kind that the account may not list is in no view of it either
		}
		if err != nil {
			return false, a.explain(err, fmt.Sprintf("list %s in namespace %q", r.gvr.Resource, namespace))
		}
		if slices.ContainsFunc(page.Items, func(o unstructured.Unstructured) bool { return a.belongs(&o, application) }) {
			return true, nil
		}
		if options.Continue = page.GetContinue(); options.Continue == "" {
			return false, nil
		}
	}
}

// belongs tells whether an object is an application's, as the views show it.
func (a *account) belongs(o *unstructured.Unstructured, application string) bool {
	if a.allowNamespace(o.GetNamespace()) != nil || a.config.OnlySpinnakerManaged && o.GetAnnotations()[annotationApplication] == "" {
		return false
	}
	return strings.EqualFold(monikerOf(o.Object).App, application)
}
