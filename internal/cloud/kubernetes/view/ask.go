package view

import "context"

// Topic is what a question is about.
type Topic string

// The topics.
const (
	// AboutApplications asks which applications have clusters, and which; of
	// one application where the question names it.
	AboutApplications Topic = "applications"
	// AboutClusters asks for an application's clusters with all that is in
	// them; for one where the question names it.
	AboutClusters Topic = "clusters"
	// AboutSummaries asks for an application's server groups in short, or for
	// the one that the question names.
	AboutSummaries Topic = "serverGroupSummaries"
	// AboutServerGroups asks for them with everything about them.
	AboutServerGroups   Topic = "serverGroups"
	AboutManagers       Topic = "serverGroupManagers"
	AboutLoadBalancers  Topic = "loadBalancers"
	AboutSecurityGroups Topic = "securityGroups"
	AboutInstances      Topic = "instances"
	AboutResources      Topic = "rawResources"
	// AboutMatches asks what a search finds.
	AboutMatches Topic = "matches"
)

// Question is put to a view, here or in another process. Fields that a topic
// has no use for are empty.
type Question struct {
	Topic       Topic  `json:"topic"`
	Application string `json:"application,omitempty"`
	Cluster     string `json:"cluster,omitempty"`
	// Region and Name name one object: its namespace and its full name.
	Region string `json:"region,omitempty"`
	Name   string `json:"name,omitempty"`
	// Text is what a search looks for, in objects of the classes and of the
	// kinds.
	Text    string   `json:"text,omitempty"`
	Classes []Class  `json:"classes,omitempty"`
	Kinds   []string `json:"kinds,omitempty"`
	Limit   int      `json:"limit,omitempty"`
}

// Answer is a view's answer: the field of the question's topic. What isn't
// there is left out.
type Answer struct {
	Applications   map[string][]string   `json:"applications,omitempty"`
	Clusters       []Cluster             `json:"clusters,omitempty"`
	Summaries      []ServerGroupSummary  `json:"serverGroupSummaries,omitempty"`
	ServerGroups   []ExpandedServerGroup `json:"serverGroups,omitempty"`
	Managers       []ServerGroupManager  `json:"serverGroupManagers,omitempty"`
	LoadBalancers  []LoadBalancer        `json:"loadBalancers,omitempty"`
	SecurityGroups []SecurityGroup       `json:"securityGroups,omitempty"`
	Instances      []Instance            `json:"instances,omitempty"`
	Resources      []RawResource         `json:"rawResources,omitempty"`
	Matches        []Match               `json:"matches,omitempty"`
	// Total is how many matches there are, also beyond the limit.
	Total int `json:"total,omitempty"`
}

// Viewer answers questions about one account.
type Viewer interface {
	Ask(ctx context.Context, q Question) (Answer, error)
}

var _ Viewer = (*Store)(nil)

// Ask answers from what the store holds; it never fails. Names of applications
// are compared without their case.
func (s *Store) Ask(_ context.Context, q Question) (Answer, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	app := fold(q.Application)
	switch q.Topic {
	case AboutApplications:
		return Answer{Applications: s.applications(app)}, nil
	case AboutClusters:
		return Answer{Clusters: s.clustersOf(app, q.Cluster)}, nil
	case AboutSummaries:
		return Answer{Summaries: each(s.asked(q, ServerGroups), s.serverGroupSummary)}, nil
	case AboutServerGroups:
		return Answer{ServerGroups: each(s.asked(q, ServerGroups), s.expanded)}, nil
	case AboutManagers:
		return Answer{Managers: each(s.asked(q, ServerGroupManagers), s.manager)}, nil
	case AboutLoadBalancers:
		return Answer{LoadBalancers: each(s.asked(q, LoadBalancers), func(o *Object) LoadBalancer { return s.loadBalancer(o, nil) })}, nil
	case AboutSecurityGroups:
		return Answer{SecurityGroups: each(s.asked(q, SecurityGroups), s.securityGroup)}, nil
	case AboutInstances:
		return Answer{Instances: each(s.asked(q, Instances), s.instance)}, nil
	case AboutResources:
		return Answer{Resources: each(sorted(append([]*Object{}, s.apps[app]...)), func(o *Object) RawResource { return RawResource{s.resource(o)} })}, nil
	case AboutMatches:
		matches, total := s.search(q)
		return Answer{Matches: matches, Total: total}, nil
	}
	return Answer{}, nil
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
func (s *Store) asked(q Question, class Class) []*Object {
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

func (s *Store) all(class Class) []*Object {
	var out []*Object
	for _, o := range s.objects {
		if o.Class == class {
			out = append(out, o)
		}
	}
	return sorted(out)
}

// named finds an object by its full name; a pod also by its UID.
func (s *Store) named(namespace, name string, class Class) (*Object, bool) {
	if o, ok := s.byUID[name]; ok && o.Class == class && class == Instances && o.Namespace == namespace {
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

func (s *Store) clustersOf(app, name string) []Cluster {
	names := keys(s.clusters[app])
	if name != "" {
		names = []string{name}
	}
	var out []Cluster
	for _, name := range names {
		if c, ok := s.cluster(app, name); ok {
			out = append(out, c)
		}
	}
	return out
}

func (s *Store) expanded(o *Object) ExpandedServerGroup {
	return ExpandedServerGroup{
		ServerGroup: s.serverGroup(o), AccountName: s.account, Cluster: o.Moniker.Cluster, Application: o.Moniker.App,
	}
}
