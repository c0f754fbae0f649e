package httpguard

import (
	"context"
	"net"
	"net/netip"
	"time"
)

// Dial connects to a host that a user has named, for protocols other than
// HTTP. The rules about names and addresses hold as for a URL's host, but for
// the scheme. The name is resolved once: what is checked is what is connected
// to.
func (g *Guard) Dial(ctx context.Context, host, port string, timeout time.Duration) (net.Conn, error) {
	name, err := g.checkHost(host)
	if err != nil {
		return nil, err
	}
	if err := g.checkName(name); err != nil && !g.localsAllowed() {
		return nil, err
	}
	return g.dialer(ClientOptions{ConnectTimeout: timeout})(ctx, "tcp", net.JoinHostPort(host, port))
}

// dialer resolves the host itself and connects to allowed addresses alone, one
// after another, sharing the time among them.
func (g *Guard) dialer(options ClientOptions) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		name, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		host, err := canonical(name)
		if err != nil {
			return nil, invalid(name, "it is not a valid host")
		}
		if options.ConnectTimeout > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, options.ConnectTimeout)
			defer cancel()
		}
		found, err := g.resolve(ctx, host)
		if err != nil {
			return nil, err
		}
		var nameErr error
		if !options.TrustRedirects {
			nameErr = g.checkName(host)
		}
		addrs, err := g.filter(host, found, nameErr)
		if err != nil {
			return nil, err
		}
		return connect(ctx, network, addrs, port)
	}
}

func connect(ctx context.Context, network string, addrs []netip.Addr, port string) (net.Conn, error) {
	var first error
	for i, addr := range addrs {
		dialer := net.Dialer{}
		if deadline, ok := ctx.Deadline(); ok {
			dialer.Timeout = max(time.Until(deadline)/time.Duration(len(addrs)-i), time.Second)
		}
		conn, err := dialer.DialContext(ctx, network, net.JoinHostPort(addr.String(), port))
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, first
}
