package echo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testsmtp"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// notifications plays what Echo's notification agents and services do.
var notifications = player{
	plays: func(c *Case) bool { return c.Group == "notify" || c.Group == "notifications-api" },
	play:  playNotifications,
}

// deck is where Echo's links led to when it was recorded.
const deck = "https://deck.example.com"

// deck is where links lead to in a case.
func (c *Case) deck() string {
	for _, key := range []string{"spinnaker.baseUrl", "spinnaker.base-url"} {
		if text, ok := c.Config[key].(string); ok {
			return strings.TrimRight(text, "/")
		}
	}
	return deck
}

// usual are the settings that all cases have; every channel is on.
var usual = map[string]any{ //nolint:gosec // these open nothing
	"slack.enabled": true, "slack.token": "xoxb-token", "slack.app.token": "xoxb-app", "slack.app.signingSecret": signingSecret,
	"mail.enabled": true, "mail.from": "spinnaker@example.com",
	"twilio.enabled": true, "twilio.account": "AC1", "twilio.token": "tw-token", "twilio.from": "+15550000",
	"googlechat.enabled": true, "microsoftteams.enabled": true, "cdevents.enabled": true,
	"github-status.enabled": true, "github-status.token": "gh-token",
	"pager-duty.enabled": true, "pager-duty.token": "pd-token",
	"jira.enabled": true, "jira.baseUrl": "https://jira.example.com",
}

// configured is the configuration of a case.
func configured(c *Case, settings map[string]any) (*config.Config, error) {
	from := config.Sources{}
	known := map[string]bool{}
	for _, key := range config.Keys() {
		known[key.Path] = true
	}
	for _, set := range []map[string]any{settings, c.Config} {
		for key, value := range set {
			if !known[key] {
				continue // Echo's alone
			}
			text, ok := value.(string)
			if !ok {
				encoded, err := json.Marshal(value)
				if err != nil {
					return nil, err
				}
				text = string(encoded)
			}
			from.Settings = append(from.Settings, config.Setting{Path: key, Value: text, Origin: "the case"})
		}
	}
	return config.Load(from)
}

// stand is Gennaker's side of a case: the channels, with stand-ins for all services.
type stand struct {
	channels channel.Channels
	sinks    *sinks
	mails    *testsmtp.Server
	calls    []any // what Orca would have been called with
	close    func()
}

// newStand makes it; pipeline gives the stored ones.
func newStand(c *Case, pipeline func(ctx context.Context, id string) (model.Pipeline, error)) (*stand, error) {
	s := &stand{sinks: newSinks(c), mails: &testsmtp.Server{}}
	var err error
	if s.close, err = s.mails.Listen(nil); err != nil {
		return nil, err
	}
	loaded, err := configured(c, model.Merge(usual, map[string]any{"spring.mail.host": s.mails.Host, "spring.mail.port": s.mails.Port}))
	if err != nil {
		s.close()
		return nil, err
	}
	client := &http.Client{Transport: s.sinks}
	s.channels = channel.New(loaded.Channels, channel.Parts{
		BaseURL: c.deck(), Secrets: secret.NewResolver(secret.Options{}), Fixed: client, Users: client, Pipeline: pipeline,
	})
	return s, nil
}

func playNotifications(ctx context.Context, c *Case) []string {
	s, err := newStand(c, nil)
	if err != nil {
		return []string{err.Error()}
	}
	defer s.close()
	var out []string
	for _, step := range c.steps() {
		out = append(out, s.step(ctx, c, step)...)
	}
	return out
}

func (s *stand) step(ctx context.Context, c *Case, step Step) []string {
	if step.Request == nil || step.Response == nil {
		return []string{"the case has no request or no response"}
	}
	status, body := s.serve(ctx, c, step.Request)
	var out []string
	if !sameStatus(step.Response.Status, status) {
		out = append(out, fmt.Sprintf("status is %d (%v), want %d", status, body, step.Response.Status))
	}
	if want := decoded(step.Response.Body); step.Response.Status == http.StatusOK && status == http.StatusOK && want != nil {
		out = append(out, recorded.Differences("body", want, recorded.JSON(body), recorded.Options{Any: placeholder})...)
	}
	wanted, faults := s.wanted(step.Sent, c.applications())
	out = append(out, recorded.Unordered("sent", wanted, s.sent(), recorded.Options{Any: placeholder})...)
	out = append(out, recorded.Unordered("otherOrcaCalls", step.OtherOrcaCalls, s.calls, recorded.Options{})...)
	s.calls = nil
	return append(out, faults...)
}

