package channel

import (
	"context"
	"net/url"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// ExtraConfig are the channels that Spinnaker doesn't have, and targets for all.
type ExtraConfig struct {
	Bearychat    SwitchConfig            `yaml:"bearychat" doc:"Notifications in BearyChat."`
	Bitbucket    BitbucketConfig         `yaml:"bitbucketStatus" doc:"Commit statuses at Bitbucket."`
	DingTalk     SwitchConfig            `yaml:"dingtalk" doc:"Notifications in DingTalk."`
	Discord      SwitchConfig            `yaml:"discord" doc:"Notifications in Discord."`
	Feishu       SwitchConfig            `yaml:"feishu" doc:"Notifications in Feishu or Lark."`
	GitLab       GitLabConfig            `yaml:"gitlabStatus" doc:"Commit statuses at GitLab."`
	Mattermost   SwitchConfig            `yaml:"mattermost" doc:"Notifications in Mattermost."`
	Opsgenie     OpsgenieConfig          `yaml:"opsgenie" doc:"Alerts in Opsgenie."`
	PagerDuty    PagerDutyEventsConfig   `yaml:"pagerduty" doc:"Incidents in PagerDuty (Events API v2)."`
	Telegram     TelegramConfig          `yaml:"telegram" doc:"Notifications in Telegram."`
	Webhook      SwitchConfig            `yaml:"webhook" doc:"Notifications as JSON to URLs."`
	WeCom        SwitchConfig            `yaml:"wecom" doc:"Notifications in WeCom."`
	QuietPeriods []QuietConfig           `yaml:"quietPeriods" doc:"Times in which notifications are held back. They are sent when the time ends."`
	Targets      map[string]TargetConfig `yaml:"targets" doc:"Addresses with a name. A notification that has the name as its address is sent there, so that pipelines contain no secret."`
}

// TargetConfig is an address with a name.
type TargetConfig struct {
	Type   string     `yaml:"type" doc:"The type of the channel, such as dingtalk."`
	URL    secret.Ref `yaml:"url" secret:"true" doc:"URL of the webhook, or its place: env:, file:, encrypted:. For pagerduty: the integration's routing key."`
	Secret secret.Ref `yaml:"secret" secret:"true" doc:"Secret to sign with, or its place; for dingtalk, feishu and webhook."`
}

// withTargets are the types whose addresses may be names of targets.
var withTargets = []string{
	"bearychat", "cdevents", "dingtalk", "discord", "feishu", "googlechat", "mattermost", "microsoftteams", "pagerduty", "webhook", "wecom",
}

// Validate returns what is wrong with the values; each error begins with its key.
func (c ExtraConfig) Validate() (errs []error) {
	errs = c.validateQuiet()
	for name, t := range c.Targets {
		if !slices.Contains(withTargets, t.Type) {
			errs = append(errs, keyed("targets."+name+".type", "must be one of %v", withTargets))
		}
		if t.URL.IsZero() {
			errs = append(errs, keyed("targets."+name+".url", "is missing"))
		}
		for key, ref := range map[string]secret.Ref{"url": t.URL, "secret": t.Secret} {
			if err := ref.Validate(); err != nil {
				errs = append(errs, keyed("targets."+name+"."+key, "%v", err))
			}
		}
	}
	for key, ref := range map[string]secret.Ref{
		"telegram.token": c.Telegram.Token, "opsgenie.token": c.Opsgenie.Token, "gitlabStatus.token": c.GitLab.Token, "bitbucketStatus.token": c.Bitbucket.Token,
	} {
		if err := ref.Validate(); err != nil {
			errs = append(errs, keyed(key, "%v", err))
		}
	}
	for key, address := range map[string]string{
		"telegram.baseUrl": c.Telegram.BaseURL, "opsgenie.baseUrl": c.Opsgenie.BaseURL, "pagerduty.endpoint": c.PagerDuty.Endpoint,
		"gitlabStatus.baseUrl": c.GitLab.BaseURL, "bitbucketStatus.baseUrl": c.Bitbucket.BaseURL,
	} {
		if !isURL(address) {
			errs = append(errs, keyed(key, "must be a URL such as https://example.com"))
		}
	}
	return errs
}

// target is where a notification goes.
type target struct {
	client Client
	url    *url.URL
	// secret signs what is sent; "" if nothing is signed.
	secret string
}

// targetOf finds where an address leads: to a target of the configuration that has it
// as its name, or to the URL that it is.
func targetOf(ctx context.Context, parts Parts, kind, address string) (target, error) {
	if t, ok := parts.Targets[address]; ok && t.Type == kind {
		text, err := reveal(ctx, parts.Secrets, "notifications.targets."+address+".url", t.URL)
		if err != nil {
			return target{}, err
		}
		key, err := reveal(ctx, parts.Secrets, "notifications.targets."+address+".secret", t.Secret)
		if err != nil {
			return target{}, err
		}
		u, err := userURL(kind, text)
		if err != nil {
			return target{}, fault.New(fault.Invalid, "the URL of the target %s (notifications.targets) can't be used", fault.Short(address))
		}
		return target{parts.Fixed, u, key}, nil
	}
	u, err := userURL(kind, address)
	return target{parts.Users, u, ""}, err
}
