package extract

import (
	"context"
	"fmt"
)

// Webhooks says how artifacts are made of webhooks. The names are Echo's.
type Webhooks struct {
	Artifacts WebhookArtifacts `yaml:"artifacts" doc:"Artifacts that are made of the bodies of webhooks."`
}

// WebhookArtifacts are the templates for webhooks.
type WebhookArtifacts struct {
	Enabled bool            `yaml:"enabled" doc:"If true, the templates are used."`
	Sources []WebhookSource `yaml:"sources" doc:"The templates, one for each source."`
}

// WebhookSource is a template for the webhooks of a source.
type WebhookSource struct {
	Source       string `yaml:"source" doc:"Source of the webhooks: the last part of their URL."`
	TemplatePath string `yaml:"templatePath" doc:"Path of a Jinja template that makes a JSON list of artifacts of the body."`
}

// Validate returns what is wrong with the values; each error begins with its key.
func (w Webhooks) Validate() (errs []error) {
	taken := map[string]bool{}
	for i, s := range w.Artifacts.Sources {
		key := fmt.Sprintf("artifacts.sources[%d]", i)
		switch {
		case s.Source == "" || s.TemplatePath == "":
			errs = append(errs, fmt.Errorf("%s: needs source and templatePath", key))
		case taken[s.Source]:
			errs = append(errs, fmt.Errorf("%s: the source %q has a template already", key, s.Source))
		}
		taken[s.Source] = true
	}
	return errs
}

// Sources are templates by the source of webhooks.
type Sources map[string]Template

// Open reads the templates.
func (w Webhooks) Open() (Sources, error) {
	out := Sources{}
	if !w.Artifacts.Enabled {
		return out, nil
	}
	for _, s := range w.Artifacts.Sources {
		t, err := Read(s.TemplatePath)
		if err != nil {
			return nil, fmt.Errorf("read the template for webhooks of the source %s (webhooks.artifacts.sources): %w", s.Source, err)
		}
		out[s.Source] = t
	}
	return out, nil
}

// Artifacts makes artifacts of a webhook's body; none if its source has no template.
func (s Sources) Artifacts(ctx context.Context, source string, payload map[string]any) ([]any, error) {
	t, ok := s[source]
	if !ok || t.IsZero() {
		return nil, nil
	}
	return t.Artifacts(ctx, payload)
}
