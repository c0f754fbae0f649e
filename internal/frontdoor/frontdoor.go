// Package frontdoor refuses requests that name a host that isn't this server's.
//
// A web page can have its own name resolve to this server's address (DNS
// rebinding). To the browser, the server then belongs to the page's origin: the
// page may call every endpoint and read every answer, whatever the rules about
// other origins say. The Host header has the name that the browser asked for,
// which a page can't change.
package frontdoor

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Options say under which names the server is reached.
type Options struct {
	// URLs are where people and other processes reach it.
	URLs []string
	// Listen is the address that it listens on.
	Listen string
	// Hosts are further names: a host, "*.example.com" for all below it, or "*"
	// for any.
	Hosts []string
	// Machine is the machine's own name.
	Machine string
	// Cluster allows the names of Services in the Kubernetes cluster that the
	// server runs in. Nobody outside the cluster can own one.
	Cluster bool
}

// Door knows the server's hosts.
type Door struct {
	names    map[string]bool
	suffixes []string
	all      bool
}

// New returns a door.
func New(o Options) *Door {
	d := &Door{names: map[string]bool{"localhost": true, "": true}, suffixes: []string{".localhost"}}
	for _, text := range o.URLs {
		if u, err := url.Parse(text); err == nil && u.Hostname() != "" {
			d.names[canonical(u.Host)] = true
		}
	}
	for _, host := range []string{o.Listen, o.Machine} {
		d.names[canonical(host)] = true
	}
	for _, host := range o.Hosts {
		switch below, wild := strings.CutPrefix(host, "*"); {
		case host == "*":
			d.all = true
		case wild:
			d.suffixes = append(d.suffixes, strings.ToLower(below))
		default:
			d.names[canonical(host)] = true
		}
	}
	if o.Cluster {
		d.suffixes = append(d.suffixes, ".svc", ".svc.cluster.local")
	}
	return d
}

// canonical is a host without its port and the dot at its end, in lower case.
func canonical(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

// Allows tells whether a Host header names this server. Addresses always do: a
// page can't have an address lead elsewhere, and the probes of Kubernetes and
// load balancers use them. So does no Host at all, which no browser sends.
func (d *Door) Allows(host string) bool {
	name := canonical(host)
	if d.all || d.names[name] {
		return true
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return true
	}
	return slices.ContainsFunc(d.suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// own are the paths that ask for a secret in a header, which a page of another
// origin doesn't have: agents and the installation's other processes reach the
// server under names that it may not know.
var own = regexp.MustCompile(`^/(agents/[^/]+/(connect|relay)|internal/(views/[^/]+|changes|watches))$`)

// Guard answers requests for other hosts with 421.
func (d *Door) Guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !d.Allows(r.Host) && !own.MatchString(r.URL.Path) {
			refuse(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// refuse answers in the shape of the API's errors.
func refuse(w http.ResponseWriter, r *http.Request) {
	const status = http.StatusMisdirectedRequest
	host := strings.ToValidUTF8(r.Host, "?")
	if len(host) > 255 {
		host = host[:255] + "..."
	}
	message := fmt.Sprintf("%q is not a name of this server; if people use it to open the server, "+
		"an administrator can set server.baseUrl to their URL, or add the name to server.allowedHosts", host)
	body, _ := json.Marshal(map[string]any{ // it holds nothing that can't be written
		"timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000-07:00"), "status": status,
		"error": http.StatusText(status), "message": message, "path": r.URL.Path,
		"type": "about:blank", "title": http.StatusText(status), "detail": message, "instance": r.URL.Path,
	})
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// CheckHost tells what is wrong with an entry of Options.Hosts.
func CheckHost(entry string) error {
	name := strings.TrimPrefix(entry, "*.")
	if entry == "*" || hostName.MatchString(name) {
		return nil
	}
	if _, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
		return nil
	}
	return fmt.Errorf("%q is not a host such as gennaker.example.com, *.example.com for all below it, or * for any; write no scheme and no port", entry)
}

var hostName = regexp.MustCompile(`(?i)^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$`)

// Loopback tells whether an address to listen on is reached from this machine
// alone.
func Loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
