package channel

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// cdEvents is the channel cdevents.
type cdEvents struct {
	config CDEventsConfig
	parts  Parts
}

func newCDEvents(c CDEventsConfig, parts Parts) *cdEvents { return &cdEvents{c, parts} }

type cdEventsFields struct {
	Address      string         `json:"address" required:"true" doc:"URL of a broker that takes CloudEvents over HTTP, or of an OpenTelemetry collector if the server sends CDEvents as spans (cdevents.transport)."`
	CDEventsType string         `json:"cdEventsType" required:"true" doc:"Type of the event, or a part of it, such as dev.cdevents.pipelinerun.finished." enum:"dev.cdevents.pipelinerun.queued,dev.cdevents.pipelinerun.started,dev.cdevents.pipelinerun.finished,dev.cdevents.taskrun.started,dev.cdevents.taskrun.finished"`
	CustomData   map[string]any `json:"customData" doc:"Data of your own to send with the event."`
}

// Describe implements [Channel].
func (c *cdEvents) Describe() Description {
	return Description{
		Type: "cdevents", Title: "CDEvents", Fields: fields[cdEventsFields](),
		Missing: missing("cdevents", "enabled", c.config.Enabled), Pace: Pace{Burst: 20, Every: 100 * time.Millisecond},
	}
}

const (
	// cdVersion is CDEvents' version, and typeVersion that of the types; cloudVersion
	// is CloudEvents', in the body as in the headers.
	cdVersion, typeVersion, cloudVersion = "0.3.0", ".0.1.1", "1.0"
)

// cdTypes are the types, in the order in which a part of a name is looked for.
var cdTypes = []string{
	"dev.cdevents.pipelinerun.queued", "dev.cdevents.pipelinerun.started", "dev.cdevents.pipelinerun.finished",
	"dev.cdevents.taskrun.started", "dev.cdevents.taskrun.finished",
}

// SendEvent implements [EventSender].
func (c *cdEvents) SendEvent(ctx context.Context, n Notice) error {
	if n.Event.Execution.Name == "" {
		return ErrNothing
	}
	kind, err := cdType(model.String(n.Settings, "cdEventsType"))
	if err != nil {
		return err
	}
	to, err := targetOf(ctx, c.parts, "cdevents", model.String(n.Settings, "address"))
	if err != nil {
		return err
	}
	if c.config.Transport == "otlp" {
		return c.sendSpan(ctx, n, kind, to)
	}
	id, now := uuid.NewString(), c.parts.Now().UTC().Format(time.RFC3339Nano)
	full := kind + typeVersion
	request, err := post("the CDEvents broker", to.client, to.url.String(), object{
		"specversion": cloudVersion, "id": id, "source": c.parts.BaseURL, "type": full, "datacontenttype": "application/json", "time": now,
		"data": object{
			"context":    object{"version": cdVersion, "id": id, "source": c.parts.BaseURL, "type": full, "timestamp": now},
			"subject":    c.subject(n.Event, kind),
			"customData": customData(n), "customDataContentType": "application/json",
		},
	})
	if err != nil {
		return err
	}
	request.content = "application/cloudevents+json; charset=utf-8"
	request.hide = hidden(to.url)
	for name, value := range map[string]string{"ce-id": id, "ce-specversion": cloudVersion, "ce-source": c.parts.BaseURL, "ce-type": full} {
		request.header.Set(name, value)
	}
	_, err = request.do(ctx)
	return err
}

// cdType is the type that a name, or a part of one, means.
func cdType(name string) (string, error) {
	name = strings.TrimSuffix(strings.TrimSpace(name), typeVersion)
	if name != "" {
		for _, kind := range cdTypes {
			if strings.Contains(kind, name) {
				return kind, nil
			}
		}
	}
	return "", fault.New(fault.Invalid, "cdEventsType: there is no type %q; the types are %s", fault.Short(name), strings.Join(cdTypes, ", "))
}

// subject is what the event is about.
func (c *cdEvents) subject(e notify.Event, kind string) object {
	content := object{"url": e.Link(c.parts.BaseURL)}
	of := "pipelineRun"
	if strings.Contains(kind, "taskrun") {
		of = "taskRun"
		content["taskName"], content["pipelineRun"] = e.Execution.Name, object{"id": e.Execution.ID}
	} else {
		content["pipelineName"] = e.Execution.Name
	}
	if strings.HasSuffix(kind, "finished") {
		content["errors"] = e.Phase
		switch e.Phase {
		case notify.Complete:
			content["outcome"] = "success"
		case notify.Failed:
			content["outcome"] = "failure"
		}
	}
	return object{"id": e.Execution.ID, "source": c.parts.BaseURL, "type": of, "content": content}
}

// customData are the preference's own data, or the stage's.
func customData(n Notice) map[string]any {
	if data := model.Object(n.Settings, "customData"); data != nil {
		return data
	}
	if n.Event.Stage != nil {
		if data := model.Object(n.Event.Stage.Context, "customData"); data != nil {
			return data
		}
	}
	return map[string]any{}
}
