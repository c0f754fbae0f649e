package artifact

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// templateScheme begins references to pipeline templates.
const templateScheme = "spinnaker://"

// Templates are the stored pipeline templates of version 2. It must be safe
// for use by many goroutines.
type Templates interface {
	// PipelineTemplate gives a template by its id, as JSON can hold it; of tag
	// and digest (sha256, without its prefix) at most one is set. A template
	// that isn't there is a fault.NotFound.
	PipelineTemplate(ctx context.Context, id, tag, digest string) (any, error)
	// PipelineTemplateIDs lists the ids of the templates with the scope global.
	PipelineTemplateIDs(ctx context.Context) ([]string, error)
}

// pipelineTemplate fetches front50/pipelineTemplate: spinnaker://id,
// spinnaker://id:tag or spinnaker://id@sha256:digest.
type pipelineTemplate struct {
	identity
	templates Templates
}

func newPipelineTemplate(templates Templates) account {
	return &pipelineTemplate{
		identity:  identity{"front50ArtifactCredentials", []string{"front50/pipelineTemplate"}},
		templates: templates,
	}
}

func (a *pipelineTemplate) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	id, ok := strings.CutPrefix(artifact.Reference, templateScheme)
	if !ok || id == "" {
		return nil, fault.New(fault.Invalid, "the reference of a pipeline template must begin with %s, as in spinnaker://id:tag", templateScheme)
	}
	if a.templates == nil {
		return nil, fault.New(fault.Invalid, "pipeline templates are not available on this server")
	}
	var tag, digest string
	if before, after, found := strings.Cut(id, "@sha256:"); found {
		id, digest = before, after
	} else if before, after, found := strings.Cut(id, ":"); found {
		id, tag = before, after
	}
	template, err := a.templates.PipelineTemplate(ctx, id, tag, digest)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "get the pipeline template %s: %w", id, err)
	}
	return json.Marshal(template)
}

func (a *pipelineTemplate) names(ctx context.Context) ([]string, error) {
	if a.templates == nil {
		return []string{}, nil
	}
	return a.templates.PipelineTemplateIDs(ctx)
}
