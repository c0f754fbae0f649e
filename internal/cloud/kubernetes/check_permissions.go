package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Permission is what RBAC grants: verbs on a resource, in a namespace.
type Permission struct {
	// Namespace is "" for the whole cluster.
	Namespace string `json:"namespace,omitempty"`
	// Group is the API group, "" for the core one; Resource is the plural name,
	// with its subresource: "deployments", "pods/log".
	Group    string   `json:"group"`
	Resource string   `json:"resource"`
	Verbs    []string `json:"verbs"`
}

var (
	// allVerbs are what operations do with the objects of a kind. Applies are
	// patches, and create what is not there.
	allVerbs  = []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	readVerbs = []string{"get", "list", "watch"}
)

// readOnly are the kinds that are only looked at.
var readOnly = map[string]bool{"event": true, "controllerrevision": true}

// needed lists what an account must be allowed to: everything with the kinds
// that it may use and the cluster serves. Kinds outside of namespaces are none
// of an account's with namespaces, unless it names them.
func (c *checker) needed(ctx context.Context) ([]Permission, error) {
	config := c.account.config
	names := config.Kinds
	if len(names) == 0 {
		for _, p := range known {
			names = append(names, p.kind.String())
		}
		for _, r := range config.CustomResources {
			names = append(names, r.KubernetesKind)
		}
	}
	namespaces := config.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{""}
	}
	var out []Permission
	for _, name := range names {
		k := parseKind(name)
		if c.account.allowKind(k) != nil {
			continue
		}
		r, found, err := c.conn.resources.byKind(ctx, k)
		if err != nil {
			return nil, c.account.explain(err, "ask which kinds the cluster serves")
		}
		if !found || !r.namespaced && len(config.Namespaces) > 0 && len(config.Kinds) == 0 {
			continue
		}
		in := namespaces
		if !r.namespaced {
			in = []string{""}
		}
		for _, namespace := range in {
			out = append(out, permissionsFor(c.account.properties(k), r, namespace)...)
		}
	}
	return out, nil
}

func permissionsFor(p properties, r resource, namespace string) []Permission {
	one := func(resource string, verbs ...string) Permission {
		return Permission{Namespace: namespace, Group: r.gvr.Group, Resource: resource, Verbs: verbs}
	}
	verbs := allVerbs
	if readOnly[p.kind.key()] {
		verbs = readVerbs
	}
	out := []Permission{one(r.gvr.Resource, verbs...)}
	if p.has(canScale) {
		out = append(out, one(r.gvr.Resource+"/scale", "patch"))
	}
	if p.kind.key() == "pod" {
		out = append(out, one(r.gvr.Resource+"/log", "get"))
	}
	return out
}

// maxReviews is how many questions a cluster is asked at the same time.
const maxReviews = 16

// permissions asks for each thing that is needed whether it is granted.
func (c *checker) permissions(ctx context.Context) (string, error) {
	needed, err := c.needed(ctx)
	if err != nil {
		return "", err
	}
	if all, err := c.may(ctx, Permission{Group: "*", Resource: "*"}, "*"); err != nil {
		return "", c.account.explain(err, "ask what it may do")
	} else if all {
		return "everything is allowed", nil
	}
	missing, err := c.missing(ctx, needed)
	if err != nil {
		return "", c.account.explain(err, "ask what it may do")
	}
	if len(missing) == 0 {
		return fmt.Sprintf("all %s granted", plural(len(needed), "permission")), nil
	}
	c.report.Missing, c.report.Limited = missing, true
	if c.report.RBAC, err = grant(c.account.config.Name, c.report.User, missing); err != nil {
		return "", err
	}
	return "", fmt.Errorf("%s of %d %s not granted: apply the RBAC rules below, or exclude the kinds from the account (omitKinds)",
		plural(len(missing), "permission"), len(needed), map[bool]string{true: "is", false: "are"}[len(missing) == 1])
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// missing lists of what is needed what is not granted.
func (c *checker) missing(ctx context.Context, needed []Permission) ([]Permission, error) {
	var (
		mu  sync.Mutex
		out []Permission
	)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxReviews)
	for _, p := range needed {
		group.Go(func() error {
			verbs, err := c.notGranted(ctx, p)
			if err != nil || len(verbs) == 0 {
				return err
			}
			p.Verbs = verbs
			mu.Lock()
			defer mu.Unlock()
			out = append(out, p)
			return nil
		})
	}
	err := group.Wait()
	slices.SortFunc(out, func(x, y Permission) int {
		return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Group, y.Group), cmp.Compare(x.Resource, y.Resource))
	})
	return out, err
}

// notGranted lists the verbs of a permission that are not granted.
func (c *checker) notGranted(ctx context.Context, p Permission) ([]string, error) {
	if len(p.Verbs) > 1 {
		if all, err := c.may(ctx, p, "*"); err != nil || all {
			return nil, err
		}
	}
	var out []string
	for _, verb := range p.Verbs {
		ok, err := c.may(ctx, p, verb)
		if err != nil {
			return nil, err
		}
		if !ok {
			out = append(out, verb)
		}
	}
	return out, nil
}

// may asks the cluster whether we may do something.
func (c *checker) may(ctx context.Context, p Permission, verb string) (bool, error) {
	resource, sub, _ := strings.Cut(p.Resource, "/")
	review, err := c.mayI.Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: p.Namespace, Verb: verb, Group: p.Group, Version: "*", Resource: resource, Subresource: sub,
		}},
	}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return review.Status.Allowed, nil
}
