package dispatch

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// box keeps messages.
type box struct{ got []outbox.Message }

func (b *box) Add(_ context.Context, _ *store.Tx, messages ...outbox.Message) error {
	b.got = append(b.got, messages...)
	return nil
}

// judged is what a judge was asked.
type judged struct {
	execution, stage string
	change           map[string]any
	who              access.Principal
}

// interactive is a kit with Slack's app.
func interactive(t *testing.T) (*kit, *box, *[]judged) {
	t.Helper()
	k := open(t, storetest.SQLite(t))
	client := &http.Client{Transport: k.service}
	ref := secret.NewRef
	c := channel.Config{Slack: channel.SlackConfig{
		Enabled: true, Token: ref("xoxb-hidden"), App: channel.SlackAppConfig{Token: ref("xapp-hidden"), SigningSecret: ref("signing-hidden")},
	}}
	now := func() time.Time { return k.clock }
	k.Dispatcher = New(Options{
		Channels: channel.New(c, channel.Parts{BaseURL: "https://g", Secrets: secret.NewResolver(secret.Options{}), Fixed: client, Users: client, Now: now}),
		Store:    k.st, Memory: limit.NewBudget(0, 0), Now: now,
	})
	b, calls := &box{}, &[]judged{}
	k.Through(b, func(_ context.Context, execution, stage string, change map[string]any, who access.Principal) error {
		if who.Name == "eve" {
			return fault.New(fault.Conflict, "The judgment has ended")
		}
		*calls = append(*calls, judged{execution, stage, change, who})
		return nil
	})
	return k, b, calls
}

func notification(e *model.Execution, state string) judgment.Notification {
	s := e.Stages[0]
	settings, _ := s.Context["notifications"].([]any)[0].(map[string]any)
	return judgment.Notification{State: state, Type: "slack", Address: "#stage", Settings: settings, Execution: e, Stage: s, JudgedBy: "ada"}
}

func TestJudgmentsAreToldOfOnce(t *testing.T) {
	t.Parallel()
	k, b, _ := interactive(t)
	e := cart(t, k.st)
	for range 2 { // the task is run again after a crash
		require.NoError(t, k.Notify(t.Context(), notification(e, notify.JudgmentDue)))
	}
	require.Len(t, b.got, 2)
	require.Equal(t, b.got[0].ID, b.got[1].ID, "the outbox takes it once")
	require.NoError(t, k.Notify(t.Context(), notification(e, notify.JudgmentStop)))
	require.NotEqual(t, b.got[0].ID, b.got[2].ID)
	again := notification(e, notify.JudgmentDue)
	again.Settings = model.Merge(again.Settings, map[string]any{"lastNotifiedByNotificationState": map[string]any{notify.JudgmentDue: 7.0}})
	require.NoError(t, k.Notify(t.Context(), again))
	require.NotEqual(t, b.got[0].ID, b.got[3].ID, "a reminder is another message")
	off := notification(e, notify.JudgmentDue)
	off.Type = "email"
	require.NoError(t, k.Notify(t.Context(), off))
	require.Len(t, b.got, 4)

	require.NoError(t, k.Deliver(t.Context(), b.got[0]))
	form, err := url.ParseQuery(k.service.got[0][len("https://slack.com/api/chat.postMessage "):])
	require.NoError(t, err)
	require.Equal(t, "xapp-hidden", form.Get("token"))
	require.Contains(t, form.Get("attachments"), `"callback_id":"gennaker:`+e.ID+"/"+e.Stages[0].ID)
	require.Contains(t, form.Get("attachments"), `"value":"stop"`)
	require.NoError(t, k.Deliver(t.Context(), b.got[2]))
	require.Contains(t, k.service.got[1], "ada")

	// Nobody is told to judge what was judged meanwhile.
	s := e.Stages[0]
	s.Status = model.Succeeded
	m, due := k.judgment(subject{order: order{Judgment: notify.JudgmentDue}, execution: e, stage: s})
	require.False(t, due, m)
}

func TestButtonsOfJudgments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		inputs []any
		want   []string
	}{
		"none": {nil, []string{"continue", "stop"}},
		"two":  {[]any{map[string]any{"value": "blue"}, map[string]any{"value": "green"}}, []string{"continue:blue", "continue:green", "stop"}},
		"many": {[]any{map[string]any{"value": "1"}, map[string]any{"value": "2"}, map[string]any{"value": "3"}, map[string]any{"value": "4"}, map[string]any{"value": "5"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			actions := buttons(subject{stage: &model.Stage{Context: map[string]any{"judgmentInputs": test.inputs}}})
			var values []string
			if actions != nil {
				for _, b := range actions.Buttons {
					values = append(values, b.Value)
				}
			}
			require.Equal(t, test.want, values)
		})
	}
}

// click has someone select a button.
func (k *kit) click(t *testing.T, user, id, name, value string) error {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"type": "interactive_message", "callback_id": id, "user": map[string]any{"id": "U1", "name": user},
		"actions":      []any{map[string]any{"type": "button", "name": name, "value": value}},
		"response_url": "https://hooks.slack.com/actions/T/B/X", "original_message": map[string]any{"attachments": []any{map[string]any{"text": "Judge"}}},
	})
	require.NoError(t, err)
	body := url.Values{"payload": {string(text)}}.Encode()
	stamp := strconv.FormatInt(k.clock.Unix(), 10)
	mac := hmac.New(sha256.New, []byte("signing-hidden"))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	header := http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
	return k.Callback(t.Context(), "slack", header, []byte(body))
}

func TestAnswersInSlack(t *testing.T) {
	t.Parallel()
	k, _, calls := interactive(t)
	e := cart(t, k.st)
	id := "gennaker:" + e.ID + "/" + e.Stages[0].ID
	require.NoError(t, k.click(t, "ada", id, buttonName, "continue"))
	require.Equal(t, []judged{{e.ID, e.Stages[0].ID, map[string]any{"judgmentStatus": "continue"}, access.Principal{Name: "ada", Origin: "slack"}}}, *calls)
	require.Contains(t, k.service.got[len(k.service.got)-1], "clicked the")

	for name, test := range map[string]struct{ user, id, name, value, says string }{
		"refused":       {"eve", id, buttonName, "stop", "has ended"},
		"another's":     {"ada", "orca:01E-s1", buttonName, "yes", "no judgment of this server"},
		"no judgment":   {"ada", "gennaker:" + e.ID + "/other", buttonName, "stop", "no such judgment"},
		"unknown":       {"ada", "gennaker:01NOBODY/x", buttonName, "stop", "01NOBODY"},
		"odd value":     {"ada", id, buttonName, "maybe", "no answer"},
		"unknown input": {"ada", id, buttonName, "continue:red", "no input"},
		"other button":  {"ada", id, "delete", "continue", "no judgment of this server"},
	} {
		require.NoError(t, k.click(t, test.user, test.id, test.name, test.value), name)
		require.Contains(t, k.service.got[len(k.service.got)-1], test.says, name)
		require.Contains(t, k.service.got[len(k.service.got)-1], "ephemeral", name)
	}
	require.Len(t, *calls, 1)
	err := k.Callback(t.Context(), "teams", http.Header{}, nil)
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}
