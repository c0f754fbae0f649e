package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// longestRequest bounds a request as a whole, however slowly its answer drips in;
// its parts have timeouts of their own. It is the timeout of Orca's
// CreateWebhookTask.
const longestRequest = 5 * time.Minute

// denied are headers a user may not set: they would speak for another user to
// Spinnaker's own services.
var denied = []string{
	"X-SPINNAKER-USER", "X-SPINNAKER-ACCOUNT", "X-SPINNAKER-USER-ORIGIN",
	"X-SPINNAKER-REQUEST-ID", "X-SPINNAKER-EXECUTION-ID",
}

// request is what to send.
type request struct {
	method, url string
	payload     any
	// key is sent as Idempotency-Key, unless it is empty.
	key string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	// text is the body as it came, body what it says: JSON where it says it is,
	// else the text; nil where it is empty.
	text string
	body any
}

// notAllowedError is a request that the allow list doesn't have.
type notAllowedError struct{ message string }

func (e *notAllowedError) Error() string { return e.message }

// errNotJSON is an answer that says it is JSON and isn't.
var errNotJSON = errors.New("the response claims to be JSON, but is not")

// send sends a request with the stage's headers and reads the answer. An answer of
// any status is no error.
func (s *Service) send(ctx context.Context, in stage.Input, f fields, r request) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, s.longest)
	defer cancel()
	p, err := s.prepare(ctx, in, f, r)
	if err != nil {
		return answer{}, err
	}
	return s.exchange(in, p)
}

// prepared is a request that may be sent.
type prepared struct {
	*http.Request
	// retry says that the allow list calls such a request safe to send again.
	retry bool
}

// prepare makes a request with the stage's headers. It looks the host up, as Orca
// does before it sends anything, so that a request that can't or may not be sent is
// an error before anything has left.
func (s *Service) prepare(ctx context.Context, in stage.Input, f fields, r request) (prepared, error) {
	if _, err := s.guard.Check(ctx, r.url); err != nil {
		if isUnknownHost(err) {
			return prepared{}, fmt.Errorf("URI not valid: %s: %w", r.url, err)
		}
		return prepared{}, err
	}
	ok, retry := s.allowed.find(r.method, r.url)
	if !ok {
		return prepared{}, &notAllowedError{fmt.Sprintf("http method '%s', uri: '%s' not allowed: "+
			"an administrator can add it to webhook.allowedRequests", r.method, r.url)}
	}
	header, err := s.headers(ctx, in, f)
	if err != nil {
		return prepared{}, err
	}
	if r.key != "" && header.Get(keyHeader) == "" {
		header.Set(keyHeader, r.key)
	}
	body, contentType, err := encode(r, header)
	if err != nil {
		return prepared{}, err
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return prepared{}, err
	}
	req.Header = header
	if contentType != "" {
		header.Set("Content-Type", contentType)
	}
	if host := header.Get("Host"); host != "" {
		req.Host = host
	}
	return prepared{req, retry}, nil
}

// exchange sends a request and reads the answer, all of it within the request's
// context.
func (s *Service) exchange(in stage.Input, p prepared) (answer, error) {
	started := time.Now()
	if s.config.AuditLoggingEnabled {
		logger(in).Info("sending webhook request", "execution", in.Execution.ID, "stage", in.Stage.ID,
			"method", p.Method, "url", p.URL.Redacted(), "bytes", p.ContentLength)
	}
	resp, err := s.client.Do(p.Request)
	if err != nil {
		return answer{}, plainError(err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, plainError(err)
	}
	if s.config.AuditLoggingEnabled {
		logger(in).Info("received webhook response", "execution", in.Execution.ID, "stage", in.Stage.ID,
			"method", p.Method, "url", p.URL.Redacted(), "status", resp.StatusCode, "bytes", len(data),
			"latency", time.Since(started))
	}
	out := answer{status: resp.StatusCode, header: resp.Header, text: decodeText(data)}
	if out.status < 400 {
		out.body, err = decodeBody(resp.Header.Get("Content-Type"), out.text)
	} else {
		out.body = decodeErrorBody(out.text)
	}
	return out, err
}

// plainError takes the client's own words off an error: the URL is named by
// whoever reports it.
func plainError(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		return wrapped.Err
	}
	return err
}

