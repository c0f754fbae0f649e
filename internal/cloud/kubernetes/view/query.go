package view

import "strings"

// The questions that can be asked. Names of applications are compared without
// their case; whatever isn't there gives an empty answer, or false.

// Applications are the applications that have clusters here, in lower case,
// with the names of their clusters.
func (s *Store) Applications() map[string][]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make(map[string][]string, len(s.clusters))
	for app, clusters := range s.clusters {
		out[app] = keys(clusters)
	}
	return out
}

// ClusterNames are the names of an application's clusters.
func (s *Store) ClusterNames(app string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return keys(s.clusters[fold(app)])
}

// Cluster is a cluster of an application with all that is in it.
func (s *Store) Cluster(app, name string) (Cluster, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.cluster(fold(app), name)
}

// ServerGroupSummaries are an application's server groups, by cluster.
func (s *Store) ServerGroupSummaries(app string) []ServerGroupSummary {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []ServerGroupSummary{}
	for _, o := range s.of(fold(app), ServerGroups) {
		if o.grouped() {
			out = append(out, s.serverGroupSummary(o, o.Moniker.Cluster))
		}
	}
	return out
}

// ExpandedServerGroups are an application's server groups with everything
// about them.
func (s *Store) ExpandedServerGroups(app string) []ExpandedServerGroup {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []ExpandedServerGroup{}
	for _, o := range s.of(fold(app), ServerGroups) {
		if o.grouped() {
			out = append(out, ExpandedServerGroup{
				ServerGroup: s.serverGroup(o), AccountName: s.account, Cluster: o.Moniker.Cluster, Application: fold(app),
			})
		}
	}
	return out
}

// ServerGroup is one server group by its full name: "replicaSet web-v001".
func (s *Store) ServerGroup(namespace, name string) (ServerGroup, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.named(namespace, name, ServerGroups)
	if !ok {
		return ServerGroup{}, false
	}
	return s.serverGroup(o), true
}

// ServerGroupSummary is the short form of one server group.
func (s *Store) ServerGroupSummary(namespace, name string) (ServerGroupSummary, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.named(namespace, name, ServerGroups)
	if !ok {
		return ServerGroupSummary{}, false
	}
	return s.serverGroupSummary(o, o.Moniker.Cluster), true
}

// Managers are an application's server group managers.
func (s *Store) Managers(app string) []ServerGroupManager {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []ServerGroupManager{}
	for _, o := range s.of(fold(app), ServerGroupManagers) {
		out = append(out, s.manager(o))
	}
	return out
}

// LoadBalancers are an application's load balancers.
func (s *Store) LoadBalancers(app string) []LoadBalancer {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []LoadBalancer{}
	for _, o := range s.of(fold(app), LoadBalancers) {
		out = append(out, s.loadBalancer(o, nil))
	}
	return out
}

// LoadBalancer is one load balancer by its full name: "service web".
func (s *Store) LoadBalancer(namespace, name string) (LoadBalancer, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.named(namespace, name, LoadBalancers)
	if !ok {
		return LoadBalancer{}, false
	}
	return s.loadBalancer(o, nil), true
}

// SecurityGroups are all firewalls of the account.
func (s *Store) SecurityGroups() []SecurityGroup {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []*Object
	for _, o := range s.objects {
		if o.Class == SecurityGroups {
			found = append(found, o)
		}
	}
	out := []SecurityGroup{}
	for _, o := range sorted(found) {
		out = append(out, s.securityGroup(o))
	}
	return out
}

// SecurityGroup is one firewall by its full name: "networkPolicy web".
func (s *Store) SecurityGroup(namespace, name string) (SecurityGroup, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.named(namespace, name, SecurityGroups)
	if !ok {
		return SecurityGroup{}, false
	}
	return s.securityGroup(o), true
}

// Instance is one pod by its full name, "pod web-abcde", or by its UID.
func (s *Store) Instance(namespace, name string) (Instance, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.byUID[name]
	if !ok || o.Class != Instances || o.Namespace != namespace {
		o, ok = s.named(namespace, name, Instances)
	}
	if !ok {
		return Instance{}, false
	}
	return s.instance(o), true
}

// PodName is the name of the pod with that UID.
func (s *Store) PodName(uid string) (namespace, name string, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, ok := s.byUID[uid]
	if !ok || o.Class != Instances {
		return "", "", false
	}
	return o.Namespace, o.Name, true
}

func (s *Store) named(namespace, name string, class Class) (*Object, bool) {
	kind, name, ok := strings.Cut(name, " ")
	if !ok {
		return nil, false
	}
	o, ok := s.objects[Key{kind, namespace, name}]
	if !ok || o.Class != class {
		return nil, false
	}
	return o, true
}
