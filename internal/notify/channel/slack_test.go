package channel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/notify"
)

// TestSlackSaysNo: its answers have the status 200 all the same.
func TestSlackSaysNo(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]struct{ busy, refused bool }{
		"ratelimited": {busy: true}, "channel_not_found": {refused: true}, "is_archived": {refused: true}, "invalid_auth": {}, "fatal_error": {},
	} {
		s := &services{body: `{"ok":false,"error":"` + word + `"}`}
		sender, _ := channels(s).Event("slack")
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "#a"}})
		require.ErrorContains(t, err, word)
		_, busy := errors.AsType[*BusyError](err)
		_, refused := errors.AsType[*RefusedError](err)
		require.Equal(t, want.busy, busy)
		require.Equal(t, want.refused, refused)
	}
}

func TestTextsOfSlack(t *testing.T) {
	t.Parallel()
	e := failed()
	e.Execution.Trigger["buildInfo"] = map[string]any{"number": 12345.0, "url": "https://ci.example.com/7"}
	for name, test := range map[string]struct {
		kind     string
		settings map[string]any
		want     string
	}{
		"pipeline": {notify.Pipeline, map[string]any{}, "Shop's <https://gennaker.example.com/#/applications/shop/executions/details/01E|deploy> build <https://ci.example.com/7|12345> pipeline has failed"},
		"custom":   {notify.Pipeline, map[string]any{"customMessage": "{{executionId}}: see {{link}}"}, "01E: see https://gennaker.example.com/#/applications/shop/executions/details/01E"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := e
			e.Kind = test.kind
			require.Equal(t, test.want, newSlack(everything().Slack, parts(&services{})).text(Notice{Event: e, Settings: test.settings}))
		})
	}
}

// signedRequest is a request of Slack's at a time.
func signedRequest(body, secret string, at time.Time) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}

// click is the body of a request of Slack's.
func click(change func(payload map[string]any)) string {
	payload := map[string]any{
		"type": "interactive_message", "callback_id": "gennaker:01E/s1", "user": map[string]any{"id": "U1", "name": "ada"},
		"actions":      []any{map[string]any{"type": "button", "name": "judgment", "value": "continue"}},
		"response_url": "https://hooks.slack.com/actions/T/B/X",
		"original_message": map[string]any{"text": "", "attachments": []any{
			map[string]any{"text": "Judge it", "actions": []any{map[string]any{"type": "button", "text": "Approve", "value": "continue"}}}, map[string]any{"text": "more"},
		}},
	}
	if change != nil {
		change(payload)
	}
	text, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	return url.Values{"payload": {string(text)}}.Encode()
}

func TestClicks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ lookup, user string }{
		"with an address":    {`{"ok":true,"user":{"profile":{"email":"ada@example.com"}}}`, "ada@example.com"},
		"without an address": {`{"ok":true,"user":{"profile":{}}}`, "ada"},
		"unknown to Slack":   {`{"ok":false,"error":"user_not_found"}`, "ada"},
		"a page":             {`<html>`, "ada"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &services{body: test.lookup}
			slack := newSlack(everything().Slack, parts(s))
			slack.parts.Log = New(everything(), parts(s))["slack"].(*Slack).parts.Log
			body := click(nil)
			got, err := slack.Callback(t.Context(), signedRequest(body, "signing-hidden", now), []byte(body))
			require.NoError(t, err)
			require.Equal(t, test.user, got.User)
			require.Equal(t, "gennaker", got.Service)
			require.Equal(t, "01E/s1", got.Message)
			require.Equal(t, "continue", got.Button.Value)
			require.Equal(t, "https://slack.com/api/users.info?user=U1", s.got[0].url)
			require.Equal(t, "Bearer xapp-hidden", s.got[0].header.Get("Authorization"))

			require.NoError(t, slack.Taken(t.Context(), got))
			require.Equal(t, "https://hooks.slack.com/actions/T/B/X", s.got[1].url)
			require.Equal(t, map[string]any{"text": "", "attachments": []any{
				map[string]any{"text": "Judge it\n\nUser <@U1> clicked the *Approve* action."}, map[string]any{"text": "more"},
			}}, s.got[1].object(t))
			require.NoError(t, slack.Declined(t.Context(), got, "it has ended"))
			require.Equal(t, "it has ended", s.got[2].object(t)["text"])
		})
	}
}

