package loadbalancer

import "testing"

func TestPool(t *testing.T) {
	t.Parallel()
	p := newPool()
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

func TestPoolGoesOnToTheNextRange(t *testing.T) {
	t.Parallel()
	p := newPool()
	last := ""
	for i := range 260 {
		ip, err := p.take(string(rune('a'+i)), "", "")
		if err != nil {
			t.Fatal(err)
		}
		last = ip
	}
	if want := "198.18.0.6"; last != want {
		t.Errorf("got %s, want %s", last, want)
	}
}
