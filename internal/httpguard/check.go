package httpguard

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// RefusedError says that a URL may not be asked for: which host, by which rule, and
// what an administrator can do.
type RefusedError struct {
	// Host is the URL's host, Rule the setting that refuses it.
	Host, Rule string
	// Reason says what the rule has against it.
	Reason string
	// Remedy says what an administrator can change.
	Remedy string
}

// Error gives the whole sentence.
func (e *RefusedError) Error() string {
	if e.Host == "" {
		return fmt.Sprintf("the URL is not allowed: %s. %s", e.Reason, e.Remedy)
	}
	return fmt.Sprintf("the host %s is not allowed: %s. %s", e.Host, e.Reason, e.Remedy)
}

func (g *Guard) refuse(host, rule, reason, change string) *RefusedError {
	return &RefusedError{
		Host: host, Rule: rule, Reason: reason,
		Remedy: fmt.Sprintf("An administrator can allow it: %s %s.%s.", change, g.config.Section, rule),
	}
}

// invalid is a URL that no setting allows.
func invalid(host, reason string) *RefusedError {
	return &RefusedError{Host: host, Reason: reason, Remedy: "Give an absolute URL such as https://example.com/path."}
}

// Check tells whether a URL may be asked for: its scheme and name, and the
// addresses the name has now. The error is a [*RefusedError], or why the name can't
// be resolved. A client made by [Guard.Client] needs no Check before.
func (g *Guard) Check(ctx context.Context, rawURL string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil {
		return nil, invalid("", "it can't be read")
	}
	return u, g.checkURL(ctx, u)
}

func (g *Guard) checkURL(ctx context.Context, u *url.URL) error {
	host, err := g.checkForm(u)
	if err != nil {
		return err
	}
	nameErr := g.checkName(host)
	if nameErr != nil && !g.localsAllowed() {
		return nameErr
	}
	addrs, err := g.resolve(ctx, host)
	if err != nil {
		return err
	}
	_, err = g.filter(host, addrs, nameErr)
	return err
}

// checkForm checks all of a URL but its host's name, and returns the host in
// the form the rules are about: lower case, ASCII, no dot at the end.
func (g *Guard) checkForm(u *url.URL) (string, error) {
	if u.Scheme == "" || u.Opaque != "" {
		return "", invalid("", "it is not absolute")
	}
	if !slices.ContainsFunc(g.config.AllowedSchemes, func(s string) bool { return strings.EqualFold(s, u.Scheme) }) {
		return "", g.refuse("", "allowedSchemes", "its scheme is "+u.Scheme, "add the scheme to")
	}
	return g.checkHost(u.Hostname())
}

// checkHost checks a host but for its name, and returns it in the form the
// rules are about.
func (g *Guard) checkHost(name string) (string, error) {
	host, err := canonical(name)
	if err != nil {
		return "", invalid("", "it has no valid host")
	}
	if g.config.AllowedHostnamesRegex == "" {
		return "", g.refuse(host, "allowedHostnamesRegex", "requests to other systems are switched off", "set")
	}
	_, isAddr := parseHostAddr(host)
	if isAddr && g.config.RejectVerbatimIPs {
		return "", g.refuse(host, "rejectVerbatimIps", "it is an IP address instead of a host name", "set to false")
	}
	if !isAddr && numeric.MatchString(host) {
		return "", invalid(host, "it is neither a name nor an IP address in its usual form")
	}
	return host, nil
}

// numeric is what the last label of a name looks like that old parsers take
// for an IP address: 2130706433, 0x7f.1, 127.1.
var numeric = regexp.MustCompile(`(^|\.)(\d+|0x[0-9a-f]*)$`)

// canonical is a host's name as the rules see it.
func canonical(host string) (string, error) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, c := range []byte(host) {
		if c >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host)
			if err != nil {
				return "", err
			}
			host = strings.TrimSuffix(ascii, ".")
			break
		}
	}
	if _, isAddr := parseHostAddr(host); !isAddr && (len(host) > 253 || !hostName.MatchString(host)) {
		return "", fmt.Errorf("%q is not a host name", host)
	}
	return host, nil
}

// hostName is what a name may look like; underscores are in use.
var hostName = regexp.MustCompile(`^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$`)

// parseHostAddr is the IP address a host is, if it is one.
func parseHostAddr(host string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(host)
	return addr, err == nil
}

// checkName applies the rules about names. Addresses are held against the
// allowed domains alone, as in Spinnaker.
func (g *Guard) checkName(host string) error {
	if len(g.allowed) > 0 && !under(host, g.allowed) {
		return g.refuse(host, "allowedDomains", "it is in none of the allowed domains", "add its domain to")
	}
	if _, isAddr := parseHostAddr(host); isAddr {
		return nil
	}
	if under(host, g.excluded) {
		return g.refuse(host, "excludedDomains", "its domain is excluded", "take its domain out of")
	}
	for _, pattern := range g.patterns {
		if pattern.MatchString(host) {
			return g.refuse(host, "extraExcludedPatterns", "its name is excluded", "take the pattern out of")
		}
	}
	if !g.hosts.MatchString(host) {
		return g.refuse(host, "allowedHostnamesRegex", "its name doesn't match the pattern of allowed names", "widen")
	}
	return nil
}

// under tells whether a host is one of the domains or below one.
func under(host string, domains []string) bool {
	return slices.ContainsFunc(domains, func(domain string) bool {
		return host == domain || strings.HasSuffix(host, "."+domain)
	})
}

// localsAllowed tells whether an address can excuse a name: where this machine
// or link-local addresses are allowed, they are so whatever their name, as in
// Spinnaker.
func (g *Guard) localsAllowed() bool { return !g.config.RejectLocalhost || !g.config.RejectLinkLocal }
