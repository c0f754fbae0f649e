package server

import (
	"net"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gennaker/gennaker/internal/config"
)

// advertised is the address under which other processes reach this one; "" until
// it is listened on.
type advertised struct {
	config config.Server
	value  atomic.Pointer[string]
}

// listening notes the address that is listened on.
func (a *advertised) listening(address string) {
	url := a.config.Advertise
	if url == "" {
		url = "http://" + reachable(address)
	}
	url = strings.TrimSuffix(url, "/")
	a.value.Store(&url)
}

func (a *advertised) get() string {
	if url := a.value.Load(); url != nil {
		return *url
	}
	return ""
}

// reachable turns an address that is listened on into one that others can
// reach: where that is any, this machine's first one that is no loopback.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host != "" && (ip == nil || !ip.IsUnspecified()) {
		return address
	}
	host = "127.0.0.1"
	if name, err := os.Hostname(); err == nil {
		host = name
	}
	if all, err := net.InterfaceAddrs(); err == nil {
		i := slices.IndexFunc(all, func(a net.Addr) bool {
			ip, ok := a.(*net.IPNet)
			return ok && !ip.IP.IsLoopback() && ip.IP.IsGlobalUnicast()
		})
		if i >= 0 {
			host = all[i].(*net.IPNet).IP.String() //nolint:forcetypeassert // just looked
		}
	}
	return net.JoinHostPort(host, port)
}
