package kubernetes

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

const (
	// treeHeight is how many owners above an object are looked for.
	treeHeight = 20
	// treeNodes is how many objects a tree shows at most.
	treeNodes = 500
	// treeRequests is how many requests are made at a time.
	treeRequests = 16
)

// TreeNode is an object in a tree of owners.
type TreeNode struct {
	UID string `json:"uid"`
	// Parent is the UID of the object's owner in the tree; "" for the root.
	Parent string `json:"parent,omitempty"`
	// Name is the kind and the name, Kind the kind in Spinnaker's spelling.
	Name        string          `json:"name"`
	Kind        string          `json:"kind"`
	APIVersion  string          `json:"apiVersion"`
	Namespace   string          `json:"namespace,omitempty"`
	CreatedTime int64           `json:"createdTime,omitempty"`
	Status      manifest.Status `json:"status"`
	// HealthStatus is how it is doing.
	HealthStatus view.HealthStatus `json:"healthStatus"`
}

// Tree is an object with everything above and below it by owner references.
type Tree struct {
	// Nodes begins with the root. Each node is followed by all that is below it, and
	// ReplicaSets come with the newest one first.
	Nodes []TreeNode `json:"nodes"`
	// Unseen are the kinds that the account may not list: objects of those may
	// be missing.
	Unseen []string `json:"unseen"`
	// More says that the tree goes on beyond what is shown.
	More bool `json:"more,omitempty"`
}

// Tree finds the tree of owners that an object is in. Every kind of the root's
// namespace is looked at, so that custom resources show too.
func (p *Provider) Tree(ctx context.Context, accountName, location, name string) (*Tree, error) {
	t, err := p.target(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	object, err := t.get(ctx)
	if err != nil {
		return nil, err
	}
	a := t.account
	for range treeHeight {
		owner, ok := a.ownerOf(ctx, object)
		if !ok {
			break
		}
		object = owner
	}
	all, unseen, err := a.dependents(ctx, object.GetNamespace())
	if err != nil {
		return nil, err
	}
	out := &Tree{Unseen: unseen}
	found := map[string]*treeItem{}
	grow(object, all, func(item *treeItem) bool {
		if len(found) == treeNodes {
			out.More = true
			return false
		}
		if _, again := found[string(item.meta.UID)]; again {
			return false // owned twice
		}
		found[string(item.meta.UID)] = item
		out.Nodes = append(out.Nodes, item.node())
		return true
	})
	if err := a.judgeAll(ctx, out.Nodes, found); err != nil {
		return nil, err
	}
	out.Nodes = byParent(out.Nodes)
	return out, nil
}

// byParent puts each node before all that is below it, and those below a node side by side.
func byParent(nodes []TreeNode) []TreeNode {
	below := map[string][]TreeNode{}
	for _, n := range nodes {
		below[n.Parent] = append(below[n.Parent], n)
	}
	out := make([]TreeNode, 0, len(nodes))
	var visit func(parent string)
	visit = func(parent string) {
		for _, n := range below[parent] {
			out = append(out, n)
			if n.UID != parent {
				visit(n.UID)
			}
		}
	}
	visit("")
	return out
}

// ownerOf is the object that controls another one, or else its first owner.
func (a *account) ownerOf(ctx context.Context, o *unstructured.Unstructured) (*unstructured.Unstructured, bool) {
	references := o.GetOwnerReferences()
	if len(references) == 0 {
		return nil, false
	}
	at := max(0, slices.IndexFunc(references, func(r metav1.OwnerReference) bool { return r.Controller != nil && *r.Controller }))
	r, err := a.served(ctx, gvkOf(references[at].APIVersion, references[at].Kind))
	if err != nil {
		return nil, false
	}
	t := target{account: a, resource: r, kind: kindOf(r.gvk), name: references[at].Name}
	if r.namespaced {
		t.namespace = o.GetNamespace()
	}
	owner, err := t.get(ctx)
	if err != nil || owner.GetUID() != references[at].UID {
		return nil, false // it is gone, or may not be seen
	}
	return owner, true
}

type treeItem struct {
	resource resource
	meta     metav1.ObjectMeta
	parent   string
}

func (i *treeItem) node() TreeNode {
	k := kindOf(i.resource.gvk)
	out := TreeNode{
		UID: string(i.meta.UID), Parent: i.parent, Name: k.String() + " " + i.meta.Name, Kind: k.String(),
		APIVersion: i.resource.gvk.GroupVersion().String(), Namespace: i.meta.Namespace,
	}
	if !i.meta.CreationTimestamp.IsZero() {
		out.CreatedTime = i.meta.CreationTimestamp.UnixMilli()
	}
	return out
}

// grow visits an object and those below it, parents first, for as long as
// visit takes them.
func grow(root *unstructured.Unstructured, all map[string][]*treeItem, visit func(*treeItem) bool) {
	gv := gvkOf(root.GetAPIVersion(), root.GetKind())
	queue := []*treeItem{{resource: resource{gvk: gv}, meta: metav1.ObjectMeta{
		UID: root.GetUID(), Name: root.GetName(), Namespace: root.GetNamespace(), CreationTimestamp: root.GetCreationTimestamp(),
	}}}
	for len(queue) > 0 {
		item := queue[0]
		queue = queue[1:]
		if !visit(item) {
			continue
		}
		below := all[string(item.meta.UID)]
		slices.SortFunc(below, func(x, y *treeItem) int {
			newest := 0
			if x.resource.gvk.Kind == "ReplicaSet" {
				newest = y.meta.CreationTimestamp.Compare(x.meta.CreationTimestamp.Time)
			}
			return cmp.Or(cmp.Compare(x.resource.gvk.Kind, y.resource.gvk.Kind), newest, cmp.Compare(x.meta.Name, y.meta.Name))
		})
		queue = append(queue, below...)
	}
}

// dependents lists everything in a namespace that has an owner, by the owner's UID,
// of all kinds; without a namespace, what the whole cluster has.
func (a *account) dependents(ctx context.Context, namespace string) (byOwner map[string][]*treeItem, unseen []string, err error) {
	conn, err := a.connect()
	if err != nil {
		return nil, nil, err
	}
	if _, _, err := conn.resources.byKind(ctx, kind{name: "pod"}); err != nil { // the kinds are known from here on
		return nil, nil, a.explain(err, "ask which kinds the cluster serves")
	}
	served, _ := conn.resources.current()
	byOwner, unseen = map[string][]*treeItem{}, []string{}
	var (
		mu    sync.Mutex
		group errgroup.Group
	)
	group.SetLimit(treeRequests)
	for _, r := range served {
		k := kindOf(r.gvk)
		if !r.watched || !r.preferred || r.namespaced != (namespace != "") || k.name == "event" || a.allowKind(k) != nil {
			continue
		}
		group.Go(func() error {
			items, err := conn.metadataOf(ctx, r, namespace)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				unseen = append(unseen, k.String())
			}
			for _, meta := range items {
				for _, owner := range parentsOf(meta.OwnerReferences) {
					byOwner[string(owner.UID)] = append(byOwner[string(owner.UID)], &treeItem{resource: r, meta: meta, parent: string(owner.UID)})
				}
			}
			return nil
		})
	}
	_ = group.Wait() // its functions give no errors
	slices.Sort(unseen)
	return byOwner, unseen, ctx.Err()
}

