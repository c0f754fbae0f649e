package httpguard_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/httpguard"
)

// serve starts a server on loopback and gives its port.
func serve(t *testing.T, handler http.HandlerFunc) (port string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

func get(t *testing.T, client *http.Client, url string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func ruleOf(err error) string {
	if refused, ok := errors.AsType[*httpguard.RefusedError](err); ok {
		return refused.Rule
	}
	return fmt.Sprint(err)
}

func local(c *httpguard.Config) { c.RejectLocalhost = false }

func TestClient(t *testing.T) {
	t.Parallel()
	port := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") })
	if body, err := get(t, guard(t, local).Client(httpguard.ClientOptions{}), "http://localhost:"+port); err != nil || body != "hello" {
		t.Errorf("got %q, %v", body, err)
	}
	if _, err := get(t, guard(t, nil).Client(httpguard.ClientOptions{}), "http://loop.evil.com:"+port); ruleOf(err) != "rejectLocalhost" {
		t.Errorf("got %v", err)
	}
	if _, err := get(t, guard(t, nil).Client(httpguard.ClientOptions{}), "http://127.0.0.1:"+port); ruleOf(err) != "rejectVerbatimIps" {
		t.Errorf("got %v", err)
	}
	// Of two addresses the one that is refused is not connected to.
	client := guard(t, local).Client(httpguard.ClientOptions{ConnectTimeout: 5 * time.Second})
	if body, err := get(t, client, "http://two.example.com:"+port); err != nil || body != "hello" {
		t.Errorf("got %q, %v", body, err)
	}
}

// rebinding gives a public address at first and loopback from then on.
type rebinding struct{ asked atomic.Int32 }

func (r *rebinding) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if r.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func TestRebinding(t *testing.T) {
	t.Parallel()
	port := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was reached") })
	g, err := httpguard.New(httpguard.DefaultConfig(), httpguard.WithResolver(&rebinding{}))
	if err != nil {
		t.Fatal(err)
	}
	target := "http://rebind.evil.com:" + port
	if _, err := g.Check(t.Context(), target); err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, g.Client(httpguard.ClientOptions{}), target); ruleOf(err) != "rejectLocalhost" {
		t.Errorf("got %v", err)
	}
}

// A name that is allowed only for being this machine must not become another.
func TestRebindingAwayFromThisMachine(t *testing.T) {
	t.Parallel()
	resolver := &swapping{}
	config := httpguard.DefaultConfig()
	config.RejectLocalhost = false
	g, err := httpguard.New(config, httpguard.WithResolver(resolver))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := get(t, g.Client(httpguard.ClientOptions{}), "http://redis:1/"); ruleOf(err) != "allowedHostnamesRegex" {
		t.Errorf("got %v", err)
	}
	if resolver.asked.Load() != 2 {
		t.Errorf("resolved %d times", resolver.asked.Load())
	}
}

type swapping struct{ asked atomic.Int32 }

func (s *swapping) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if s.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("10.0.0.7")}, nil
}

