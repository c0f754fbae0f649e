package ports

import (
	"net"
	"strconv"
	"testing"
)

func TestFreeGivesDifferentPortsThatCanBeListenedOn(t *testing.T) {
	t.Parallel()
	got, err := Free("127.0.0.1", 20)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 20 {
		t.Fatalf("got %d ports", len(got))
	}
	seen := map[int]bool{}
	for _, port := range got {
		if seen[port] {
			t.Errorf("port %d twice", port)
		}
		seen[port] = true
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(got[0])))
	if err != nil {
		t.Skipf("taken in the meantime: %v", err)
	}
	l.Close()
}

func TestFreeSaysWhenTheHostIsNotOurs(t *testing.T) {
	t.Parallel()
	if _, err := Free("192.0.2.1", 1); err == nil {
		t.Error("listened on an address of nobody")
	}
}
