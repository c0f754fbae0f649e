package client

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// Event is something that happened and that pipelines may be started by, as the server
// gives it.
type Event struct {
	ID         string          `json:"id"`
	Type       string          `json:"type"`
	Source     string          `json:"source"`
	Summary    string          `json:"summary"`
	Received   int64           `json:"receivedAt"`
	Deliveries int             `json:"deliveries"`
	Triggers   int             `json:"triggers"`
	Started    int             `json:"started"`
	ReplayOf   string          `json:"replayOf,omitempty"`
	Content    map[string]any  `json:"content,omitempty"`
	Decisions  []EventDecision `json:"decisions,omitempty"`
}

// EventDecision is what was decided on one trigger.
type EventDecision struct {
	PipelineID   string       `json:"pipelineId"`
	PipelineName string       `json:"pipelineName"`
	Application  string       `json:"application"`
	TriggerType  string       `json:"triggerType"`
	Outcome      string       `json:"outcome"`
	Reason       string       `json:"reason,omitempty"`
	ExecutionID  string       `json:"executionId,omitempty"`
	Checks       []EventCheck `json:"checks"`
}

// EventCheck is one comparison of an event with a trigger.
type EventCheck struct {
	What    string `json:"what"`
	Want    string `json:"want,omitempty"`
	Got     string `json:"got,omitempty"`
	OK      bool   `json:"ok"`
	Problem string `json:"problem,omitempty"`
}

// EventFilter says which events are wanted; what is left out doesn't matter.
type EventFilter struct {
	Application, PipelineID, Type, Source string
	// Started wants "true" or "false": events that started something, or nothing.
	Started string
	Limit   int
}

// Events lists events, the newest first.
func (c *Client) Events(ctx context.Context, f EventFilter) ([]Event, error) {
	query := url.Values{}
	for name, value := range map[string]string{
		"application": f.Application, "pipelineId": f.PipelineID, "type": f.Type, "source": f.Source, "started": f.Started,
	} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if f.Limit > 0 {
		query.Set("limit", strconv.Itoa(f.Limit))
	}
	var out []Event
	err := c.do(ctx, request{method: http.MethodGet, segments: []string{"triggers", "events"}, query: query}, &out)
	return out, err
}

// Event reads one, with what was decided on each trigger.
func (c *Client) Event(ctx context.Context, id string) (Event, error) {
	var out Event
	err := c.do(ctx, get("triggers", "events", id), &out)
	return out, err
}

// ReplayEvent has an event happen again, for one pipeline or, with "", for all, and gives
// the id of the new event and those of the executions that it started.
func (c *Client) ReplayEvent(ctx context.Context, id, pipelineID string) (eventID string, executions []string, err error) {
	r := request{method: http.MethodPost, segments: []string{"triggers", "events", id, "replay"}}
	if pipelineID != "" {
		r.query = url.Values{"pipelineId": {pipelineID}}
	}
	var out struct {
		EventID    string   `json:"eventId"`
		Executions []string `json:"executionIds"`
	}
	err = c.do(ctx, r, &out)
	return out.EventID, out.Executions, err
}
