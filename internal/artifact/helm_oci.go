package artifact

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// helmOCI fetches charts from a registry. helm/chart names a chart below the
// account's repository; helm/image may refer to one as an image.
type helmOCI struct {
	identity
	*registry
	base string // host/path
	announced
}

func (b *builder) helmOCI(config HelmAccount) (account, error) {
	guard, err := b.guard("helm", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	base := strings.Trim(strings.TrimPrefix(config.Repository, "oci://"), "/")
	registry, err := b.newRegistry(guard, base, config.BasicAuth, config.Insecure, false)
	if err != nil {
		return nil, err
	}
	registry.ecr = b.ecrTokens(config.ECR, registry.host)
	return &helmOCI{
		identity: identity{config.Name, []string{"helm/chart", "helm/image"}}, base: base, registry: registry,
		announced: announced{config.WebhookSecret, b.options.Secrets},
	}, nil
}

func (a *helmOCI) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	if artifact.Type == "helm/image" && artifact.Reference != "" {
		return a.registry.chart(ctx, artifact.Reference)
	}
	if artifact.Name == "" {
		return nil, fault.New(fault.Invalid, "the artifact has no name; set the chart's name")
	}
	tags, err := a.registry.tags(ctx, a.path(artifact.Name))
	if err != nil {
		return nil, err
	}
	version, err := pickVersion(artifact.Name, artifact.Version, fromTags(tags))
	if err != nil {
		return nil, err
	}
	return a.registry.chart(ctx, a.base+"/"+artifact.Name+":"+strings.ReplaceAll(version, "+", "_"))
}

// path is a chart's repository in the registry.
func (a *helmOCI) path(chart string) string {
	_, below, _ := strings.Cut(a.base, "/")
	return strings.Trim(below+"/"+chart, "/")
}

// fromTags turns tags into versions: a tag can't hold a plus, so that Helm
// writes an underscore.
func fromTags(tags []string) []string {
	out := make([]string, len(tags))
	for i, tag := range tags {
		out[i] = strings.ReplaceAll(tag, "_", "+")
	}
	return out
}

func (a *helmOCI) names(ctx context.Context) ([]string, error) {
	repositories, err := a.registry.catalog(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, repository := range repositories {
		if chart, ok := strings.CutPrefix(repository, a.path("")+"/"); ok || a.path("") == "" {
			out = append(out, chart)
		}
	}
	return out, nil
}

func (a *helmOCI) versions(ctx context.Context, name string) ([]string, error) {
	tags, err := a.registry.tags(ctx, a.path(name))
	return fromTags(tags), err
}
