package hooks

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
)

// reachable refuses to create a webhook whose requests can't arrive.
func (s *Service) reachable(host githost.Host, address string) error {
	const where = "set server.baseUrl in the configuration (GENNAKER_SERVER_BASE_URL) to the URL at which %s reaches Gennaker, such as https://gennaker.example.com"
	if s.o.BaseURL == "" {
		return fault.New(fault.Invalid, "it isn't known where webhooks are to be sent to: "+where, host.Label())
	}
	u, err := url.Parse(s.o.BaseURL)
	if err != nil {
		return fault.New(fault.Invalid, "server.baseUrl is no URL")
	}
	at, err := url.Parse(address)
	name := ""
	if err == nil {
		name = at.Hostname()
	}
	switch {
	case loopback(u.Hostname()) && !loopback(name):
		return fault.New(fault.Invalid, "%s can't send webhooks to %s, which is this machine's own address: "+where, host.Label(), s.o.BaseURL, host.Label())
	case host.Public() && private(u.Hostname()):
		return fault.New(fault.Invalid, "%s can't send webhooks to %s, which is no address on the internet: "+where, host.Label(), s.o.BaseURL, host.Label())
	}
	return nil
}

func loopback(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsLoopback() || addr.IsUnspecified()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// private tells whether an address or a name is none of the internet.
func private(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.IsPrivate() || addr.IsLinkLocalUnicast() || addr.IsLoopback() || addr.IsUnspecified()
	}
	return !strings.Contains(strings.Trim(host, "."), ".")
}
