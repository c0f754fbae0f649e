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

// stageTypes is the list of all stage types: a new one is added here.
func (p *process) stageTypes(zone *time.Location, children *childLauncher) (*stage.Registry, error) {
	guard, err := httpguard.New(p.config.URLRestrictions)
	if err != nil {
		return nil, fmt.Errorf("user-configured-url-restrictions: %w", err)
	}
	webhooks, err := webhook.New(webhook.Options{Config: p.config.Webhook, Guard: guard})
	if err != nil {
		return nil, fmt.Errorf("webhook: %w", err)
	}
	types := []*stage.Type{
		group.Type(),
		judgment.Type(judgment.Options{}),
		preconditions.Type(nil, p.clouds),
		variables.Type(),
		wait.Type(),
		webhooks.Type(),
		window.Type(window.Options{Zone: zone}),
	}
	types = append(types, frontfifty.Types(catalog.New(p.platform.store), nil)...)
	types = append(types, childpipeline.Types(childpipeline.Options{Launcher: children})...)
	types = append(types, manifest.Types(p.clouds.kubernetes, manifest.Options{})...)
	return stage.NewRegistry(types...), nil
}
