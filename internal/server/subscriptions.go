package server

import (
	"context"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/trigger/subscription"
)

// buildTopics makes what publishes to message systems.
func (p *process) buildTopics() {
	p.topics = pubsub.NewTopics(p.config.Channels.Pubsub, p.secrets)
	p.onClose("topics", func(ctx context.Context) error { return p.topics.Close(ctx) })
}

// buildSubscriptions makes what reads subscriptions: all processes that advance executions
// do.
func (p *process) buildSubscriptions() (err error) {
	p.subscriptions, err = subscription.New(subscription.Options{
		Sources: p.config.Channels.Pubsub.Sources(), Secrets: p.secrets, Events: p.eventLog, Store: p.platform.store, Resources: p.resources,
		Now: p.clock.Now, Logger: p.log,
	})
	if err != nil {
		return err
	}
	if p.has(config.RoleEngine) {
		p.runs("subscriptions", p.subscriptions)
	}
	return p.resources.Register(p.subscriptions.Kind())
}
