package artifact

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// GitHost is an account of a Git host, for those who ask the host's API.
type GitHost struct {
	// Section is the kind of host (github, gitlab, bitbucket, gitea), and Account the
	// account's name.
	Section, Account string
	// Address is the server's URL without a slash at its end, such as https://github.com.
	Address string
	// HasCredentials tells whether the account has any.
	HasCredentials bool

	web *web
}

// Answer is what a server answers to a request.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// GitHosts lists the accounts of Git hosts.
func (s *Service) GitHosts() []GitHost {
	var out []GitHost
	for _, one := range *s.accounts.Load() {
		if h, ok := one.(interface{ gitHost() GitHost }); ok {
			out = append(out, h.gitHost())
		}
	}
	return out
}

func (a *gitHubFile) gitHost() GitHost {
	return gitHostOf("github", a.name(), a.web, a.config.Address, "https://github.com", a.config.AllowedHosts, gitHubHosts)
}

func (a *gitLabFile) gitHost() GitHost {
	return gitHostOf("gitlab", a.name(), a.web, a.config.Address, "https://gitlab.com", a.config.AllowedHosts, gitLabHosts)
}

func (a *bitbucketFile) gitHost() GitHost {
	return gitHostOf("bitbucket", a.name(), a.web, a.config.Address, "https://bitbucket.org", a.config.AllowedHosts, bitbucketHosts)
}

func (a *giteaFile) gitHost() GitHost {
	return gitHostOf("gitea", a.name(), a.web, a.config.Address, "", nil, nil)
}

// gitHostOf finds the server of an account: its address, otherwise the first host that it
// may be used for, unless that is one of the public service's.
func gitHostOf(section, account string, w *web, address, public string, hosts, publicHosts []string) GitHost {
	out := GitHost{Section: section, Account: account, Address: strings.TrimRight(address, "/"), HasCredentials: w.reach.secret, web: w}
	if out.Address != "" {
		return out
	}
	out.Address = public
	if len(hosts) > 0 && !slices.ContainsFunc(hosts, func(host string) bool { return slices.Contains(publicHosts, strings.ToLower(host)) }) {
		out.Address = "https://" + hosts[0]
	}
	return out
}

// hostsOf are the hosts that an account with an address may be used for.
func hostsOf(address string, hosts []string) []string {
	u, err := url.Parse(address)
	if address == "" || len(hosts) > 0 || err != nil {
		return hosts
	}
	return []string{u.Host}
}

// Send sends a request to the host with the account's credentials. Any status is an
// answer; an error is a fault that says why there is none.
func (g GitHost) Send(ctx context.Context, method, at string, header http.Header, body []byte) (Answer, error) {
	answer, err := g.web.send(ctx, method, at, header, body)
	if err == nil {
		return answer, nil
	}
	about := subject{}
	return Answer{}, fault.New(fault.KindOf(about.wrap(err)), "%s", about.reason(err))
}

// send sends a request to a host that the account may be used for, with its credentials.
func (w *web) send(ctx context.Context, method, at string, header http.Header, body []byte) (Answer, error) {
	u, err := parseURL(at)
	if err != nil {
		return Answer{}, err
	}
	if err := w.reach.check(u); err != nil {
		return Answer{}, err
	}
	if w.credentials != nil {
		proof, err := w.credentials(ctx)
		if err != nil {
			return Answer{}, err
		}
		ctx = context.WithValue(ctx, proofKey{}, &proofOf{origin: u, header: proof})
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(body))
	if err != nil {
		return Answer{}, fault.New(fault.Invalid, "the URL can't be asked for: %w", unURL(err))
	}
	req.Header.Set("User-Agent", userAgent)
	maps.Copy(req.Header, header)
	resp, err := w.client.Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	data, err := readAll(resp.Body, min(w.limit, longestPage))
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: data}, err
}
