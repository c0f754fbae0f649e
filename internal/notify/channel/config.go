package channel

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/secret"
)

// Config are the settings of all channels. The names are Spinnaker's.
type Config struct {
	Slack      SlackConfig     `yaml:"slack" doc:"Notifications in Slack. See docs/notifications.md."`
	Mail       MailConfig      `yaml:"mail" doc:"Notifications by email."`
	Spring     SpringConfig    `yaml:"spring" doc:"Settings that have this name in Spinnaker."`
	Twilio     TwilioConfig    `yaml:"twilio" doc:"Notifications as text messages, sent by Twilio."`
	GoogleChat SwitchConfig    `yaml:"googlechat" doc:"Notifications in Google Chat."`
	Teams      SwitchConfig    `yaml:"microsoftteams" doc:"Notifications in Microsoft Teams."`
	GitHub     GitHubConfig    `yaml:"github-status" doc:"Commit statuses at GitHub."`
	PagerDuty  PagerDutyConfig `yaml:"pager-duty" doc:"Pages sent by PagerDuty, for the stage that pages an application's owner."`
	Jira       JiraConfig      `yaml:"jira" doc:"Issues in Jira, for the stage that opens one."`
	CDEvents   CDEventsConfig  `yaml:"cdevents" doc:"Notifications as CDEvents."`
	DryRun     DryRunConfig    `yaml:"dryrun" doc:"Pipelines that run again on another server, without effects."`
	Pubsub     pubsub.Config   `yaml:"pubsub" doc:"Message systems: subscriptions that start pipelines, and topics that notifications and events are published to. See docs/triggers.md."`
	Extra      ExtraConfig     `yaml:"notifications" doc:"Channels that Spinnaker doesn't have, and named targets for all. See docs/notifications.md."`
}

// SwitchConfig is a channel that needs no more than being turned on.
type SwitchConfig struct {
	Enabled bool `yaml:"enabled" doc:"If true, notifications are sent. The address of each is a webhook's URL."`
}

// SlackConfig is the channel slack.
type SlackConfig struct {
	Enabled              bool           `yaml:"enabled" doc:"If true, notifications are sent."`
	Token                secret.Ref     `yaml:"token" secret:"true" doc:"Token of a bot (xoxb-...), or the last part of an incoming webhook's URL (T.../B.../...), or its place: env:, file:, encrypted:."`
	BaseURL              string         `yaml:"baseUrl" doc:"URL of Slack. Default: https://slack.com, or https://hooks.slack.com/services for incoming webhooks."`
	ForceIncomingWebhook bool           `yaml:"forceUseIncomingWebhook" doc:"If true, the token is always used as part of an incoming webhook's URL."`
	SendCompact          bool           `yaml:"sendCompactMessages" doc:"If true, messages have no title and no footer."`
	ExpandUserNames      bool           `yaml:"expandUserNames" doc:"If true, Slack turns names of users in messages into links."`
	App                  SlackAppConfig `yaml:"app" doc:"The Slack app whose messages have buttons to approve or reject manual judgments."`
}

// SlackAppConfig is Slack's app.
type SlackAppConfig struct {
	Token         secret.Ref `yaml:"token" secret:"true" doc:"Token of the app's bot (xoxb-...), or its place."`
	SigningSecret secret.Ref `yaml:"signingSecret" secret:"true" doc:"Secret with which Slack signs the requests that it sends when someone selects a button, or its place. Without it, messages have no buttons."`
	BaseURL       string     `yaml:"baseUrl" doc:"URL of Slack. Default: https://slack.com."`
}

// MailConfig is the channel email.
type MailConfig struct {
	Enabled bool   `yaml:"enabled" doc:"If true, notifications are sent."`
	From    string `yaml:"from" doc:"Address that emails come from."`
}

// SpringConfig are settings that Spinnaker leaves to Spring.
type SpringConfig struct {
	Mail SMTPConfig `yaml:"mail" doc:"The mail server."`
}