// applications are the applications that a case's events are about.
func (c *Case) applications() (names []string) {
	for _, e := range c.events() {
		names = append(names, e.Application)
	}
	return names
}

// sameStatus tells whether a status is as good as Echo's: a request that can't be
// taken is a 400 where Echo answers 500.
func sameStatus(want, got int) bool {
	return want == got || want == http.StatusInternalServerError && got == http.StatusBadRequest
}

// serve is what the server does with a request.
func (s *stand) serve(ctx context.Context, c *Case, r *Request) (status int, body any) {
	path, _, _ := strings.Cut(r.Path, "?")
	var err error
	switch {
	case path == "/":
		s.event(ctx, r.Body)
		return http.StatusOK, nil
	case path == "/notifications":
		body, err = s.message(ctx, r.Body)
	case path == "/notifications/metadata" || path == "/pubsub/publishers":
		body = []any{} // no channel that Deck doesn't know, and no publisher, is configured
	case strings.HasPrefix(path, "/notifications/callbacks/"):
		err = s.callback(ctx, c, strings.TrimPrefix(path, "/notifications/callbacks/"), r.Body)
	default:
		return http.StatusNotFound, "there is no such path"
	}
	switch {
	case err == nil:
		return http.StatusOK, body
	case fault.KindOf(err) == fault.NotFound:
		return http.StatusNotFound, err.Error()
	}
	return http.StatusBadRequest, err.Error()
}

// event has everyone told of an event. What can't be sent stops nothing else.
func (s *stand) event(ctx context.Context, body string) {
	event, ok := eventOf(body)
	if !ok {
		return
	}
	for _, preference := range notify.Due(event, nil) {
		if sender, ok := s.channels.Event(preference.Type()); ok {
			_ = sender.SendEvent(ctx, channel.Notice{Event: event, Settings: preference.Settings})
		}
	}
}

// message sends a message as POST /notifications does.
func (s *stand) message(ctx context.Context, body string) (any, error) {
	var m notify.Message
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		return nil, fault.New(fault.Invalid, "%v", err)
	}
	value, err := s.channels.Send(ctx, m)
	return map[string]any{"value": value}, err
}

// eventOf reads an event as Orca posts it; false if it is none that people are told of.
// Gennaker makes its events itself, in this form.
func eventOf(body string) (notify.Event, bool) {
	var posted struct {
		Details struct {
			Type        string  `json:"type"`
			Application *string `json:"application"`
		} `json:"details"`
		Content struct {
			Execution  map[string]any `json:"execution"`
			Context    map[string]any `json:"context"`
			Name       string         `json:"name"`
			StageID    string         `json:"stageId"`
			Synthetic  any            `json:"isSynthetic"`
			Standalone any            `json:"standalone"`
			Canceled   any            `json:"canceled"`
			When       any            `json:"when"`
		} `json:"content"`
	}
	if json.Unmarshal([]byte(body), &posted) != nil {
		return notify.Event{}, false
	}
	parts := strings.Split(posted.Details.Type, ":")
	content := posted.Content
	if len(parts) != 3 || parts[0] != "orca" || !slices.Contains([]string{notify.Pipeline, notify.Orchestration, notify.Stage}, parts[1]) ||
		content.Execution == nil {
		return notify.Event{}, false
	}
	e := notify.Event{Kind: parts[1], Phase: parts[2], Application: "null"} // as Java writes what is missing
	if posted.Details.Application != nil {
		e.Application = *posted.Details.Application
	}
	x := content.Execution
	e.Execution = notify.Execution{
		ID: model.String(x, "id"), Name: model.String(x, "name"), Description: model.String(x, "description"),
		Canceled: model.Bool(x, "canceled", false) || model.String(x, "status") == "CANCELED",
		Trigger:  model.Object(x, "trigger"), Notifications: model.Objects(x, "notifications"),
	}
	for _, stage := range model.Objects(x, "stages") {
		e.Execution.Stages = append(e.Execution.Stages, model.String(stage, "name"))
	}
	if e.Kind == notify.Stage {
		// An event that has words of its own, as no stage of Orca's has, is about a judgment.
		if content.When != nil {
			return e, false
		}
		synthetic := content.Synthetic
		if synthetic == nil {
			synthetic = model.Object(content.Context, "stageDetails")["isSynthetic"]
		}
		e.Stage = &notify.StageFacts{
			ID: content.StageID, Name: content.Name, Context: content.Context, Synthetic: isTrue(synthetic), Canceled: isTrue(content.Canceled),
		}
	}
	return e, true
}

func isTrue(value any) bool { return strings.EqualFold(fmt.Sprint(value), "true") }
