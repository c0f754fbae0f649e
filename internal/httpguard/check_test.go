package httpguard_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/httpguard"
)

// hosts is a resolver of a few names.
type hosts map[string][]string

func (h hosts) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	texts, ok := h[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
	}
	addrs := make([]netip.Addr, len(texts))
	for i, text := range texts {
		addrs[i] = netip.MustParseAddr(text)
	}
	return addrs, nil
}

var names = hosts{
	"example.com":               {"93.184.216.34"},
	"api.example.com":           {"93.184.216.35"},
	"both.example.com":          {"127.0.0.1", "93.184.216.34"},
	"two.example.com":           {"169.254.169.254", "127.0.0.1"},
	"intern.corp.net":           {"10.1.2.3"},
	"loop.evil.com":             {"127.0.0.1"},
	"zero.evil.com":             {"0.0.0.0"},
	"any6.evil.com":             {"::"},
	"mapped.evil.com":           {"::ffff:127.0.0.1"},
	"nat64.evil.com":            {"64:ff9b::a9fe:a9fe"},
	"sixto4.evil.com":           {"2002:7f00:1::"},
	"meta.evil.com":             {"169.254.169.254"},
	"ali.evil.com":              {"100.100.100.200"},
	"ec2v6.evil.com":            {"fd00:ec2::254"},
	"lan6.evil.com":             {"fe80::1%eth0"},
	"localhost":                 {"127.0.0.1"},
	"redis":                     {"10.0.0.7"},
	"metadata.google.internal":  {"169.254.169.254"},
	"orca.spinnaker":            {"10.0.0.8"},
	"xn--bcher-kva.example.com": {"93.184.216.36"},
}

func guard(tb testing.TB, change func(*httpguard.Config)) *httpguard.Guard {
	tb.Helper()
	config := httpguard.DefaultConfig()
	if change != nil {
		change(&config)
	}
	g, err := httpguard.New(config, httpguard.WithResolver(names))
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestCheck(t *testing.T) {
	t.Parallel()
	locals := func(c *httpguard.Config) { c.RejectLocalhost = false }
	verbatim := func(c *httpguard.Config) { c.RejectVerbatimIPs = false }
	tests := []struct {
		name   string
		change func(*httpguard.Config)
		url    string
		rule   string // "" is allowed, "-" refused by no setting
	}{
		{"a public host", nil, "https://example.com/path?q=1", ""},
		{"with port and user", nil, "http://user:pass@example.com:8080/", ""},
		{"upper case and a dot", nil, "HTTPS://Example.COM./", ""},
		{"a private address", nil, "http://intern.corp.net/", ""},
		{"an international name", nil, "http://bücher.example.com/", ""},
		{"one good address of two", nil, "http://both.example.com/", ""},
		{"no scheme", nil, "example.com/path", "-"},
		{"relative", nil, "/path", "-"},
		{"empty", nil, "", "-"},
		{"opaque", nil, "http:example.com", "-"},
		{"no host", nil, "http:///path", "-"},
		{"other scheme", nil, "file:///etc/passwd", "allowedSchemes"},
		{"gopher", nil, "gopher://example.com/", "allowedSchemes"},
		{"a scheme taken out", func(c *httpguard.Config) { c.AllowedSchemes = []string{"https"} }, "http://example.com/", "allowedSchemes"},
		{"a name without a dot", nil, "http://redis/", "allowedHostnamesRegex"},
		{"localhost", nil, "http://localhost:8080/", "allowedHostnamesRegex"},
		{"excluded domain", nil, "http://metadata.google.internal/", "excludedDomains"},
		{"excluded domain, a dot at the end", nil, "http://orca.spinnaker./", "excludedDomains"},
		{"excluded domain, wide letters", nil, "http://metadata.google．internal/", "excludedDomains"},
		{"excluded by pattern", func(c *httpguard.Config) { c.ExtraExcludedPatterns = []string{`api\..*`} }, "http://api.example.com/", "extraExcludedPatterns"},
		{"pattern of the whole name", func(c *httpguard.Config) { c.ExtraExcludedPatterns = []string{`example`} }, "http://example.com/", ""},
		{"in an allowed domain", func(c *httpguard.Config) { c.AllowedDomains = []string{"example.com"} }, "http://api.example.com/", ""},
		{"in no allowed domain", func(c *httpguard.Config) { c.AllowedDomains = []string{"ample.com"} }, "http://example.com/", "allowedDomains"},
		{"switched off", func(c *httpguard.Config) { c.AllowedHostnamesRegex = "" }, "http://example.com/", "allowedHostnamesRegex"},
		{"verbatim", nil, "http://93.184.216.34/", "rejectVerbatimIps"},
		{"verbatim IPv6", nil, "http://[2606:2800::1]/", "rejectVerbatimIps"},
		{"verbatim allowed", verbatim, "http://93.184.216.34/", ""},
		{"verbatim, one of this machine", verbatim, "http://127.0.0.1/", "rejectLocalhost"},
		{"verbatim IPv6, one of this machine", verbatim, "http://[::1]/", "rejectLocalhost"},
		{"verbatim and allowed domains", func(c *httpguard.Config) {
			c.RejectVerbatimIPs, c.AllowedDomains = false, []string{"example.com"}
		}, "http://93.184.216.34/", "allowedDomains"},
		{"a number for an address", verbatim, "http://2130706433/", "-"},
		{"a short address", verbatim, "http://127.1/", "-"},
		{"a hexadecimal address", verbatim, "http://0x7f.0x1/", "-"},
		{"an octal address", verbatim, "http://0177.0.0.1/", "-"},
		{"a name for this machine", nil, "http://loop.evil.com/", "rejectLocalhost"},
		{"unspecified", nil, "http://zero.evil.com/", "rejectLocalhost"},
		{"unspecified IPv6", nil, "http://any6.evil.com/", "rejectLocalhost"},
		{"mapped", nil, "http://mapped.evil.com/", "rejectLocalhost"},
		{"6to4", nil, "http://sixto4.evil.com/", "rejectLocalhost"},
		{"NAT64", nil, "http://nat64.evil.com/", "rejectLinkLocal"},
		{"metadata", nil, "http://meta.evil.com/", "rejectLinkLocal"},
		{"metadata of Alibaba", nil, "http://ali.evil.com/", "rejectLinkLocal"},
		{"metadata of EC2 over IPv6", nil, "http://ec2v6.evil.com/", "rejectLinkLocal"},
		{"link-local IPv6", nil, "http://lan6.evil.com/", "rejectLinkLocal"},
		{"metadata where this machine is allowed", locals, "http://meta.evil.com/", "rejectLinkLocal"},
		{"this machine allowed", locals, "http://loop.evil.com/", ""},
		{"this machine allowed whatever its name", locals, "http://localhost/", ""},
		{"but no other of such a name", locals, "http://redis/", "allowedHostnamesRegex"},
		{"a rejected network", func(c *httpguard.Config) { c.RejectedIPs = []string{"10.0.0.0/8"} }, "http://intern.corp.net/", "rejectedIps"},
		{"a rejected address", func(c *httpguard.Config) { c.RejectedIPs = []string{"93.184.216.34"} }, "http://example.com/", "rejectedIps"},
		{"another address", func(c *httpguard.Config) { c.RejectedIPs = []string{"93.184.216.34"} }, "http://api.example.com/", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := guard(t, test.change).Check(t.Context(), test.url)
			var refused *httpguard.RefusedError
			switch {
			case test.rule == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.rule != "" && !errors.As(err, &refused):
				t.Errorf("not refused: %v", err)
			case test.rule == "-" && refused.Rule != "", len(test.rule) > 1 && refused.Rule != test.rule:
				t.Errorf("refused by %q: %v", refused.Rule, err)
			}
		})
	}
}

