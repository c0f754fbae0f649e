package kubernetes

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"

	"github.com/gennaker/gennaker/internal/fault"
)

// pageSize is how many objects one list request asks for.
const pageSize = 500

// served finds the resource for a version of a kind.
func (a *account) served(ctx context.Context, gvk schema.GroupVersionKind) (resource, error) {
	conn, err := a.connect()
	if err != nil {
		return resource{}, err
	}
	found, ok, err := conn.resources.byGVK(ctx, gvk)
	if err != nil {
		return resource{}, a.explain(err, "ask which kinds the cluster serves")
	}
	if !ok {
		return resource{}, fault.New(fault.NotFound,
			"kind: the cluster of account %s serves no kind %q in %q; correct the apiVersion, or install its CustomResourceDefinition",
			a.config.Name, gvk.Kind, gvk.GroupVersion().String())
	}
	return found, nil
}

// servedKind finds the resource for a kind by its name.
func (a *account) servedKind(ctx context.Context, k kind) (resource, error) {
	if err := a.allowKind(k); err != nil {
		return resource{}, err
	}
	conn, err := a.connect()
	if err != nil {
		return resource{}, err
	}
	found, ok, err := conn.resources.byKind(ctx, k)
	if err != nil {
		return resource{}, a.explain(err, "ask which kinds the cluster serves")
	}
	if !ok {
		return resource{}, fault.New(fault.NotFound, "kind: the cluster of account %s serves no kind %q", a.config.Name, k.String())
	}
	return found, nil
}

// target is one object: a resource and where the object is.
type target struct {
	account   *account
	resource  resource
	kind      kind
	namespace string
	name      string
}

// target finds the object that a location and a "kind name" name.
func (p *Provider) target(ctx context.Context, accountName, location, manifestName string) (target, error) {
	a, err := p.account(accountName)
	if err != nil {
		return target{}, err
	}
	k, name, err := parseName(manifestName)
	if err != nil {
		return target{}, err
	}
	return a.target(ctx, k, location, name)
}

func (a *account) target(ctx context.Context, k kind, location, name string) (target, error) {
	r, err := a.servedKind(ctx, k)
	if err != nil {
		return target{}, err
	}
	namespace, err := a.place(r, location)
	if err != nil {
		return target{}, err
	}
	return target{account: a, resource: r, kind: makeKind(r.gvk.Kind, r.gvk.Group), namespace: namespace, name: name}, nil
}

// place is the namespace that a location means for a kind.
func (a *account) place(r resource, location string) (string, error) {
	if !r.namespaced {
		return "", nil
	}
	if location == "" || location == "_" {
		return "", fault.New(fault.Invalid, "location: is missing; name the namespace of the %s", r.gvk.Kind)
	}
	return location, a.allowNamespace(location)
}

func (t target) String() string {
	if t.namespace == "" {
		return fmt.Sprintf("%s %q", t.kind, t.name)
	}
	return fmt.Sprintf("%s %q in namespace %q", t.kind, t.name, t.namespace)
}

func (t target) fullName() string { return t.kind.String() + " " + t.name }

func (t target) client() (dynamic.ResourceInterface, error) {
	return t.account.client(t.resource, t.namespace)
}

func (a *account) client(r resource, namespace string) (dynamic.ResourceInterface, error) {
	conn, err := a.connect()
	if err != nil {
		return nil, err
	}
	if !r.namespaced {
		return conn.dynamic.Resource(r.gvr), nil
	}
	return conn.dynamic.Resource(r.gvr).Namespace(namespace), nil
}

// get reads the object; the error of one that is not there is NotFound.
func (t target) get(ctx context.Context) (*unstructured.Unstructured, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	object, err := client.Get(ctx, t.name, metav1.GetOptions{})
	if err != nil {
		return nil, t.account.explain(err, "read "+t.String())
	}
	return object, nil
}

// list reads all objects of a kind in a namespace, or in all where it is "",
// page by page.
func (a *account) list(ctx context.Context, r resource, namespace, selector string, each func(*unstructured.Unstructured)) error {
	client, err := a.client(r, namespace)
	if err != nil {
		return err
	}
	options := metav1.ListOptions{LabelSelector: selector, Limit: pageSize}
	for {
		page, err := client.List(ctx, options)
		if err != nil {
			return a.explain(err, fmt.Sprintf("list %s in namespace %q", r.gvr.Resource, namespace))
		}
		for i := range page.Items {
			each(&page.Items[i])
		}
		if options.Continue = page.GetContinue(); options.Continue == "" {
			return nil
		}
	}
}
