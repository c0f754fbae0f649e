package artifact

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
)

// The time that a server has for taking a connection, and for each further
// piece of its answer.
const (
	connectTimeout = 15 * time.Second
	readTimeout    = 30 * time.Second
)

// maxRedirects is how many redirects are followed.
const maxRedirects = 10

// userAgent is what servers are told: GitHub refuses requests without.
const userAgent = "gennaker"

// web asks for URLs on behalf of one account.
type web struct {
	client *http.Client
	// reach says which hosts references may be on.
	reach reach
	// limit is the largest answer, in bytes.
	limit int64
	// credentials gives the headers that prove who asks; nil or empty: none.
	credentials func(ctx context.Context) (http.Header, error)
}

// newWeb returns a web whose requests the guard checks, but for the ones to
// the trusted host, where an administrator has configured it.
func (b *builder) newWeb(guard *httpguard.Guard, trusted string, credentials func(ctx context.Context) (http.Header, error)) *web {
	client := guard.Client(httpguard.ClientOptions{ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, Wrap: b.options.Wrap})
	if trusted != "" && !b.stored {
		client.Transport = &dispatch{host: trusted, trusted: b.plain(), others: client.Transport}
	}
	client.Transport = &authorize{base: client.Transport}
	before := client.CheckRedirect
	client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return fault.New(fault.Invalid, "it redirects more than %d times; use the final URL", maxRedirects)
		}
		return before(req, via)
	}
	return &web{client: client, limit: b.options.Config.MaxBytes, credentials: credentials}
}

// getReference gives the content at a URL that a user has written, with the
// account's credentials.
func (w *web) getReference(ctx context.Context, reference string, header http.Header) ([]byte, error) {
	u, err := parseURL(reference)
	if err != nil {
		return nil, err
	}
	if err := w.reach.check(u); err != nil {
		return nil, err
	}
	return w.get(ctx, u.String(), header, true)
}

// within limits the web to an account's own hosts.
func (w *web) within(r reach) *web {
	w.reach = r
	return w
}

// get gives the content at a URL. With credentials they are sent to the URL's
// own host; a redirect to another gets none.
func (w *web) get(ctx context.Context, rawURL string, header http.Header, withCredentials bool) ([]byte, error) {
	data, _, err := w.ask(ctx, rawURL, header, withCredentials)
	return data, err
}

// ask does so, and gives the answer's headers too. The content is nil if the header asks
// for what has changed, and nothing has.
func (w *web) ask(ctx context.Context, rawURL string, header http.Header, withCredentials bool) ([]byte, http.Header, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return nil, nil, err
	}
	var proof http.Header
	if withCredentials && w.credentials != nil {
		if proof, err = w.credentials(ctx); err != nil {
			return nil, nil, err
		}
		ctx = context.WithValue(ctx, proofKey{}, &proofOf{origin: u, header: proof})
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "the URL can't be asked for: %w", unURL(err))
	}
	req.Header.Set("User-Agent", userAgent)
	maps.Copy(req.Header, header)
	resp, err := w.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotModified && len(header) > 0 {
		return nil, resp.Header, nil
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, statusFault(resp.StatusCode, resp.Request.URL.Host, len(proof) > 0)
	}
	if resp.ContentLength > w.limit {
		return nil, nil, tooLarge(w.limit)
	}
	data, err := readAll(resp.Body, w.limit)
	return data, resp.Header, err
}

// parseURL reads a URL that a user may have written.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme == "" {
		return nil, fault.New(fault.Invalid, "the reference is not a URL; use an absolute URL such as https://example.com/path")
	}
	u.Fragment = ""
	return u, nil
}

// readAll reads content up to the limit.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(limit)
	}
	return data, nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "it is larger than %d bytes; an administrator can raise artifacts.maxBytes", limit)
}

// proofOf are credentials and the URL they are for.
type proofOf struct {
	origin *url.URL
	header http.Header
}

type proofKey struct{}

// authorize adds the credentials to requests to the host they are for, and to
// no others. So they are in no request that a redirect is made from.
type authorize struct{ base http.RoundTripper }

// RoundTrip sends the request.
func (t *authorize) RoundTrip(req *http.Request) (*http.Response, error) {
	proof, _ := req.Context().Value(proofKey{}).(*proofOf)
	if proof != nil && httpguard.SameOrigin(proof.origin, req.URL) {
		req = req.Clone(req.Context())
		maps.Copy(req.Header, proof.header)
	}
	return t.base.RoundTrip(req)
}

// dispatch sends requests to one host past the guard.
type dispatch struct {
	host            string
	trusted, others http.RoundTripper
}

// RoundTrip sends the request.
func (t *dispatch) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.EqualFold(req.URL.Host, t.host) {
		return t.trusted.RoundTrip(req)
	}
	return t.others.RoundTrip(req)
}

// plain is the transport for hosts that an administrator has configured.
func (b *builder) plain() http.RoundTripper {
	if b.plainTransport == nil {
		b.plainTransport = plainTransport()
		if b.options.Wrap != nil {
			b.plainTransport = b.options.Wrap(b.plainTransport)
		}
	}
	return b.plainTransport
}

func plainTransport() http.RoundTripper {
	base := http.DefaultTransport.(*http.Transport).Clone()
	base.TLSHandshakeTimeout = connectTimeout
	base.ResponseHeaderTimeout = readTimeout
	base.MaxIdleConnsPerHost = 4
	return base
}
