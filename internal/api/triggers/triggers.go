// Package triggers is the area of the API about what starts pipelines: webhooks come in
// here, and the events that came, with what was decided on each trigger, can be read and
// used again.
package triggers

import (
	"cmp"
	"context"
	_ "embed"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
	"github.com/gennaker/gennaker/internal/trigger/webhook"
)

// Log receives and keeps events; an [eventlog.Log] is one.
type Log interface {
	Receive(ctx context.Context, e *trigger.Event) (eventlog.Received, error)
	List(ctx context.Context, f eventlog.Filter) ([]eventlog.Event, error)
	Get(ctx context.Context, id string) (eventlog.Event, error)
	Replay(ctx context.Context, id, pipelineID string) (eventlog.Received, error)
	TryReplay(ctx context.Context, id, pipelineID string) ([]eventlog.Decision, error)
	Try(ctx context.Context, e *trigger.Event, p model.Pipeline) ([]eventlog.Decision, error)
	TryKept(ctx context.Context, id string, p model.Pipeline) ([]eventlog.Decision, error)
	LastStarts(ctx context.Context, pipelineIDs ...string) (eventlog.Starts, error)
}

//go:embed schemas.json
var schemasJSON []byte

// Templates make artifacts of the bodies of webhooks, by their source.
type Templates interface {
	Artifacts(ctx context.Context, source string, payload map[string]any) ([]any, error)
}

// Voucher knows the webhooks that were created at Git hosts.
type Voucher interface {
	// Vouch notes in an event whether it comes from its repository's webhook.
	Vouch(ctx context.Context, e *trigger.Event, query url.Values) error
}

type area struct {
	log       Log
	templates Templates
	hooks     Voucher
}

// New returns the area. Without templates, only what is built in makes artifacts of webhooks;
// hooks may be nil.
func New(log Log, templates Templates, hooks Voucher) rest.Area {
	a := &area{log, templates, hooks}
	const tag = "Triggers"
	anything := rest.OptionalBody(rest.Schema{"description": "what the other system sends: a JSON object, or a form"})
	return rest.Area{Schemas: schemasJSON, Routes: []rest.Route{
		{
			Method: http.MethodPost, Path: "/webhooks/{type}/{source}", Name: "webhooks", Needs: rest.Anyone, Tag: tag,
			Summary: "Receive a webhook: type git with the kind of Git host as its source, or type webhook with any source",
			Params:  []rest.Param{rest.Text("hook", "the webhook at a Git host that Gennaker has created")},
			Body:    anything, Result: rest.Ref("WebhookAnswer"), Serve: a.webhook,
		},
		{
			Method: http.MethodPost, Path: "/webhooks/cdevents/{source}", Name: "cdEvents", Needs: rest.Anyone, Tag: tag,
			Summary: "Receive a CDEvent, as a CloudEvent in the binary or the structured mode",
			Body:    anything, Result: rest.Ref("WebhookAnswer"), Serve: a.webhook,
		},
		{
			Method: http.MethodPost, Path: "/webhooks/{type}", Name: "webhooksWithoutSource", Needs: rest.Anyone, Tag: tag,
			Summary: "Receive a webhook that names its source in the field source of its body",
			Body:    anything, Result: rest.Ref("WebhookAnswer"), Serve: a.webhook,
		},
		{
			Method: http.MethodGet, Path: "/triggers/events", Name: "listEvents", Needs: rest.Anyone, Tag: tag,
			Summary: "List the events that came, the newest first, with what was decided on the triggers of a pipeline or an application",
			Params: []rest.Param{
				rest.Text("pipelineId", "only events that a trigger of this pipeline was compared with"),
				rest.Text("application", "only events that a trigger of this application's pipelines was compared with"),
				rest.Text("type", "only events of this type, such as git"), rest.Text("source", "only events from this source, such as github"),
				rest.Boolean("started", "only events that started something (true) or nothing (false)"),
				rest.Text("q", "only events whose type, source or summary contain these words; the 10,000 newest events are searched"),
				rest.Text("before", "only events older than the one with this id"), rest.Text("after", "only events newer than the one with this id"),
				rest.Sized("limit", "how many; 100 if not given", 1000),
			},
			Result: rest.ListOf(rest.Ref("TriggerEvent")), Serve: a.list,
		},
		{
			Method: http.MethodGet, Path: "/triggers/events/{id}", Name: "getEvent", Needs: rest.Anyone, Tag: tag,
			Summary: "Get an event with what was decided on each trigger that listens to it, and why; if none does, with triggers that nearly do",
			Result:  rest.Ref("TriggerEvent"), Serve: func(r *http.Request) (any, error) { return a.log.Get(r.Context(), r.PathValue("id")) },
		},
		{
			Method: http.MethodPost, Path: "/triggers/events/{id}/replay", Name: "replayEvent", Needs: rest.Administrator, Tag: tag,
			Summary: "Have an event happen again, with the triggers as they are now",
			Params: []rest.Param{
				rest.Text("pipelineId", "only for this pipeline"), rest.Boolean("dryRun", "only tell what would be decided; nothing is started"),
			},
			Result: rest.Ref("EventReceived"), Serve: a.replay,
		},
		{
			Method: http.MethodPost, Path: "/triggers/try", Name: "tryTriggers", Needs: rest.Anyone, Tag: tag,
			Summary: "Tell which triggers of a pipeline, stored or not, an event would start; nothing is started",
			Body:    rest.RequiredBody(rest.Ref("TriggerTrial")), Result: rest.ListOf(rest.Ref("TriggerDecision")), Serve: a.try,
		},
	}}
}

