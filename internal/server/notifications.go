package server

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/notify/dispatch"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/stage/notifyowner"
	"github.com/gennaker/gennaker/internal/store"
)

// channelTimeout bounds a request to a channel.
const channelTimeout = 25 * time.Second

// buildNotifications makes what tells people of what happens.
func (p *process) buildNotifications() error {
	options := httpguard.ClientOptions{
		ConnectTimeout: 10 * time.Second, ReadTimeout: channelTimeout, TotalTimeout: channelTimeout, MaxResponseBytes: 1 << 20, RefuseRedirects: true,
	}
	// The operator says which hosts the fixed services have, which may be anywhere.
	fixed, err := httpguard.New(httpguard.Config{AllowedHostnamesRegex: ".*", AllowedSchemes: []string{"http", "https"}, Section: "notifications"})
	if err != nil {
		return fmt.Errorf("notifications: %w", err)
	}
	parts := channel.Parts{
		BaseURL: p.publicURL(), Secrets: p.secrets, Fixed: fixed.Client(options), Users: p.guard.Client(options), Topics: p.topics, Now: p.clock.Now, Log: p.log,
		Pipeline: func(ctx context.Context, id string) (model.Pipeline, error) {
			found, err := p.platform.store.Pipeline(ctx, id)
			if errors.Is(err, store.ErrNotFound) {
				return nil, nil
			}
			return found, err
		},
	}
	p.notifications = dispatch.New(dispatch.Options{
		Channels: channel.New(p.config.Channels, parts),
		Rehearse: func(ctx context.Context, kind string, n channel.Notice, m *notify.Message) (*channel.Rehearsal, error) {
			return channel.Rehearse(ctx, p.config.Channels, parts, kind, n, m)
		},
		Quiet: p.config.Channels.Extra.Quiet,
		Store: p.platform.store, Memory: limit.NewBudget(p.memory.share(8), 0), Now: p.clock.Now, Log: p.log,
		Evaluate: func(ctx context.Context, e *model.Execution, s *model.Stage, settings map[string]any) map[string]any {
			return p.expressions.Notification(ctx, e, s, settings)
		},
	})
	return nil
}

// connectNotifications tells them of what is made later.
func (p *process) connectNotifications() {
	p.notifications.Through(p.outbox, func(ctx context.Context, execution, stage string, change map[string]any, who access.Principal) error {
		_, err := p.executions.UpdateStage(ctx, execution, stage, change, who)
		return err
	})
}

// publicURL is where people open the server, without a slash at its end.
func (p *process) publicURL() string {
	if p.config.Server.BaseURL == "" {
		return "http://" + p.config.Server.Listen
	}
	return strings.TrimRight(p.config.Server.BaseURL, "/")
}

// pager sends what stages want to be sent to people, and answered.
type pager struct{ notifications *dispatch.Dispatcher }

// Notify implements [notifyowner.Notifier].
func (p pager) Notify(ctx context.Context, n notifyowner.Notification) (map[string]any, error) {
	for _, d := range p.notifications.Channels() {
		if strings.EqualFold(d.Type, n.Type) && !d.Configured() {
			return nil, fmt.Errorf("%w: set %s", notifyowner.ErrNotConfigured, strings.Join(d.Missing, ", "))
		}
	}
	value, err := p.notifications.Send(ctx, notify.Message{
		Type: n.Type, To: n.To, Context: n.AdditionalContext, Source: &notify.Source{
			ExecutionType: n.Source.ExecutionType, ExecutionID: n.Source.ExecutionID, Application: n.Source.Application, User: n.Source.User,
		},
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"value": value}, nil
}

// notifier is what the stages that call on people use; nil if nothing is configured.
func (p *process) notifier() notifyowner.Notifier {
	if p.notifications == nil {
		return nil
	}
	return pager{p.notifications}
}

// judgments tells people of judgments; nil if there are no channels.
func (p *process) judgments() judgment.Notifier {
	if p.notifications == nil {
		return nil
	}
	return p.notifications
}
