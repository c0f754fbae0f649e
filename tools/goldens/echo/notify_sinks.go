package echo

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// sinks are the services that messages go to, as a transport.
type sinks struct {
	answers map[string]any

	mu  sync.Mutex
	got []any
}

func newSinks(c *Case) *sinks { return &sinks{answers: c.Services.Sinks} }

// RoundTrip takes a message and gives the scripted answer.
func (s *sinks) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, err
		}
	}
	seen := map[string]any{"method": req.Method, "url": req.URL.String(), "contentType": req.Header.Get("Content-Type")}
	if value := shownBody(req, body); value != nil {
		seen["body"] = value
	}
	// The token for a look-up goes in a header here, as Slack asks.
	if authorization := req.Header.Get("Authorization"); authorization != "" && !strings.HasSuffix(req.URL.Path, "/users.info") {
		seen["authorization"] = authorization
	}
	if ce := ceHeaders(req.Header); len(ce) > 0 {
		seen["ceHeaders"] = ce
	}
	s.mu.Lock()
	s.got = append(s.got, recorded.JSON(seen))
	s.mu.Unlock()
	return s.answer(req), nil
}

func ceHeaders(header http.Header) map[string]any {
	out := map[string]any{}
	for name := range header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "ce-") {
			out[lower] = header.Get(name)
		}
	}
	return out
}

// shownBody is a body as cases show it: JSON, or the fields of a form.
func shownBody(req *http.Request, body []byte) any {
	if len(body) == 0 {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err == nil && kind == "application/x-www-form-urlencoded" {
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return err.Error()
		}
		fields := map[string]any{}
		for name := range form {
			fields[name] = form.Get(name)
			if name == "attachments" {
				fields[name] = decoded([]byte(form.Get(name)))
			}
		}
		return fields
	}
	return decoded(body)
}

func decoded(text []byte) any {
	var out any
	if json.Unmarshal(text, &out) != nil {
		return nil
	}
	return out
}

// answer is the scripted answer to a request, or what the service usually says.
func (s *sinks) answer(req *http.Request) *http.Response {
	status, body := http.StatusOK, any(map[string]any{"ok": true, "status": "success"})
	if scripted, ok := s.scripted(req); ok {
		body = scripted
		if number, isStatus := model.ToInt(scripted); isStatus {
			status, body = int(number), map[string]any{}
		}
	}
	text, err := json.Marshal(body)
	if err != nil {
		status = http.StatusInternalServerError
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(string(text))), Request: req,
	}
}

func (s *sinks) scripted(req *http.Request) (any, bool) {
	asked := req.Method + " " + req.URL.String()
	if answer, ok := s.answers[asked]; ok {
		return answer, true
	}
	for pattern, answer := range s.answers {
		if prefix, open := strings.CutSuffix(pattern, "*"); open && strings.HasPrefix(asked, prefix) {
			return answer, true
		}
	}
	return nil, false
}

// fails tells whether a recorded message went to a service that took none. Echo tries
// some of them at once again; here the outbox does so later.
func (s *sinks) fails(message any) bool {
	m, _ := message.(map[string]any)
	req, err := http.NewRequest(model.String(m, "method"), model.String(m, "url"), http.NoBody) //nolint:noctx // nobody sends it
	if err != nil {
		return false
	}
	answer, ok := s.scripted(req)
	status, isStatus := model.ToInt(answer)
	return ok && isStatus && status >= http.StatusBadRequest
}

// wanted are the recorded messages as they are compared: tries at the same message
// count once, tokens of look-ups don't stand in URLs, and common faults of Echo, which
// are given too, are put right.
func (s *stand) wanted(messages []any, apps []string) (out []any, faults []string) {
	tried := map[string]bool{}
	for _, message := range messages {
		m, ok := recorded.JSON(message).(map[string]any)
		if !ok {
			continue
		}
		if s.sinks.fails(m) {
			text, err := json.Marshal(m)
			if err != nil || tried[string(text)] {
				continue
			}
			tried[string(text)] = true
		}
		m["url"] = withoutToken.ReplaceAllString(model.String(m, "url"), "?")
		if m["url"] == "" {
			delete(m, "url")
		}
		delete(m, "bodyIsJsonText")
		faults = append(faults, corrected(m, apps)...)
		out = append(out, m)
	}
	return out, faults
}

// withoutToken finds the token that Echo puts into the URL of a look-up.
var withoutToken = regexp.MustCompile(`\?token=[^&]*&`)

// sent are the messages since it was last asked.
func (s *stand) sent() []any {
	s.sinks.mu.Lock()
	out := s.sinks.got
	s.sinks.got = nil
	s.sinks.mu.Unlock()
	for _, m := range s.mails.Got() {
		kind := m.ContentType
		if media, params, err := mime.ParseMediaType(kind); err == nil {
			kind = media + `; charset="` + strings.ToUpper(params["charset"]) + `"`
		}
		out = append(out, recorded.JSON(map[string]any{
			"method": "SMTP", "envelopeFrom": m.EnvelopeFrom, "envelopeTo": m.EnvelopeTo, "from": addressOf(m.From),
			"to": orNull(addressOf(m.To)), "cc": orNull(addressOf(m.CC)), "subject": m.Subject, "contentType": kind, "body": m.Body,
		}))
	}
	return out
}

// addressOf is a header's addresses without the brackets that are a matter of taste.
func addressOf(header string) string { return strings.NewReplacer("<", "", ">", "").Replace(header) }

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