// answer is Echo's answer to a webhook.
type answer struct {
	Processed bool `json:"eventProcessed"`
	// EventID is null if there was nothing to do.
	EventID *string `json:"eventId"`
}

// read makes events of a webhook, with the artifacts that a template makes of it. As in Echo,
// a list of artifacts in the body comes before a template, and a template that can't be used
// keeps nothing from starting: the event tells what is wrong with it.
func (a *area) read(ctx context.Context, request webhook.Request) ([]*trigger.Event, error) {
	events, err := webhook.Read(request)
	if err != nil || a.templates == nil {
		return events, err
	}
	for _, e := range events {
		if e.Type != "webhook" || e.Payload == nil || len(model.List(e.Payload, "artifacts")) > 0 {
			continue
		}
		made, err := a.templates.Artifacts(ctx, e.Source, e.Payload)
		if err != nil {
			attributes := map[string]string{"artifactsProblem": err.Error()}
			maps.Copy(attributes, e.Attributes)
			e.Attributes = attributes
		}
		e.Artifacts = append(e.Artifacts, made...)
	}
	return events, nil
}

func (a *area) webhook(r *http.Request) (any, error) {
	body, err := rest.ReadRaw(r)
	if err != nil {
		return nil, err
	}
	events, err := a.read(r.Context(), webhook.Request{
		Type: cmp.Or(r.PathValue("type"), "cdevents"), Source: r.PathValue("source"), Header: r.Header, Query: r.URL.Query(), Body: body,
	})
	if err != nil {
		return nil, err
	}
	out := answer{}
	for _, e := range events {
		if a.hooks != nil && e.Type == "git" {
			if err := a.hooks.Vouch(r.Context(), e, r.URL.Query()); err != nil {
				return nil, err
			}
		}
		received, err := a.log.Receive(r.Context(), e)
		if err != nil {
			return nil, err
		}
		out.Processed, out.EventID = true, &received.EventID
	}
	return out, nil
}

func (a *area) list(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	f := eventlog.Filter{
		Type: q.Text("type"), Source: q.Text("source"), PipelineID: q.Text("pipelineId"), Application: q.Text("application"),
		Text: q.Text("q"), Before: q.Text("before"), After: q.Text("after"), Limit: q.Size("limit", 100, 1, 1000),
	}
	if q.Values().Has("started") {
		started := q.Boolean("started", true)
		f.Started = &started
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	return a.log.List(r.Context(), f)
}

// received is what became of an event.
type received struct {
	EventID    string   `json:"eventId"`
	Executions []string `json:"executionIds"`
	// Decisions are those of a dry run.
	Decisions []eventlog.Decision `json:"decisions,omitempty"`
}

func (a *area) replay(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	id, pipelineID, dry := r.PathValue("id"), q.Text("pipelineId"), q.Boolean("dryRun", false)
	if err := q.Err(); err != nil {
		return nil, err
	}
	if dry {
		decisions, err := a.log.TryReplay(r.Context(), id, pipelineID)
		return received{id, []string{}, decisions}, err
	}
	got, err := a.log.Replay(r.Context(), id, pipelineID)
	if err != nil {
		return nil, err
	}
	if got.Executions == nil {
		got.Executions = []string{}
	}
	return received{got.EventID, got.Executions, nil}, nil
}

// trial is what triggers are tried with: an event that came, or a webhook that could.
type trial struct {
	Pipeline model.Pipeline    `json:"pipeline"`
	EventID  string            `json:"eventId"`
	Type     string            `json:"type"`
	Source   string            `json:"source"`
	Headers  map[string]string `json:"headers"`
	Body     string            `json:"body"`
}

func (a *area) try(r *http.Request) (any, error) {
	var t trial
	present, err := rest.ReadBody(r, &t)
	if err != nil {
		return nil, err
	}
	switch {
	case !present || len(t.Pipeline) == 0:
		return nil, fault.New(fault.Invalid, "pipeline is missing: send the pipeline whose triggers are to be tried")
	case t.EventID != "":
		return a.log.TryKept(r.Context(), t.EventID, t.Pipeline)
	case t.Type == "":
		return nil, fault.New(fault.Invalid, "send eventId, to try the triggers with an event that came, or type, source and body, to try them with a webhook")
	}
	request := webhook.Request{Type: t.Type, Source: t.Source, Header: http.Header{}, Body: []byte(t.Body)}
	for name, value := range t.Headers {
		request.Header.Set(name, value)
	}
	if strings.EqualFold(t.Source, "github") && request.Header.Get("X-Github-Event") == "" {
		request.Header.Set("X-Github-Event", "push")
	}
	events, err := a.read(r.Context(), request)
	if err != nil {
		return nil, err
	}
	out := []eventlog.Decision{}
	for _, e := range events {
		// Whoever pastes a payload can't sign it.
		e.Trusted = !e.Proof.Given()
		decisions, err := a.log.Try(r.Context(), e, t.Pipeline)
		if err != nil {
			return nil, err
		}
		out = append(out, decisions...)
	}
	return out, nil
}