// headers are the stage's custom headers, its account's, and where wanted the
// execution's additional ones.
func (s *Service) headers(ctx context.Context, in stage.Input, f fields) (http.Header, error) {
	custom := http.Header{}
	add := func(from map[string]any) {
		for name := range from {
			if slices.Contains(denied, strings.ToUpper(name)) {
				continue
			}
			custom.Del(name)
			values, ok := from[name].([]any)
			if !ok {
				values = []any{from[name]}
			}
			for _, value := range values {
				if value != nil {
					custom.Add(name, text(value))
				}
			}
		}
	}
	if s.config.IncludeAdditionalHeaders {
		add(in.Execution.AdditionalHeaders)
	}
	add(f.headers)
	if s.accounts != nil {
		header, err := s.accounts.Headers(ctx, in.Principal().Name, f.account, custom)
		if err != nil {
			return nil, fmt.Errorf("use the account %q: %w", f.account, err)
		}
		custom = header
	} else if s.config.ValidateAccount && f.account != "" {
		return nil, fmt.Errorf("use the account %q: no accounts for webhooks are configured", f.account)
	}
	for name, value := range map[string]string{
		"Accept": "application/json, application/*+json, text/plain, */*", "User-Agent": "Gennaker",
	} {
		if custom.Get(name) == "" {
			custom.Set(name, value)
		}
	}
	return custom, nil
}

// encode makes the body and says its content type, "" where the headers have
// one or there is no body. GET and HEAD have none.
func encode(r request, header http.Header) (io.Reader, string, error) {
	if r.payload == nil || r.method == http.MethodGet || r.method == http.MethodHead {
		return nil, "", nil
	}
	given := header.Get("Content-Type")
	if payload, ok := r.payload.(string); ok {
		if given != "" {
			return strings.NewReader(payload), "", nil
		}
		return strings.NewReader(payload), "text/plain;charset=UTF-8", nil
	}
	media, _, _ := mime.ParseMediaType(given)
	if object, ok := r.payload.(map[string]any); ok && media == "application/x-www-form-urlencoded" {
		form := url.Values{}
		for key, value := range object {
			form.Set(key, text(value))
		}
		return strings.NewReader(form.Encode()), "", nil
	}
	data, err := model.Marshal(r.payload)
	if err != nil {
		return nil, "", fmt.Errorf("write the payload as JSON: %w", err)
	}
	if given != "" {
		return bytes.NewReader(data), "", nil
	}
	return bytes.NewReader(data), "application/json", nil
}

// decodeBody reads the body of a successful answer.
func decodeBody(contentType, text string) (any, error) {
	if text == "" {
		return nil, nil
	}
	media, _, _ := mime.ParseMediaType(contentType)
	isJSON := media == "application/json" || strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
	if !isJSON {
		return text, nil
	}
	var body any
	if err := decodeJSON(text, &body); err != nil {
		return nil, fmt.Errorf("%w: %w", errNotJSON, err)
	}
	return body, nil
}

// decodeErrorBody reads the body of an answer that is an error, whatever it
// says it is.
func decodeErrorBody(text string) any {
	switch {
	case text == "":
		return nil
	case text[0] == '{' || text[0] == '[':
		var body any
		if err := decodeJSON(text, &body); err == nil {
			return body
		}
	}
	return text
}

// decodeJSON reads the first JSON value of a text; like Jackson it doesn't
// mind what comes after.
func decodeJSON(text string, into *any) error {
	if _, err := limit.Document.JSON([]byte(text)); err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// decodeText takes bytes as UTF-8, or as Latin-1 where they aren't, so that
// any answer can be stored.
func decodeText(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	runes := make([]rune, len(data))
	for i, b := range data {
		runes[i] = rune(b)
	}
	return string(runes)
}

// text writes a value into a header or a form.
func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	if s := model.String(map[string]any{"": value}, ""); s != "" {
		return s
	}
	data, err := model.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// output is the answer in the shape stages read it in.
func (a answer) output() map[string]any {
	out := map[string]any{"statusCode": statusName(a.status), "statusCodeValue": a.status}
	if a.body != nil {
		out["body"] = a.body
	}
	if headers := a.headers(); headers != nil {
		out["headers"] = headers
	}
	return out
}

// headers are the answer's headers, the first value of each.
func (a answer) headers() map[string]any {
	if len(a.header) == 0 {
		return nil
	}
	out := make(map[string]any, len(a.header))
	for name, values := range a.header {
		if len(values) > 0 {
			out[name] = values[0]
		}
	}
	return out
}

// failure is the error that an answer's status is, in Spring's words.
func (a answer) failure() error {
	body := a.text
	if body == "" {
		body = "[no body]"
	} else if runes := []rune(body); len(runes) > 200 {
		body = fmt.Sprintf("%q... (%d bytes)", string(runes[:200]), len(a.text))
	} else {
		body = `"` + body + `"`
	}
	return fmt.Errorf("%d %s: %s", a.status, http.StatusText(a.status), body)
}
