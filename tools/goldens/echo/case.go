package echo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Case is a recorded case; the fields are those of its file.
type Case struct {
	ID    string `json:"id"`
	Group string `json:"group"`
	Name  string `json:"name"`
	Note  string `json:"note"`

	// Config are Echo's settings other than the usual ones, by their names with dots.
	Config map[string]any `json:"config"`
	// Pipelines are the stored ones, and PipelinesOnRefresh those that are read again by id
	// where they differ.
	Pipelines          []map[string]any `json:"pipelines"`
	PipelinesOnRefresh []map[string]any `json:"pipelinesOnRefresh"`
	Services           Services         `json:"services"`

	Step
	Steps []Step `json:"steps"`

	// A case of cron: the times that follow After, or the error.
	Expression string   `json:"expression"`
	Timezone   string   `json:"timezone"`
	After      string   `json:"after"`
	Next       []string `json:"next"`
	Error      string   `json:"error"`
	TriggerID  string   `json:"triggerId"`
	Replaced   string   `json:"replaced"`
}

// Services are the scripted answers of the other services.
type Services struct {
	Igor  map[string]any `json:"igor"`
	Sinks map[string]any `json:"sinks"`
	Fiat  map[string]any `json:"fiat"`
	Orca  map[string]any `json:"orca"`
}

// Step is one thing that came to Echo, and what it did then.
type Step struct {
	Request  *Request  `json:"request"`
	Message  *Message  `json:"message"`
	Response *Response `json:"response"`

	Started        []any `json:"started"`
	NotStarted     []any `json:"notStarted"`
	Sent           []any `json:"sent"`
	OtherOrcaCalls []any `json:"otherOrcaCalls"`
	IgorCalls      []any `json:"igorCalls"`
	Front50Calls   []any `json:"front50Calls"`
	FiatCalls      []any `json:"fiatCalls"`
}

// Request is a request to Echo; the body is its raw text.
type Request struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// Message is a message of a subscription: Google's with attributes and a payload, or
// SQS's with a body.
type Message struct {
	System       string            `json:"system"`
	Subscription string            `json:"subscription"`
	MessageID    string            `json:"messageId"`
	Attributes   map[string]string `json:"attributes"`
	Payload      json.RawMessage   `json:"payload"`
	Format       string            `json:"format"`
	Body         json.RawMessage   `json:"body"`

	AlternateID   json.RawMessage `json:"alternateIdInMessageAttributes"`
	SQSAttributes json.RawMessage `json:"sqsAttributes"`
}

// Response is Echo's answer. To a message it says whether that was acknowledged.
type Response struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
	Other  map[string]any  `json:"-"`
}

// UnmarshalJSON keeps what an answer has beside its status and body.
func (r *Response) UnmarshalJSON(text []byte) error {
	type plain Response
	if err := json.Unmarshal(text, (*plain)(r)); err != nil {
		return err
	}
	return json.Unmarshal(text, &r.Other)
}

// load reads the cases of a directory, in the order of their names.
func load(dir string) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no case files (*.json) in %s", dir)
	}
	cases := make([]*Case, 0, len(files))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		c := &Case{}
		if err := json.Unmarshal(text, c); err != nil {
			return nil, fmt.Errorf("read the case %s: %w", file, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}
