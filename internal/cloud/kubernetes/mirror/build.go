package mirror

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace))
}

func (s *reading) resource(o *Object) view.Resource {
	return view.Resource{
		Account: s.account, Name: o.FullName(), Namespace: o.Namespace, Region: o.Namespace, DisplayName: o.Name,
		APIVersion: o.APIVersion, Kind: o.Kind, Labels: orEmptyMap(o.Labels), Moniker: o.Moniker,
		CreatedTime: o.Created, CloudProvider: Provider,
	}
}

// none is what server groups have no use for, and Clouddriver's have all the
// same. It isn't changed.
var none = map[string]any{}

func orEmptyMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// instance is a pod as it stands alone. Its name is its UID, which tells pods
// of a name apart, as in Clouddriver.
func (s *reading) instance(o *Object) view.Instance {
	all := healths(o.Pod)
	out := view.Instance{
		Resource: s.resource(o), HumanReadableName: o.FullName(), Health: all, HealthState: view.HealthState(all),
		Zone: o.Namespace, ProviderType: Provider, HealthStatus: s.health(o),
	}
	out.Name, out.Region = o.UID, ""
	return out
}

func (s *reading) instanceSummary(o *Object) view.InstanceSummary {
	all := healths(o.Pod)
	out := view.InstanceSummary{
		ID: o.UID, Name: o.FullName(), HealthState: view.HealthState(all), AvailabilityZone: o.Namespace,
		HealthStatus: s.health(o), Health: make([]view.HealthSummary, len(all)),
	}
	for i, h := range all {
		out.Health[i] = view.HealthSummary{Type: h.Type, State: h.State}
	}
	return out
}

// group is what all forms of a server group are made from.
type group struct {
	object    *Object
	pods      []*Object
	balancers []string
	disabled  bool
	managers  []view.ManagerReference
	capacity  view.Capacity
	images    []string
}

// group puts a server group together. It is disabled where it is annotated
// with load balancers and none sends it traffic.
func (s *reading) group(o *Object) group {
	g := group{object: o, pods: s.dependents(o, view.Instances), images: []string{}, managers: []view.ManagerReference{}}
	for _, b := range s.balancers(o) {
		g.balancers = append(g.balancers, b.FullName())
	}
	if w := o.Workload; w != nil {
		g.disabled = len(g.balancers) == 0 && len(w.Traffic) > 0
		g.balancers = append(g.balancers, w.Traffic...)
		g.capacity.Desired = w.Replicas
		g.images = orEmpty(w.Images)
	}
	slices.Sort(g.balancers)
	g.balancers = orEmpty(slices.Compact(g.balancers))
	for _, m := range s.owners(o, view.ServerGroupManagers) {
		g.managers = append(g.managers, view.ManagerReference{Name: m.Name, Location: m.Namespace, Account: s.account})
	}
	return g
}

func (s *reading) serverGroup(o *Object) view.ServerGroup {
	g := s.group(o)
	build := view.BuildInfo{Images: g.images}
	out := view.ServerGroup{
		Resource: s.resource(o), Type: Provider, Disabled: g.disabled, LoadBalancers: g.balancers,
		ServerGroupManagers: g.managers, Capacity: g.capacity, BuildInfo: build,
		ImagesSummary: view.ImagesSummary{Summaries: []view.ImageSummary{{ServerGroupName: o.Name, BuildInfo: build}}},
		Zones:         []string{}, SecurityGroups: []string{}, Instances: make([]view.Instance, len(g.pods)),
		LaunchConfig: none, ExtraAttributes: none, HealthStatus: s.health(o),
	}
	for i, pod := range g.pods {
		out.Instances[i] = s.instance(pod)
		out.InstanceCounts.Count(out.Instances[i].HealthState)
		out.HealthCounts.Count(out.Instances[i].HealthStatus)
	}
	return out
}

func (s *reading) serverGroupSummary(o *Object) view.ServerGroupSummary {
	g := s.group(o)
	out := view.ServerGroupSummary{
		Name: o.FullName(), Account: s.account, Region: o.Namespace, Cluster: o.Moniker.Cluster, Type: Provider, CloudProvider: Provider,
		IsDisabled: g.disabled, Moniker: o.Moniker, BuildInfo: view.BuildInfo{Images: g.images}, CreatedTime: o.Created,
		Capacity: g.capacity, LoadBalancers: g.balancers, SecurityGroups: []string{}, ServerGroupManagers: g.managers,
		Labels: o.Labels, Instances: make([]view.InstanceSummary, len(g.pods)),
		HealthStatus: s.health(o), ClusterHealth: s.inCluster(o),
	}
	for i, pod := range g.pods {
		out.Instances[i] = s.instanceSummary(pod)
		out.InstanceCounts.Count(out.Instances[i].HealthState)
		out.HealthCounts.Count(out.Instances[i].HealthStatus)
	}
	return out
}

