package realnode

import (
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/vishvananda/netlink"
)

// maxNodes is how many nodes have a network of their own on one machine.
const maxNodes = 256

// createLink makes the link between the machine and the node, with both ends
// on the machine for now. That it can be made once only reserves the index.
func createLink(p *Plan) error {
	for range maxNodes {
		attributes := netlink.NewLinkAttrs()
		attributes.Name = p.link()
		err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: attributes, PeerName: p.peer()})
		if err == nil {
			return configureHostEnd(p)
		}
		if !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("link to the real node: %w", err)
		}
		p.Index = (p.Index + 1) % maxNodes
	}
	return errors.New("too many real nodes on this machine")
}

// linked says whether some node has the index of the plan.
func (p *Plan) linked() bool {
	_, err := netlink.LinkByName(p.link())
	return err == nil
}

func configureHostEnd(p *Plan) error {
	link, err := netlink.LinkByName(p.link())
	if err != nil {
		return err
	}
	if err := addAddress(link, p.HostIP()+"/30"); err != nil {
		return err
	}
	return netlink.LinkSetUp(link)
}

// moveLink gives the node its end of the link, and has the machine find the
// node's pods and services behind it.
func moveLink(p *Plan, pid int) error {
	peer, err := netlink.LinkByName(p.peer())
	if err != nil {
		return fmt.Errorf("link to the real node: %w", err)
	}
	if err := netlink.LinkSetNsPid(peer, pid); err != nil {
		return fmt.Errorf("link to the real node: %w", err)
	}
	link, err := netlink.LinkByName(p.link())
	if err != nil {
		return err
	}
	for _, network := range []string{p.PodCIDR(), p.LoadBalancerCIDR()} {
		if err := addRoute(link, network, p.NodeIP()); err != nil {
			return fmt.Errorf("route to %s: %w", network, err)
		}
	}
	return nil
}

// removeLink also removes the end that the node has, if it still lives.
func removeLink(p *Plan) {
	if link, err := netlink.LinkByName(p.link()); err == nil {
		_ = netlink.LinkDel(link)
	}
}

// configureNodeEnd waits, inside the node, for its end of the link and makes
// it the node's one way out.
func configureNodeEnd(p *Plan) error {
	var link netlink.Link
	var err error
	err = within(10*time.Second, 5*time.Millisecond, func() error {
		link, err = netlink.LinkByName(p.peer())
		return err
	})
	if err != nil {
		return fmt.Errorf("the node got no network: %w", err)
	}
	if err := netlink.LinkSetName(link, "eth0"); err != nil {
		return err
	}
	if err := addAddress(link, p.NodeIP()+"/30"); err != nil {
		return err
	}
	if err := netlink.LinkSetUp(link); err != nil {
		return err
	}
	loopback, err := netlink.LinkByName("lo")
	if err != nil {
		return err
	}
	if err := netlink.LinkSetUp(loopback); err != nil {
		return err
	}
	return addRoute(link, "", p.HostIP())
}

func addAddress(link netlink.Link, cidr string) error {
	address, err := netlink.ParseAddr(cidr)
	if err != nil {
		return err
	}
	return netlink.AddrAdd(link, address)
}

// addRoute adds a route to a network, or the default one.
func addRoute(link netlink.Link, network, gateway string) error {
	route := &netlink.Route{LinkIndex: link.Attrs().Index, Gw: net.ParseIP(gateway)}
	if network != "" {
		_, destination, err := net.ParseCIDR(network)
		if err != nil {
			return err
		}
		route.Dst = destination
	}
	return netlink.RouteAdd(route)
}