func TestQueriesAreEscaped(t *testing.T) {
	t.Parallel()
	port := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RequestURI) })
	client := guard(t, local).Client(httpguard.ClientOptions{})
	for query, want := range map[string]string{
		"a=b c":               "a=b%20c",
		"a=b HTTP/1.1":        "a=b%20HTTP/1.1",
		`q="é"&r=<x>`:         "q=%22%C3%A9%22&r=%3Cx%3E",
		"a=1&b=%20+c&d[]=%zz": "a=1&b=%20+c&d[]=%zz",
		"":                    "",
	} {
		body, err := get(t, client, "http://localhost:"+port+"/a b?"+query)
		if got, _ := strings.CutPrefix(body, "/a%20b"); err != nil || strings.TrimPrefix(got, "?") != want {
			t.Errorf("%s: sent %q, %v", query, body, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var target atomic.Value
	var visits atomic.Int32
	port := serve(t, func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		switch r.URL.Path {
		case "/end":
			fmt.Fprint(w, "end")
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		default:
			http.Redirect(w, r, target.Load().(string), http.StatusFound)
		}
	})
	start := "http://localhost:" + port + "/start"
	strict := guard(t, local)
	plain, trusting := strict.Client(httpguard.ClientOptions{}), strict.Client(httpguard.ClientOptions{TrustRedirects: true})

	target.Store("/end")
	if body, err := get(t, plain, start); err != nil || body != "end" {
		t.Errorf("got %q, %v", body, err)
	}
	if _, err := get(t, strict.Client(httpguard.ClientOptions{RefuseRedirects: true}), start); err == nil ||
		!strings.Contains(err.Error(), "redirects disabled, not visiting http://localhost:"+port+"/end") {
		t.Errorf("got %v", err)
	}
	target.Store("http://127.0.0.1:" + port + "/end")
	if _, err := get(t, plain, start); ruleOf(err) != "rejectVerbatimIps" {
		t.Errorf("got %v", err)
	}
	if body, err := get(t, trusting, start); err != nil || body != "end" {
		t.Errorf("got %q, %v", body, err)
	}
	target.Store("http://meta.evil.com/latest")
	for _, client := range []*http.Client{plain, trusting} {
		if _, err := get(t, client, start); ruleOf(err) != "rejectLinkLocal" {
			t.Errorf("got %v", err)
		}
	}
	target.Store("file:///etc/passwd")
	if _, err := get(t, plain, start); ruleOf(err) != "allowedSchemes" {
		t.Errorf("got %v", err)
	}
	visits.Store(0)
	if _, err := get(t, plain, "http://localhost:"+port+"/round"); err == nil || visits.Load() != 21 {
		t.Errorf("%d visits, %v", visits.Load(), err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	port := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/chunked" {
			w.(http.Flusher).Flush()
		}
		w.Header().Set("Content-Length", "5000")
		_, _ = io.Copy(w, io.LimitReader(zeros{}, 5000))
	})
	base := "http://localhost:" + port
	for _, test := range []struct {
		path  string
		limit int64
		want  string
	}{
		{"/", 0, ""},
		{"/", 6000, ""},
		{"/chunked", 6000, ""},
		{"/", 4000, "response from " + base + "/, maxResponseBytes: 4000"},
		{"/chunked", 4000, "rejecting response from " + base + "/chunked. headers: "},
		{"/", 10, "byte(s) of headers, maxResponseBytes: 10"},
	} {
		client := guard(t, local).Client(httpguard.ClientOptions{MaxResponseBytes: test.limit})
		body, err := get(t, client, base+test.path)
		if test.want == "" {
			if err != nil || len(body) != 5000 {
				t.Errorf("%s, %d: %d bytes, %v", test.path, test.limit, len(body), err)
			}
			continue
		}
		var tooLarge *httpguard.TooLargeError
		if !errors.As(err, &tooLarge) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s, %d: got %v", test.path, test.limit, err)
		}
	}
	for limit, want := range map[int64]string{
		10: "rejecting request to " + base + " with 22 byte(s) of headers, maxRequestBytes: 10",
		50: "rejecting request to " + base + " with 62 byte body, maxRequestBytes: 50",
		62: "",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base, strings.NewReader(strings.Repeat("x", 40)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Name", "some-value12")
		resp, err := guard(t, local).Client(httpguard.ClientOptions{MaxRequestBytes: limit}).Do(req)
		if err == nil {
			_ = resp.Body.Close()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d: got %v", limit, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestTimeouts(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	port := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			fmt.Fprint(w, "some")
			w.(http.Flusher).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	client := guard(t, local).Client(httpguard.ClientOptions{ReadTimeout: 50 * time.Millisecond})
	for _, path := range []string{"/head", "/body"} {
		_, err := get(t, client, "http://localhost:"+port+path)
		var timeout net.Error
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	port := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("Traceparent")) })
	client := guard(t, local).Client(httpguard.ClientOptions{Wrap: func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(req *http.Request) (*http.Response, error) {
			req = req.Clone(req.Context())
			req.Header.Set("Traceparent", "here")
			return next.RoundTrip(req)
		})
	}})
	if body, err := get(t, client, "http://localhost:"+port); err != nil || body != "here" {
		t.Errorf("got %q, %v", body, err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return r(req) }

// A redirect to another origin carries no header that could hold a secret.
func TestRedirectsKeepSecrets(t *testing.T) {
	t.Parallel()
	seen := make(chan http.Header, 1)
	other := serve(t, func(_ http.ResponseWriter, r *http.Request) { seen <- r.Header })
	var target atomic.Value
	first := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			seen <- r.Header
			return
		}
		http.Redirect(w, r, target.Load().(string), http.StatusTemporaryRedirect)
	})
	client := guard(t, local).Client(httpguard.ClientOptions{})
	for end, keeps := range map[string]bool{
		"/end":                                     true,
		"http://localhost:" + first + "/end":       true,
		"http://localhost:" + other + "/":          false,
		"http://two.example.com:" + first + "/end": false,
	} {
		target.Store(end)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:"+first+"/start?token=secret", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Authorization", "Private-Token", "X-Api-Key", "Cookie"} {
			req.Header.Set(name, "secret")
		}
		req.Header.Set("Content-Type", "text/plain")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		header := <-seen
		if got := strings.Contains(fmt.Sprint(header), "secret"); got != keeps {
			t.Errorf("%s: got %v", end, header)
		}
		if header.Get("Content-Type") != "text/plain" {
			t.Errorf("%s: the type of the content is gone: %v", end, header)
		}
	}
}

