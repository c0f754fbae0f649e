package loadbalancer

import (
	"errors"
	"net/netip"
	"sync"
)

var errExhausted = errors.New("load balancer: no address is left")

// pool hands out addresses, each to one owner at a time.
type pool struct {
	addresses netip.Prefix

	mu     sync.Mutex
	byName map[string]string // owner to address
	taken  map[string]string // address to owner
}

func newPool(addresses netip.Prefix) *pool {
	return &pool{addresses: addresses, byName: map[string]string{}, taken: map[string]string{}}
}

// take returns the owner's address: the one it asks for by name, the one it
// has, or the lowest that is free.
func (p *pool) take(owner, asked, current string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if asked != "" {
		p.assign(owner, asked)
		return asked, nil
	}
	if ip := p.byName[owner]; ip != "" {
		return ip, nil
	}
	if current != "" && p.taken[current] == "" {
		p.assign(owner, current)
		return current, nil
	}
	for ip := p.addresses.Addr().Next(); p.addresses.Contains(ip.Next()); ip = ip.Next() { // neither the first nor the last
		if p.taken[ip.String()] == "" {
			p.assign(owner, ip.String())
			return ip.String(), nil
		}
	}
	return "", errExhausted
}

func (p *pool) release(owner string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(owner)
}

func (p *pool) assign(owner, ip string) {
	p.drop(owner)
	p.byName[owner] = ip
	if p.taken[ip] == "" {
		p.taken[ip] = owner
	}
}

func (p *pool) drop(owner string) {
	ip := p.byName[owner]
	delete(p.byName, owner)
	if p.taken[ip] == owner {
		delete(p.taken, ip)
	}
}
