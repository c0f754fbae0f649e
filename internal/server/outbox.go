package server

import (
	"context"
	"strconv"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/telemetry"
)

// buildOutbox makes what leaves the installation because of changes in it.
func (p *process) buildOutbox() (err error) {
	p.follower, err = forward.New(forward.Options{
		Config: p.config.Rest, Events: p.config.Echo.Events, Executions: p.platform.store, Secrets: p.secrets, Topics: p.topics,
		Memory: limit.NewBudget(p.memory.share(8), 0), Now: p.clock.Now,
	})
	if err != nil {
		return err
	}
	if err := p.buildNotifications(); err != nil {
		return err
	}
	p.buildEventLog()
	o := outbox.Options{Store: p.platform.store, Now: p.clock.Now, Logger: p.log, Kinds: append(p.notifications.Kinds(), p.starter.Kind(), p.eventLog.Kind(), p.inherited.Kind())}
	if p.follower != nil {
		o.Kinds = append(o.Kinds, p.follower.Kinds()...)
	}
	if p.outbox, err = outbox.New(o); err != nil {
		return err
	}
	p.starter.Outbox, p.inherited.Messages = p.outbox, p.outbox
	if p.has(config.RoleEngine) {
		p.health.tell("outbox", p.tellOfDeadMessages)
	}
	return nil
}

// tellOfDeadMessages is what the health endpoint says of messages that could not be
// delivered; nothing if there are none.
func (p *process) tellOfDeadMessages(ctx context.Context) map[string]string {
	out := map[string]string{}
	if stats, err := p.outbox.Stats(ctx); err == nil && stats.Dead > 0 {
		out["deadMessages"] = strconv.FormatInt(stats.Dead, 10)
	}
	return out
}

// addOutboxGauges has the metrics tell of the outbox.
func (p *process) addOutboxGauges() {
	p.metrics.Add(telemetry.OutboxMessages(func(ctx context.Context) (map[string]int64, error) {
		stats, err := p.outbox.Stats(ctx)
		return map[string]int64{"waiting": stats.Waiting, "dead": stats.Dead}, err
	}))
	p.metrics.Add(telemetry.OutboxAge(func(ctx context.Context) (map[string]int64, error) {
		stats, err := p.outbox.Stats(ctx)
		return map[string]int64{"waiting": int64(stats.Oldest.Seconds())}, err
	}))
	p.metrics.Add(telemetry.OutboxDeliveries(func(context.Context) (map[string]int64, error) { return p.outbox.Deliveries(), nil }))
}
