package echo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/webhook"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// isTrigger tells whether a case is about what starts pipelines.
func isTrigger(c *Case) bool {
	for _, s := range c.steps() {
		if s.Message != nil || (s.Request != nil && (strings.HasPrefix(s.Request.Path, "/webhooks") || s.Request.Path == "/quietPeriod")) {
			return true
		}
		if s.Request == nil || s.Request.Path != "/" {
			continue
		}
		// What happens to executions is notified of; in Echo it starts nothing but dry runs.
		ofOrca := strings.HasPrefix(strings.ToLower(eventType(s.Request.Body)), "orca:")
		if !ofOrca || (len(c.Pipelines) > 0 && !model.Bool(c.Config, "dryrun.enabled", false)) {
			return true
		}
	}
	return false
}

// steps are a case's, or the case itself as the only one.
func (c *Case) steps() []Step {
	if len(c.Steps) > 0 {
		return c.Steps
	}
	return []Step{c.Step}
}

// posted is an event as Echo's POST / takes it.
type posted struct {
	Details struct {
		Type       string         `json:"type"`
		Source     string         `json:"source"`
		Attributes map[string]any `json:"attributes"`
	} `json:"details"`
	Content map[string]any `json:"content"`
	Payload map[string]any `json:"payload"`
}

func eventType(body string) string {
	var p posted
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		return ""
	}
	return p.Details.Type
}

// world is what a case's steps happen in.
type world struct {
	c         *Case
	pipelines []model.Pipeline
	options   trigger.Options
	quiet     trigger.QuietPeriod
	// seen are the keys of events that came, with their digests.
	seen map[string]string
}

func newWorld(c *Case) (*world, error) {
	w := &world{c: c, seen: map[string]string{}}
	for _, p := range c.Pipelines {
		// As the store gives it, with numbers as they are written.
		text, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		var whole model.Pipeline
		if err := model.Unmarshal(text, &whole); err != nil {
			return nil, err
		}
		w.pipelines = append(w.pipelines, whole)
	}
	w.quiet = trigger.QuietPeriod{
		Enabled: model.Bool(c.Config, "quiet-period.enabled", false), Start: model.String(c.Config, "quiet-period.start-iso"),
		End: model.String(c.Config, "quiet-period.end-iso"), Types: model.Strings(c.Config, "quiet-period.suppressed-trigger-types"),
	}
	w.options = trigger.Options{
		GitSecret: model.String(c.Config, "trigger.git.shared-secret"),
		Quiet:     func(kind string) bool { return w.quiet.Holds(kind, time.Now()) },
		Evaluate:  evaluation.New(evaluation.Options{}).Expected,
	}
	if model.Bool(c.Config, "igor.enabled", true) {
		igor := igor{answers: c.Services.Igor}
		w.options.Builds, w.options.Packages = igor, igor
	}
	if model.Bool(c.Config, "services.fiat.enabled", false) {
		w.options.May = fiat(c.Services.Fiat).may
	}
	return w, nil
}

// playTriggers runs a case's steps one after another.
func playTriggers(ctx context.Context, c *Case) (out []string) {
	w, err := newWorld(c)
	if err != nil {
		return []string{err.Error()}
	}
	for i, step := range c.steps() {
		for _, line := range w.play(ctx, step) {
			if len(c.Steps) > 0 {
				line = fmt.Sprintf("step %d: %s", i+1, line)
			}
			out = append(out, line)
		}
	}
	return out
}

// done is what a step led to.
type done struct {
	status   int
	body     any
	acked    any
	starts   []trigger.Start
	failures []trigger.Failure
}

func (w *world) play(ctx context.Context, step Step) []string {
	var d done
	switch {
	case step.Message != nil:
		d = w.receive(ctx, *step.Message)
	case strings.HasPrefix(step.Request.Path, "/webhooks"):
		d = w.webhook(ctx, *step.Request)
	case step.Request.Path == "/quietPeriod":
		d = w.quietStatus()
	default:
		d = w.posted(ctx, *step.Request)
	}
	return compareStep(step, d)
}

// webhook is what a request to /webhooks leads to.
func (w *world) webhook(ctx context.Context, r Request) done {
	path := strings.Split(strings.Trim(strings.TrimPrefix(r.Path, "/webhooks"), "/"), "/")
	request := webhook.Request{Type: path[0], Header: http.Header{}, Body: []byte(r.Body)}
	if len(path) > 1 {
		source, err := url.PathUnescape(path[1])
		if err != nil {
			return done{status: http.StatusBadRequest}
		}
		request.Source = source
	}
	for name, value := range r.Headers {
		request.Header.Set(name, value)
	}
	events, err := webhook.Read(request)
	if err != nil {
		return done{status: http.StatusBadRequest}
	}
	if len(events) == 0 {
		return done{status: http.StatusOK, body: map[string]any{"eventProcessed": false, "eventId": nil}}
	}
	d := done{status: http.StatusOK, body: map[string]any{"eventProcessed": true, "eventId": "e"}}
	for _, e := range events {
		e.ID = "e"
		d.starts = append(d.starts, w.decide(ctx, e)...)
	}
	return d
}

