package server

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/version"
)

// clouds are the cloud providers, seen through the small interfaces of those
// who use them.
type clouds struct {
	kubernetes *kubernetes.Provider
	// watches tells how the watches of the accounts are.
	watches func(ctx context.Context) map[string]view.WatchState
}

func (p *process) buildClouds() error {
	secrets := func(ctx context.Context, reference string) (string, error) {
		found, err := p.secrets.Resolve(ctx, secret.NewRef(reference))
		return found.Reveal(), err
	}
	provider, err := kubernetes.New(p.config.Kubernetes.Accounts, kubernetes.Options{
		UserAgent: "gennaker/" + version.Get().Version, Log: p.log, Secret: secrets, DialAgent: p.dialAgent, Missing: p.missingAccount, Stored: p.storedAccounts(),
		ImagesOnlyInPods: p.config.Compatibility.BindOnlyImagesInPods,
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

// ServerGroups lists the server groups of a cluster, for the clusterSize
// precondition.
func (c *clouds) ServerGroups(ctx context.Context, cluster preconditions.Cluster) ([]preconditions.ServerGroup, error) {
	found, err := c.kubernetes.ClusterServerGroups(ctx, cluster.Account, cluster.Application, cluster.Name)
	if err != nil {
		return nil, err
	}
	out := make([]preconditions.ServerGroup, len(found))
	for i, g := range found {
		out[i] = preconditions.ServerGroup{Name: g.Name, Region: g.Region, Disabled: g.Disabled}
	}
	return out, nil
}

// planning tells what stages would change, for the API.
type planning struct {
	provider  *kubernetes.Provider
	artifacts manifest.Fetcher
}

// PlanManifests tells what a deployManifest stage would change, or a
// helmUpgrade stage where the type says so.
func (p planning) PlanManifests(ctx context.Context, fields map[string]any) (any, error) {
	var (
		preview manifest.Preview
		err     error
	)
	switch kind := model.String(fields, "type"); kind {
	case "", "deployManifest":
		preview, err = manifest.PreviewDeploy(ctx, p.provider, p.artifacts, fields)
	case "helmUpgrade", "helmInstall":
		preview, err = helm.PreviewUpgrade(ctx, p.provider, p.artifacts, fields)
	default:
		err = fault.New(fault.Invalid, "type: must be deployManifest or helmUpgrade, but is %q", kind)
	}
	if err != nil {
		return nil, err
	}
	return preview, nil
}
