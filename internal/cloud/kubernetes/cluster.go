package kubernetes

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
)

var _ preconditions.Clusters = (*Provider)(nil)

// ServerGroup is one server group of a cluster: a ReplicaSet, StatefulSet or
// DaemonSet.
type ServerGroup struct {
	// Name is its kind and name: "replicaSet web-v001". Region is its namespace.
	Name, Region string
	// Disabled says that it has load balancers and none sends it traffic.
	Disabled bool
	Replicas int32
}

// ClusterManifests lists the objects of a kind whose annotations put them into
// a cluster of an application.
func (p *Provider) ClusterManifests(ctx context.Context, accountName, location, kindName, app, cluster string) ([]manifest.Coordinates, error) {
	members, k, err := p.members(ctx, accountName, location, kindName, app, cluster)
	if err != nil {
		return nil, err
	}
	out := make([]manifest.Coordinates, len(members))
	for i, m := range members {
		out[i] = manifest.Coordinates{Kind: k.String(), Namespace: m.GetNamespace(), Name: m.GetName()}
	}
	return out, nil
}

// DynamicManifest picks a member of a cluster by age or by replicas, as
// clouddriver does: the newest and second newest by their creation, the
// largest and smallest by their replicas.
func (p *Provider) DynamicManifest(ctx context.Context, accountName, location, kindName, app, cluster, criteria string) (manifest.Coordinates, error) {
	members, k, err := p.members(ctx, accountName, location, kindName, app, cluster)
	if err != nil {
		return manifest.Coordinates{}, err
	}
	picked, err := pick(members, criteria)
	if err != nil {
		return manifest.Coordinates{}, err
	}
	if picked == nil {
		return manifest.Coordinates{}, fault.New(fault.NotFound,
			"criteria: no %s %s of cluster %q of application %q is in namespace %q of account %s", strings.ReplaceAll(criteria, "_", " "), k, cluster, app, location, accountName)
	}
	return manifest.Coordinates{Kind: k.String(), Namespace: picked.GetNamespace(), Name: picked.GetName()}, nil
}

func pick(members []*unstructured.Unstructured, criteria string) (*unstructured.Unstructured, error) {
	order, back := byAge, 0
	switch strings.ToLower(criteria) {
	case "oldest":
		back = len(members) - 1
	case "newest":
	case "second_newest":
		back = 1
	case "largest":
		order = bySize
	case "smallest":
		order, back = bySize, len(members)-1
	default:
		return nil, fault.New(fault.Invalid, "criteria: %q is not oldest, newest, second_newest, largest, or smallest", criteria)
	}
	if back < 0 || back >= len(members) {
		return nil, nil
	}
	sorted := slices.Clone(members)
	slices.SortStableFunc(sorted, order)
	return sorted[len(sorted)-1-back], nil
}

func byAge(x, y *unstructured.Unstructured) int {
	if c := x.GetCreationTimestamp().Compare(y.GetCreationTimestamp().Time); c != 0 {
		return c
	}
	// Versions made in the same second are told apart by their number.
	return cmp.Compare(sequence(x), sequence(y))
}

func sequence(o *unstructured.Unstructured) int {
	if s := monikerOf(o.Object).Sequence; s != nil {
		return *s
	}
	return -1
}

func bySize(x, y *unstructured.Unstructured) int { return cmp.Compare(replicasOf(x), replicasOf(y)) }

func replicasOf(o *unstructured.Unstructured) int64 {
	n, ok := model.Int(model.Object(o.Object, "spec"), "replicas")
	if !ok {
		return -1
	}
	return n
}

func (p *Provider) members(ctx context.Context, accountName, location, kindName, app, cluster string) ([]*unstructured.Unstructured, kind, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, kind{}, err
	}
	k := parseKind(kindName)
	r, err := a.servedKind(ctx, k)
	if err != nil {
		return nil, k, err
	}
	namespace, err := a.place(r, location)
	if err != nil {
		return nil, k, err
	}
	var out []*unstructured.Unstructured
	err = a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
		if inCluster(o, app, cluster) {
			out = append(out, o)
		}
	})
	return out, makeKind(r.gvk.Kind, r.gvk.Group), err
}

func inCluster(o *unstructured.Unstructured, app, cluster string) bool {
	annotations := o.GetAnnotations()
	return annotations[annotationApplication] == app && annotations[annotationCluster] == cluster
}

// ClusterServerGroups lists the server groups of a cluster in all namespaces
// that the account may use.
func (p *Provider) ClusterServerGroups(ctx context.Context, accountName, app, cluster string) ([]ServerGroup, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	namespaces := a.config.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{""}
	}
	var members []*unstructured.Unstructured
	for _, name := range []string{"replicaSet", "statefulSet", "daemonSet"} {
		if a.allowKind(parseKind(name)) != nil {
			continue
		}
		r, err := a.servedKind(ctx, parseKind(name))
		if err != nil {
			return nil, err
		}
		for _, namespace := range namespaces {
			err := a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
				if inCluster(o, app, cluster) && a.allowNamespace(o.GetNamespace()) == nil {
					members = append(members, o)
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	return a.serverGroups(ctx, members)
}

func (a *account) serverGroups(ctx context.Context, members []*unstructured.Unstructured) ([]ServerGroup, error) {
	services := map[string]map[string]map[string]any{} // selectors by namespace and name
	out := make([]ServerGroup, 0, len(members))
	for _, m := range members {
		namespace := m.GetNamespace()
		if len(trafficOf(m.Object)) > 0 && services[namespace] == nil {
			found, err := a.serviceSelectors(ctx, namespace)
			if err != nil {
				return nil, err
			}
			services[namespace] = found
		}
		out = append(out, ServerGroup{
			Name: kindOf(m.GroupVersionKind()).String() + " " + m.GetName(), Region: namespace,
			Disabled: isDisabled(m.Object, services[namespace]), Replicas: int32(max(0, replicasOf(m))),
		})
	}
	return out, nil
}

func (a *account) serviceSelectors(ctx context.Context, namespace string) (map[string]map[string]any, error) {
	r, err := a.served(ctx, gvkOf("v1", "Service"))
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]any{}
	err = a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
		out[o.GetName()] = model.Object(model.Object(o.Object, "spec"), "selector")
	})
	return out, err
}

// ServerGroups answers the question of the checkPreconditions stage.
func (p *Provider) ServerGroups(ctx context.Context, of preconditions.Cluster) ([]preconditions.ServerGroup, error) {
	groups, err := p.ClusterServerGroups(ctx, of.Account, of.Application, of.Name)
	out := make([]preconditions.ServerGroup, len(groups))
	for i, g := range groups {
		out[i] = preconditions.ServerGroup{Name: g.Name, Region: g.Region, Disabled: g.Disabled}
	}
	return out, err
}
