package channel

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/notify"
)

// settings are a preference of each channel of events, whose service answers with body.
func settings() map[string]struct {
	settings map[string]any
	body     string
	secrets  string
} {
	return map[string]struct {
		settings map[string]any
		body     string
		secrets  string
	}{
		"cdevents":       {map[string]any{"address": "https://broker.example.com/b?key=hidden-key", "cdEventsType": "pipelinerun.finished"}, "", "hidden-key"},
		"githubStatus":   {map[string]any{}, "{}", "github-hidden"},
		"googlechat":     {map[string]any{"address": "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=hidden-token"}, "{}", "hidden-token"},
		"microsoftteams": {map[string]any{"address": "https://prod.logic.azure.com/workflows/hidden-path?sig=hidden-sig"}, "", "hidden-sig /workflows/hidden-path"},
		"slack":          {map[string]any{"address": "#deploys"}, `{"ok":true}`, "xoxb-hidden"},
		"sms":            {map[string]any{"address": "+15551234"}, "{}", "twilio-hidden QUMxOnR3aWxpby1oaWRkZW4="},
	}
}

func TestAnswersOfServices(t *testing.T) {
	t.Parallel()
	type want struct{ busy, refused bool }
	for kind, c := range settings() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			send := func(s *services) error {
				sender, ok := channels(s).Event(kind)
				require.True(t, ok)
				return sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: c.settings})
			}
			require.NoError(t, send(&services{body: c.body}))
			for status, want := range map[int]want{
				400: {refused: true}, 401: {}, 403: {}, 404: {refused: true}, 410: {refused: true}, 413: {refused: true}, 429: {busy: true}, 500: {}, 502: {}, 503: {},
			} {
				s := &services{status: status, body: `{"error":"no; you sent ` + c.secrets + `"}`}
				err := send(s)
				require.Error(t, err)
				_, busy := errors.AsType[*BusyError](err)
				_, refused := errors.AsType[*RefusedError](err)
				require.Equal(t, want.busy, busy, err)
				require.Equal(t, want.refused, refused, err)
				for secret := range strings.FieldsSeq(c.secrets) {
					require.NotContains(t, err.Error(), secret)
				}
			}
		})
	}
}

func TestHowLongServicesAskToWait(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"30": 30 * time.Second, "0.5": 500 * time.Millisecond, "": 0, "soon": 0, "-1": 0, "999999999": longestWait} {
		s := &services{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {text}}}
		sender, _ := channels(s).Event("slack")
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "#a"}})
		busy, ok := errors.AsType[*BusyError](err)
		require.True(t, ok, err)
		require.Equal(t, want, busy.After)
	}
}

// TestAnswersInHTML: a proxy's page is no success, and no error shows it.
func TestAnswersInHTML(t *testing.T) {
	t.Parallel()
	page := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	for status, says := range map[int]string{200: "no JSON", 502: "a web page"} {
		s := &services{status: status, header: page, body: "<html><body>Log in to the network</body></html>"}
		sender, _ := channels(s).Event("slack")
		err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "#a"}})
		require.ErrorContains(t, err, says)
		if status != http.StatusOK {
			require.NotContains(t, err.Error(), "network")
		}
	}
}

func TestAddressesThatCantBeUsed(t *testing.T) {
	t.Parallel()
	for kind, addresses := range map[string][]any{
		"slack": {nil, ""}, "sms": {nil, ""}, "email": {nil, "", "not an @ address@@"},
		"microsoftteams": {nil, "", "teams", "ftp://x.example.com", "https://user:pw@x.example.com"},
		"googlechat":     {nil, "", "https://chat.googleapis.com/v1/spaces/A/messages", "https://other.example.com/v1/spaces/A/messages?key=k&token=t"},
		"cdevents":       {nil, "", "broker"},
	} {
		for _, address := range addresses {
			s := &services{}
			sender, ok := channels(s).Event(kind)
			require.True(t, ok, kind)
			err := sender.SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": address, "cdEventsType": "pipelinerun.finished"}})
			require.Equal(t, fault.Invalid, fault.KindOf(err), "%s %v: %v", kind, address, err)
			require.Empty(t, s.got)
		}
	}
}

func TestDescriptions(t *testing.T) {
	t.Parallel()
	none := New(Config{}, parts(&services{}))
	for _, d := range none.Descriptions() {
		require.NotEmpty(t, d.Title)
		require.False(t, d.Configured(), d.Type)
		require.True(t, d.Events || d.Messages)
		require.Equal(t, "object", d.Fields["type"])
		_, ok := none.Event(d.Type)
		require.False(t, ok)
		_, err := none.Send(t.Context(), notify.Message{Type: strings.ToUpper(d.Type), To: []string{"x"}})
		require.Equal(t, fault.Invalid, fault.KindOf(err))
		if d.Messages {
			require.ErrorContains(t, err, d.Missing[0])
		}
	}
	all := channels(&services{})
	for _, d := range all.Descriptions() {
		require.True(t, d.Configured(), "%s: %v", d.Type, d.Missing)
	}
	require.Len(t, all.Descriptions(), len(none.Descriptions()))
}

func TestMessagesThatCantBeSent(t *testing.T) {
	t.Parallel()
	all := channels(&services{})
	due := map[string]any{"stageName": "Judge"}
	source := &notify.Source{Application: "shop", ExecutionID: "01E"}
	for says, m := range map[string]notify.Message{
		"notificationType: is missing":               {},
		"there is no channel \"FAX\"":                {Type: "FAX"},
		"there is no template \"cleanup\"":           {Type: "SLACK", Template: "cleanup"},
		"source: is missing":                         {Type: "SLACK", To: []string{"#a"}, Template: "manualJudgment", Context: due},
		"additionalContext.stageName: is missing":    {Type: "SLACK", To: []string{"#a"}, Template: "manualJudgment", Source: source},
		"additionalContext.judgedBy: is missing":     {Type: "SLACK", To: []string{"#a"}, Template: "manualJudgmentContinue", Source: source, Context: due},
		"to: is missing":                             {Type: "SLACK", Template: "manualJudgment", Source: source, Context: due},
		"additionalContext.subject: is missing":      {Type: "EMAIL", To: []string{"a@example.com"}},
		"additionalContext.message: is missing":      {Type: "PAGER_DUTY", To: []string{"key"}},
		"additionalContext.issueContext: is missing": {Type: "JIRA"},
		"must be button":                             {Type: "SLACK", Actions: &notify.Actions{Buttons: []notify.Button{{Type: "select"}}}},
		"needs a name, a label and a value":          {Type: "SLACK", Actions: &notify.Actions{Buttons: []notify.Button{{Type: "button"}}}},
		"Email has no buttons":                       {Type: "EMAIL", Interactive: true},
		"sends no messages":                          {Type: "CDEVENTS"},
	} {
		_, err := all.Send(t.Context(), m)
		require.ErrorContains(t, err, says)
		require.Equal(t, fault.Invalid, fault.KindOf(err), says)
	}
}

func TestOneAddressThatFailsStopsNoOther(t *testing.T) {
	t.Parallel()
	s := &services{respond: func(req *http.Request) (int, string) {
		if err := req.ParseForm(); err != nil {
			return 500, ""
		}
		return 200, `{"ok":false,"error":"channel_not_found"}`
	}}
	_, err := channels(s).Send(t.Context(), notify.Message{Type: "slack", To: []string{"#a", "#b"}, Context: map[string]any{"subject": "s", "body": "b"}})
	require.ErrorContains(t, err, "2 of 2 failed")
	require.Len(t, s.got, 2)
}
