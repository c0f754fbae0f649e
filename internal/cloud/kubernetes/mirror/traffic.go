package mirror

import (
	"strconv"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// selected are the pods that a service sends traffic to once they are ready, as the
// endpoints' controller selects them.
func (s *Store) selected(service *Object) []*Object {
	l, ok := selectedLabel(service)
	if !ok {
		return nil
	}
	var out []*Object
	for _, pod := range s.members[l] {
		if selects(service.Selector, pod.Labels) && pod.Pod != nil && pod.Pod.Phase != "Succeeded" && pod.Pod.Phase != "Failed" {
			out = append(out, pod)
		}
	}
	return sorted(out)
}

func (s *reading) endpoints(service *Object) []health.PodState {
	pods := s.selected(service)
	out := make([]health.PodState, len(pods))
	for i, pod := range pods {
		out[i] = health.PodState{Health: s.own(pod), Ready: ready(pod)}
	}
	return out
}

// idle tells whether all that a service is known to send traffic to is scaled to zero.
func (s *reading) idle(service *Object) bool {
	groups := s.balanced(service)
	for _, g := range groups {
		if g.Workload == nil || g.Workload.Replicas > 0 {
			return false
		}
	}
	return len(groups) > 0
}

// targets are the backends of an ingress or a route, with how their services do.
func (s *reading) targets(o *Object) []health.Target {
	out := make([]health.Target, len(o.Route.Backends))
	for i, b := range o.Route.Backends {
		out[i] = health.Target{Backend: b, Health: s.backend(o, b)}
	}
	return out
}

func (s *reading) backend(o *Object, b health.Backend) view.HealthStatus {
	service, there := s.objects[serviceOf(o, b)]
	switch {
	case !there:
		return health.MissingService(b.Service)
	case service.Route != nil && !b.Leads(service.Route.Ports):
		return health.MissingPort(b.Service, b)
	}
	return s.health(service)
}

func serviceOf(o *Object, b health.Backend) Key {
	namespace := b.Namespace
	if namespace == "" {
		namespace = o.Namespace
	}
	return Key{"service", namespace, b.Service}
}

// traffic is where a load balancer sends traffic: a service to the workloads of its
// pods, an ingress or a route to services.
func (s *reading) traffic(o *Object) []view.TrafficTarget {
	if o.Route != nil && len(o.Route.Backends) > 0 {
		return s.toServices(o)
	}
	var out []view.TrafficTarget
	at := map[*Object]int{}
	for _, pod := range s.selected(o) {
		workload := pod
		for _, uid := range pod.Owners {
			if owner, ok := s.byUID[uid]; ok {
				workload = owner
				break
			}
		}
		i, seen := at[workload]
		if !seen {
			i = len(out)
			at[workload] = i
			out = append(out, view.TrafficTarget{Name: workload.FullName(), Region: workload.Namespace, HealthStatus: s.health(workload)})
		}
		out[i].Total++
		if ready(pod) {
			out[i].Ready++
		}
	}
	return out
}

func (s *reading) toServices(o *Object) []view.TrafficTarget {
	targets := s.targets(o)
	out := make([]view.TrafficTarget, len(targets))
	for i, t := range targets {
		key := serviceOf(o, t.Backend)
		out[i] = view.TrafficTarget{
			Name: "service " + t.Service, Region: key.Namespace, Host: t.Host, Path: t.Path, Port: t.PortName, TLS: t.TLS, HealthStatus: t.Health,
		}
		if t.Port != 0 {
			out[i].Port = strconv.FormatInt(t.Port, 10)
		}
		service, there := s.objects[key]
		if !there {
			continue
		}
		for _, pod := range s.selected(service) {
			out[i].Total++
			if ready(pod) {
				out[i].Ready++
			}
		}
	}
	return out
}
