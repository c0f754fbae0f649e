package server

import (
	"context"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/cache"
	"github.com/gennaker/gennaker/internal/bakery/cue"
	helmcharts "github.com/gennaker/gennaker/internal/bakery/helm"
	"github.com/gennaker/gennaker/internal/bakery/helmfile"
	"github.com/gennaker/gennaker/internal/bakery/jsonnet"
	"github.com/gennaker/gennaker/internal/bakery/kustomize"
	"github.com/gennaker/gennaker/internal/bakery/text"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/artifactbind"
	"github.com/gennaker/gennaker/internal/stage/artifactstages"
	"github.com/gennaker/gennaker/internal/stage/bake"
	"github.com/gennaker/gennaker/internal/stage/bakemanifest"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/stage/dependson"
	"github.com/gennaker/gennaker/internal/stage/deploymonitor"
	"github.com/gennaker/gennaker/internal/stage/entitytags"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/stage/group"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/noop"
	"github.com/gennaker/gennaker/internal/stage/notifyowner"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/runmultiple"
	"github.com/gennaker/gennaker/internal/stage/saveartifact"
	"github.com/gennaker/gennaker/internal/stage/script"
	templatestages "github.com/gennaker/gennaker/internal/stage/templates"
	"github.com/gennaker/gennaker/internal/stage/unavailable"
	"github.com/gennaker/gennaker/internal/stage/variables"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/waitcondition"
	"github.com/gennaker/gennaker/internal/stage/waituntil"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/stage/weights"
	"github.com/gennaker/gennaker/internal/stage/window"
)

// stageParts are what stage types are made of.
type stageParts struct {
	zone        *time.Location
	guard       *httpguard.Guard
	children    *execution.Launcher
	expressions evaluation.Evaluator
	templates   templating
}

// stageTypes is the list of all stage types: a new one is added here. Where two
// types have a task of the same class, the first one's serves other types that
// have none.
func (p *process) stageTypes(parts stageParts) (*stage.Registry, error) {
	bind, stored, kept := artifactbind.Task{}, execution.NewHistory(p.platform.store), p.catalog()
	webhooks, err := webhook.New(webhook.Options{Config: p.config.Webhook, Guard: parts.guard, BindArtifacts: bind})
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	types := []*stage.Type{
		artifactstages.Evaluate(bind),
		artifactstages.Find(stored),
		bake.Type(bake.Options{Bakery: p.images, Config: p.config.Bakery.Images, Provider: p.config.Images.Provider, Bind: bind}),
		bakemanifest.Type(p.bakery(p.artifacts), parts.expressions.Manifest, bind),
		dependson.Type(stored),
		group.Type(),
		judgment.Type(judgment.Options{Notifier: p.judgments()}),
		noop.Type(),
		preconditions.Type(evaluation.Preconditions{Evaluator: parts.expressions}, p.clouds.kubernetes),
		runmultiple.Type(runmultiple.Options{Launcher: parts.children, Pipelines: kept}),
		saveartifact.Type(p.artifacts, kept),
		variables.Type(),
		wait.Type(),
		waitcondition.Type(p.config.Tasks.EvaluateCondition, nil),
		waituntil.Type(),
		webhooks.Type(),
		window.Type(window.Options{Zone: parts.zone}),
	}
	types = append(types, frontfifty.Types(kept, p.infrastructure)...)
	types = append(types, entitytags.Types(kept)...)
	types = append(types, templatestages.Types(parts.templates.library, parts.templates)...)
	types = append(types, notifyowner.Types(p.notifier(), kept)...)
	types = append(types, childpipeline.Types(childpipeline.Options{Launcher: parts.children, BindArtifacts: bind})...)
	types = append(types, manifest.Types(p.clouds.kubernetes, p.manifestOptions())...)
	types = append(types, helm.Types(p.clouds.kubernetes, p.manifestOptions())...)
	types = append(types, weights.Type(p.clouds.kubernetes, p.manifestOptions()))
	configured, err := p.configuredTypes(parts, webhooks.Type())
	if err != nil {
		return nil, err
	}
	types = append(types, configured...)
	return stage.NewRegistry(append(types, unavailable.Types(types)...)...), nil
}

// bakery renders manifests of what a fetcher fetches: a new renderer is added here.
func (p *process) bakery(from bakery.Fetcher) *bakery.Bakery {
	kept := cache.New(cache.Options{Store: p.platform.store, Config: p.config.Bakery.Manifests.Cache, Sealer: func() cache.Sealer {
		if p.keys == nil { // this process has none yet
			return nil
		}
		return p.keys
	}})
	return bakery.New(from, kept, helmcharts.Renderer{}, kustomize.Renderer{},
		cue.Renderer{}, helmfile.Renderer{}, jsonnet.Renderer{}, text.CloudFoundry{}, text.Directory{}, text.Template{}).Within(p.config.Bakery.Manifests)
}

// shownArtifacts fetches artifacts for previews, which people read: what Secrets hold is
// hidden in contents that are kept for executions.
type shownArtifacts struct{ *artifact.Service }

// Fetch fetches an artifact.
func (s shownArtifacts) Fetch(ctx context.Context, of map[string]any) ([]byte, error) {
	content, err := s.Service.Fetch(ctx, of)
	if err != nil || !artifactstore.IsReference(model.String(of, "reference")) {
		return content, err
	}
	return masking.ShownContent(content), nil
}

// history is what has been, and the pipelines it was of.
type history struct {
	execution.History
	*catalog.Catalog
}

func (p *process) manifestOptions() manifest.Options {
	return manifest.Options{Allow: p.clouds.kubernetes.Allow, Artifacts: p.artifacts, Evaluate: p.expressions.Manifest, History: history{execution.NewHistory(p.platform.store), p.catalog()}}
}

// configuredTypes are the stage types that the configuration makes or places.
func (p *process) configuredTypes(parts stageParts, hook *stage.Type) ([]*stage.Type, error) {
	job := manifest.JobType(p.clouds.kubernetes, p.manifestOptions())
	types := []*stage.Type{script.Type(job, p.config.Script)}
	hooks, err := preconfigured.Webhooks(hook, p.config.Webhook.Preconfigured, nil)
	if err != nil {
		return nil, fmt.Errorf("webhook.preconfigured: %w", err)
	}
	jobs, err := preconfigured.Jobs(job, p.config.Job.Preconfigured.Kubernetes)
	if err != nil {
		return nil, fmt.Errorf("job.preconfigured: %w", err)
	}
	monitors, err := deploymonitor.Types(deploymonitor.Options{Config: p.config.MonitoredDeploy, Guard: parts.guard})
	if err != nil {
		return nil, err
	}
	return append(append(append(types, hooks...), jobs...), monitors...), nil
}
