package server

import (
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/api/catalog"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/childpipeline"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/stage/group"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/preconditions"
	"github.com/gennaker/gennaker/internal/stage/variables"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/stage/window"
)

// stageParts are what stage types are made of.
type stageParts struct {
	zone        *time.Location
	guard       *httpguard.Guard
	children    *childLauncher
	expressions expressions
}

// stageTypes is the list of all stage types: a new one is added here.
func (p *process) stageTypes(parts stageParts) (*stage.Registry, error) {
	webhooks, err := webhook.New(webhook.Options{Config: p.config.Webhook, Guard: parts.guard})
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	types := []*stage.Type{
		group.Type(),
		judgment.Type(judgment.Options{}),
		preconditions.Type(forPreconditions{parts.expressions}, p.clouds),
		variables.Type(),
		wait.Type(),
		webhooks.Type(),
		window.Type(window.Options{Zone: parts.zone}),
	}
	types = append(types, frontfifty.Types(catalog.New(p.platform.store), nil)...)
	types = append(types, childpipeline.Types(childpipeline.Options{Launcher: parts.children})...)
	types = append(types, manifest.Types(p.clouds.kubernetes, manifest.Options{})...)
	return stage.NewRegistry(types...), nil
}
