package channel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
)

func hmacOf(key, text string) []byte {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// fromGitLab is an event that a push to GitLab has caused.
func from(source string) notify.Event {
	e := failed()
	e.Execution.Trigger["source"] = source
	return e
}

func TestFurtherChannels(t *testing.T) {
	t.Parallel()
	const link = "https://gennaker.example.com/#/applications/shop/executions/details/01E"
	for name, test := range map[string]struct {
		kind, address, answer string
		event                 notify.Event
		refused               string // an answer that is no success
		url                   string
		body                  []string
		header                map[string]string
	}{
		"discord": {
			kind: "discord", address: "https://discord.com/api/webhooks/1/x", event: failed(), url: "https://discord.com/api/webhooks/1/x",
			body: []string{`"title":"Pipeline failed for SHOP"`, `"url":"` + link, `"parse":[]`, `"color":12068133`},
		},
		"mattermost": {
			kind: "mattermost", address: "https://chat.example.com/hooks/x", event: failed(), url: "https://chat.example.com/hooks/x",
			body: []string{`"title_link":"` + link, `"color":"#B82525"`},
		},
		"bearychat": {
			kind: "bearychat", address: "https://hook.bearychat.com/x", event: failed(), answer: `{"code":0}`, refused: `{"code":5,"error":"no"}`,
			url: "https://hook.bearychat.com/x", body: []string{`"text":"Pipeline failed for SHOP"`},
		},
		"dingtalk, signed": {
			kind: "dingtalk", address: "ding", event: failed(), answer: `{"errcode":0}`, refused: `{"errcode":310000,"errmsg":"sign not match"}`,
			url: "https://oapi.dingtalk.com/robot/send?access_token=ding-hidden&sign=", body: []string{`"msgtype":"markdown"`, `"title":"Pipeline failed for SHOP"`},
		},
		"feishu, signed": {
			kind: "feishu", address: "fei", event: failed(), answer: `{"code":0}`, refused: `{"code":19021,"msg":"sign match fail"}`,
			url: "https://open.feishu.cn/open-apis/bot/v2/hook/fei-hidden", body: []string{
				`"msg_type":"post"`, `"timestamp":"1700000000"`, `"sign":"` + base64.StdEncoding.EncodeToString(hmacOf("1700000000\nfs-hidden", "")) + `"`,
			},
		},
		"feishu": {
			kind: "feishu", address: "https://open.larksuite.com/open-apis/bot/v2/hook/x", event: failed(), answer: `{"code":0}`, refused: `{"code":1}`,
			url: "https://open.larksuite.com/open-apis/bot/v2/hook/x", body: []string{`"href":"` + link},
		},
		"wecom": {
			kind: "wecom", address: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", event: failed(), answer: `{"errcode":0}`, refused: `{"errcode":93000,"errmsg":"invalid"}`,
			url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", body: []string{`**Pipeline failed for SHOP**`},
		},
		"webhook": {
			kind: "webhook", address: "https://ops.example.com/hook", event: failed(), url: "https://ops.example.com/hook",
			body: []string{`"type":"pipeline.failed"`, `"executionId":"01E"`, `"link":"` + link}, header: map[string]string{"X-Gennaker-Signature": ""},
		},
		"telegram": {
			kind: "telegram", address: "-100", event: failed(), answer: `{"ok":true}`, refused: `{"ok":false,"description":"chat not found"}`,
			url: "https://api.telegram.org/bot1:telegram-hidden/sendMessage", body: []string{`"chat_id":"-100"`},
		},
		"opsgenie": {
			kind: "opsgenie", address: "oncall", event: failed(), url: "https://api.opsgenie.com/v2/alerts",
			body: []string{`"alias":"01E pipeline.failed "`, `"name":"oncall"`}, header: map[string]string{"Authorization": "GenieKey opsgenie-hidden"},
		},
		"pagerduty": {
			kind: "pagerduty", address: "page", event: failed(), url: "https://events.pagerduty.com/v2/enqueue",
			body: []string{`"event_action":"trigger"`, `"dedup_key":"gennaker/shop/deploy/"`, `"severity":"error"`},
		},
		"gitlab": {
			kind: "gitlabStatus", event: from("gitlab"), url: "https://gitlab.com/api/v4/projects/acme%2Fcart/statuses/abc123",
			body: []string{`"state":"failed"`, `"name":"pipeline/deploy"`}, header: map[string]string{"PRIVATE-TOKEN": "gitlab-hidden"},
		},
		"bitbucket": {
			kind: "bitbucketStatus", event: from("bitbucket"), url: "https://api.bitbucket.org/2.0/repositories/acme/cart/commit/abc123/statuses/build",
			body: []string{`"state":"FAILED"`}, header: map[string]string{"Authorization": "Bearer bitbucket-hidden"},
		},
		"teams by its name": {kind: "microsoftteams", address: "room", event: failed(), url: "https://teams.example.com/hook/room-hidden", body: []string{`"AdaptiveCard"`}},
		"google chat by its name": {
			kind: "googlechat", address: "spc", event: failed(), url: "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=spc-hidden", body: []string{`"cards"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &services{body: test.answer}
			sender, ok := channels(s).Event(test.kind)
			require.True(t, ok)
			notice := Notice{Event: test.event, Settings: map[string]any{"address": test.address}}
			require.NoError(t, sender.SendEvent(t.Context(), notice))
			require.Len(t, s.got, 1)
			require.True(t, strings.HasPrefix(s.got[0].url, test.url), s.got[0].url)
			for _, part := range test.body {
				require.Contains(t, s.got[0].body, part)
			}
			for header, want := range test.header {
				require.Equal(t, want, s.got[0].header.Get(header))
			}
			for _, answer := range []struct {
				status int
				body   string
			}{{500, `{"error":"` + test.url + ` -hidden"}`}, {200, test.refused}} {
				if answer.body == "" {
					continue
				}
				s.status, s.body = answer.status, answer.body
				err := sender.SendEvent(t.Context(), notice)
				require.Error(t, err)
				for _, word := range []string{"ding-hidden", "SEC-hidden", "fei-hidden", "fs-hidden", "telegram-hidden", "opsgenie-hidden", "gitlab-hidden", "bitbucket-hidden", "room-hidden", "spc-hidden"} {
					require.NotContains(t, err.Error(), word)
				}
				_, refused := errors.AsType[*RefusedError](err)
				require.Equal(t, answer.status == http.StatusOK, refused, err)
			}
		})
	}
}

func TestSignedWebhooks(t *testing.T) {
	t.Parallel()
	s := &services{}
	sender, _ := channels(s).Event("webhook")
	require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "hook"}}))
	require.Equal(t, "sha256="+hex.EncodeToString(hmacOf("hook-hidden", s.got[0].body)), s.got[0].header.Get("X-Gennaker-Signature"))
	s = &services{body: `{"errcode":0}`}
	sender, _ = channels(s).Event("dingtalk")
	require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "ding"}}))
	require.Contains(t, s.got[0].url, "timestamp=1700000000000")
}

func TestServicesThatAreBusyInTheirOwnWay(t *testing.T) {
	t.Parallel()
	for kind, test := range map[string]struct {
		address, answer string
		status          int
		after           time.Duration
	}{
		"wecom":          {"https://qyapi.weixin.qq.com/x?key=x", `{"errcode":45009}`, 200, time.Minute},
		"dingtalk":       {"ding", `{"errcode":130101}`, 200, time.Minute},
		"feishu":         {"fei", `{"code":11232}`, 200, time.Minute},
		"telegram":       {"1", `{"ok":false,"parameters":{"retry_after":35}}`, 429, 35 * time.Second},
		"microsoftteams": {"room", "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429", 200, 0},
	} {
		sender, _ := channels(&services{status: test.status, body: test.answer}).Event(kind)
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": test.address}})
		busy, ok := errors.AsType[*BusyError](err)
		require.True(t, ok, "%s: %v", kind, err)
		require.Equal(t, test.after, busy.After, kind)
	}
}

// TestIncidentsAreResolved when the same pipeline completes.
func TestIncidentsAreResolved(t *testing.T) {
	t.Parallel()
	e := failed()
	e.Phase = notify.Complete
	s := &services{}
	sender, _ := channels(s).Event("pagerduty")
	require.NoError(t, sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{"address": "page"}}))
	require.Contains(t, s.got[0].body, `"event_action":"resolve"`)
	require.Contains(t, s.got[0].body, `"dedup_key":"gennaker/shop/deploy/"`)
	err := sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{"address": "no key"}})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
}

func TestMessagesOfFurtherChannels(t *testing.T) {
	t.Parallel()
	s := &services{}
	_, err := channels(s).Send(t.Context(), notify.Message{
		Type: "DISCORD", To: []string{"https://discord.com/api/webhooks/1/x"}, Template: notify.JudgmentDue,
		Source: &notify.Source{Application: "shop", ExecutionID: "01E"}, Context: map[string]any{"stageName": "Judge", "stageId": "2", "instructions": "<b>Look</b>"},
	})
	require.NoError(t, err)
	require.Contains(t, s.got[0].body, "Stage Judge for shop is awaiting manual judgment")
	require.Contains(t, s.got[0].body, "details/01E?refId=2")
}

// TestTargetsAreOfOneType: the name of another channel's target is no address.
func TestTargetsAreOfOneType(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"discord", "wecom", "microsoftteams"} {
		s := &services{}
		sender, _ := channels(s).Event(kind)
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "ding"}})
		require.Equal(t, fault.Invalid, fault.KindOf(err))
		require.Empty(t, s.got)
	}
}

func TestCommitsThatStartedNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"githubStatus", "gitlabStatus", "bitbucketStatus"} {
		e := failed()
		e.Execution.Trigger = map[string]any{"type": "manual"}
		sender, _ := channels(&services{}).Event(kind)
		require.ErrorIs(t, sender.SendEvent(t.Context(), Notice{Event: e, Settings: map[string]any{}}), ErrNothing)
	}
}

// TestRepositoriesLeadNowhereElse: the token goes to the statuses of commits alone.
func TestRepositoriesLeadNowhereElse(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"githubStatus", "gitlabStatus", "bitbucketStatus"} {
		for _, settings := range []map[string]any{
			{"repo": "acme/..", "commit": "abc"}, {"repo": "acme/cart", "commit": ".."}, {"repo": "acme/cart", "commit": "abc/../../hooks"}, {"repo": "acme/cart?x=", "commit": "a b"},
			{"repo": "../user/keys", "commit": "abc%2F.."},
		} {
			s := &services{}
			sender, _ := channels(s).Event(kind)
			err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: settings})
			if kind == "gitlabStatus" && err == nil { // the whole repository is one part of the path
				require.NotContains(t, s.got[0].url, "/..")
				continue
			}
			require.Equal(t, fault.Invalid, fault.KindOf(err), "%s %v: %v", kind, settings, err)
			require.Empty(t, s.got)
		}
	}
}

func TestConfigurationsThatCantBe(t *testing.T) {
	t.Parallel()
	ref := secret.NewRef
	require.Empty(t, everything().Validate())
	for says, c := range map[string]Config{
		"slack.baseUrl: must be a URL":                   {Slack: SlackConfig{BaseURL: "slack.com"}},
		"spring.mail.port: must be between":              {Spring: SpringConfig{Mail: SMTPConfig{Port: 70000}}},
		"twilio.token: ":                                 {Twilio: TwilioConfig{Token: ref("encrypted:nowhere")}},
		"notifications.targets.x.type: must be one of":   {Extra: ExtraConfig{Targets: map[string]TargetConfig{"x": {Type: "slack", URL: ref("https://x.example.com")}}}},
		"notifications.targets.x.url: is missing":        {Extra: ExtraConfig{Targets: map[string]TargetConfig{"x": {Type: "wecom"}}}},
		"notifications.gitlabStatus.baseUrl: must be a ": {Extra: ExtraConfig{GitLab: GitLabConfig{BaseURL: "gitlab"}}},
	} {
		errs := c.Validate()
		require.Len(t, errs, 1, says)
		require.ErrorContains(t, errs[0], says)
	}
}
