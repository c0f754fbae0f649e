// Package tunnel turns a connection that one side has opened into connections
// that the other side opens: an agent in a cluster connects to the server, and
// the server makes requests to the agent through it.
//
// On the one connection HTTP/2 is spoken, with the agent as its server. Each
// stream of it carries a connection of its own, on which plain HTTP/1.1 is
// spoken with the agent's handler: so that requests that turn into something
// else (exec, attach, port forwarding), and ones that never end (watches, logs),
// need nothing special. Both ends notice by pings that the other one is gone.
package tunnel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

const (
	// pingAfter is how long nothing comes before the other end is asked whether
	// it is there, pingTimeout how long it may take to say so.
	pingAfter   = 10 * time.Second
	pingTimeout = 10 * time.Second

	// maxStreams is how many connections an agent takes at the same time.
	maxStreams = 10_000

	streamBuffer     = 1 << 20
	connectionBuffer = 16 << 20
)

// The paths of what a server asks an agent for.
const (
	streamPath = "/stream"
	movePath   = "/move"
)

func http2Config() *http.HTTP2Config {
	return &http.HTTP2Config{
		MaxConcurrentStreams:          maxStreams,
		MaxReceiveBufferPerConnection: connectionBuffer, MaxReceiveBufferPerStream: streamBuffer,
		SendPingTimeout: pingAfter, PingTimeout: pingTimeout,
	}
}

func http2Only() *http.Protocols {
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true)
	return p
}

// watched is a connection that tells when it is closed.
type watched struct {
	net.Conn
	once sync.Once
	done chan struct{}
}

func watch(conn net.Conn) *watched { return &watched{Conn: conn, done: make(chan struct{})} }

func (w *watched) Close() error {
	w.once.Do(func() { close(w.done) })
	return w.Conn.Close()
}

// Session is the server's end: it opens connections to the agent. It is safe
// for use by many goroutines.
type Session struct {
	conn   *watched
	client *http.ClientConn
}

// errUsed says that the connection was given away already.
var errUsed = errors.New("tunnel: a session has a single connection")

// NewSession begins to speak to the agent at the other end of a connection,
// which is the session's from now on.
func NewSession(ctx context.Context, conn net.Conn) (*Session, error) {
	s := &Session{conn: watch(conn)}
	given := false
	transport := &http.Transport{
		Protocols: http2Only(), HTTP2: http2Config(), DisableCompression: true,
		DialContext: func(context.Context, string, string) (net.Conn, error) {
			if given {
				return nil, errUsed
			}
			given = true
			return s.conn, nil
		},
	}
	var err error
	if s.client, err = transport.NewClientConn(ctx, "http", "agent:80"); err != nil {
		return nil, errors.Join(fmt.Errorf("speak HTTP/2 to the agent: %w", err), s.conn.Close())
	}
	return s, nil
}

// Done is closed when the connection has ended.
func (s *Session) Done() <-chan struct{} { return s.conn.done }

// Close ends the connection, and all that it carries.
func (s *Session) Close() error { return errors.Join(s.client.Close(), s.conn.Close()) }

// Dial opens a connection to the agent's handler. The context bounds the
// opening only.
func (s *Session) Dial(ctx context.Context) (net.Conn, error) {
	theirs, ours := io.Pipe()
	answer, cancel, err := s.post(ctx, streamPath, theirs) //nolint:bodyclose // when the connection ends
	if err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	near, far := net.Pipe()
	go func() {
		defer cancel()
		splice(far, answer.Body, ours)
		_ = ours.Close()
		_ = answer.Body.Close()
	}()
	return near, nil
}

// Move asks the agent to open another connection, elsewhere if it can: this
// one will end soon.
func (s *Session) Move(ctx context.Context) error {
	answer, cancel, err := s.post(ctx, movePath, http.NoBody)
	if err != nil {
		return err
	}
	defer cancel()
	return answer.Body.Close()
}

// post makes a request whose answer outlasts the context; cancel ends it.
func (s *Session) post(ctx context.Context, path string, body io.ReadCloser) (*http.Response, context.CancelFunc, error) {
	stream, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	request, err := http.NewRequestWithContext(stream, http.MethodPost, "http://agent"+path, body)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	answer, err := s.client.RoundTrip(request)
	if !stop() && err == nil { // the context has ended
		err = errors.Join(ctx.Err(), answer.Body.Close())
	}
	if err == nil && answer.StatusCode != http.StatusOK {
		err = errors.Join(fmt.Errorf("the agent answers %s", answer.Status), answer.Body.Close())
	}
	if err != nil {
		cancel()
		return nil, nil, fmt.Errorf("ask the agent: %w", err)
	}
	return answer, cancel, nil
}

// splice copies both ways until one way ends, and closes the connection.
func splice(conn net.Conn, from io.Reader, to io.Writer) {
	var both sync.WaitGroup
	both.Go(func() {
		_, _ = io.Copy(conn, from) // either end may go at any time
		_ = conn.Close()
	})
	_, _ = io.Copy(to, conn)
	_ = conn.Close()
	if closer, ok := from.(io.Closer); ok {
		_ = closer.Close() // ends the other way
	}
	both.Wait()
}

// Join carries everything between two connections until one of them ends, and
// closes both.
func Join(a, b net.Conn) {
	splice(a, b, b)
	_ = b.Close()
}
