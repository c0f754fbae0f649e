package notifications

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/notify/dispatch"
)

// Notifier sends notifications.
type Notifier interface {
	// Channels describes all channels.
	Channels() []channel.Description
	// Send sends a message at once, and gives what the service has answered.
	Send(ctx context.Context, m notify.Message) (any, error)
	// Test sends a notification of an event that didn't happen.
	Test(ctx context.Context, settings map[string]any, application string) error
	// Preview gives what a notification would send, and sends nothing.
	Preview(ctx context.Context, settings map[string]any, about dispatch.Subject) (*dispatch.Preview, error)
	// Callback takes the answer that someone has given in a message.
	Callback(ctx context.Context, source string, header http.Header, body []byte) error
}

func (a *area) sending() []rest.Route {
	const tag = "Notifications"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/notifications/channels", Name: "getNotificationChannels", Needs: rest.Anyone, Tag: tag,
			Summary: "List the channels of notifications, with the fields of each and the settings that it lacks on this server",
			Result:  rest.ListOf(rest.Ref("NotificationChannel")),
			Serve:   func(*http.Request) (any, error) { return rest.OrEmpty(a.notifier.Channels()), nil },
		},
		{
			Method: http.MethodGet, Path: "/notifications/metadata", Name: "getNotificationTypeMetadata", Needs: rest.Anyone, Tag: tag,
			Summary: "List the notification types that Spinnaker doesn't have, for Deck's forms",
			Result:  rest.ListOf(rest.Schema{"type": "object"}),
			Serve:   func(*http.Request) (any, error) { return a.metadata(), nil },
		},
		{
			Method: http.MethodPost, Path: "/notifications", Name: "sendNotification", Needs: rest.Administrator, Tag: tag,
			Summary: "Send a message at once (Echo's)", Body: rest.RequiredBody(rest.Ref("NotificationMessage")), Result: rest.Schema{"type": "object"},
			Serve: a.send,
		},
		{
			Method: http.MethodPost, Path: "/notifications/test/{application}", Name: "testNotification", Needs: rest.OnApplication(access.Write), Tag: tag,
			Summary: "Send a test by a notification of a pipeline, a stage or an application, as it would be saved",
			Body:    rest.RequiredBody(rest.Schema{"type": "object"}), Result: rest.Ref("NotificationTest"), Serve: a.test,
		},
		{
			Method: http.MethodPost, Path: "/notifications/preview/{application}", Name: "previewNotification", Needs: rest.OnApplication(access.Write), Tag: tag,
			Summary: "Show what a notification of a pipeline, a stage or an application would send, and send nothing",
			Params: []rest.Param{
				rest.RequiredParam(rest.Text("when", "The event or the judgment's state, such as pipeline.failed, stage.complete or manualJudgment")),
				rest.Text("pipeline", "The id of a pipeline, whose last execution the message tells of; without one, an execution is made up"),
				rest.Text("stage", "The name of the stage, for events of stages and judgments"),
			},
			Body: rest.RequiredBody(rest.Schema{"type": "object"}), Result: rest.Ref("NotificationPreview"), Serve: a.preview,
		},
		{
			Method: http.MethodPost, Path: "/notifications/callbacks/{source}", Name: "processNotificationCallback", Needs: rest.Anyone, Tag: tag,
			Summary: "Receive the answer that someone has given in a message, such as the approval of a judgment in Slack",
			Serve: func(r *http.Request) (any, error) {
				body, err := rest.ReadAll(r)
				if err != nil {
					return nil, err
				}
				return nil, a.notifier.Callback(r.Context(), r.PathValue("source"), r.Header, body)
			},
		},
	}
}

// extension is a notification type as Deck's form for plugins wants it.
type extension struct {
	Type       string      `json:"notificationType"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Name        string `json:"name"`
	Label       string `json:"label"`
	Description string `json:"description"`
	Type        string `json:"type"`
	Default     string `json:"defaultValue"`
}

// metadata are the channels beside Spinnaker's that work.
func (a *area) metadata() []extension {
	out := []extension{}
	for _, d := range a.notifier.Channels() {
		if !d.Extension || !d.Configured() || !d.Events {
			continue
		}
		e := extension{Type: d.Type, Parameters: []parameter{}}
		properties := model.Object(d.Fields, "properties")
		for _, name := range []string{"address", "customMessage"} {
			if p := model.Object(properties, name); p != nil {
				e.Parameters = append(e.Parameters, parameter{Name: name, Label: notify.Capitalize(name), Description: model.String(p, "description"), Type: "string"})
			}
		}
		out = append(out, e)
	}
	return out
}

func (a *area) send(r *http.Request) (any, error) {
	if !rest.Administers(r) {
		return nil, rest.AccessDenied()
	}
	var m notify.Message
	if present, err := rest.ReadBody(r, &m); err != nil || !present {
		if err == nil {
			err = fault.New(fault.Invalid, "the body is missing")
		}
		return nil, err
	}
	value, err := a.notifier.Send(r.Context(), m)
	return map[string]any{"value": value}, err
}

func (a *area) test(r *http.Request) (any, error) {
	settings, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	if err := a.notifier.Test(r.Context(), settings, r.PathValue("application")); err != nil {
		return nil, err
	}
	return map[string]any{"sent": true}, nil
}

func (a *area) preview(r *http.Request) (any, error) {
	settings, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	return a.notifier.Preview(r.Context(), settings, dispatch.Subject{
		Application: r.PathValue("application"), Pipeline: query.Get("pipeline"), When: query.Get("when"), Stage: query.Get("stage"),
	})
}

// nobody is a notifier without channels.
type nobody struct{}

func (nobody) Channels() []channel.Description { return nil }

func (nobody) Send(_ context.Context, m notify.Message) (any, error) {
	return nil, fault.New(fault.Invalid, "notificationType: there is no channel %q", fault.Short(m.Type))
}

func (nobody) Test(context.Context, map[string]any, string) error {
	return fault.New(fault.Invalid, "type: there are no channels on this server")
}

func (nobody) Preview(context.Context, map[string]any, dispatch.Subject) (*dispatch.Preview, error) {
	return nil, fault.New(fault.Invalid, "type: there are no channels on this server")
}

func (nobody) Callback(_ context.Context, source string, _ http.Header, _ []byte) error {
	return fault.New(fault.NotFound, "NotificationService for %s not registered: nothing takes answers from there", fault.Short(source))
}
