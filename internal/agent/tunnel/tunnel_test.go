package tunnel_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/agent/tunnel"
)

const patience = 2 * time.Minute

// pair is both ends of a tunnel over a real connection.
type pair struct {
	*tunnel.Session
	client *http.Client
	moved  chan struct{}
	served chan struct{}
	agent  net.Conn
	stop   context.CancelFunc
}

func newPair(t *testing.T, handler http.HandlerFunc) *pair {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	agent, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	p := &pair{moved: make(chan struct{}, 1), served: make(chan struct{}), agent: agent, stop: stop}
	go func() {
		defer close(p.served)
		tunnel.Serve(ctx, agent, handler, func() { p.moved <- struct{}{} }, slog.New(slog.DiscardHandler))
	}()
	if p.Session, err = tunnel.NewSession(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	p.client = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return p.Dial(ctx) },
	}}
	t.Cleanup(func() {
		p.client.CloseIdleConnections()
		stop()
		wait(t, p.served, "the agent's end to stop")
		_ = p.Close()
		wait(t, p.Done(), "the server's end to stop")
	})
	return p
}

func wait(t *testing.T, done <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(patience):
		t.Errorf("waited in vain for %s", what)
	}
}

func TestRequestsGoThrough(t *testing.T) {
	t.Parallel()
	p := newPair(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Path", r.URL.Path)
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(append([]byte(r.Method+" "), body...))
	})
	var users sync.WaitGroup
	for i := range 50 {
		users.Go(func() {
			payload := strings.Repeat(fmt.Sprint(i%10), 1+i*5_000)
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodPut, fmt.Sprintf("http://x/%d", i), strings.NewReader(payload))
			answer, err := p.client.Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			body, err := io.ReadAll(answer.Body)
			if err != nil || string(body) != "PUT "+payload || answer.StatusCode != http.StatusTeapot || answer.Header.Get("X-Path") != fmt.Sprintf("/%d", i) {
				t.Errorf("request %d: %v, %s, %d bytes", i, err, answer.Status, len(body))
			}
		})
	}
	users.Wait()
}

func TestStreamsAreNotHeldBack(t *testing.T) {
	t.Parallel()
	next, gone := make(chan string), make(chan struct{})
	p := newPair(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(gone)
		for {
			select {
			case text := <-next:
				fmt.Fprintln(w, text)
				_ = http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { next <- "zero" }()
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://x/watch", http.NoBody)
	answer, err := p.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewReader(answer.Body)
	for _, want := range []string{"zero\n", "one\n", "two\n"} {
		if want != "zero\n" {
			next <- strings.TrimSpace(want) // comes though the answer goes on
		}
		if got, err := lines.ReadString('\n'); err != nil || got != want {
			t.Fatalf("%q, %v; want %q", got, err, want)
		}
	}
	cancel()
	wait(t, gone, "the handler to hear that nobody listens any more")
}

// An upgraded connection, as exec has it, carries bytes both ways.
func TestUpgradedConnections(t *testing.T) {
	t.Parallel()
	p := newPair(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, buffered, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, _ = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n"))
		_, _ = io.Copy(conn, buffered)
	})
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/exec", http.NoBody)
	request.Header.Set("Connection", "Upgrade")
	request.Header.Set("Upgrade", "echo")
	answer, err := p.client.Do(request)
	if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v, %v", answer, err)
	}
	stream := answer.Body.(io.ReadWriteCloser)
	lines := bufio.NewReader(stream)
	for _, text := range []string{"one\n", "two\n"} {
		if _, err := io.WriteString(stream, text); err != nil {
			t.Fatal(err)
		}
		if got, err := lines.ReadString('\n'); err != nil || got != text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	_ = stream.Close()
}

func TestMove(t *testing.T) {
	t.Parallel()
	p := newPair(t, func(http.ResponseWriter, *http.Request) {})
	if err := p.Move(t.Context()); err != nil {
		t.Fatal(err)
	}
	wait(t, p.moved, "the agent to be asked to move")
}

func TestBothEndsNoticeTheEnd(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	defer close(hold)
	for name, end := range map[string]func(*pair){
		"cut":        func(p *pair) { _ = p.agent.Close() },
		"the server": func(p *pair) { _ = p.Close() },
		"the agent":  func(p *pair) { p.stop() },
	} {
		asked := make(chan struct{}, 1)
		p := newPair(t, func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		})
		failed := make(chan error, 1)
		go func() {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://x/", http.NoBody)
			answer, err := p.client.Do(request)
			if err == nil {
				_ = answer.Body.Close()
			}
			failed <- err
		}()
		<-asked
		end(p)
		wait(t, p.Done(), name+": the server to notice")
		wait(t, p.served, name+": the agent to notice")
		select {
		case err := <-failed:
			if err == nil {
				t.Errorf("%s: the request at hand was answered", name)
			}
		case <-time.After(patience):
			t.Errorf("%s: the request at hand does not end", name)
		}
		if _, err := p.Dial(t.Context()); err == nil {
			t.Errorf("%s: a connection was opened through it", name)
		}
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer far.Close()
	go func() { _, _ = io.Copy(io.Discard, far) }() // takes everything and says nothing
	session, err := tunnel.NewSession(t.Context(), near)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := session.Dial(ctx); !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v", err)
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	a, b := net.Pipe()
	c, d := net.Pipe()
	joined := make(chan struct{})
	go func() {
		defer close(joined)
		tunnel.Join(b, c)
	}()
	go func() { _, _ = a.Write([]byte("hello")) }()
	got := make([]byte, 5)
	if _, err := io.ReadFull(d, got); err != nil || !bytes.Equal(got, []byte("hello")) {
		t.Errorf("%q, %v", got, err)
	}
	_ = a.Close()
	wait(t, joined, "the end of both")
	if _, err := d.Read(got); err == nil {
		t.Error("the other connection is still open")
	}
}
