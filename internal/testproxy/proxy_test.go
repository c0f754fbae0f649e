package testproxy_test

import (
	"bufio"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/testproxy"
)

// echo is a server that answers each line, and counts them.
func echo(t *testing.T) (address string, lines *atomic.Int64) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	lines = new(atomic.Int64)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				for scanner := bufio.NewScanner(conn); scanner.Scan(); {
					lines.Add(1)
					if _, err := conn.Write(append(scanner.Bytes(), '\n')); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().String(), lines
}

func TestFates(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		fate           testproxy.Fate
		answered, seen bool
	}{
		{"pass", testproxy.Pass, true, true},
		{"lose the request", testproxy.LoseRequest, false, false},
		{"lose the answer", testproxy.LoseAnswer, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			address, lines := echo(t)
			p := testproxy.New(t, "tcp", address)
			p.Decide(func(request []byte) testproxy.Fate {
				if strings.Contains(string(request), "fateful") {
					return test.fate
				}
				return testproxy.Pass
			})
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", p.Address().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			read := bufio.NewReader(conn)
			say := func(line string) (string, error) {
				if _, err := conn.Write([]byte(line + "\n")); err != nil {
					return "", err
				}
				return read.ReadString('\n')
			}
			if got, err := say("hello"); err != nil || got != "hello\n" {
				t.Fatalf("answer %q, error %v", got, err)
			}
			if _, err := say("fateful"); (err == nil) != test.answered {
				t.Errorf("error %v", err)
			}
			if seen := lines.Load() == 2; seen != test.seen {
				t.Errorf("the server saw %d requests", lines.Load())
			}
		})
	}
}