// decide gives what an event starts, unless it came before.
func (w *world) decide(ctx context.Context, e *trigger.Event) (out []trigger.Start) {
	if _, came := w.seen[e.Key]; came && e.Key != "" {
		return nil
	}
	w.seen[e.Key] = e.Digest
	for _, d := range trigger.Decide(ctx, e, w.pipelines, w.options) {
		if d.Start != nil {
			out = append(out, *d.Start)
		}
	}
	return out
}

// posted is what an event that other services post leads to.
func (w *world) posted(ctx context.Context, r Request) done {
	if strings.TrimSpace(r.Body) == "" {
		return done{status: http.StatusBadRequest}
	}
	var p posted
	decoder := json.NewDecoder(bytes.NewReader([]byte(r.Body)))
	decoder.UseNumber()
	if err := decoder.Decode(&p); err != nil {
		return done{status: http.StatusBadRequest}
	}
	d := done{status: http.StatusOK}
	if strings.EqualFold(p.Details.Type, "manual") {
		user := r.Headers["X-SPINNAKER-USER"]
		if user == "" {
			user = access.Anonymous
		}
		d.starts, d.failures = trigger.ByHand(ctx, w.pipelines, trigger.Manual{
			Application: model.String(p.Content, "application"), NameOrID: model.String(p.Content, "pipelineNameOrId"),
			Trigger: model.Object(p.Content, "trigger"), User: user,
		}, w.options)
		return d
	}
	e := &trigger.Event{
		ID: "e", Type: p.Details.Type, Source: p.Details.Source, Content: p.Content, Payload: p.Payload,
		Artifacts: model.List(p.Content, "artifacts"), Attributes: map[string]string{},
	}
	for name := range p.Details.Attributes {
		e.Attributes[name] = model.String(p.Details.Attributes, name)
	}
	if message := model.Object(p.Content, "messageDescription"); message != nil {
		e.Content = map[string]any{"pubsubSystem": message["pubsubSystem"], "subscription": message["subscriptionName"]}
		e.Artifacts = model.List(message, "artifacts")
		for name := range model.Object(message, "messageAttributes") {
			e.Attributes[name] = model.String(model.Object(message, "messageAttributes"), name)
		}
	}
	d.starts = w.decide(ctx, e)
	return d
}

// receive is what a message of a subscription leads to.
func (w *world) receive(ctx context.Context, m Message) done {
	body := m.Payload
	if m.Body != nil {
		body = m.Body
	}
	var text string
	if err := json.Unmarshal(body, &text); err != nil {
		text = string(body)
	}
	message := trigger.Message{System: m.System, Subscription: m.Subscription, ID: m.MessageID, Attributes: m.Attributes, Body: []byte(text), Format: m.Format}
	var name string
	if json.Unmarshal(m.AlternateID, &name) == nil {
		message.IDAttribute = name
	}
	var attributes map[string]string
	if json.Unmarshal(m.SQSAttributes, &attributes) == nil && attributes != nil {
		message.Attributes = attributes
	}
	d := done{acked: true}
	e, err := message.Event()
	if err != nil {
		return d // it is acknowledged, and kept as undeliverable
	}
	e.ID = "e"
	if digest, came := w.seen[e.Key]; came && digest != e.Digest {
		d.acked = false
		return d
	}
	d.starts = w.decide(ctx, e)
	return d
}

func (w *world) quietStatus() done {
	return done{status: http.StatusOK, body: w.quiet.Status(time.Now())}
}

// compareStep compares what a step led to with what was recorded.
func compareStep(step Step, d done) (out []string) {
	if step.Response != nil && step.Message == nil {
		out = append(out, compareStatus(*step.Response, d)...)
	}
	if step.Message != nil {
		out = append(out, compareAck(*step.Response, d)...)
	}
	var started []any
	for _, s := range d.starts {
		started = append(started, recorded.JSON(shownStart(s)))
	}
	wanted := make([]any, 0, len(step.Started))
	for _, item := range step.Started {
		wanted = append(wanted, onlyCompared(item))
	}
	out = append(out, recorded.Unordered("started", wanted, started, recorded.Options{Any: placeholder, Ignore: ignored})...)
	failed := 0
	for _, item := range step.OtherOrcaCalls {
		if call, ok := item.(map[string]any); ok && model.String(call, "path") == "/fail" {
			failed++
		}
	}
	if failed != len(d.failures) {
		out = append(out, fmt.Sprintf("%d starts are noted as failed, want %d", len(d.failures), failed))
	}
	return out
}
