package server_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testsmtp"
)

// slackServer is Slack, which keeps the messages that it gets.
type slackServer struct {
	*httptest.Server

	mu     sync.Mutex
	status int
	got    []url.Values
	failed int
}

func newSlack(t *testing.T) *slackServer {
	t.Helper()
	s := &slackServer{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		if r.URL.Path == "/api/users.info" {
			_, _ = io.WriteString(w, `{"ok":true,"user":{"profile":{"email":"ada@example.com"}}}`)
			return
		}
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		w.WriteHeader(s.status)
		if s.status == http.StatusOK {
			s.got = append(s.got, r.PostForm)
		} else {
			s.failed++
		}
		_, _ = io.WriteString(w, `{"ok":true}`)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *slackServer) answers(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// refused is how many messages it didn't take.
func (s *slackServer) refused() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// texts are those of the messages to a channel.
func (s *slackServer) texts(room string) (texts []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range s.got {
		if form.Get("channel") == room {
			texts = append(texts, form.Get("attachments"))
		}
	}
	return texts
}

// until waits for so many messages to a channel, and gives the texts.
func (s *slackServer) until(t *testing.T, room string, n int) []string {
	t.Helper()
	require.Eventually(t, func() bool { return len(s.texts(room)) >= n }, time.Minute, 5*time.Millisecond, "messages to %s", room)
	require.Len(t, s.texts(room), n)
	return s.texts(room)
}

const slackSecret = "signing-hidden"

func (s *slackServer) configure(c *config.Config) {
	c.Server.BaseURL = "https://gennaker.example.com"
	c.Channels.Slack = channel.SlackConfig{
		Enabled: true, Token: secret.NewRef("xoxb-hidden"), BaseURL: s.URL,
		App: channel.SlackAppConfig{Token: secret.NewRef("xapp-hidden"), SigningSecret: secret.NewRef(slackSecret), BaseURL: s.URL},
	}
}

// begins starts a pipeline.
func (i *instance) begins(pipeline map[string]any) string {
	i.t.Helper()
	ref := i.object(http.MethodPost, "/orchestrate", model.Merge(map[string]any{"application": "shop", "name": "deploy cart", "trigger": map[string]any{"type": "manual"}}, pipeline))
	return strings.TrimPrefix(model.String(ref, "ref"), "/pipelines/")
}

func slackTo(room string, when ...any) map[string]any {
	return map[string]any{"type": "slack", "address": room, "when": when}
}

// TestPeopleAreToldOfWhatHappens by the pipeline's, the stage's and the application's
// notifications, each once, with the texts evaluated.
func TestPeopleAreToldOfWhatHappens(t *testing.T) {
	t.Parallel()
	eachDatabase(t, func(t *testing.T, database string) {
		t.Helper()
		slack, mails := newSlack(t), testsmtp.Start(t, &testsmtp.Server{}, nil)
		i := start(t, func(c *config.Config) {
			c.Database.URL = database
			slack.configure(c)
			c.Channels.Mail = channel.MailConfig{Enabled: true, From: "gennaker@example.com"}
			c.Channels.Spring.Mail = channel.SMTPConfig{Host: mails.Host, Port: mails.Port}
		})
		status, _ := i.call(http.MethodPost, "/notifications/application/shop", map[string]any{
			"slack": []any{slackTo("#app", "pipeline.complete"), slackTo("#pipeline", "pipeline.complete", "pipeline.starting")},
		})
		require.Equal(t, http.StatusOK, status)
		mine := model.Merge(slackTo("#pipeline", "pipeline.complete"), map[string]any{
			"message": map[string]any{"pipeline.complete": map[string]any{"text": "status ${execution.status} of ${trigger.parameters.what}"}},
		})
		id := i.begins(map[string]any{
			"trigger":       map[string]any{"type": "manual", "parameters": map[string]any{"what": "cart"}},
			"notifications": []any{mine, mine, map[string]any{"type": "email", "address": "ada@example.com", "when": []any{"pipeline.complete"}}},
			"stages": []any{map[string]any{
				"type": "wait", "refId": "1", "requisiteStageRefIds": []any{}, "name": "Wait", "waitTime": 0,
				"sendNotifications": true, "notifications": []any{slackTo("#stage", "stage.complete")},
			}},
		})
		link := "https://gennaker.example.com/#/applications/shop/executions/details/" + id
		texts := slack.until(t, "#pipeline", 2)
		all := strings.Join(texts, "")
		require.Contains(t, all, "pipeline is starting")
		require.Contains(t, all, "pipeline has completed successfully")
		require.Contains(t, all, link)
		require.Regexp(t, "status [A-Z]+ of cart", all)
		require.Contains(t, slack.until(t, "#app", 1)[0], "completed successfully")
		require.Contains(t, slack.until(t, "#stage", 1)[0], "Stage Wait for Shop's")
		require.Eventually(t, func() bool { return len(mails.Got()) == 1 }, time.Minute, 5*time.Millisecond)
		require.Equal(t, "shop's deploy cart pipeline has completed successfully", mails.Got()[0].Subject)
		require.Empty(t, i.list("/outbox"))
	})
}

// TestSlackThatIsAway gets what it has missed when it is back.
func TestSlackThatIsAway(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	i := start(t, slack.configure)
	slack.answers(http.StatusServiceUnavailable)
	i.until("/pipelines/"+i.begins(map[string]any{"notifications": []any{slackTo("#a", "pipeline.complete")}, "stages": []any{waited("1")}}), "complete", complete)
	require.Eventually(t, func() bool { return slack.refused() > 0 }, time.Minute, 5*time.Millisecond)
	slack.answers(http.StatusOK)
	slack.until(t, "#a", 1)

	slack.answers(http.StatusNotFound)
	i.begins(map[string]any{"notifications": []any{slackTo("#b", "pipeline.complete")}, "stages": []any{waited("1")}})
	var dead []any
	require.Eventually(t, func() bool { dead = i.list("/outbox"); return len(dead) == 1 }, time.Minute, 10*time.Millisecond)
	message := dead[0].(map[string]any)
	require.Equal(t, "notification.slack", message["kind"])
	require.Contains(t, message["error"], "Slack")
	require.NotContains(t, message["error"], "hidden")
	slack.answers(http.StatusOK)
	status, _ := i.call(http.MethodPost, "/outbox/"+message["id"].(string)+"/retry", nil)
	require.Equal(t, http.StatusOK, status)
	slack.until(t, "#b", 1)
}

// TestJudgmentsInSlack: people are told that a judgment is due, approve it in Slack, and
// are told of that.
func TestJudgmentsInSlack(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	i := start(t, slack.configure)
	id := i.begins(map[string]any{"stages": []any{map[string]any{
		"type": "manualJudgment", "refId": "7", "requisiteStageRefIds": []any{}, "name": "Judge", "sendNotifications": true, "instructions": "Look *closely*",
		"notifications": []any{slackTo("#judges", "manualJudgment", "manualJudgmentContinue")},
	}}})
	text := slack.until(t, "#judges", 1)[0]
	require.Contains(t, text, "is awaiting manual judgment")
	require.Contains(t, text, id+"?refId=7")
	var attachments []map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &attachments))

	click := func(sign string) int {
		payload, err := json.Marshal(map[string]any{
			"type": "interactive_message", "callback_id": attachments[0]["callback_id"], "user": map[string]any{"id": "U1", "name": "ada"},
			"actions": []any{model.Objects(attachments[0], "actions")[0]}, "response_url": "https://hooks.slack.com/", "original_message": map[string]any{},
		})
		require.NoError(t, err)
		body := url.Values{"payload": {string(payload)}}.Encode()
		stamp := strconv.FormatInt(time.Now().Unix(), 10)
		mac := hmac.New(sha256.New, []byte(sign))
		mac.Write([]byte("v0:" + stamp + ":" + body))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.base+"/notifications/callbacks/slack", strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Slack-Request-Timestamp", stamp)
		req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode
	}
	require.Equal(t, http.StatusBadRequest, click("another"))
	require.Equal(t, http.StatusOK, click(slackSecret))
	e := i.until("/pipelines/"+id, "complete", complete)
	require.Equal(t, "SUCCEEDED", e["status"])
	require.Equal(t, "ada@example.com", model.String(model.Object(stageNamed(e, "Judge"), "context"), "lastModifiedBy"))
	texts := slack.until(t, "#judges", 2)
	require.Contains(t, texts[1], "judged to *continue*_ by ada@example.com")
}

func TestChannelsThatAreNotConfiguredAreWarnedAbout(t *testing.T) {
	t.Parallel()
	slack := newSlack(t)
	i := start(t, slack.configure)
	acting := i.object(http.MethodGet, "/capabilities/acting", nil)
	require.Equal(t, []any{"slack"}, acting["notifications"])
	_, problems := i.call(http.MethodPost, "/pipelines/check", map[string]any{
		"application": "shop", "name": "p", "stages": []any{}, "notifications": []any{slackTo("#a", "pipeline.failed"), map[string]any{"type": "sms", "address": "+1", "when": []any{"pipeline.failed"}}},
	})
	text, err := json.Marshal(problems)
	require.NoError(t, err)
	require.Contains(t, string(text), "sms notifications aren't configured on this server (twilio.enabled, twilio.account, twilio.token, twilio.from)")
	require.NotContains(t, string(text), "slack notifications")
	i.object(http.MethodPost, "/notifications/test/shop", slackTo("#test"))
	i.object(http.MethodPost, "/notifications/preview/shop?when=pipeline.failed", slackTo("#test"))
	require.Contains(t, slack.until(t, "#test", 1)[0], "Test notification")
}
