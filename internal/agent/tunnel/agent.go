package tunnel

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Serve is the agent's end: it answers the requests that come through a
// connection with the handler, until the connection or the context ends. moved
// is called when the server asks for another connection.
func Serve(ctx context.Context, conn net.Conn, handler http.Handler, moved func(), log *slog.Logger) {
	outer := watch(conn)
	stop := context.AfterFunc(ctx, func() { _ = outer.Close() })
	defer stop()
	errs := slog.NewLogLogger(log.Handler(), slog.LevelDebug)

	streams := newListener()
	inner := &http.Server{Handler: handler, ErrorLog: errs, ReadHeaderTimeout: time.Minute}
	var running sync.WaitGroup
	running.Go(func() { _ = inner.Serve(streams) })

	mux := http.NewServeMux()
	mux.HandleFunc("POST "+streamPath, func(w http.ResponseWriter, r *http.Request) { serveStream(w, r, streams) })
	mux.HandleFunc("POST "+movePath, func(http.ResponseWriter, *http.Request) { moved() })
	server := &http.Server{Handler: mux, Protocols: http2Only(), HTTP2: http2Config(), ErrorLog: errs, ReadHeaderTimeout: time.Minute}
	one := newListener()
	one.conns <- outer
	running.Go(func() { _ = server.Serve(one) })

	<-outer.done
	_, _ = server.Close(), inner.Close()
	_, _ = one.Close(), streams.Close()
	running.Wait()
}

// serveStream has a stream served as a connection.
func serveStream(w http.ResponseWriter, r *http.Request, to *listener) {
	control := http.NewResponseController(w)
	if err := errors.Join(control.EnableFullDuplex(), control.Flush()); err != nil {
		return
	}
	// A pipe has the deadlines that net/http needs to hand a connection over to
	// exec and its like; a stream has none.
	near, far := net.Pipe()
	select {
	case to.conns <- near:
	case <-to.done:
		return
	}
	splice(far, r.Body, flushed{w, control})
}

// flushed sends on everything at once.
type flushed struct {
	io.Writer
	control *http.ResponseController
}

func (f flushed) Write(p []byte) (int, error) {
	n, err := f.Writer.Write(p)
	if err != nil {
		return n, err
	}
	return n, f.control.Flush()
}

// listener accepts the connections that it is given.
type listener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

func newListener() *listener {
	return &listener{conns: make(chan net.Conn, 1), done: make(chan struct{})}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (*listener) Addr() net.Addr { return address{} }

// address is the one there is.
type address struct{}

func (address) Network() string { return "tunnel" }
func (address) String() string  { return "tunnel" }
