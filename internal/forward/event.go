package forward

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// Kind is the kind of the messages.
const Kind = "rest"

// happened is a message's payload: one event for one endpoint, or for one topic.
type happened struct {
	// Endpoint is the endpoint's key, or the topic's name.
	Endpoint    string `json:"endpoint"`
	EventID     string `json:"eventId"`
	Type        string `json:"type"`
	Created     int64  `json:"created"`
	Application string `json:"application"`
	ExecutionID string `json:"executionId"`
	// Stage is nil in events about the execution.
	Stage *stageFacts `json:"stage,omitempty"`
}

// stageFacts are what an event says of a stage, or of a task of it, beside its
// context.
type stageFacts struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Synthetic  bool   `json:"synthetic,omitempty"`
	Standalone bool   `json:"standalone,omitempty"`
	Canceled   bool   `json:"canceled,omitempty"`
	// Task is a task's name, as type.name.
	Task      string `json:"task,omitempty"`
	StartTime int64  `json:"startTime,omitempty"`
	EndTime   int64  `json:"endTime,omitempty"`
}

// Messages are those that tell of a step in an execution's life, one for each
// endpoint; none if it is no event.
func (f *Forwarder) Messages(e *model.Execution, h engine.Happening) []outbox.Message {
	what := f.eventType(e, h)
	if what == "" {
		return nil
	}
	event := happened{
		EventID: outbox.NewID(), Type: what, Created: f.now().UnixMilli(), Application: e.Application, ExecutionID: e.ID,
	}
	if s := h.Stage; s != nil {
		event.Stage = &stageFacts{
			ID: s.ID, Name: cut(s.Name), Synthetic: s.Synthetic(), Standalone: e.Type == model.OrchestrationExecution, Canceled: e.Canceled,
			StartTime: s.StartTime, EndTime: s.EndTime,
		}
		if t := h.Task; t != nil {
			event.Stage.Task = cut(s.Type + "." + t.Name)
			event.Stage.StartTime, event.Stage.EndTime = t.StartTime, t.EndTime
		}
	}
	messages := make([]outbox.Message, 0, len(f.endpoints)+len(f.topics))
	add := func(kind, key, where string) {
		event.Endpoint = key
		payload, err := json.Marshal(event)
		if err != nil { // texts and numbers
			panic(fmt.Sprintf("forward: encode an event: %v", err))
		}
		messages = append(messages, outbox.Message{
			ID: outbox.NewID(), Kind: kind, Payload: payload,
			Topic: fmt.Sprintf("%s of execution %s to %s", what, e.ID, where),
		})
	}
	for _, to := range f.endpoints {
		add(Kind, to.key, to.host)
	}
	for _, name := range f.topics {
		add(TopicKind, name, name)
	}
	return messages
}

// Follow implements the follower of package runner.
func (f *Forwarder) Follow(_ context.Context, _ *store.Tx, e *model.Execution, h engine.Happening) ([]outbox.Message, error) {
	return f.Messages(e, h), nil
}

// eventType is the event's type as Orca's EchoNotifyingExecutionListener and
// EchoNotifyingStageListener have it; "" if they send none.
func (f *Forwarder) eventType(e *model.Execution, h engine.Happening) string {
	if h.Warning != "" || (h.Task != nil && f.events.IgnoreTaskEvents) {
		return ""
	}
	var phase string
	switch {
	case h.Status == model.Running:
		phase = "starting"
	case h.Status == model.Succeeded:
		phase = "complete"
	case h.Status == model.Skipped && h.Task == nil && h.Stage != nil:
		phase = "skipped"
	case h.Status == model.Skipped && h.Task != nil:
		phase = "complete"
	case h.Status.Complete():
		phase = "failed"
	default:
		return ""
	}
	switch {
	case h.Task != nil:
		return "orca:task:" + phase
	case h.Stage != nil:
		return "orca:stage:" + phase
	case e.Type == model.OrchestrationExecution:
		return "orca:orchestration:" + phase
	}
	return "orca:pipeline:" + phase
}

// cut bounds a name that an event repeats.
func cut(name string) string {
	const most = 4000
	if len(name) > most {
		return name[:most]
	}
	return name
}

// details are an event's.
type details struct {
	Source         string            `json:"source"`
	Type           string            `json:"type"`
	Created        string            `json:"created"`
	Application    string            `json:"application"`
	RequestHeaders map[string]string `json:"requestHeaders"`
}

// body is what an endpoint gets: the event, in the shape that it asks for. The
// execution is nil if it was deleted meanwhile.
func (f *Forwarder) body(to endpoint, event happened, e *model.Execution) ([]byte, error) {
	var about any = details{
		Source: "orca", Type: event.Type, Created: strconv.FormatInt(event.Created, 10), Application: event.Application,
		RequestHeaders: map[string]string{},
	}
	var content any = f.content(event, e)
	if to.Flatten {
		for _, part := range []*any{&about, &content} {
			text, err := model.Marshal(*part)
			if err != nil {
				return nil, err
			}
			*part = string(text)
		}
	}
	whole := map[string]any{"details": about, "content": content, "eventId": event.EventID}
	if !to.Wrap {
		return model.Marshal(whole)
	}
	if to.Template == "" {
		return model.Marshal(map[string]any{"eventName": or(to.EventName, "spinnaker_events"), or(to.FieldName, "payload"): whole})
	}
	text, err := model.Marshal(whole)
	if err != nil {
		return nil, err
	}
	return inTemplate(to.Template, text), nil
}

func (f *Forwarder) content(event happened, e *model.Execution) map[string]any {
	content := map[string]any{"executionId": event.ExecutionID}
	if e != nil && (event.Stage == nil || f.events.IncludeFullExecution) {
		content["execution"] = e
	}
	s := event.Stage
	if s == nil {
		return content
	}
	content["standalone"], content["canceled"] = s.Standalone, s.Canceled
	content["stageId"], content["name"], content["isSynthetic"] = s.ID, s.Name, s.Synthetic
	content["startTime"], content["endTime"] = whenSet(s.StartTime), whenSet(s.EndTime)
	if s.Task != "" {
		content["taskName"] = s.Task
	}
	if e == nil {
		return content
	}
	for _, stage := range e.Stages {
		if stage.ID == s.ID {
			content["context"] = stage.Context
		}
	}
	return content
}

// whenSet is a time, or nothing if there is none.
func whenSet(millis int64) any {
	if millis == 0 {
		return nil
	}
	return millis
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

// now is the time of events.
func (f *Forwarder) now() time.Time {
	if f.options.Now == nil {
		return time.Now()
	}
	return f.options.Now()
}