// TestRepliesGoToSlackAlone: the payload says where, but not to which host.
func TestRepliesGoToSlackAlone(t *testing.T) {
	t.Parallel()
	s := &services{body: `{"ok":true}`}
	slack := newSlack(everything().Slack, parts(s))
	got, err := parseClick([]byte(click(func(p map[string]any) { p["response_url"] = "http://169.254.169.254/latest/meta-data" })))
	require.NoError(t, err)
	require.NoError(t, slack.Taken(t.Context(), got))
	require.Equal(t, "https://hooks.slack.com/latest/meta-data", s.got[0].url)
}

func TestRequestsThatAreNotSlacks(t *testing.T) {
	t.Parallel()
	good := click(nil)
	without := func(name string) string { return click(func(p map[string]any) { delete(p, name) }) }
	for name, test := range map[string]struct {
		header http.Header
		body   string
		says   string
	}{
		"unsigned":        {http.Header{}, good, "X-Slack-Request-Timestamp"},
		"wrong secret":    {signedRequest(good, "other", now), good, "X-Slack-Signature"},
		"other body":      {signedRequest(good, "signing-hidden", now), good + "&x=1", "X-Slack-Signature"},
		"old":             {signedRequest(good, "signing-hidden", now.Add(-301*time.Second)), good, "replay"},
		"from the future": {signedRequest(good, "signing-hidden", now.Add(301*time.Second)), good, "replay"},
		"odd time":        {http.Header{"X-Slack-Request-Timestamp": {"soon"}}, good, "X-Slack-Request-Timestamp"},
		"no payload":      {signedRequest("a=b", "signing-hidden", now), "a=b", "payload"},
		"no JSON":         {signedRequest("payload=x", "signing-hidden", now), "payload=x", "payload"},
		"a list":          {signedRequest("payload=[]", "signing-hidden", now), "payload=[]", "JSON object"},
		"other type":      {signedRequest(without("type"), "signing-hidden", now), without("type"), "interactive_message"},
		"no user":         {signedRequest(without("user"), "signing-hidden", now), without("user"), "user"},
		"no id":           {signedRequest(without("callback_id"), "signing-hidden", now), without("callback_id"), "callback_id"},
		"no action":       {signedRequest(without("actions"), "signing-hidden", now), without("actions"), "button"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &services{}
			_, err := newSlack(everything().Slack, parts(s)).Callback(t.Context(), test.header, []byte(test.body))
			require.ErrorContains(t, err, test.says)
			require.Equal(t, fault.Invalid, fault.KindOf(err))
			require.NotContains(t, err.Error(), "signing-hidden")
			require.Empty(t, s.got)
		})
	}
	off := everything().Slack
	off.App.SigningSecret = Config{}.Slack.Token
	_, err := newSlack(off, parts(&services{})).Callback(t.Context(), signedRequest(good, "", now), []byte(good))
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

func FuzzClicks(f *testing.F) {
	f.Add(click(nil))
	f.Add("payload=%7B%7D")
	f.Add("payload=" + strings.Repeat("[", 2000))
	f.Fuzz(func(t *testing.T, body string) {
		got, err := parseClick([]byte(body))
		if err != nil {
			if fault.KindOf(err) != fault.Invalid {
				t.Errorf("%v is no fault of the request", err)
			}
			return
		}
		if got.User == "" || got.Button.Type != "button" {
			t.Errorf("a click without a user or a button: %+v", got)
		}
	})
}
