package search

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/secret"
)

// Config are the searches in artifact repositories, in Igor's form.
type (
	// Artifactory is the section artifactory.
	Artifactory struct {
		Enabled  bool                `json:"enabled" yaml:"enabled" doc:"If true, the searches are used."`
		Searches []ArtifactorySearch `json:"searches" yaml:"searches" doc:"The searches, which triggers of type artifactory name."`
	}
	// Nexus is the section nexus.
	Nexus struct {
		Enabled  bool          `json:"enabled" yaml:"enabled" doc:"If true, the searches are used."`
		Searches []NexusSearch `json:"searches" yaml:"searches" doc:"The searches, which triggers of type nexus name."`
	}
	// ArtifactorySearch is what of JFrog Artifactory starts pipelines.
	ArtifactorySearch struct {
		Name          string     `json:"name" yaml:"name" doc:"The search's name."`
		BaseURL       string     `json:"baseUrl" yaml:"baseUrl" doc:"The URL of Artifactory, for the location of artifacts."`
		Repo          string     `json:"repo" yaml:"repo" doc:"The key of the repository. If empty, any."`
		GroupID       string     `json:"groupId" yaml:"groupId" doc:"The group of Maven artifacts, with those below it. If empty, any."`
		RepoType      string     `json:"repoType" yaml:"repoType" enum:"maven,helm" doc:"maven: POM files. helm: packages of charts."`
		WebhookSecret secret.Ref `json:"webhookSecret" yaml:"webhookSecret" secret:"true" doc:"The secret token of the webhook, or its place: env:, file:, encrypted:. Without it, webhooks are rejected."`
	}
	// NexusSearch is what of Nexus Repository starts pipelines.
	NexusSearch struct {
		Name          string     `json:"name" yaml:"name" doc:"The search's name."`
		BaseURL       string     `json:"baseUrl" yaml:"baseUrl" doc:"The URL of Nexus Repository, for the location of artifacts."`
		Repo          string     `json:"repo" yaml:"repo" doc:"The name of the repository. If empty, any."`
		NodeID        string     `json:"nodeId" yaml:"nodeId" doc:"The node ID of Nexus Repository. If empty, any."`
		WebhookSecret secret.Ref `json:"webhookSecret" yaml:"webhookSecret" secret:"true" doc:"The secret key of the webhook, or its place: env:, file:, encrypted:. Without it, webhooks are rejected."`
	}
)

// DefaultArtifactory and DefaultNexus use every search that is configured.
func DefaultArtifactory() Artifactory { return Artifactory{Enabled: true} }

// DefaultNexus does so too.
func DefaultNexus() Nexus { return Nexus{Enabled: true} }

// Validate tells everything that is wrong, each error beginning with the field's path.
func (c Artifactory) Validate() []error {
	var errs []error
	var names []string
	for i, s := range c.Searches {
		at := fmt.Sprintf("searches[%d].", i)
		errs = append(errs, check(at, s.Name, names, s.WebhookSecret)...)
		names = append(names, s.Name)
		switch s.RepoType {
		case "", maven, helm:
		default:
			errs = append(errs, fmt.Errorf("%srepoType: %q is neither maven nor helm", at, s.RepoType))
		}
	}
	return errs
}

// Validate does what [Artifactory.Validate] does.
func (c Nexus) Validate() []error {
	var errs []error
	var names []string
	for i, s := range c.Searches {
		errs = append(errs, check(fmt.Sprintf("searches[%d].", i), s.Name, names, s.WebhookSecret)...)
		names = append(names, s.Name)
	}
	return errs
}

func check(at, name string, before []string, ref secret.Ref) []error {
	var errs []error
	switch {
	case name == "":
		errs = append(errs, fmt.Errorf("%sname: is missing", at))
	case slices.Contains(before, name):
		errs = append(errs, fmt.Errorf("%sname: there are two searches %q", at, name))
	}
	if err := ref.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("%swebhookSecret: %w", at, err))
	}
	return errs
}
