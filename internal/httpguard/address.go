package httpguard

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
)

// metadata are the addresses of cloud providers' metadata services that are
// not link-local: EC2's and Google's over IPv6, Alibaba's, Oracle's, Azure's.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"),
	netip.MustParseAddr("fd20:ce::254"),
	netip.MustParseAddr("100.100.100.200"),
	netip.MustParseAddr("192.0.0.192"),
	netip.MustParseAddr("168.63.129.16"),
}

// embedding are the networks whose addresses hold an IPv4 address that a
// gateway connects to (NAT64, 6to4), with the place of its first byte.
var embedding = map[netip.Prefix]int{
	netip.MustParsePrefix("64:ff9b::/96"): 12,
	netip.MustParsePrefix("2002::/16"):    2,
}

// resolve finds a host's addresses; an address is its own.
func (g *Guard) resolve(ctx context.Context, host string) ([]netip.Addr, error) {
	if addr, ok := parseHostAddr(host); ok {
		return []netip.Addr{addr}, nil
	}
	addrs, err := g.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("resolve the host %s: %w", host, err)
	}
	if len(addrs) == 0 {
		return nil, &net.DNSError{Err: "no address", Name: host, IsNotFound: true}
	}
	return addrs, nil
}

// filter returns the addresses that may be connected to; where there is none,
// why. A name that was refused is excused by an address of this machine or a
// link-local one, where these are allowed.
func (g *Guard) filter(host string, addrs []netip.Addr, nameErr error) ([]netip.Addr, error) {
	var (
		allowed []netip.Addr
		first   error
	)
	for _, addr := range addrs {
		if err := g.checkAddr(host, addr, nameErr); err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		allowed = append(allowed, addr)
	}
	if len(allowed) == 0 {
		return nil, first
	}
	return allowed, nil
}

// CheckAddr tells whether an address may be connected to, whatever its name.
// The error is a [*RefusedError], or that this machine's addresses can't be
// listed.
func (g *Guard) CheckAddr(addr netip.Addr) error { return g.checkAddr(addr.String(), addr, nil) }

func (g *Guard) checkAddr(host string, addr netip.Addr, nameErr error) error {
	local, linkLocal := false, false
	for _, a := range meanings(addr) {
		own, err := g.isOwn(a)
		if err != nil {
			return err
		}
		near := a.IsLinkLocalUnicast() || a.IsLinkLocalMulticast() || slices.Contains(metadata, a)
		local, linkLocal = local || own, linkLocal || near
		if own && g.config.RejectLocalhost {
			return g.refuse(host, "rejectLocalhost", "its address "+a.String()+" is this machine's", "set to false")
		}
		if near && g.config.RejectLinkLocal {
			return g.refuse(host, "rejectLinkLocal", "its address "+a.String()+" is link-local or a cloud's metadata service", "set to false")
		}
		for _, prefix := range g.rejected {
			if prefix.Contains(a) {
				return g.refuse(host, "rejectedIps", "its address "+a.String()+" is in "+prefix.String(), "take the network out of")
			}
		}
	}
	if nameErr != nil && !local && !linkLocal {
		return nameErr
	}
	return nil
}

// meanings are an address and the IPv4 address it stands for, if any.
func meanings(addr netip.Addr) []netip.Addr {
	addr = addr.Unmap().WithZone("")
	out := []netip.Addr{addr}
	for prefix, at := range embedding {
		if prefix.Contains(addr) {
			bytes := addr.As16()
			out = append(out, netip.AddrFrom4([4]byte(bytes[at:at+4])))
		}
	}
	return out
}

// isOwn tells whether an address is this machine's: loopback, unspecified
// (which connects to loopback), or an interface's.
func (g *Guard) isOwn(addr netip.Addr) (bool, error) {
	if addr.IsLoopback() || addr.IsUnspecified() || addr.Is4() && addr.As4()[0] == 0 {
		return true, nil
	}
	own, err := g.own()
	if err != nil {
		return false, fmt.Errorf("list this machine's addresses: %w", err)
	}
	for _, a := range own {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil && prefix.Addr().Unmap().WithZone("") == addr {
			return true, nil
		}
	}
	return false, nil
}
