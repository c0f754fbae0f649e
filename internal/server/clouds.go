package server

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/version"
)

// clouds are the cloud providers, seen through the small interfaces of those
// who use them.
type clouds struct {
	kubernetes *kubernetes.Provider
}

func (p *process) buildClouds() error {
	secrets := func(ctx context.Context, reference string) (string, error) {
		found, err := p.secrets.Resolve(ctx, secret.NewRef(reference))
		return found.Reveal(), err
	}
	provider, err := kubernetes.New(p.config.Kubernetes.Accounts, kubernetes.Options{
		UserAgent: "gennaker/" + version.Get().Version, Log: p.log, Secret: secrets, DialAgent: p.dialAgent, Missing: p.missingAccount, Stored: p.storedAccounts(),
		ImagesOnlyInPods: p.config.Compatibility.BindOnlyImagesInPods, Memory: p.memory.most / 2,
	})
	if err != nil {
		return fmt.Errorf("kubernetes.accounts: %w", err)
	}
	p.clouds = &clouds{kubernetes: provider}
	from := p.config.Secrets
	p.secrets = secret.NewResolver(secret.Options{
		Vault: from.Vault, S3: from.S3, Kubernetes: provider.Secrets(from.Kubernetes.Account, from.Kubernetes.Namespace),
	})
	return nil
}
