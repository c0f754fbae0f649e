package model

// Artifact is a reference to something a pipeline uses or makes: an image, a
// file, a chart.
type Artifact struct {
	Type            string         `json:"type,omitempty"`
	CustomKind      bool           `json:"customKind"`
	Name            string         `json:"name,omitempty"`
	Version         string         `json:"version,omitempty"`
	Location        string         `json:"location,omitempty"`
	Reference       string         `json:"reference,omitempty"`
	Metadata        map[string]any `json:"metadata"`
	ArtifactAccount string         `json:"artifactAccount,omitempty"`
	Provenance      string         `json:"provenance,omitempty"`
	UUID            string         `json:"uuid,omitempty"`
}

// ExpectedArtifact is a pipeline's wish for an artifact: what must match, and
// what to take if nothing does.
type ExpectedArtifact struct {
	ID                 string    `json:"id,omitempty"`
	DisplayName        string    `json:"displayName,omitempty"`
	MatchArtifact      *Artifact `json:"matchArtifact,omitempty"`
	UsePriorArtifact   bool      `json:"usePriorArtifact"`
	UseDefaultArtifact bool      `json:"useDefaultArtifact"`
	DefaultArtifact    *Artifact `json:"defaultArtifact,omitempty"`
	BoundArtifact      *Artifact `json:"boundArtifact,omitempty"`
}