func (s *reading) manager(o *Object) view.ServerGroupManager {
	out := view.ServerGroupManager{Resource: s.resource(o), ServerGroups: []view.GroupReference{}, HealthStatus: s.health(o)}
	for _, g := range s.dependents(o, view.ServerGroups) {
		out.ServerGroups = append(out.ServerGroups, view.GroupReference{
			Name: g.FullName(), Account: s.account, Namespace: g.Namespace, Region: g.Namespace, Moniker: g.Moniker,
		})
	}
	return out
}

// loadBalancer shows the server groups behind it, or those of them that are in
// only, where that isn't nil.
func (s *reading) loadBalancer(o *Object, only map[*Object]bool) view.LoadBalancer {
	out := view.LoadBalancer{Resource: s.resource(o), Type: Provider, ServerGroups: []view.BalancedGroup{}, HealthStatus: s.health(o), Targets: s.traffic(o)}
	if o.Route != nil {
		for _, port := range o.Route.Ports {
			out.Ports = append(out.Ports, port.Number)
		}
		out.Addresses = o.Route.Addresses
		out.PendingAddress = o.Route.External && len(o.Route.Addresses) == 0
	}
	for _, g := range s.balanced(o) {
		if only != nil && !only[g] {
			continue
		}
		balanced := view.BalancedGroup{
			Name: g.FullName(), Account: s.account, Region: g.Namespace, DetachedInstances: []string{}, CloudProvider: Provider,
			IsDisabled: false, // this load balancer sends it traffic
			Instances:  []view.BalancedInstance{},
		}
		for _, pod := range s.dependents(g, view.Instances) {
			balanced.Instances = append(balanced.Instances, s.balancedInstance(pod))
		}
		out.ServerGroups = append(out.ServerGroups, balanced)
	}
	return out
}

func (s *reading) balancedInstance(pod *Object) view.BalancedInstance {
	out := view.BalancedInstance{ID: pod.UID, Name: pod.FullName(), Zone: pod.Namespace, Health: map[string]string{}, HealthStatus: s.health(pod)}
	if all := healths(pod.Pod); len(all) > 0 {
		last := all[len(all)-1]
		out.Health = map[string]string{"state": last.State, "source": last.Source, "type": last.Type, "platform": last.Platform}
	}
	return out
}

func (s *reading) securityGroup(o *Object) view.SecurityGroup {
	out := view.SecurityGroup{
		Resource: s.resource(o), ID: o.FullName(), Type: Provider, AccountName: s.account, Application: o.Moniker.App,
		InboundRules: []view.PortRule{}, OutboundRules: []view.PortRule{}, Summary: view.SecurityGroupSummary{ID: o.FullName(), Name: o.FullName()},
	}
	if o.Rules != nil {
		out.InboundRules, out.OutboundRules = orEmpty(o.Rules.Inbound), orEmpty(o.Rules.Outbound)
	}
	return out
}

// cluster shows a cluster of an application with everything in it.
func (s *reading) cluster(app, name string) (view.Cluster, bool) {
	if s.Store.clusters[app][name] == 0 {
		return view.Cluster{}, false
	}
	out := view.Cluster{
		Name: name, Moniker: view.Moniker{App: app, Cluster: name}, Type: Provider, AccountName: s.account, Application: app,
		ServerGroups: []view.ServerGroup{}, LoadBalancers: []view.LoadBalancer{},
	}
	members := map[*Object]bool{}
	var balancers []*Object
	for _, o := range s.of(app, view.ServerGroups) {
		if o.Moniker.Cluster == name {
			members[o] = true
			out.ServerGroups = append(out.ServerGroups, s.serverGroup(o))
			balancers = append(balancers, s.balancers(o)...)
		}
	}
	for _, b := range sorted(balancers) {
		out.LoadBalancers = append(out.LoadBalancers, s.loadBalancer(b, members))
	}
	return out, true
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func fold(text string) string { return strings.ToLower(text) }
