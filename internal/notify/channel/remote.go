package channel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// BusyError says that a service takes no more for now.
type BusyError struct {
	// After is how long it asked to wait; 0 if it didn't say.
	After time.Duration
	Err   error
}

// Error gives the service's words.
func (b *BusyError) Error() string { return b.Err.Error() }

// Unwrap gives the error itself.
func (b *BusyError) Unwrap() error { return b.Err }

// RefusedError says that a service will never take what was sent.
type RefusedError struct{ Err error }

// Error gives the service's words.
func (r *RefusedError) Error() string { return r.Err.Error() }

// Unwrap gives the error itself.
func (r *RefusedError) Unwrap() error { return r.Err }

const (
	jsonType = "application/json; charset=UTF-8"
	formType = "application/x-www-form-urlencoded"
	// mostAnswer bounds an answer, and mostExcerpt what an error quotes of it.
	mostAnswer, mostExcerpt = 1 << 20, 200
)

// call is a request to a service.
type call struct {
	// Service is what people call the service.
	service string
	client  Client
	method  string
	url     string
	header  http.Header
	// content and body are the content type and the body; none if empty.
	content string
	body    []byte
	// hide are texts that no error may show, such as tokens.
	hide []string
}

// answer is what a service has answered.
type answer struct {
	status int
	body   []byte
}

// post is a request that posts JSON.
func post(service string, client Client, address string, value any) (call, error) {
	body, err := model.Marshal(value)
	if err != nil {
		return call{}, fmt.Errorf("write the message to %s: %w", service, err)
	}
	return call{service: service, client: client, method: http.MethodPost, url: address, content: jsonType, body: body, header: http.Header{}}, nil
}

// form is a request that posts a form.
func form(service string, client Client, address string, values url.Values) call {
	return call{
		service: service, client: client, method: http.MethodPost, url: address, content: formType,
		body: []byte(values.Encode()), header: http.Header{},
	}
}

// do sends a request. An answer that isn't a success is an error: [BusyError], [RefusedError],
// or one after which trying again may help.
func (c call) do(ctx context.Context) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, strings.NewReader(string(c.body)))
	if err != nil {
		return answer{}, fault.New(fault.Invalid, "the URL for %s can't be used", c.service) // the cause would show it
	}
	maps.Copy(req.Header, c.header)
	if c.content != "" {
		req.Header.Set("Content-Type", c.content)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		// A url.Error repeats the URL, which may hold a secret.
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err
		}
		return answer{}, c.failure("%s", err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer))
	if err != nil {
		return answer{}, c.failure("read its answer: %s", err)
	}
	a := answer{resp.StatusCode, body}
	if a.status/100 == 2 {
		return a, nil
	}
	err = c.failure("it answered with the status %d%s", a.status, c.excerpt(resp.Header.Get("Content-Type"), body))
	return a, outcome(a.status, resp.Header.Get("Retry-After"), err)
}

// failure is an error that shows nothing of what is to be hidden.
func (c call) failure(format string, args ...any) error {
	text := fmt.Sprintf("send to %s: ", c.service) + fmt.Sprintf(format, args...)
	for _, part := range c.hide {
		if len(part) > 3 {
			text = strings.ReplaceAll(text, part, "[hidden]")
		}
	}
	return errors.New(text)
}

// outcome is what a status means for trying again.
func outcome(status int, retryAfter string, err error) error {
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && retryAfter != "":
		return &BusyError{After: seconds(retryAfter), Err: err}
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusRequestTimeout,
		status == http.StatusConflict, status == http.StatusTooEarly:
		return err // whoever runs the service or this server may put it right
	case status/100 == 4:
		return &RefusedError{err}
	}
	return err
}

// longestWait bounds what a service may ask for.
const longestWait = 6 * time.Hour

// seconds reads a Retry-After, in seconds; dates are rare, and count as nothing said.
func seconds(text string) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || n <= 0 {
		return 0
	}
	if n > longestWait.Seconds() {
		return longestWait
	}
	return time.Duration(n * float64(time.Second))
}

// excerpt is what an error quotes of an answer: nothing of a web page.
func (c call) excerpt(content string, body []byte) string {
	if kind, _, err := mime.ParseMediaType(content); err == nil && kind == "text/html" {
		return " and a web page"
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body), "?")), " ")
	if text == "" {
		return ""
	}
	if runes := []rune(text); len(runes) > mostExcerpt {
		text = string(runes[:mostExcerpt]) + "…"
	}
	return ": " + text
}

// object reads an answer that must be a JSON object.
func (c call) object(a answer) (map[string]any, error) {
	if _, err := limit.Document.JSON(a.body); err != nil {
		return nil, c.failure("its answer can't be read: %s", err)
	}
	var out map[string]any
	if err := json.Unmarshal(a.body, &out); err != nil || out == nil {
		return nil, c.failure("its answer is no JSON object%s", c.excerpt("", a.body))
	}
	return out, nil
}

// reveal looks secrets up.
func reveal(ctx context.Context, secrets Secrets, key string, ref secret.Ref) (string, error) {
	value, err := secrets.Resolve(ctx, ref)
	if err != nil {
		return "", fmt.Errorf("look up %s: %w", key, err)
	}
	return strings.TrimSpace(value.Reveal()), nil
}

// userURL checks a URL that a user gives as an address.
func userURL(channel, address string) (*url.URL, error) {
	if address == "" {
		return nil, fault.New(fault.Invalid, "address: is missing; a %s notification needs the URL of a webhook", channel)
	}
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil {
		return nil, fault.New(fault.Invalid, "address: must be a URL such as https://example.com/hook") // it may hold a secret
	}
	return u, nil
}

// hidden is what errors must not show of a user's URL: it is a password as a whole.
func hidden(u *url.URL) []string {
	out := []string{u.Path, u.RawQuery}
	for _, values := range u.Query() {
		for _, value := range values {
			out = append(out, value, url.QueryEscape(value))
		}
	}
	return out
}
