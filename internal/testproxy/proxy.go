// Package testproxy is a TCP proxy that breaks connections in the ways networks
// and failing servers do, for tests: before a request is passed on, or after,
// so that it is carried out while its answer is lost.
package testproxy

import (
	"context"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"
)

// Fate is what happens to a connection when a request comes over it.
type Fate int

// The fates of a connection.
const (
	// Pass passes the request on, and its answer back.
	Pass Fate = iota
	// LoseRequest closes the connection; the server never sees the request.
	LoseRequest
	// LoseAnswer passes the request on, waits for the server to answer, and
	// closes the connection without passing the answer back.
	LoseAnswer
	// Strand closes the connection for the client alone; the server hears
	// nothing more of it.
	Strand
)

// Proxy passes connections on to a server.
type Proxy struct {
	listener         net.Listener
	network, address string
	wait             sync.WaitGroup

	mu    sync.Mutex
	fate  func(request []byte) Fate
	links map[*link]struct{}
	// stranded are servers' sides whose clients are gone.
	stranded []net.Conn
	shut     bool
}

// link is one connection through the proxy.
type link struct {
	client, server net.Conn
	mu             sync.Mutex
	losing         bool
	stranded       bool
}

// New starts a proxy to a server; the test's end ends it.
func New(tb testing.TB, network, address string) *Proxy {
	tb.Helper()
	listener, err := new(net.ListenConfig).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: listener, network: network, address: address, links: map[*link]struct{}{}}
	p.wait.Go(p.accept)
	tb.Cleanup(func() {
		p.mu.Lock()
		p.shut = true
		p.mu.Unlock()
		_ = listener.Close()
		p.Cut()
		p.mu.Lock()
		for _, server := range p.stranded {
			_ = server.Close()
		}
		p.mu.Unlock()
		p.wait.Wait()
	})
	return p
}

// Address is where clients connect to.
func (p *Proxy) Address() *net.TCPAddr { return p.listener.Addr().(*net.TCPAddr) }

// Decide has fate tell what happens to each piece of data that a client sends;
// nil passes everything on. It is called by several goroutines.
func (p *Proxy) Decide(fate func(request []byte) Fate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fate = fate
}

// Cut closes all connections.
func (p *Proxy) Cut() {
	for _, l := range p.all() {
		l.close()
	}
}

// Disturb breaks some of the connections: each with the given probability, half
// of them at once, the others when the server answers the next time.
func (p *Proxy) Disturb(random *rand.Rand, probability float64) {
	for _, l := range p.all() {
		if random.Float64() >= probability {
			continue
		}
		if random.IntN(2) == 0 {
			l.close()
		} else {
			l.lose()
		}
	}
}

func (p *Proxy) all() []*link {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]*link, 0, len(p.links))
	for l := range p.links {
		out = append(out, l)
	}
	return out
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.wait.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	server, err := new(net.Dialer).DialContext(ctx, p.network, p.address)
	if err != nil {
		_ = client.Close()
		return
	}
	l := &link{client: client, server: server}
	defer l.close()
	p.mu.Lock()
	if p.shut {
		p.mu.Unlock()
		return
	}
	p.links[l] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.links, l)
	}()
	p.wait.Go(l.answers)
	p.requests(l)
}

// requests passes on what the client sends.
func (p *Proxy) requests(l *link) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := l.client.Read(buffer)
		if n > 0 {
			switch p.decide(buffer[:n]) {
			case LoseRequest:
				return
			case Strand:
				p.strand(l)
				return
			case LoseAnswer:
				l.lose()
			case Pass:
			}
			if _, err := l.server.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Proxy) decide(request []byte) Fate {
	p.mu.Lock()
	fate := p.fate
	p.mu.Unlock()
	if fate == nil {
		return Pass
	}
	return fate(request)
}

// answers passes back what the server sends, until it is to be lost.
func (l *link) answers() {
	defer l.close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := l.server.Read(buffer)
		if n > 0 && !l.pass(buffer[:n]) {
			return
		}
		if err != nil {
			return
		}
	}
}

func (l *link) pass(answer []byte) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.losing {
		return false
	}
	_, err := l.client.Write(answer)
	return err == nil
}

func (l *link) lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.losing = true
}

// strand closes the client's side; the server's stays open until the end.
func (p *Proxy) strand(l *link) {
	l.mu.Lock()
	l.losing, l.stranded = true, true
	l.mu.Unlock()
	_ = l.client.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stranded = append(p.stranded, l.server)
}

func (l *link) close() {
	_ = l.client.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stranded {
		_ = l.server.Close()
	}
}
