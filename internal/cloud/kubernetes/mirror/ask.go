package mirror

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

var _ view.Viewer = (*Store)(nil)

// Ask answers from what the store holds; it never fails. Names of applications
// are compared without their case.
func (s *Store) Ask(_ context.Context, q view.Question) (view.Answer, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.read().answer(q), nil
}

func (s *reading) answer(q view.Question) view.Answer {
	app := fold(q.Application)
	switch q.Topic {
	case view.AboutApplications:
		return view.Answer{Applications: s.applications(app)}
	case view.AboutClusters:
		return view.Answer{Clusters: s.clustersOf(app, q.Cluster)}
	case view.AboutSummaries:
		return view.Answer{Summaries: each(s.asked(q, view.ServerGroups), s.serverGroupSummary)}
	case view.AboutServerGroups:
		return view.Answer{ServerGroups: each(s.asked(q, view.ServerGroups), s.expanded)}
	case view.AboutManagers:
		return view.Answer{Managers: each(s.asked(q, view.ServerGroupManagers), s.manager)}
	case view.AboutLoadBalancers:
		return view.Answer{LoadBalancers: each(s.asked(q, view.LoadBalancers), func(o *Object) view.LoadBalancer { return s.loadBalancer(o, nil) })}
	case view.AboutSecurityGroups:
		return view.Answer{SecurityGroups: each(s.asked(q, view.SecurityGroups), s.securityGroup)}
	case view.AboutInstances:
		return view.Answer{Instances: each(s.asked(q, view.Instances), s.instance)}
	case view.AboutResources:
		return view.Answer{Resources: each(sorted(append([]*Object{}, s.apps[app]...)), s.rawResource)}
	case view.AboutHealth:
		return view.Answer{Health: s.healthOf(q.Region, q.Names)}
	case view.AboutApplicationHealth:
		return view.Answer{ApplicationHealth: s.healthOfApplications(q.Names)}
	case view.AboutMatches:
		matches, total := s.search(q)
		return view.Answer{Matches: matches, Total: total}
	}
	return view.Answer{}
}

func each[T any](objects []*Object, shape func(*Object) T) []T {
	out := make([]T, len(objects))
	for i, o := range objects {
		out[i] = shape(o)
	}
	return out
}

// asked are the objects of a class that a question is about: the one that it
// names, those of its application and cluster, or all.
func (s *Store) asked(q view.Question, class view.Class) []*Object {
	if q.Name != "" {
		if o, ok := s.named(q.Region, q.Name, class); ok {
			return []*Object{o}
		}
		return nil
	}
	if q.Application == "" {
		return s.all(class)
	}
	var out []*Object
	for _, o := range s.of(fold(q.Application), class) {
		if q.Cluster == "" || o.Moniker.Cluster == q.Cluster {
			out = append(out, o)
		}
	}
	return out
}

func (s *Store) all(class view.Class) []*Object {
	var out []*Object
	for _, o := range s.objects {
		if o.Class == class {
			out = append(out, o)
		}
	}
	return sorted(out)
}

// named finds an object by its full name; a pod also by its UID.
func (s *Store) named(namespace, name string, class view.Class) (*Object, bool) {
	if o, ok := s.byUID[name]; ok && o.Class == class && class == view.Instances && o.Namespace == namespace {
		return o, true
	}
	kind, name, ok := cut(name)
	if !ok {
		return nil, false
	}
	o, ok := s.objects[Key{kind, namespace, name}]
	if !ok || o.Class != class {
		return nil, false
	}
	return o, true
}

func (s *Store) applications(app string) map[string][]string {
	if app != "" {
		if clusters := s.clusters[app]; len(clusters) > 0 {
			return map[string][]string{app: keys(clusters)}
		}
		return nil
	}
	out := make(map[string][]string, len(s.clusters))
	for app, clusters := range s.clusters {
		out[app] = keys(clusters)
	}
	return out
}

func (s *reading) clustersOf(app, name string) []view.Cluster {
	names := keys(s.Store.clusters[app])
	if name != "" {
		names = []string{name}
	}
	var out []view.Cluster
	for _, name := range names {
		if c, ok := s.cluster(app, name); ok {
			out = append(out, c)
		}
	}
	return out
}

func (s *reading) expanded(o *Object) view.ExpandedServerGroup {
	return view.ExpandedServerGroup{
		ServerGroup: s.serverGroup(o), AccountName: s.account, Cluster: o.Moniker.Cluster, Application: o.Moniker.App,
	}
}

func (s *reading) rawResource(o *Object) view.RawResource {
	out := view.RawResource{Resource: s.resource(o)}
	if o.Class != view.SecurityGroups {
		h := s.health(o)
		out.HealthStatus = h
	}
	return out
}

// healthOf is how objects of a namespace are doing, by their full names; those that aren't
// here are left out.
func (s *reading) healthOf(namespace string, names []string) map[string]view.HealthStatus {
	out := make(map[string]view.HealthStatus, len(names))
	for _, full := range names {
		kind, name, _ := cut(full)
		if o, ok := s.objects[Key{kind, namespace, name}]; ok {
			out[full] = s.health(o)
		}
	}
	return out
}

func (s *reading) healthOfApplications(names []string) []view.ApplicationHealth {
	var out []view.ApplicationHealth
	for _, name := range names {
		if app := fold(name); len(s.Store.clusters[app]) > 0 {
			out = append(out, s.applicationHealth(app))
		}
	}
	return out
}
