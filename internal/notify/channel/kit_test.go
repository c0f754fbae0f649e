package channel

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/secret"
)

// now is the time of all tests.
var now = time.Unix(1_700_000_000, 0)

// seen is a request that a service got.
type seen struct {
	method, url, body string
	header            http.Header
}

// object is the request's body as JSON.
func (s seen) object(t *testing.T) map[string]any {
	t.Helper()
	var out map[string]any
	require.NoError(t, json.Unmarshal([]byte(s.body), &out), s.body)
	return out
}

// services answer every request alike, unless they are told otherwise.
type services struct {
	status  int
	header  http.Header
	body    string
	respond func(req *http.Request) (status int, body string)

	mu  sync.Mutex
	got []seen
}

// RoundTrip implements [http.RoundTripper].
func (s *services) RoundTrip(req *http.Request) (*http.Response, error) {
	in := seen{method: req.Method, url: req.URL.String(), header: req.Header}
	if req.Body != nil {
		text, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		in.body = string(text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, in)
	status, body := s.status, s.body
	if s.respond != nil {
		status, body = s.respond(req)
	}
	if status == 0 {
		status = http.StatusOK
	}
	header := s.header
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// everything is a configuration in which all channels are on.
func everything() Config {
	ref := secret.NewRef
	return Config{
		DryRun:     DryRunConfig{Enabled: true, BaseURL: "http://next.example.com"},
		Slack:      SlackConfig{Enabled: true, Token: ref("xoxb-hidden"), App: SlackAppConfig{Token: ref("xapp-hidden"), SigningSecret: ref("signing-hidden")}},
		Mail:       MailConfig{Enabled: true, From: "gennaker@example.com"},
		Spring:     SpringConfig{Mail: SMTPConfig{Host: "mail.example.com"}},
		Twilio:     TwilioConfig{Enabled: true, Account: "AC1", Token: ref("twilio-hidden"), From: "+1555"},
		GoogleChat: SwitchConfig{Enabled: true}, Teams: SwitchConfig{Enabled: true}, CDEvents: CDEventsConfig{Enabled: true},
		GitHub:    GitHubConfig{Enabled: true, Token: ref("github-hidden")},
		PagerDuty: PagerDutyConfig{Enabled: true, Token: ref("pager-hidden")},
		Extra:     extras(),
		Pubsub: pubsub.Config{Enabled: true, Google: pubsub.GoogleConfig{
			Enabled: true, Endpoint: "http://emulator.example.com", Publishers: []pubsub.GooglePublisher{{Writing: pubsub.Writing{Name: "Deploys"}, Project: "p1", TopicName: "t1"}},
		}},
		Jira: JiraConfig{Enabled: true, BaseURL: "https://jira.example.com", Username: "bot", Password: ref("jira-hidden")},
	}
}

// extras turn the channels on that Spinnaker doesn't have.
func extras() ExtraConfig {
	ref, on := secret.NewRef, SwitchConfig{Enabled: true}
	return ExtraConfig{
		Bearychat: on, DingTalk: on, Discord: on, Feishu: on, Mattermost: on, Webhook: on, WeCom: on, PagerDuty: PagerDutyEventsConfig{Enabled: true},
		Bitbucket: BitbucketConfig{Enabled: true, Token: ref("bitbucket-hidden")}, GitLab: GitLabConfig{Enabled: true, Token: ref("gitlab-hidden")},
		Opsgenie: OpsgenieConfig{Enabled: true, Token: ref("opsgenie-hidden")}, Telegram: TelegramConfig{Enabled: true, Token: ref("1:telegram-hidden")},
		Targets: map[string]TargetConfig{
			"ding": {Type: "dingtalk", URL: ref("https://oapi.dingtalk.com/robot/send?access_token=ding-hidden"), Secret: ref("SEC-hidden")},
			"fei":  {Type: "feishu", URL: ref("https://open.feishu.cn/open-apis/bot/v2/hook/fei-hidden"), Secret: ref("fs-hidden")},
			"hook": {Type: "webhook", URL: ref("https://ops.internal/hook"), Secret: ref("hook-hidden")},
			"page": {Type: "pagerduty", URL: ref("0123456789abcdef0123456789abcdef")},
			"room": {Type: "microsoftteams", URL: ref("https://teams.example.com/hook/room-hidden")},
			"spc":  {Type: "googlechat", URL: ref("https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=spc-hidden")},
		},
	}
}

func parts(s *services) Parts {
	client := &http.Client{Transport: s}
	return Parts{
		BaseURL: "https://gennaker.example.com", Secrets: secret.NewResolver(secret.Options{}), Fixed: client, Users: client,
		Now: func() time.Time { return now },
	}
}

func channels(s *services) Channels { return New(everything(), parts(s)) }

// failed is an event that all channels can tell of.
func failed() notify.Event {
	return notify.Event{
		Kind: notify.Pipeline, Phase: notify.Failed, Application: "shop",
		Execution: notify.Execution{ID: "01E", Name: "deploy", Trigger: map[string]any{
			"type": "git", "source": "github", "project": "acme", "slug": "cart", "hash": "abc123",
		}},
	}
}
