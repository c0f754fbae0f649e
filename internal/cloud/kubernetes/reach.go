package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
)

// connectTimeout is the time for connecting to the address of an account of
// the API.
const connectTimeout = 15 * time.Second

// localAddress is what is said about an address that an account of the API may
// not have.
const localAddress = "is an address of the machine that Gennaker runs on, a link-local one, or a cloud's metadata service, which an account of the API may not use; " +
	"put the account into the configuration, or have kubernetes.storedAccounts.allowLocalAddresses set"

// guard gives the rules about addresses for an account of the API; nil: none.
// A server that only its own machine reaches, such as the one on a developer's
// laptop, may have the clusters of that machine.
func (s StoredAccounts) guard(provesItself bool) (*httpguard.Guard, error) {
	if s.AllowLocalAddresses {
		return nil, nil
	}
	return httpguard.New(httpguard.Config{
		AllowedHostnamesRegex: ".*", AllowedSchemes: []string{"http", "https"},
		RejectLocalhost: !s.LocalServer || !provesItself, RejectLinkLocal: true,
	})
}

// checkAddress refuses an address that is known without a look at the DNS.
// Names are checked when they are connected to.
func (s StoredAccounts) checkAddress(field, address string, provesItself bool) error {
	at, known := literalAddress(address)
	if !known {
		return nil
	}
	guard, err := s.guard(provesItself)
	if err != nil || guard == nil {
		return err
	}
	if err := guard.CheckAddr(at); errors.As(err, new(*httpguard.RefusedError)) {
		return fmt.Errorf("%s: %s %s", field, at, localAddress)
	}
	return nil
}

// literalAddress is the address that a URL says itself; a name but for
// localhost, and what is no URL, says none.
func literalAddress(text string) (netip.Addr, bool) {
	u, err := url.Parse(text)
	if err != nil {
		return netip.Addr{}, false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		host = "127.0.0.1"
	}
	addr, err := netip.ParseAddr(host)
	return addr, err == nil
}

// checkReach tells which addresses of an account of the API it may not use.
func (s StoredAccounts) checkReach(c AccountConfig) []error {
	var errs []error
	add := func(err error) {
		if err != nil {
			errs = append(errs, err)
		}
	}
	if c.Server != "" {
		add(s.checkAddress("server", c.Server, provesItself(c.Server, c.TLSServerName, c.InsecureSkipTLSVerify, false)))
	}
	if c.KubeconfigContents == "" {
		return errs
	}
	config, err := clientcmd.Load([]byte(c.KubeconfigContents))
	if err != nil {
		return errs
	}
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		cluster, where := config.Clusters[name], fmt.Sprintf("kubeconfigContents: cluster %q: ", name)
		add(s.checkAddress(where+"server", cluster.Server,
			provesItself(cluster.Server, cluster.TLSServerName, cluster.InsecureSkipTLSVerify, cluster.ProxyURL != "")))
		add(s.checkAddress(where+"proxy-url", cluster.ProxyURL, false))
	}
	return errs
}

// provesItself tells whether nothing is sent to a server before it has shown a
// certificate for its address: then it is the cluster that the account means,
// and none of the machine's other services.
func provesItself(server, serverName string, insecure, proxied bool) bool {
	u, err := url.Parse(server)
	return err == nil && u.Scheme == "https" && strings.Trim(u.Path, "/") == "" && serverName == "" && !insecure && !proxied
}

// guarded has the connections of an account of the API made to allowed
// addresses alone. A name is resolved once, when it is connected to.
func (s StoredAccounts) guarded(name string, config *rest.Config) error {
	guard, err := s.guard(provesItself(config.Host, config.ServerName, config.Insecure, config.Proxy != nil))
	if err != nil || guard == nil {
		return err
	}
	var trusted []string
	if config.Proxy == nil {
		// The proxies of the environment are the administrator's.
		config.Proxy, trusted = http.ProxyFromEnvironment, environmentProxies()
	}
	config.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if slices.Contains(trusted, address) {
			return (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, network, address)
		}
		host, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		conn, err := guard.Dial(ctx, host, port, connectTimeout)
		if errors.As(err, new(*httpguard.RefusedError)) {
			return nil, fault.New(fault.Forbidden, "account %s: %s %s", name, address, localAddress)
		}
		return conn, err
	}
	return nil
}

// stayHome keeps requests, and the account's credentials with them, on the API
// server: client-go adds them to whatever request it makes.
func stayHome(req *http.Request, via []*http.Request) error {
	const most = 10
	if len(via) >= most || !httpguard.SameOrigin(via[0].URL, req.URL) {
		return fault.New(fault.Forbidden, "the API server at %s redirects to %s; redirects are not followed: use the address that it redirects to", via[0].URL.Host, req.URL.Host)
	}
	return nil
}

// environmentProxies are the addresses of the proxies that the environment
// names, as they are connected to.
func environmentProxies() []string {
	var out []string
	from := httpproxy.FromEnvironment()
	for _, text := range []string{from.HTTPProxy, from.HTTPSProxy} {
		if !strings.Contains(text, "://") {
			text = "http://" + text
		}
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			continue
		}
		port := u.Port()
		if port == "" {
			port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
		}
		out = append(out, net.JoinHostPort(u.Hostname(), port))
	}
	return out
}
