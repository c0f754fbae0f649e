package httpguard

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxRedirects is how many redirects are followed, OkHttp's number.
const maxRedirects = 20

// ClientOptions shape a guarded client.
type ClientOptions struct {
	// ConnectTimeout is for making the connection, ReadTimeout for the
	// answer's head and then for each further piece of it; 0 is none.
	ConnectTimeout, ReadTimeout time.Duration
	// TotalTimeout is for a whole request: redirects and reading the answer
	// included. A server that sends a byte now and then never reaches the
	// others. 0 is none.
	TotalTimeout time.Duration
	// MaxRequestBytes and MaxResponseBytes bound headers and body together; 0
	// is no bound.
	MaxRequestBytes, MaxResponseBytes int64
	// RefuseRedirects has a redirect answered with an error.
	RefuseRedirects bool
	// TrustRedirects follows redirects to names that a user couldn't write;
	// the rules about addresses hold all the same.
	TrustRedirects bool
	// TLS is the base of every connection's TLS configuration.
	TLS *tls.Config
	// Wrap puts a transport around the guarded one, such as OpenTelemetry's.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Client returns a client that asks for allowed URLs alone. It keeps
// connections, so one is made and used for all requests of a kind.
func (g *Guard) Client(options ClientOptions) *http.Client {
	var transport http.RoundTripper = &guarded{
		guard: g, options: options,
		base: &http.Transport{
			DialContext:            g.dialer(options),
			TLSClientConfig:        options.TLS,
			TLSHandshakeTimeout:    options.ConnectTimeout,
			ResponseHeaderTimeout:  options.ReadTimeout,
			MaxResponseHeaderBytes: 1 << 20,
			MaxIdleConns:           100,
			MaxIdleConnsPerHost:    4,
			IdleConnTimeout:        90 * time.Second,
			ForceAttemptHTTP2:      true,
		},
	}
	if options.Wrap != nil {
		transport = options.Wrap(transport)
	}
	return &http.Client{
		Transport: transport,
		Timeout:   options.TotalTimeout,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			if options.RefuseRedirects {
				return fmt.Errorf("redirects disabled, not visiting %s", req.URL.Redacted())
			}
			if len(via) > maxRedirects {
				return fmt.Errorf("stopped after %d redirects", maxRedirects)
			}
			keepSecrets(req, via[0])
			return nil
		},
	}
}

// guarded checks every request, also those that follow a redirect.
type guarded struct {
	guard   *Guard
	options ClientOptions
	base    http.RoundTripper
}

// RoundTrip checks the request, sends it and bounds the answer.
func (t *guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.check(req); err != nil {
		return nil, closing(req, err)
	}
	if err := checkRequestSize(req, t.options.MaxRequestBytes); err != nil {
		return nil, closing(req, err)
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	sent := req.WithContext(ctx)
	if query := escapeQuery(req.URL.RawQuery); query != req.URL.RawQuery {
		target := *req.URL
		target.RawQuery = query
		sent.URL = &target
	}
	resp, err := t.base.RoundTrip(sent)
	if err != nil {
		cancel(nil)
		return nil, err
	}
	if err := boundResponse(resp, t.options, cancel); err != nil {
		_ = resp.Body.Close()
		cancel(nil)
		return nil, err
	}
	return resp, nil
}

func (t *guarded) check(req *http.Request) error {
	host, err := t.guard.checkForm(req.URL)
	if redirected := req.Response != nil; redirected && t.options.TrustRedirects {
		return nil
	}
	if err != nil {
		return err
	}
	nameErr := t.guard.checkName(host)
	if nameErr == nil {
		return nil
	}
	if !t.guard.localsAllowed() {
		return nameErr
	}
	return t.guard.checkURL(req.Context(), req.URL)
}

// escapeQuery escapes what may not stand in a query as it is, such as a space. net/http
// escapes the path by itself, but sends the query as it was written, and a space would
// end the request's target.
func escapeQuery(query string) string {
	allowed := func(b byte) bool { return b > ' ' && b < 0x7f && !strings.ContainsRune(`"<>`, rune(b)) }
	var out strings.Builder
	for i := range len(query) {
		if b := query[i]; allowed(b) {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}

// closing closes the request's body, as a RoundTripper must, and gives the
// error back.
func closing(req *http.Request, err error) error {
	if req.Body != nil {
		err = errors.Join(err, req.Body.Close())
	}
	return err
}
