package kubernetes

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// Each pod stands below the ReplicaSet that controls it, over several versions of a Deployment, whatever
// else owns it.
func TestTreeHasEachPodBelowItsOwnReplicaSet(t *testing.T) {
	t.Parallel()
	yes := true
	item := func(kind, name string, age int, owners ...metav1.OwnerReference) *treeItem {
		return &treeItem{
			resource: resource{gvk: gvkOf("v1", kind)},
			meta: metav1.ObjectMeta{
				UID: types.UID(name), Name: name, OwnerReferences: owners, CreationTimestamp: metav1.NewTime(time.Unix(int64(1000-age), 0)),
			},
		}
	}
	by := func(uid string, controls bool) metav1.OwnerReference {
		out := metav1.OwnerReference{UID: types.UID(uid)}
		if controls {
			out.Controller = &yes
		}
		return out
	}
	all := map[string][]*treeItem{}
	for _, i := range []*treeItem{
		item("ReplicaSet", "web-a", 20, by("web", true)), item("ReplicaSet", "web-b", 10, by("web", true)),
		item("Pod", "new", 1, by("web-a", false), by("web-b", true)), item("Pod", "old", 2, by("web-a", true)),
	} {
		for _, owner := range parentsOf(i.meta.OwnerReferences) {
			i.parent = string(owner.UID)
			all[i.parent] = append(all[i.parent], i)
		}
	}
	root := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Deployment", "metadata": map[string]any{"name": "web", "uid": "web"}}}
	var nodes []TreeNode
	grow(root, all, func(i *treeItem) bool { nodes = append(nodes, i.node()); return true })
	var got []string
	for _, n := range byParent(nodes) {
		got = append(got, n.Parent+"/"+n.UID)
	}
	require.Equal(t, []string{"/web", "web/web-b", "web-b/new", "web/web-a", "web-a/old"}, got)
	require.Len(t, parentsOf([]metav1.OwnerReference{by("a", false), by("b", false)}), 2, "without a controller each owner is one")
}
