package view

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

func compareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace))
}

func (s *Store) resource(o *Object) resource {
	return resource{
		Account: s.account, Name: o.FullName(), Namespace: o.Namespace, Region: o.Namespace, DisplayName: o.Name,
		APIVersion: o.APIVersion, Kind: o.Kind, Labels: orEmptyMap(o.Labels), Moniker: o.Moniker,
		CreatedTime: o.Created, CloudProvider: Provider,
	}
}

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
func (s *Store) instance(o *Object) Instance {
	all := healths(o.Pod)
	out := Instance{
		resource: s.resource(o), HumanReadableName: o.FullName(), Health: all, HealthState: healthOf(all),
		Zone: o.Namespace, ProviderType: Provider,
	}
	out.Name, out.Region = o.UID, ""
	return out
}

func instanceSummary(o *Object) InstanceSummary {
	all := healths(o.Pod)
	out := InstanceSummary{
		ID: o.UID, Name: o.FullName(), HealthState: healthOf(all), AvailabilityZone: o.Namespace,
		Health: make([]HealthSummary, len(all)),
	}
	for i, h := range all {
		out.Health[i] = HealthSummary{Type: h.Type, State: h.State}
	}
	return out
}

// group is what all forms of a server group are made from.
type group struct {
	object    *Object
	pods      []*Object
	balancers []string
	disabled  bool
	managers  []ManagerReference
	capacity  Capacity
	images    []string
}

// group puts a server group together. It is disabled where it is annotated
// with load balancers and none sends it traffic.
func (s *Store) group(o *Object) group {
	g := group{object: o, pods: s.dependents(o, Instances), images: []string{}, managers: []ManagerReference{}}
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
	for _, m := range s.owners(o, ServerGroupManagers) {
		g.managers = append(g.managers, ManagerReference{Name: m.Name, Location: m.Namespace, Account: s.account})
	}
	return g
}

func (s *Store) serverGroup(o *Object) ServerGroup {
	g := s.group(o)
	build := BuildInfo{Images: g.images}
	out := ServerGroup{
		resource: s.resource(o), Type: Provider, Disabled: g.disabled, LoadBalancers: g.balancers,
		ServerGroupManagers: g.managers, Capacity: g.capacity, BuildInfo: build,
		ImagesSummary: ImagesSummary{Summaries: []ImageSummary{{ServerGroupName: o.Name, BuildInfo: build}}},
		Zones:         []string{}, SecurityGroups: []string{}, Instances: make([]Instance, len(g.pods)),
	}
	for i, pod := range g.pods {
		out.Instances[i] = s.instance(pod)
		out.InstanceCounts.count(out.Instances[i].HealthState)
	}
	return out
}

func (s *Store) serverGroupSummary(o *Object) ServerGroupSummary {
	g := s.group(o)
	out := ServerGroupSummary{
		Name: o.FullName(), Account: s.account, Region: o.Namespace, Cluster: o.Moniker.Cluster, Type: Provider, CloudProvider: Provider,
		IsDisabled: g.disabled, Moniker: o.Moniker, BuildInfo: BuildInfo{Images: g.images}, CreatedTime: o.Created,
		Capacity: g.capacity, LoadBalancers: g.balancers, SecurityGroups: []string{}, ServerGroupManagers: g.managers,
		Labels: o.Labels, Instances: make([]InstanceSummary, len(g.pods)),
	}
	for i, pod := range g.pods {
		out.Instances[i] = instanceSummary(pod)
		out.InstanceCounts.count(out.Instances[i].HealthState)
	}
	return out
}

func (s *Store) manager(o *Object) ServerGroupManager {
	out := ServerGroupManager{resource: s.resource(o), ServerGroups: []GroupReference{}}
	for _, g := range s.dependents(o, ServerGroups) {
		out.ServerGroups = append(out.ServerGroups, GroupReference{
			Name: g.FullName(), Account: s.account, Namespace: g.Namespace, Region: g.Namespace, Moniker: g.Moniker,
		})
	}
	return out
}

// loadBalancer shows the server groups behind it, or those of them that are in
// only, where that isn't nil.
func (s *Store) loadBalancer(o *Object, only map[*Object]bool) LoadBalancer {
	out := LoadBalancer{resource: s.resource(o), Type: Provider, ServerGroups: []BalancedGroup{}}
	for _, g := range s.balanced(o) {
		if only != nil && !only[g] {
			continue
		}
		balanced := BalancedGroup{
			Name: g.FullName(), Account: s.account, Region: g.Namespace, DetachedInstances: []string{}, CloudProvider: Provider,
			IsDisabled: false, // this load balancer sends it traffic
			Instances:  []BalancedInstance{},
		}
		for _, pod := range s.dependents(g, Instances) {
			balanced.Instances = append(balanced.Instances, balancedInstance(pod))
		}
		out.ServerGroups = append(out.ServerGroups, balanced)
	}
	return out
}

func balancedInstance(pod *Object) BalancedInstance {
	out := BalancedInstance{ID: pod.UID, Name: pod.FullName(), Zone: pod.Namespace, Health: map[string]string{}}
	if all := healths(pod.Pod); len(all) > 0 {
		last := all[len(all)-1]
		out.Health = map[string]string{"state": last.State, "source": last.Source, "type": last.Type, "platform": last.Platform}
	}
	return out
}

func (s *Store) securityGroup(o *Object) SecurityGroup {
	out := SecurityGroup{
		resource: s.resource(o), ID: o.FullName(), Type: Provider, AccountName: s.account, Application: o.Moniker.App,
		InboundRules: []PortRule{}, OutboundRules: []PortRule{}, Summary: SecurityGroupSummary{ID: o.FullName(), Name: o.FullName()},
	}
	if o.Rules != nil {
		out.InboundRules, out.OutboundRules = orEmpty(o.Rules.Inbound), orEmpty(o.Rules.Outbound)
	}
	return out
}

// cluster shows a cluster of an application with everything in it.
func (s *Store) cluster(app, name string) (Cluster, bool) {
	if s.clusters[app][name] == 0 {
		return Cluster{}, false
	}
	out := Cluster{
		Name: name, Moniker: Moniker{App: app, Cluster: name}, Type: Provider, AccountName: s.account, Application: app,
		ServerGroups: []ServerGroup{}, LoadBalancers: []LoadBalancer{},
	}
	members := map[*Object]bool{}
	var balancers []*Object
	for _, o := range s.of(app, ServerGroups) {
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
