package mirror

import (
	"iter"
	"slices"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// How objects belong together, as clouddriver relates them: a pod to the
// ReplicaSet, StatefulSet, DaemonSet or Job that owns it; a ReplicaSet to the
// Deployment that owns it; a Service to the ReplicaSets whose template has all
// labels that it selects, and to the StatefulSets that name it.

// selectedLabel is the label that a service is found by: the first of those
// that it selects.
func selectedLabel(o *Object) (label, bool) {
	var first string
	for key := range o.Selector {
		if first == "" || key < first {
			first = key
		}
	}
	return label{o.Namespace, first, o.Selector[first]}, len(o.Selector) > 0
}

// templateLabels are the labels that a ReplicaSet's pods have.
func templateLabels(o *Object) iter.Seq[label] {
	return func(yield func(label) bool) {
		if o.Kind != "replicaSet" || o.Workload == nil {
			return
		}
		for key, value := range o.Workload.PodLabels {
			if !yield(label{o.Namespace, key, value}) {
				return
			}
		}
	}
}

// governor is the service that a StatefulSet names.
func governor(o *Object) (Key, bool) {
	if o.Kind != "statefulSet" || o.Workload == nil || o.Workload.ServiceName == "" {
		return Key{}, false
	}
	return Key{"service", o.Namespace, o.Workload.ServiceName}, true
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if have, ok := labels[key]; !ok || have != value {
			return false
		}
	}
	return len(selector) > 0
}

// balancers are the services that send a server group traffic.
func (s *Store) balancers(group *Object) []*Object {
	if group.Workload == nil {
		return nil
	}
	var out []*Object
	for l := range templateLabels(group) {
		for _, service := range s.services[l] {
			if selects(service.Selector, group.Workload.PodLabels) {
				out = append(out, service)
			}
		}
	}
	if key, ok := governor(group); ok {
		if service, there := s.objects[key]; there {
			out = append(out, service)
		}
	}
	return sorted(out)
}

// balanced are the server groups that a load balancer sends traffic to.
func (s *Store) balanced(balancer *Object) []*Object {
	var out []*Object
	if l, ok := selectedLabel(balancer); ok {
		for _, group := range s.templates[l] {
			if selects(balancer.Selector, group.Workload.PodLabels) {
				out = append(out, group)
			}
		}
	}
	return sorted(append(out, s.governed[balancer.Key()]...))
}

// dependents are the objects of a class that another one owns.
func (s *Store) dependents(owner *Object, class view.Class) []*Object {
	var out []*Object
	for _, o := range s.owned[owner.UID] {
		if o.Class == class {
			out = append(out, o)
		}
	}
	return sorted(out)
}

// owners are the objects of a class that own another one.
func (s *Store) owners(o *Object, class view.Class) []*Object {
	var out []*Object
	for _, uid := range o.Owners {
		if owner, ok := s.byUID[uid]; ok && owner.Class == class {
			out = append(out, owner)
		}
	}
	return sorted(out)
}

// of are the objects of a class of an application.
func (s *Store) of(app string, class view.Class) []*Object {
	var out []*Object
	for _, o := range s.apps[app] {
		if o.Class == class {
			out = append(out, o)
		}
	}
	return sorted(out)
}

// sorted puts objects into a stable order, each once.
func sorted(objects []*Object) []*Object {
	slices.SortFunc(objects, func(a, b *Object) int {
		return compareKeys(a.Key(), b.Key())
	})
	return slices.Compact(objects)
}
