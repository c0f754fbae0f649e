package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Message is what someone asks to be sent, in the form of Echo's POST /notifications.
type Message struct {
	// Type names the channel in capitals: SLACK.
	Type     string         `json:"notificationType"`
	To       []string       `json:"to"`
	CC       []string       `json:"cc"`
	Template string         `json:"templateGroup"`
	Severity string         `json:"severity"`
	Source   *Source        `json:"source"`
	Context  map[string]any `json:"additionalContext"`
	Actions  *Actions       `json:"interactiveActions"`
	// Interactive has the message sent by Slack's app, whether or not it has actions.
	Interactive bool `json:"useInteractiveBot"`
}

// Source says where a message comes from.
type Source struct {
	ExecutionType string `json:"executionType"`
	ExecutionID   string `json:"executionId"`
	Application   string `json:"application"`
	User          string `json:"user"`
}

// Actions are buttons below a message.
type Actions struct {
	// Service and Message come back with a click.
	Service string   `json:"callbackServiceId"`
	Message string   `json:"callbackMessageId"`
	Color   string   `json:"color"`
	Buttons []Button `json:"actions"`
}

// Button is a button below a message.
type Button struct {
	Type  string `json:"type"`
	Name  string `json:"name"`
	Label string `json:"label"`
	Value string `json:"value"`
}

// The templates.
const (
	JudgmentDue      = "manualJudgment"
	JudgmentContinue = "manualJudgmentContinue"
	JudgmentStop     = "manualJudgmentStop"
)

// Templates are the names of all templates.
func Templates() []string { return []string{JudgmentDue, JudgmentContinue, JudgmentStop} }

// Channel is the channel's type as preferences name it. PagerDuty has none in
// Spinnaker and is pager_duty here.
func (m Message) Channel() string { return strings.ToLower(m.Type) }

// HasActions tells whether the message is to have buttons, or comes from Slack's app.
func (m Message) HasActions() bool {
	return m.Interactive || (m.Actions != nil && len(m.Actions.Buttons) > 0)
}

// Validate tells what is wrong with a message, whatever its channel; an Invalid fault.
func (m Message) Validate() error {
	switch {
	case m.Type == "":
		return fault.New(fault.Invalid, "notificationType: is missing; it names the channel, such as SLACK or EMAIL")
	case m.Template != "" && !slices.Contains(Templates(), m.Template):
		return fault.New(fault.Invalid, "templateGroup: there is no template %q; the templates are %s", fault.Short(m.Template), strings.Join(Templates(), ", "))
	}
	if m.Actions != nil {
		for i, b := range m.Actions.Buttons {
			if b.Type != "button" {
				return fault.New(fault.Invalid, "interactiveActions.actions[%d].type: must be button, not %q", i, fault.Short(b.Type))
			}
			if b.Name == "" || b.Label == "" || b.Value == "" {
				return fault.New(fault.Invalid, "interactiveActions.actions[%d]: needs a name, a label and a value", i)
			}
		}
	}
	return nil
}

// Link is the page that a message is about.
func (m Message) Link(base string) string {
	link := base + "/#/applications/" + url.PathEscape(m.source().Application) + "/executions/details/" + m.source().ExecutionID
	if id := m.text("stageId"); id != "" {
		link += "?refId=" + url.QueryEscape(id)
	}
	if m.Context["restrictExecutionDuringTimeWindow"] != nil {
		link += "&step=1"
	}
	return link
}

func (m Message) source() Source {
	if m.Source == nil {
		return Source{}
	}
	return *m.Source
}

// text is an entry of the context as text; "" if it is missing.
func (m Message) text(name string) string {
	switch v := m.Context[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		if n, ok := model.ToInt(v); ok {
			return fmt.Sprint(n)
		}
		return fmt.Sprint(v)
	}
}

// present tells whether the context has an entry, also if it is empty.
func (m Message) present(name string) bool { return m.Context[name] != nil }
