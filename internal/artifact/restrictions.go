package artifact

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/httpguard"
)

// URLRestrictions are an account's own rules about URLs, in place of the
// general ones. What is not set is Spinnaker's default.
type URLRestrictions struct {
	AllowedHostnamesRegex          *string  `json:"allowedHostnamesRegex,omitempty" yaml:"allowedHostnamesRegex" doc:"Regular expression that must match the whole host name. Default: any name with a dot."`
	AllowedDomains                 []string `json:"allowedDomains,omitempty" yaml:"allowedDomains" doc:"The only domains allowed, including their subdomains. If an account has credentials and no allowedHosts, the credentials are only sent to these domains. Empty: any domain."`
	AllowedSchemes                 []string `json:"allowedSchemes,omitempty" yaml:"allowedSchemes" doc:"The allowed URL schemes. Default: http and https, and ssh for Git."`
	RejectLocalhost                *bool    `json:"rejectLocalhost,omitempty" yaml:"rejectLocalhost" doc:"Reject addresses of the machine itself. Default: true."`
	RejectLinkLocal                *bool    `json:"rejectLinkLocal,omitempty" yaml:"rejectLinkLocal" doc:"Reject link-local addresses and cloud metadata services. Default: true."`
	RejectVerbatimIPs              *bool    `json:"rejectVerbatimIps,omitempty" yaml:"rejectVerbatimIps" doc:"Reject URLs with an IP address instead of a host name. Default: true."`
	RejectedIPs                    []string `json:"rejectedIps,omitempty" yaml:"rejectedIps" doc:"Additional addresses and networks (CIDR) to reject."`
	ExcludedDomains                []string `json:"excludedDomains,omitempty" yaml:"excludedDomains" doc:"Domains to reject, including their subdomains. Default: spinnaker, local, localdomain, internal."`
	ExcludedDomainsFromEnvironment []string `json:"excludedDomainsFromEnvironment,omitempty" yaml:"excludedDomainsFromEnvironment" doc:"Environment variables that contain additional domains to reject."`
	ExtraExcludedPatterns          []string `json:"extraExcludedPatterns,omitempty" yaml:"extraExcludedPatterns" doc:"Hosts to reject, as regular expressions that match the whole name."`
}

// config gives the rules as the guard's; section is what messages call them.
func (r *URLRestrictions) config(section string) httpguard.Config {
	c := httpguard.DefaultConfig()
	c.Section = section
	set(&c.AllowedHostnamesRegex, r.AllowedHostnamesRegex)
	set(&c.RejectLocalhost, r.RejectLocalhost)
	set(&c.RejectLinkLocal, r.RejectLinkLocal)
	set(&c.RejectVerbatimIPs, r.RejectVerbatimIPs)
	if r.AllowedSchemes != nil {
		c.AllowedSchemes = r.AllowedSchemes
	}
	if r.ExcludedDomains != nil {
		c.ExcludedDomains = r.ExcludedDomains
	}
	c.AllowedDomains, c.RejectedIPs = r.AllowedDomains, r.RejectedIPs
	c.ExcludedDomainsFromEnvironment, c.ExtraExcludedPatterns = r.ExcludedDomainsFromEnvironment, r.ExtraExcludedPatterns
	return c
}

func set[T any](at, value *T) {
	if value != nil {
		*at = *value
	}
}

// validate tells what is wrong, beginning with the field's name.
func (r *URLRestrictions) validate() []error {
	if r == nil {
		return nil
	}
	if _, err := httpguard.New(r.config("urlRestrictions")); err != nil {
		return []error{fmt.Errorf("%w", err)}
	}
	return nil
}
