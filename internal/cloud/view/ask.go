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
	// AboutHealth asks how things of a region are doing, by their names.
	AboutHealth Topic = "health"
	// AboutApplicationHealth asks how the named applications are doing.
	AboutApplicationHealth Topic = "applicationHealth"
	// AboutMatches asks what a search finds.
	AboutMatches Topic = "matches"
)

// Question is put to a view, here or in another process. Fields that a topic
// has no use for are empty.
type Question struct {
	Topic       Topic  `json:"topic"`
	Application string `json:"application,omitempty"`
	Cluster     string `json:"cluster,omitempty"`
	// Region and Name name one thing. A Kubernetes object's region is its
	// namespace, and its name is its kind and name: "service web".
	Region string `json:"region,omitempty"`
	Name   string `json:"name,omitempty"`
	// Names name several things, or several applications.
	Names []string `json:"names,omitempty"`
	// Text is what a search looks for, in things of the classes and, where
	// things have kinds, of the kinds.
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
	// Health is by name; what isn't there is left out.
	Health            map[string]HealthStatus `json:"health,omitempty"`
	ApplicationHealth []ApplicationHealth     `json:"applicationHealth,omitempty"`
	// Total is how many matches there are, also beyond the limit.
	Total int `json:"total,omitempty"`
}

// Viewer answers questions about one account.
type Viewer interface {
	Ask(ctx context.Context, q Question) (Answer, error)
}
