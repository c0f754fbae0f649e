package loadbalancer

import (
	"net/netip"
	"testing"
)

func TestPool(t *testing.T) {
	t.Parallel()
	p := newPool(netip.MustParsePrefix("192.0.2.0/24"))
	take := func(owner, asked, current, want string) {
		t.Helper()
		got, err := p.take(owner, asked, current)
		if err != nil || got != want {
			t.Errorf("%s: got %q, %v, want %q", owner, got, err, want)
		}
	}
	take("a", "", "", "192.0.2.1")
	take("a", "", "", "192.0.2.1") // keeps it
	take("b", "", "", "192.0.2.2")
	take("c", "10.0.0.1", "", "10.0.0.1")   // as asked
	take("d", "", "192.0.2.3", "192.0.2.3") // from an earlier run
	take("e", "", "192.0.2.1", "192.0.2.4") // no: that is a's
	take("b", "192.0.2.9", "", "192.0.2.9") // changed its mind
	take("f", "", "", "192.0.2.2")          // which b gave back
	p.release("a")
	take("g", "", "", "192.0.2.1")
	p.release("nobody")
}

func TestPoolSaysWhenItIsEmpty(t *testing.T) {
	t.Parallel()
	p := newPool(netip.MustParsePrefix("192.0.2.0/30"))
	for _, owner := range []string{"a", "b"} {
		if _, err := p.take(owner, "", ""); err != nil {
			t.Error(err)
		}
	}
	if ip, err := p.take("c", "", ""); err == nil {
		t.Errorf("got %s, which is the network's last", ip)
	}
}
