package view

// Match is something that a search found.
type Match struct {
	Provider string `json:"provider"`
	// Type is what it is to Spinnaker: "serverGroups", or "clusters".
	Type        Class  `json:"type"`
	Application string `json:"application,omitempty"`
	Cluster     string `json:"cluster,omitempty"`
	// Region and Name name a thing; only the name is set of a cluster.
	Region string `json:"region,omitempty"`
	Name   string `json:"name"`
	// Details are the fields that the provider's matches have besides.
	Details map[string]string `json:"details,omitempty"`
}
