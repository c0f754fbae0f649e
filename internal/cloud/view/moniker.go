package view

// Moniker says where an object belongs.
type Moniker struct {
	App      string `json:"app,omitempty"`
	Cluster  string `json:"cluster,omitempty"`
	Detail   string `json:"detail,omitempty"`
	Stack    string `json:"stack,omitempty"`
	Sequence *int   `json:"sequence,omitempty"`
}
