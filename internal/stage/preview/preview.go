// Package preview tells what stages that deploy would change, without deploying.
package preview

import (
	"context"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Planner tells what stages would change.
type Planner struct {
	Provider  Provider
	Artifacts manifest.Fetcher
}

// Provider is the cloud that the stages deploy to.
type Provider interface {
	manifest.Planner
	helm.Provider
}

// PlanManifests tells what a deployManifest stage would change, or a
// helmUpgrade stage where the type says so.
func (p Planner) PlanManifests(ctx context.Context, fields map[string]any) (any, error) {
	var (
		preview manifest.Preview
		err     error
	)
	switch kind := model.String(fields, "type"); kind {
	case "", "deployManifest":
		preview, err = manifest.PreviewDeploy(ctx, p.Provider, p.Artifacts, fields)
	case "helmUpgrade", "helmInstall":
		preview, err = helm.PreviewUpgrade(ctx, p.Provider, p.Artifacts, fields)
	default:
		err = fault.New(fault.Invalid, "type: must be deployManifest or helmUpgrade, but is %q", kind)
	}
	if err != nil {
		return nil, err
	}
	return preview, nil
}
