// Package channel sends notifications: a file for each kind of place, behind one small
// interface. A new channel is a file and a line in [New].
//
// A channel that the configuration doesn't turn on is described all the same, with the
// settings that are missing, so that whoever picks it is told.
package channel

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/secret"
)

// Channel sends to one kind of place. It is safe for concurrent use.
type Channel interface {
	// Describe says what the channel is. It is always the same.
	Describe() Description
}

// EventSender is a channel that tells of events.
type EventSender interface {
	// SendEvent tells of an event what a preference asks for. [ErrNothing] means that
	// there was nothing to tell.
	SendEvent(ctx context.Context, n Notice) error
}

// MessageSender is a channel that sends the messages that others ask for.
type MessageSender interface {
	// SendMessage sends a message to everyone whom it is for, and gives what the
	// service has answered, if that is of use to who asked.
	SendMessage(ctx context.Context, m notify.Message) (any, error)
}

// Notice is an event for one preference, whose texts are evaluated.
type Notice struct {
	Event notify.Event
	// Execution is the whole execution, without what Secrets hold; nil if the event is
	// made up, as in tests of a channel.
	Execution *model.Execution
	Settings  map[string]any
}

// Description says what a channel is, for editors and documentation.
type Description struct {
	// Type is what preferences have as their type: slack.
	Type string `json:"type"`
	// Title is what people call it.
	Title string `json:"title"`
	// Fields is the JSON Schema of what a preference of the type has, apart from its
	// type, level and when. Secrets are writeOnly.
	Fields map[string]any `json:"fields"`
	// Missing are the settings of the server without which nothing is sent; empty if
	// the channel works.
	Missing []string `json:"missing"`
	// Extension marks channels that Spinnaker doesn't have.
	Extension bool `json:"extension"`
	// Events and Messages say what it can be used for.
	Events   bool `json:"events"`
	Messages bool `json:"messages"`
	// Pace bounds how much is sent to one address.
	Pace Pace `json:"-"`
}

// Configured tells whether the channel works.
func (d Description) Configured() bool { return len(d.Missing) == 0 }

// Pace is how much a service takes for one address: so many messages at once, and then
// one in each interval. The zero value is no bound.
type Pace struct {
	Burst int
	Every time.Duration
}

// Secrets look up what a configuration refers to.
type Secrets interface {
	Resolve(ctx context.Context, ref secret.Ref) (secret.Secret, error)
}

// Client sends requests; package httpguard makes them.
type Client interface {
	Do(req *http.Request) (*http.Response, error)
}

// Parts are what channels are made of.
type Parts struct {
	// BaseURL is where people open the server, without a slash at its end.
	BaseURL string
	Secrets Secrets
	// Fixed sends to hosts of the configuration, Users to those that users name.
	Fixed, Users Client
	// Mail sends mails; nil for the server of the configuration.
	Mail Mailer
	// Pipeline gives a stored pipeline, or nil if there is none with that id.
	Pipeline func(ctx context.Context, id string) (model.Pipeline, error)
	// Topics publishes to the topics of message systems; [New] makes it of the
	// configuration if it is nil.
	Topics Topics
	// Targets are the configuration's addresses with names; [New] sets them.
	Targets map[string]TargetConfig
	Now     func() time.Time
	Log     *slog.Logger
}

// ErrNothing says that a notice has nothing to tell, such as the status of a commit if
// no commit has started the pipeline.
var ErrNothing = errors.New("there is nothing to tell")

// Channels are all channels, by their types.
type Channels map[string]Channel

// New makes the channels.
func New(c Config, parts Parts) Channels {
	if parts.Now == nil {
		parts.Now = time.Now
	}
	if parts.Log == nil {
		parts.Log = slog.New(slog.DiscardHandler)
	}
	if parts.Topics == nil {
		parts.Topics = pubsub.NewTopics(c.Pubsub, parts.Secrets)
	}
	extra := c.Extra
	parts.Targets = extra.Targets
	out := Channels{}
	for _, channel := range []Channel{
		newCDEvents(c.CDEvents, parts),
		newDryRun(c.DryRun, parts),
		newEmail(c.Mail, c.Spring.Mail, parts),
		newGitHub(c.GitHub, parts),
		newGoogleChat(c.GoogleChat, parts),
		newJira(c.Jira, parts),
		newPagerDuty(c.PagerDuty, parts),
		newTopicChannel(c.Pubsub, parts),
		newSlack(c.Slack, parts),
		newSMS(c.Twilio, parts),
		newTeams(c.Teams, parts),

		newBearychat(extra.Bearychat, parts),
		newBitbucket(extra.Bitbucket, parts),
		newDingTalk(extra.DingTalk, parts),
		newDiscord(extra.Discord, parts),
		newFeishu(extra.Feishu, parts),
		newGitLab(extra.GitLab, parts),
		newMattermost(extra.Mattermost, parts),
		newOpsgenie(extra.Opsgenie, parts),
		newPagerDutyEvents(extra.PagerDuty, parts),
		newTelegram(extra.Telegram, parts),
		newWebhook(extra.Webhook, parts),
		newWeCom(extra.WeCom, parts),
	} {
		out[channel.Describe().Type] = channel
	}
	return out
}

// Event is the channel of that type, if it works and tells of events.
func (c Channels) Event(kind string) (EventSender, bool) {
	channel, ok := c[kind]
	if !ok || !channel.Describe().Configured() {
		return nil, false
	}
	sender, ok := channel.(EventSender)
	return sender, ok
}

// Message is the channel of that type, if it works and sends messages.
func (c Channels) Message(kind string) (MessageSender, bool) {
	channel, ok := c[kind]
	if !ok || !channel.Describe().Configured() {
		return nil, false
	}
	sender, ok := channel.(MessageSender)
	return sender, ok
}

// Send sends a message by the channel that it names. Faults of kind Invalid say what is
// wrong with it.
func (c Channels) Send(ctx context.Context, m notify.Message) (any, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	channel, ok := c[m.Channel()]
	if !ok {
		return nil, fault.New(fault.Invalid, "notificationType: there is no channel %q", fault.Short(m.Type))
	}
	sender, ok := channel.(MessageSender)
	d := channel.Describe()
	switch {
	case !ok:
		return nil, fault.New(fault.Invalid, "notificationType: %s sends no messages, only what events say", d.Title)
	case !d.Configured():
		return nil, fault.New(fault.Invalid, "notificationType: %s is not configured on this server; set %s", d.Title, strings.Join(d.Missing, ", "))
	}
	if _, interactive := channel.(*Slack); m.HasActions() && !interactive {
		return nil, fault.New(fault.Invalid, "interactiveActions: %s has no buttons; only Slack does", d.Title)
	}
	return sender.SendMessage(ctx, m)
}

// Descriptions are those of all channels, in the order of their types.
func (c Channels) Descriptions() []Description {
	out := make([]Description, 0, len(c))
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		d := c[kind].Describe()
		_, d.Events = c[kind].(EventSender)
		_, d.Messages = c[kind].(MessageSender)
		if d.Missing == nil {
			d.Missing = []string{}
		}
		out = append(out, d)
	}
	return out
}

// Names tells whether a type is a channel's.
func (c Channels) Names(kind string) bool {
	_, ok := c[kind]
	return ok
}
