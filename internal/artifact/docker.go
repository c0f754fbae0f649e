package artifact

import (
	"context"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// dockerRegistry knows the images of a registry. docker/image is passed on and
// never fetched; helm/image, a chart kept as an image, is.
type dockerRegistry struct {
	identity
	*registry
	repositories []string
	announced
}

func (b *builder) docker(config DockerAccount) (account, error) {
	auth := BasicAuth{Username: config.Username, Password: config.Password}
	if config.PasswordFile != "" {
		auth.Password = secret.NewRef(asFile(config.PasswordFile))
	}
	registry, err := b.newRegistry(b.options.Guard, config.registry(), auth, strings.HasPrefix(config.Address, "http://"), config.Insecure)
	if err != nil {
		return nil, err
	}
	registry.ecr = b.ecrTokens(config.ECR, registry.host)
	return &dockerRegistry{
		identity:     identity{config.Name, []string{"docker/image", "helm/image"}},
		repositories: config.Repositories, registry: registry,
		announced: announced{config.WebhookSecret, b.options.Secrets},
	}, nil
}

func (a *dockerRegistry) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	if artifact.Type != "helm/image" {
		return newDockerReference().fetch(ctx, artifact)
	}
	reference := artifact.Reference
	if reference == "" {
		if artifact.Name == "" {
			return nil, fault.New(fault.Invalid, "the artifact has no reference; set an image, such as registry.example.com/charts/name:1.0.0")
		}
		reference = strings.TrimPrefix(artifact.Name, a.registry.host+"/")
		reference = a.registry.host + "/" + reference + ":" + strings.ReplaceAll(artifact.Version, "+", "_")
	}
	return a.registry.chart(ctx, reference)
}

func (a *dockerRegistry) names(ctx context.Context) ([]string, error) {
	if len(a.repositories) > 0 {
		return append([]string(nil), a.repositories...), nil
	}
	return a.registry.catalog(ctx)
}

func (a *dockerRegistry) versions(ctx context.Context, name string) ([]string, error) {
	return a.registry.tags(ctx, name)
}

// Digest gives the digest (sha256:...) that the reference of a docker/image
// stands for now, with the account for its registry.
func (s *Service) Digest(ctx context.Context, reference string) (string, error) {
	ref, err := name.ParseReference(reference)
	if err != nil {
		return "", fault.New(fault.Invalid, "%s is not an image reference, such as registry.example.com/path/name:tag", reference)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	for _, a := range *s.accounts.Load() {
		if docker, ok := a.(*dockerRegistry); ok && docker.registry.host == ref.Context().RegistryStr() {
			digest, err := docker.registry.digest(ctx, reference)
			return digest, subject{account: a.name(), reference: reference}.wrap(err)
		}
	}
	return "", fault.New(fault.NotFound, "there is no account for the registry %s; an administrator can add one under artifacts.docker", ref.Context().RegistryStr())
}