func TestMessagesNameHostRuleAndRemedy(t *testing.T) {
	t.Parallel()
	_, err := guard(t, nil).Check(t.Context(), "http://admin:secret@loop.evil.com/")
	want := "the host loop.evil.com is not allowed: its address 127.0.0.1 is this machine's. " +
		"An administrator can allow it: set to false user-configured-url-restrictions.rejectLocalhost."
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestUnknownHost(t *testing.T) {
	t.Parallel()
	_, err := guard(t, nil).Check(t.Context(), "http://nowhere.example.com/")
	var dns *net.DNSError
	if !errors.As(err, &dns) || !dns.IsNotFound {
		t.Errorf("got %v", err)
	}
}

func TestExcludedDomainsFromTheEnvironment(t *testing.T) {
	t.Setenv("HTTPGUARD_TEST_NAMESPACE", "example.com")
	g := guard(t, func(c *httpguard.Config) {
		c.ExcludedDomainsFromEnvironment = []string{"HTTPGUARD_TEST_NAMESPACE", "HTTPGUARD_TEST_UNSET"}
	})
	if _, err := g.Check(t.Context(), "http://api.example.com/"); err == nil {
		t.Error("the domain is not excluded")
	}
	if _, err := g.Check(t.Context(), "http://intern.corp.net/"); err != nil {
		t.Error(err)
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*httpguard.Config){
		"allowedHostnamesRegex":    func(c *httpguard.Config) { c.AllowedHostnamesRegex = "(" },
		"extraExcludedPatterns[1]": func(c *httpguard.Config) { c.ExtraExcludedPatterns = []string{"a", "["} },
		"rejectedIps[0]":           func(c *httpguard.Config) { c.RejectedIPs = []string{"10.0.0.0/99"} },
	} {
		config := httpguard.DefaultConfig()
		change(&config)
		if _, err := httpguard.New(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// everywhere resolves any name to a public address, and remembers it.
type everywhere struct{ asked string }

func (e *everywhere) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	e.asked = host
	return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"https://example.com/", "http://127.0.0.1", "http://[::1%25lo]:80/", "http://a.internal.", "http://0x7f.1/",
		"http://user@evil.com@localhost/", "http://evil.com\\@localhost/", "http://ⓛocalhost.internal/", "http://a。internal/",
		"http://%31%32%37.0.0.1/", "http://foo_bar.example.com", "http://1.1.1.1.xip.io", "//x.y", "http://a.b:99999/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		resolver := &everywhere{}
		g, err := httpguard.New(httpguard.DefaultConfig(), httpguard.WithResolver(resolver))
		if err != nil {
			t.Fatal(err)
		}
		u, err := g.Check(t.Context(), raw)
		if err != nil {
			return
		}
		again, err := url.Parse(u.String())
		if err != nil || again.Hostname() != u.Hostname() {
			t.Fatalf("%q is read as %q and then as %q (%v)", raw, u.Hostname(), again, err)
		}
		host := resolver.asked
		if host == "" || !strings.Contains(host, ".") || host != strings.ToLower(host) || strings.HasSuffix(host, ".") {
			t.Fatalf("%q: asked for %q", raw, host)
		}
		if _, err := netip.ParseAddr(host); err == nil {
			t.Fatalf("%q is an address", raw)
		}
		for _, domain := range httpguard.DefaultConfig().ExcludedDomains {
			if strings.HasSuffix(host, "."+domain) {
				t.Fatalf("%q is in %s", raw, domain)
			}
		}
		for _, c := range []byte(host) {
			if c <= ' ' || c >= 0x7f {
				t.Fatalf("%q: asked for %q", raw, host)
			}
		}
	})
}
