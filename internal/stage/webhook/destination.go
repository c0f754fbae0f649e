package webhook

import (
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Destination is the host that gets the webhook.
func (createTask) Destination(in stage.Input) string {
	return stage.Host(model.String(in.Stage.Context, "url"))
}

// Destination is the host that is asked for the outcome.
func (monitorTask) Destination(in stage.Input) string {
	if host := stage.Host(model.String(in.Stage.Context, "statusEndpoint")); host != "" {
		return host
	}
	return stage.Host(model.String(in.Stage.Context, "url"))
}
