package channel

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// DryRunConfig is the channel dryrun, with Echo's names.
type DryRunConfig struct {
	Enabled bool   `yaml:"enabled" doc:"If true, a pipeline with a notification of the type dryrun runs again after it succeeded, on another server and without effects."`
	BaseURL string `yaml:"baseUrl" doc:"URL of the server that runs it: another Gennaker, or an Orca."`
	// Notifications are told of the dry run instead of those of the pipeline.
	Notifications []map[string]any `yaml:"notifications" doc:"Notifications of the dry runs, as in a pipeline's JSON."`
}

// dryRun is the channel dryrun, as Echo's DryRunNotificationAgent: it has a pipeline that
// has succeeded run again on another server, where its stages do nothing. So a new version
// of that server is tried with real pipelines.
type dryRun struct {
	config DryRunConfig
	parts  Parts
}

func newDryRun(c DryRunConfig, parts Parts) *dryRun { return &dryRun{c, parts} }

// Describe implements [Channel].
func (d *dryRun) Describe() Description {
	return Description{
		Type: "dryrun", Title: "Dry run on another server", Fields: fields[struct{}](),
		Missing: missing("dryrun", "enabled", d.config.Enabled, "baseUrl", d.config.BaseURL != ""),
	}
}

// SendEvent implements [EventSender].
func (d *dryRun) SendEvent(ctx context.Context, n Notice) error {
	e := n.Execution
	if n.Event.When() != notify.Pipeline+"."+notify.Complete || e == nil || e.PipelineConfigID == "" || d.parts.Pipeline == nil {
		return ErrNothing
	}
	pipeline, err := d.parts.Pipeline(ctx, e.PipelineConfigID)
	if err != nil {
		return fmt.Errorf("read pipeline %s for its dry run: %w", e.PipelineConfigID, err)
	}
	if pipeline == nil {
		return ErrNothing // it was deleted meanwhile
	}
	notifications := d.config.Notifications
	if notifications == nil {
		notifications = []map[string]any{}
	}
	c, err := post("the server for dry runs", d.parts.Fixed, base(d.config.BaseURL, "")+"/orchestrate", model.Merge(pipeline, map[string]any{
		"id": nil, "name": pipeline.Name() + " (dry run)", "notifications": notifications, "disabled": false,
		"trigger": map[string]any{"type": model.DryRunTrigger, "lastSuccessfulExecution": e},
	}))
	if err != nil {
		return err
	}
	c.header.Set("X-SPINNAKER-USER", "anonymous")
	_, err = c.do(ctx)
	return err
}
