package view

// Class is what a thing is to Spinnaker: with Kubernetes, the spinnakerKind of
// an object.
type Class string

// The classes.
const (
	Instances           Class = "instances"
	Configs             Class = "configs"
	ServerGroups        Class = "serverGroups"
	LoadBalancers       Class = "loadBalancers"
	SecurityGroups      Class = "securityGroups"
	ServerGroupManagers Class = "serverGroupManagers"
	Unclassified        Class = "unclassified"
	// Clusters is a class that only searches know.
	Clusters Class = "clusters"
	// Everything is the class of a change of more than can be told.
	Everything Class = "everything"
)

// Change says that what is shown of an application has changed.
type Change struct {
	Account     string `json:"account"`
	Application string `json:"application"`
	// Type is what the object is to Spinnaker: "serverGroups", "instances".
	Type Class `json:"type"`
	// Region and Name name the thing as lists of it do.
	Name    string `json:"name"`
	Region  string `json:"region"`
	Deleted bool   `json:"deleted,omitempty"`
}
