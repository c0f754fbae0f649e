package artifact

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// The hosts that credentials of the well-known services go to when an account
// names none.
var (
	gitHubHosts    = []string{"api.github.com", "raw.githubusercontent.com", "github.com"}
	gitLabHosts    = []string{"gitlab.com"}
	bitbucketHosts = []string{"api.bitbucket.org", "bitbucket.org"}
)

// reach says which hosts an account may be used for. Whoever writes a pipeline
// writes the references, so an account with credentials must not send them to
// whatever host a reference names.
type reach struct {
	// hosts are entries as host or host:port, domains are hosts with all below
	// them; with neither, an account with secrets is used for no host, and one
	// without for any.
	hosts, domains []string
	// tls asks for https; it is set where the hosts are public services.
	tls bool
	// secret tells that the account holds credentials.
	secret bool
	// setting is what an administrator changes.
	setting string
}

// newReach gives the reach of an account. The defaults are the hosts of an
// account with credentials that names none.
func (b *builder) newReach(section, name string, hosts []string, restrictions *URLRestrictions, secret bool, defaults ...string) reach {
	r := reach{hosts: hosts, secret: secret, setting: fmt.Sprintf("artifacts.%s.accounts[%s].allowedHosts", section, name)}
	if b.stored {
		r.setting = "allowedHosts of account " + name
	}
	if len(r.hosts) > 0 || !secret {
		return r
	}
	if restrictions != nil && len(restrictions.AllowedDomains) > 0 {
		r.domains = restrictions.AllowedDomains
		return r
	}
	r.hosts, r.tls = defaults, true
	return r
}

// check refuses a URL on a host that the account is not for.
func (r reach) check(u *url.URL) error {
	host, port := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), portOf(u)
	if len(r.hosts) == 0 && len(r.domains) == 0 {
		if !r.secret {
			return nil
		}
		return fault.New(fault.Forbidden, "the account has credentials, but no list of hosts that they can be sent to; an administrator can list the hosts in %s", r.setting)
	}
	if !slices.ContainsFunc(r.hosts, func(entry string) bool { return matchesHost(entry, host, port) }) && !slices.ContainsFunc(r.domains, func(domain string) bool {
		domain = strings.ToLower(strings.Trim(domain, ". "))
		return host == domain || strings.HasSuffix(host, "."+domain)
	}) {
		return fault.New(fault.Forbidden, "the host %s is not one of the account's hosts (%s); an administrator can add it to %s",
			u.Host, strings.Join(append(slices.Clone(r.hosts), r.domains...), ", "), r.setting)
	}
	if r.tls && u.Scheme == "http" {
		return fault.New(fault.Forbidden, "the account's credentials are sent to %s over https only; use an https reference", u.Host)
	}
	return nil
}

// matchesHost tells whether an entry of allowedHosts covers a host in lower
// case and its port. An entry without a port covers all of them.
func matchesHost(entry, host, port string) bool {
	name, only, err := net.SplitHostPort(entry)
	if err != nil {
		name, only = strings.Trim(entry, "[]"), ""
	}
	return strings.EqualFold(strings.TrimSuffix(name, "."), host) && (only == "" || only == port)
}

// portOf is the port that a URL leads to.
func portOf(u *url.URL) string {
	if port := u.Port(); port != "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443", "ssh": "22", "git": "9418"}[u.Scheme]
}

// checkHosts tells which entries of allowedHosts are no hosts.
func checkHosts(hosts []string) []error {
	var errs []error
	for i, entry := range hosts {
		u, err := url.Parse("https://" + entry)
		if err != nil || u.Hostname() == "" || u.Host != entry {
			errs = append(errs, fmt.Errorf("allowedHosts[%d]: %q must be a host such as git.example.com, or host:port", i, entry))
		}
	}
	return errs
}

// needsHosts warns about an account with credentials that names no hosts.
func needsHosts(secret bool, hosts []string, restrictions *URLRestrictions) []error {
	if !secret || len(hosts) > 0 || restrictions != nil && len(restrictions.AllowedDomains) > 0 {
		return nil
	}
	return []error{fmt.Errorf("allowedHosts: is missing, so the account rejects every reference: " +
		"list the hosts that its credentials can be sent to, such as [files.example.com]; otherwise anyone who writes a reference could decide where they are sent")}
}

// Warnings tells what is valid and doesn't work as it stands, each beginning
// with the path of the field below artifacts.
func (c Config) Warnings() []error {
	var out []error
	for _, one := range c.all() {
		account, ok := one.account.(interface{ warnings() []error })
		if !ok {
			continue
		}
		for _, err := range account.warnings() {
			out = append(out, fmt.Errorf("%s.accounts[%d].%w", one.section, one.index, err))
		}
	}
	return out
}

func (a HTTPAccount) warnings() []error {
	return needsHosts(a.usesAuth(), a.AllowedHosts, a.URLRestrictions)
}

func (a GitRepoAccount) warnings() []error {
	if a.Repository != "" {
		return nil
	}
	return needsHosts(a.sendsSecrets(), a.AllowedHosts, a.URLRestrictions)
}