// Reading a byte at a time, however long it takes, ends with the whole request's time.
func TestTotalTimeout(t *testing.T) {
	t.Parallel()
	port := serve(t, func(w http.ResponseWriter, r *http.Request) {
		ticks := time.NewTicker(5 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-r.Context().Done():
				return
			case <-ticks.C:
				fmt.Fprint(w, "x")
				w.(http.Flusher).Flush()
			}
		}
	})
	client := guard(t, local).Client(httpguard.ClientOptions{ReadTimeout: time.Minute, TotalTimeout: 100 * time.Millisecond})
	_, err := get(t, client, "http://localhost:"+port)
	var timeout net.Error
	if !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("got %v", err)
	}
}

func TestSameOrigin(t *testing.T) {
	t.Parallel()
	for pair, want := range map[[2]string]bool{
		{"https://a.com/x", "https://A.com:443/y"}:  true,
		{"http://a.com", "https://a.com"}:           true,
		{"http://a.com:8080", "https://a.com:8080"}: true,
		{"https://a.com", "http://a.com"}:           false,
		{"https://a.com:80", "http://a.com"}:        false,
		{"https://a.com", "https://a.com:8443"}:     false,
		{"https://a.com", "https://b.com"}:          false,
		{"https://a.com", "https://sub.a.com"}:      false,
	} {
		from, err := url.Parse(pair[0])
		if err != nil {
			t.Fatal(err)
		}
		to, err := url.Parse(pair[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := httpguard.SameOrigin(from, to); got != want {
			t.Errorf("%v: got %v", pair, got)
		}
	}
}

// Dial holds the same rules against a host, and connects to the addresses it
// has checked: a name that resolves differently the second time gains nothing.
func TestDial(t *testing.T) {
	t.Parallel()
	port := serve(t, func(http.ResponseWriter, *http.Request) {})
	if _, err := guard(t, nil).Dial(t.Context(), "127.0.0.1", port, time.Second); ruleOf(err) != "rejectVerbatimIps" {
		t.Errorf("got %v", err)
	}
	if _, err := guard(t, nil).Dial(t.Context(), "loop.evil.com", port, time.Second); ruleOf(err) != "rejectLocalhost" {
		t.Errorf("got %v", err)
	}
	if _, err := guard(t, nil).Dial(t.Context(), "2130706433", port, time.Second); err == nil {
		t.Error("a number is no host")
	}
	conn, err := guard(t, local).Dial(t.Context(), "localhost", port, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()

	resolver := &swapping{} // loopback, and then another
	config := httpguard.DefaultConfig()
	config.RejectLocalhost = false
	g, err := httpguard.New(config, httpguard.WithResolver(resolver))
	if err != nil {
		t.Fatal(err)
	}
	conn, err = g.Dial(t.Context(), "git.example.com", port, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if resolver.asked.Load() != 1 {
		t.Errorf("resolved %d times", resolver.asked.Load())
	}
}