// SMTPConfig is a mail server.
type SMTPConfig struct {
	Host       string         `yaml:"host" doc:"Name of the SMTP server."`
	Port       int            `yaml:"port" doc:"Its port. Default: 25, or 465 if TLS is used from the beginning."`
	Username   string         `yaml:"username" doc:"User name to log in with."`
	Password   secret.Ref     `yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	Protocol   string         `yaml:"protocol" enum:"smtp,smtps" doc:"smtps uses TLS from the beginning. Default: smtp."`
	Properties SMTPProperties `yaml:"properties" doc:"Settings of JavaMail."`
}

// SMTPProperties are JavaMail's, as far as they matter.
type SMTPProperties struct {
	Mail struct {
		SMTP struct {
			Auth     bool `yaml:"auth" doc:"If true, logs in. Default: true if there is a user name."`
			STARTTLS struct {
				Enable   bool `yaml:"enable" doc:"If true, uses TLS if the server offers it. This is always done."`
				Required bool `yaml:"required" doc:"If true, sends nothing without TLS."`
			} `yaml:"starttls" doc:"TLS that begins after the connection is made."`
			SSL struct {
				Enable bool `yaml:"enable" doc:"If true, uses TLS from the beginning."`
			} `yaml:"ssl" doc:"TLS from the beginning."`
		} `yaml:"smtp" doc:"Settings of SMTP."`
	} `yaml:"mail" doc:"Settings of mail."`
}

// TwilioConfig is the channel sms.
type TwilioConfig struct {
	Enabled bool       `yaml:"enabled" doc:"If true, notifications are sent."`
	Account string     `yaml:"account" doc:"Twilio's account SID."`
	Token   secret.Ref `yaml:"token" secret:"true" doc:"Twilio's auth token, or its place: env:, file:, encrypted:."`
	From    string     `yaml:"from" doc:"Phone number that messages come from, such as +15551230000."`
	BaseURL string     `yaml:"baseUrl" doc:"URL of Twilio. Default: https://api.twilio.com."`
}

// GitHubConfig is the channel githubStatus.
type GitHubConfig struct {
	Enabled  bool       `yaml:"enabled" doc:"If true, statuses are set."`
	Token    secret.Ref `yaml:"token" secret:"true" doc:"Token that may set commit statuses, or its place: env:, file:, encrypted:."`
	Endpoint string     `yaml:"endpoint" doc:"URL of GitHub's API. Default: https://api.github.com."`
}

// PagerDutyConfig is the channel pager_duty.
type PagerDutyConfig struct {
	Enabled  bool       `yaml:"enabled" doc:"If true, pages are sent."`
	Token    secret.Ref `yaml:"token" secret:"true" doc:"PagerDuty's API token, or its place: env:, file:, encrypted:."`
	Endpoint string     `yaml:"endpoint" doc:"URL of PagerDuty's events API. Default: https://events.pagerduty.com."`
}

// JiraConfig is the channel jira.
type JiraConfig struct {
	Enabled  bool       `yaml:"enabled" doc:"If true, issues are opened."`
	BaseURL  string     `yaml:"baseUrl" doc:"URL of Jira, such as https://jira.example.com."`
	Username string     `yaml:"username" doc:"User name to log in with."`
	Password secret.Ref `yaml:"password" secret:"true" doc:"The password or API token, or its place: env:, file:, encrypted:."`
}

// CDEventsConfig is the channel cdevents.
type CDEventsConfig struct {
	Enabled   bool   `yaml:"enabled" doc:"If true, events are sent. The address of each notification is the URL of a broker or a collector."`
	Transport string `yaml:"transport" enum:"http,otlp" doc:"http: sends each event as a CloudEvent to a broker. otlp: sends each event as a span to an OpenTelemetry collector, over HTTP. Default: http."`
}

// Validate returns what is wrong with the values; each error begins with its key.
func (c Config) Validate() (errs []error) {
	wrong := func(key, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
	}
	for key, address := range map[string]string{
		"slack.baseUrl": c.Slack.BaseURL, "slack.app.baseUrl": c.Slack.App.BaseURL, "twilio.baseUrl": c.Twilio.BaseURL,
		"github-status.endpoint": c.GitHub.Endpoint, "pager-duty.endpoint": c.PagerDuty.Endpoint, "jira.baseUrl": c.Jira.BaseURL,
		"dryrun.baseUrl": c.DryRun.BaseURL,
	} {
		if !isURL(address) {
			wrong(key, "must be a URL such as https://example.com")
		}
	}
	for key, ref := range map[string]secret.Ref{
		"slack.token": c.Slack.Token, "slack.app.token": c.Slack.App.Token, "slack.app.signingSecret": c.Slack.App.SigningSecret,
		"twilio.token": c.Twilio.Token, "github-status.token": c.GitHub.Token, "pager-duty.token": c.PagerDuty.Token,
		"jira.password": c.Jira.Password, "spring.mail.password": c.Spring.Mail.Password,
	} {
		if err := ref.Validate(); err != nil {
			wrong(key, "%v", err)
		}
	}
	if c.Spring.Mail.Port < 0 || c.Spring.Mail.Port > 65535 {
		wrong("spring.mail.port", "must be between 1 and 65535")
	}
	if from := c.Mail.From; c.Mail.Enabled && from != "" && len(addresses(from)) != 1 {
		wrong("mail.from", "must be an email address")
	}
	for _, err := range c.Pubsub.Validate() {
		errs = append(errs, fmt.Errorf("pubsub.%w", err))
	}
	for _, err := range c.Extra.Validate() {
		errs = append(errs, fmt.Errorf("notifications.%w", err))
	}
	return errs
}

// isURL tells whether an address is none, or one of a server.
func isURL(address string) bool {
	if address == "" {
		return true
	}
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil
}

// keyed is an error about a key.
func keyed(key, format string, args ...any) error {
	return fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...))
}

// missing are the keys of a section that are needed and not set, given as a key and
// whether it is set.
func missing(section string, keys ...any) []string {
	out := []string{}
	for i := 0; i+1 < len(keys); i += 2 {
		if set, _ := keys[i+1].(bool); !set {
			out = append(out, section+"."+fmt.Sprint(keys[i]))
		}
	}
	return out
}

// base is a URL of the configuration without a slash at its end, or its default.
func base(address, otherwise string) string {
	if address == "" {
		address = otherwise
	}
	return strings.TrimRight(address, "/")
}