// parentsOf are the owners that an object is shown below: the one that controls it, if one does.
func parentsOf(owners []metav1.OwnerReference) []metav1.OwnerReference {
	for i, owner := range owners {
		if owner.Controller != nil && *owner.Controller {
			return owners[i : i+1]
		}
	}
	return owners
}

func (c *connection) metadataOf(ctx context.Context, r resource, namespace string) ([]metav1.ObjectMeta, error) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	var out []metav1.ObjectMeta
	options := metav1.ListOptions{Limit: pageSize}
	for {
		page, err := c.metadata.Resource(r.gvr).Namespace(namespace).List(ctx, options)
		if err != nil {
			return out, err
		}
		for i := range page.Items {
			out = append(out, page.Items[i].ObjectMeta)
		}
		if options.Continue = page.Continue; options.Continue == "" {
			return out, nil
		}
	}
}

// judgeAll reads the objects of a tree and tells how each is doing.
func (a *account) judgeAll(ctx context.Context, nodes []TreeNode, items map[string]*treeItem) error {
	var group errgroup.Group
	group.SetLimit(treeRequests)
	for i := range nodes {
		node := &nodes[i]
		group.Go(safely(func() error {
			item := items[node.UID]
			r, err := a.served(ctx, item.resource.gvk)
			if err != nil {
				return err
			}
			object, err := target{account: a, resource: r, kind: kindOf(r.gvk), namespace: item.meta.Namespace, name: item.meta.Name}.get(ctx)
			switch fault.KindOf(err) {
			case fault.NotFound, fault.Forbidden: // it is gone by now, or only its name may be seen
				return nil
			}
			if err != nil {
				return err
			}
			node.Status = a.statusOf(ctx, object.Object)
			node.HealthStatus = a.healthOf(ctx, object.Object)
			return nil
		}))
	}
	return group.Wait()
}
