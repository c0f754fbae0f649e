package mirror

import (
	"cmp"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// healths judge a pod by its phase and each of its containers by whether it is
// ready, as clouddriver's KubernetesHealth does. A pod whose containers are all ready and
// that gets no traffic all the same, such as that of a node that doesn't answer, is
// down.
func healths(pod *Pod) []view.Health {
	if pod == nil || pod.Phase == "" {
		return []view.Health{}
	}
	state := view.Unknown
	switch pod.Phase {
	case "Pending":
		state = view.Down
	case "Running":
		state = view.Up
		if pod.Unready && !slices.ContainsFunc(pod.Containers, func(c Container) bool { return !c.Ready }) {
			state = view.Down
		}
	}
	out := []view.Health{{State: state, Source: "Pod", Type: "kubernetes/pod", Platform: "platform"}}
	for _, c := range pod.Containers {
		state := view.Down
		if c.Ready {
			state = view.Up
		}
		out = append(out, view.Health{State: state, Source: "Container " + c.Name, Type: "kubernetes/container", Platform: "platform"})
	}
	return out
}

// ready tells whether a pod gets traffic.
func ready(pod *Object) bool {
	return pod.Pod != nil && pod.Pod.Phase == "Running" && !pod.Pod.Unready
}

// reading is a look at a store at one time. What it finds out of an object's
// health it remembers.
type reading struct {
	*Store
	now      time.Time
	known    map[*Object]view.HealthStatus
	clusters map[string]map[place]view.HealthStatus // by application
}

// place is a cluster of an application in a namespace.
type place struct{ namespace, cluster string }

func (s *Store) read() *reading {
	return &reading{Store: s, now: s.now(), known: map[*Object]view.HealthStatus{}, clusters: map[string]map[place]view.HealthStatus{}}
}

// health is how an object is doing: by what it says of itself, and by the objects
// that it depends on.
func (s *reading) health(o *Object) view.HealthStatus {
	if o.Class == view.Instances {
		return s.own(o) // cheaper than to look it up
	}
	if h, ok := s.known[o]; ok {
		return h
	}
	h := s.judge(o)
	s.known[o] = h
	return h
}

// own is how an object is doing by what it says of itself.
func (s *reading) own(o *Object) view.HealthStatus {
	if o.Health == nil {
		return view.OK
	}
	return o.Health.By(s.now)
}

func (s *reading) judge(o *Object) view.HealthStatus {
	own := s.own(o)
	switch {
	case o.Kind == "deployment":
		return s.deployment(o, own)
	case o.Kind == "cronJob":
		if newest := s.newest(o); newest != nil {
			return health.CronJob(own, s.health(newest))
		}
	case o.Kind == "job":
		return health.Job(own, s.pods(o, func(pod *Object) bool { return pod.Pod == nil || pod.Pod.Phase != "Failed" }), s.pods(o, nil))
	case o.Class == view.ServerGroups:
		return s.inRollout(o, health.Workload(own, s.pods(o, nil), false))
	case o.Kind == "service" && len(o.Selector) > 0:
		return health.Service(own, s.endpoints(o), s.idle(o))
	case o.Route != nil && len(o.Route.Backends) > 0:
		return health.Ingress(own, s.targets(o))
	}
	return own
}

// deployment looks at the pods of the ReplicaSet that the Deployment goes to.
func (s *reading) deployment(o *Object, own view.HealthStatus) view.HealthStatus {
	var (
		current []health.PodState
		serving bool
	)
	newest := s.newest(o)
	for _, set := range s.dependents(o, view.ServerGroups) {
		pods := s.pods(set, nil)
		serving = serving || slices.ContainsFunc(pods, func(p health.PodState) bool { return p.Ready })
		if set == newest {
			current = pods
		}
	}
	return health.Workload(own, current, serving)
}

// inRollout is how a server group is doing that, taken by itself, is in a state. The newest one
// of a Deployment that has given up on it is in the Deployment's: the fault is the same.
func (s *reading) inRollout(o *Object, alone view.HealthStatus) view.HealthStatus {
	for _, manager := range s.owners(o, view.ServerGroupManagers) {
		if manager.Kind == "deployment" && health.GivenUp(s.own(manager)) && s.newest(manager) == o {
			return health.OfRollout(alone, s.health(manager))
		}
	}
	return alone
}

// newest is the newest of the server groups that an object owns: the one of its revision, if it
// has one. It is nil if there is none.
func (s *reading) newest(o *Object) *Object {
	groups := s.dependents(o, view.ServerGroups)
	if len(groups) == 0 {
		return nil
	}
	if o.Workload != nil && o.Workload.Revision != "" {
		for _, g := range groups {
			if g.Workload != nil && g.Workload.Revision == o.Workload.Revision {
				return g
			}
		}
	}
	return slices.MaxFunc(groups, func(a, b *Object) int { return cmp.Compare(a.Created, b.Created) })
}

// pods are the states of those of an object's pods that are wanted; of all if wanted is nil.
func (s *reading) pods(o *Object, wanted func(*Object) bool) []health.PodState {
	var out []health.PodState
	for _, pod := range s.owned[o.UID] {
		if pod.Class == view.Instances && (wanted == nil || wanted(pod)) {
			out = append(out, health.PodState{Health: s.own(pod), Ready: ready(pod)})
		}
	}
	return out
}

// inCluster is how the cluster of a server group is doing, in its namespace: as its manager does,
// or else as its server groups do together.
func (s *reading) inCluster(group *Object) view.HealthStatus {
	app := fold(group.Moniker.App)
	found, ok := s.clusters[app]
	if !ok {
		found = s.clusterHealth(app)
		s.clusters[app] = found
	}
	if h, ok := found[place{group.Namespace, group.Moniker.Cluster}]; ok {
		return h
	}
	return s.health(group)
}

// clusterHealth is how each cluster of an application is doing.
func (s *reading) clusterHealth(app string) map[place]view.HealthStatus {
	out := map[place]view.HealthStatus{}
	counts, worst := map[place]*view.HealthCounts{}, map[place]view.HealthStatus{}
	for _, o := range s.apps[app] {
		at := place{o.Namespace, o.Moniker.Cluster}
		switch {
		case o.Moniker.Cluster == "":
		case o.Class == view.ServerGroupManagers:
			out[at] = s.health(o)
		case o.Class == view.ServerGroups:
			h := s.health(o)
			if counts[at] == nil {
				counts[at], worst[at] = &view.HealthCounts{}, h
			}
			counts[at].Count(h)
			worst[at] = view.Worst(worst[at], h)
		}
	}
	for at, c := range counts {
		if _, managed := out[at]; managed {
			continue
		}
		if out[at] = worst[at]; c.Total > 1 {
			out[at] = view.Overall(*c, worst[at])
		}
	}
	return out
}

// applicationHealth is how an application is doing in this account.
func (s *reading) applicationHealth(app string) view.ApplicationHealth {
	out := view.ApplicationHealth{Application: app}
	for at, h := range s.clusterHealth(app) {
		out.Workloads.Count(h)
		if h.Message != "" {
			_, name, ok := cut(at.cluster)
			if !ok {
				name = at.cluster
			}
			h.Message = name + ": " + h.Message
		}
		if out.Worst.State == "" || h.Worse(out.Worst) || h.State == out.Worst.State && h.Message < out.Worst.Message {
			out.Worst = h
		}
	}
	for _, group := range s.apps[app] {
		if group.Class != view.ServerGroups {
			continue
		}
		for _, pod := range s.owned[group.UID] {
			if pod.Class == view.Instances {
				out.Instances.Count(s.own(pod))
			}
		}
	}
	out.HealthStatus = view.Overall(out.Workloads, out.Worst)
	return out
}
