// Package httpguard keeps requests to addresses that users may write (webhooks,
// artifacts, expressions) away from what they must not reach: this machine,
// link-local and cloud metadata addresses, and whatever an administrator
// excludes. Its settings are Spinnaker's user-configured-url-restrictions.
//
// A [Guard] checks names before a request is sent, and addresses when the
// connection is made, after resolving the name itself: so a name that resolves
// differently the second time (DNS rebinding) gains nothing. Every redirect is
// a request of its own and checked like one.
package httpguard

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Config says which URLs are allowed. The zero value allows nothing; start
// from [DefaultConfig].
type Config struct {
	// AllowedHostnamesRegex must match a host's whole name, in lower case.
	// Orca's default asks for a dot, since a cluster's services have names
	// without. Empty switches outgoing requests off.
	AllowedHostnamesRegex string `json:"allowedHostnamesRegex" yaml:"allowedHostnamesRegex" doc:"Regular expression that must match the whole host name. If empty, no requests are allowed."`
	// AllowedDomains, where any are given, are the only domains allowed: these
	// and what is below them.
	AllowedDomains []string `json:"allowedDomains" yaml:"allowedDomains" doc:"The only domains allowed, including their subdomains. If empty, any."`
	// AllowedSchemes are the allowed URL schemes.
	AllowedSchemes []string `json:"allowedSchemes" yaml:"allowedSchemes" doc:"The allowed URL schemes."`
	// RejectLocalhost refuses this machine's own addresses.
	RejectLocalhost bool `json:"rejectLocalhost" yaml:"rejectLocalhost" doc:"Reject addresses of the machine itself."`
	// RejectLinkLocal refuses link-local addresses and the cloud providers'
	// metadata services.
	RejectLinkLocal bool `json:"rejectLinkLocal" yaml:"rejectLinkLocal" doc:"Reject link-local addresses and cloud metadata services."`
	// RejectVerbatimIPs refuses URLs with an IP address in the place of a name.
	RejectVerbatimIPs bool `json:"rejectVerbatimIps" yaml:"rejectVerbatimIps" doc:"Reject URLs with an IP address instead of a host name."`
	// RejectedIPs are further addresses or networks (CIDR) to refuse.
	RejectedIPs []string `json:"rejectedIps" yaml:"rejectedIps" doc:"Additional addresses and networks (CIDR) to reject."`
	// ExcludedDomains are refused, with all below them.
	ExcludedDomains []string `json:"excludedDomains" yaml:"excludedDomains" doc:"Domains to reject, including their subdomains."`
	// ExcludedDomainsFromEnvironment names environment variables that hold
	// further domains to exclude.
	ExcludedDomainsFromEnvironment []string `json:"excludedDomainsFromEnvironment" yaml:"excludedDomainsFromEnvironment" doc:"Environment variables that contain additional domains to reject."`
	// ExtraExcludedPatterns are regular expressions; a host that one matches as
	// a whole is refused.
	ExtraExcludedPatterns []string `json:"extraExcludedPatterns" yaml:"extraExcludedPatterns" doc:"Hosts to reject, as regular expressions that match the whole name."`
	// Section is what the settings are called in messages to a person.
	Section string `json:"-" yaml:"-"`
}

// DefaultConfig is what Spinnaker starts from.
func DefaultConfig() Config {
	return Config{
		AllowedHostnamesRegex: `.*\..+`,
		AllowedSchemes:        []string{"http", "https"},
		RejectLocalhost:       true,
		RejectLinkLocal:       true,
		RejectVerbatimIPs:     true,
		ExcludedDomains:       []string{"spinnaker", "local", "localdomain", "internal"},
		Section:               "user-configured-url-restrictions",
	}
}

// Resolver finds the addresses of a host; [net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Guard checks URLs and makes clients that can't get round the checks. It
// never changes, so any number of goroutines may use it.
type Guard struct {
	config   Config
	hosts    *regexp.Regexp
	allowed  []string
	excluded []string
	patterns []*regexp.Regexp
	rejected []netip.Prefix
	resolver Resolver
	own      func() ([]net.Addr, error)
}

// Option changes what a guard uses.
type Option func(*Guard)

// WithResolver has names resolved by something else than the system.
func WithResolver(resolver Resolver) Option { return func(g *Guard) { g.resolver = resolver } }

// New returns a guard. The error names the setting that can't be used.
func New(config Config, options ...Option) (*Guard, error) {
	if config.Section == "" {
		config.Section = DefaultConfig().Section
	}
	g := &Guard{config: config, resolver: net.DefaultResolver, own: net.InterfaceAddrs}
	for _, option := range options {
		option(g)
	}
	var err error
	if g.hosts, err = compile(config.AllowedHostnamesRegex); err != nil {
		return nil, fmt.Errorf("%s.allowedHostnamesRegex: %w", config.Section, err)
	}
	for i, pattern := range config.ExtraExcludedPatterns {
		re, err := compile(pattern)
		if err != nil {
			return nil, fmt.Errorf("%s.extraExcludedPatterns[%d]: %w", config.Section, i, err)
		}
		g.patterns = append(g.patterns, re)
	}
	for i, text := range config.RejectedIPs {
		prefix, err := parsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%s.rejectedIps[%d]: %w", config.Section, i, err)
		}
		g.rejected = append(g.rejected, prefix)
	}
	excluded := config.ExcludedDomains
	for _, name := range config.ExcludedDomainsFromEnvironment {
		if value := os.Getenv(name); value != "" {
			excluded = append(slices.Clip(excluded), value)
		}
	}
	g.excluded, g.allowed = domains(excluded), domains(config.AllowedDomains)
	return g, nil
}

// compile makes a pattern that must match as a whole, as Java's matches does.
func compile(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

func domains(names []string) []string {
	out := make([]string, 0, len(names))
	for _, name := range names {
		if name = strings.Trim(strings.ToLower(strings.TrimSpace(name)), "."); name != "" {
			out = append(out, name)
		}
	}
	return out
}

func parsePrefix(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "/") {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		return prefix.Masked(), nil
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}
