// Package client speaks to a Gate API: this platform's own, or a running
// Spinnaker's.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Options are how a server is reached.
type Options struct {
	// Endpoint is the API's address: http://localhost:8084.
	Endpoint string
	// User is sent as X-SPINNAKER-USER, for servers that trust it.
	User string
	// Token is sent as a bearer token.
	Token string
	// Username and Password are sent as basic authentication, without a Token.
	Username, Password string
	// Timeout bounds each request, but for streams; 30 s by default.
	Timeout time.Duration
	// Poll is the time between looks at something that is waited for where the
	// server has no live stream; a second by default.
	Poll time.Duration
	// UserAgent names the program.
	UserAgent string
	// Transport makes the connections; http.DefaultTransport by default.
	Transport http.RoundTripper
}

// Client makes requests. It is safe for concurrent use.
type Client struct {
	options Options
	base    *url.URL
	http    *http.Client
	// pause is the time before the first repetition of a request.
	pause time.Duration
}

// New returns a client. The error says what is wrong with the endpoint.
func New(o Options) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(o.Endpoint, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("the endpoint %q is not a URL such as http://localhost:8084", o.Endpoint)
	}
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.Poll <= 0 {
		o.Poll = time.Second
	}
	if base.User != nil { // credentials in the URL, as curl takes them
		o.Username = base.User.Username()
		o.Password, _ = base.User.Password()
		base.User = nil
	}
	return &Client{
		options: o, base: base, pause: 100 * time.Millisecond,
		http: &http.Client{Transport: o.Transport, CheckRedirect: sameHost},
	}, nil
}

// Endpoint is the address without what is secret in it.
func (c *Client) Endpoint() string { return c.base.String() }

// sameHost keeps a login page elsewhere from being taken for an answer.
func sameHost(r *http.Request, via []*http.Request) error {
	const most = 5
	if len(via) >= most || r.URL.Host != via[0].URL.Host {
		return http.ErrUseLastResponse
	}
	return nil
}

// maxAnswer bounds what is read of an answer: the largest executions have some
// tens of megabytes.
const maxAnswer = 512 << 20

// request is one request; segments are joined to a path, each escaped.
type request struct {
	method   string
	segments []string
	query    url.Values
	body     any
	// answered, where set, is called with the answer's header.
	answered func(http.Header)
	// accept is the type of answer that is wanted; JSON where "".
	accept string
}

func get(segments ...string) request { return request{method: http.MethodGet, segments: segments} }

func (r request) with(key, value string) request {
	query := url.Values{}
	maps.Copy(query, r.query)
	if value != "" {
		query.Set(key, value)
	}
	r.query = query
	return r
}

func (c *Client) url(r request) string {
	u := *c.base
	escaped := make([]string, len(r.segments))
	for i, s := range r.segments {
		escaped[i] = url.PathEscape(s)
	}
	u.RawPath = u.EscapedPath() + "/" + strings.Join(escaped, "/")
	u.Path += "/" + strings.Join(r.segments, "/")
	u.RawQuery = r.query.Encode()
	return u.String()
}

// do makes a request and decodes the answer's JSON into a value, which may be
// nil. What fails in passing is tried again where that can do no harm.
func (c *Client) do(ctx context.Context, r request, into any) error {
	var body []byte
	if r.body != nil {
		var err error
		if body, err = model.Marshal(r.body); err != nil {
			return fmt.Errorf("encode the body of %s %s: %w", r.method, c.url(r), err)
		}
	}
	const attempts = 3
	for attempt, pause := 1, c.pause; ; attempt, pause = attempt+1, pause*3 {
		data, again, err := c.try(ctx, r, body)
		if err == nil {
			return decode(data, into, r, c)
		}
		if !again || attempt == attempts || ctx.Err() != nil {
			return err
		}
		timer := time.NewTimer(max(pause, retryAfter(err)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return err
		}
	}
}

// fetch makes a request and decodes its answer.
func fetch[T any](ctx context.Context, c *Client, r request) (T, error) {
	var out T
	err := c.do(ctx, r, &out)
	return out, err
}

// try makes a request once; again tells whether it is worth another try.
func (c *Client) try(ctx context.Context, r request, body []byte) (data []byte, again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	response, err := c.send(ctx, r, body)
	if err != nil {
		return nil, safe(r.method) || unsent(err), c.unreachable(err)
	}
	defer response.Body.Close()
	data, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, safe(r.method), fmt.Errorf("read the response to %s %s: %w", r.method, c.url(r), err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		failure := failureOf(r.method, c.url(r), response, data)
		return nil, safe(r.method) && passing(response.StatusCode), failure
	}
	if r.method == http.MethodGet && !isJSON(response) && len(bytes.TrimSpace(data)) > 0 {
		return nil, false, c.strange(response, data)
	}
	if r.answered != nil {
		r.answered(response.Header)
	}
	return data, false, nil
}

func (c *Client) send(ctx context.Context, r request, body []byte) (*http.Response, error) {
	var reader io.Reader
	if body != nil {
		reader = bytes.NewReader(body)
	}
	out, err := http.NewRequestWithContext(ctx, r.method, c.url(r), reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		out.Header.Set("Content-Type", "application/json")
	}
	out.Header.Set("Accept", cmp.Or(r.accept, "application/json"))
	if c.options.UserAgent != "" {
		out.Header.Set("User-Agent", c.options.UserAgent)
	}
	if c.options.User != "" {
		out.Header.Set("X-SPINNAKER-USER", c.options.User)
	}
	switch {
	case c.options.Token != "":
		out.Header.Set("Authorization", "Bearer "+c.options.Token)
	case c.options.Username != "":
		out.SetBasicAuth(c.options.Username, c.options.Password)
	}
	return c.http.Do(out)
}

// safe tells whether a request may be made twice.
func safe(method string) bool { return method == http.MethodGet || method == http.MethodDelete }

// unsent tells whether a request can't have reached the server.
func unsent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func passing(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// unreachable says that there was no answer, without net/http's repetition of
// the whole URL.
func (c *Client) unreachable(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s did not respond within %s", c.Endpoint(), c.options.Timeout)
	}
	if errors.Is(err, context.Canceled) {
		return err
	}
	return fmt.Errorf("can't reach %s: %w", c.Endpoint(), err)
}

// strange says that what answers is no Gate.
func (c *Client) strange(response *http.Response, data []byte) error {
	if strings.Contains(strings.ToLower(string(data[:min(len(data), 256)])), "<html") {
		return fmt.Errorf("%s returned a web page instead of JSON: check the address, or log in (set GENNAKER_TOKEN, or GENNAKER_USERNAME and GENNAKER_PASSWORD)", c.Endpoint())
	}
	return fmt.Errorf("%s returned %s instead of JSON", c.Endpoint(), response.Header.Get("Content-Type"))
}

func isJSON(response *http.Response) bool {
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}

func decode(data []byte, into any, r request, c *Client) error {
	if into == nil {
		return nil
	}
	if raw, ok := into.(*json.RawMessage); ok {
		*raw = data
		return nil
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	if err := model.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read the response to %s %s: %w", r.method, c.url(r), err)
	}
	return nil
}

// retryAfter is how long the server asks to wait, as far as that is reasonable.
func retryAfter(err error) time.Duration {
	var failure *Error
	if !errors.As(err, &failure) {
		return 0
	}
	seconds, err := strconv.Atoi(failure.retryAfter)
	if err != nil || seconds < 0 {
		return 0
	}
	const most = 10 * time.Second
	return min(time.Duration(seconds)*time.Second, most)
}
