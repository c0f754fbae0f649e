// Package agent is a program in a cluster that can't be reached from outside:
// it connects to the server and serves as the way to the cluster's API server,
// with its own service account. The server holds no credentials of the cluster,
// and the cluster opens no port.
package agent

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/gennaker/gennaker/internal/agent/hub"
	"github.com/gennaker/gennaker/internal/agent/tunnel"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	dialTimeout     = 20 * time.Second
	defaultMinPause = 500 * time.Millisecond
	defaultMaxPause = 30 * time.Second
	// steady is how long a connection must have held for the next pause to be
	// the shortest again.
	steady = time.Minute
)

// Options are what an agent is made of. Server, Account, Token and Handler are
// required.
type Options struct {
	// Server is the server's URL; Account is the account that the agent serves.
	Server  *url.URL
	Account string
	// Token gives what the agent shows; it is asked at each connection, so that
	// a token can be changed.
	Token func() (string, error)
	// TLS is how the server is checked; the system's way where nil.
	TLS *tls.Config
	// Handler answers the requests for the cluster's API server: see [NewProxy].
	Handler http.Handler
	Version string
	Logger  *slog.Logger
	// MinPause and MaxPause bound the time between two tries to connect; half a
	// second and half a minute where 0.
	MinPause, MaxPause time.Duration
}

// Check tells what is wrong with a server's URL. Without TLS everybody on the
// way could act in the cluster, so that it is only for a server on this machine,
// or where plaintext says so.
func Check(server *url.URL, plaintext bool) error {
	switch host := server.Hostname(); {
	case host == "" || server.Scheme != "https" && server.Scheme != "http":
		return fmt.Errorf("%q is no URL such as https://gennaker.example.com", server)
	case server.Scheme == "http" && !plaintext && host != "localhost" && !net.ParseIP(host).IsLoopback():
		return fmt.Errorf("%q must start with https://, otherwise anyone on the network could act in the cluster", server)
	}
	return nil
}

// Run keeps a connection to the server until the context ends. It is made anew
// whenever it ends, after pauses that grow.
func Run(ctx context.Context, o Options) error {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.MinPause <= 0 {
		o.MinPause = defaultMinPause
	}
	if o.MaxPause <= 0 {
		o.MaxPause = defaultMaxPause
	}
	client := &http.Client{Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: o.TLS, TLSHandshakeTimeout: dialTimeout,
	}}
	var serving sync.WaitGroup
	defer serving.Wait()
	for pause := o.MinPause; ctx.Err() == nil; {
		began := time.Now()
		conn, err := dial(ctx, o, client)
		if err != nil {
			if ctx.Err() == nil {
				o.Logger.WarnContext(ctx, "can't connect to the server; trying again", "server", o.Server.Redacted(), "error", err, "in", pause.Round(time.Millisecond))
			}
		} else {
			o.Logger.InfoContext(ctx, "connected to the server", "server", o.Server.Redacted(), "account", o.Account)
			moved, ended := make(chan struct{}, 1), make(chan struct{})
			serving.Go(func() {
				defer close(ended)
				tunnel.Serve(ctx, conn, o.Handler, func() {
					select {
					case moved <- struct{}{}:
					default:
					}
				}, o.Logger)
			})
			select {
			case <-moved: // the old connection serves until the server ends it
				o.Logger.InfoContext(ctx, "the server stops soon; connecting to another one")
			case <-ended:
				if ctx.Err() == nil {
					o.Logger.WarnContext(ctx, "the connection to the server has ended")
				}
			}
		}
		if time.Since(began) > steady {
			pause = o.MinPause
		}
		wait(ctx, pause)
		pause = min(2*pause, o.MaxPause)
	}
	return nil
}

// wait waits for a pause, or up to half of it less, so that the agents of many
// clusters don't come all at once.
func wait(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause - rand.N(pause/2+1))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func dial(ctx context.Context, o Options, client *http.Client) (net.Conn, error) {
	token, err := o.Token()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	at := o.Server.JoinPath("agents", o.Account, "connect")
	socket, answer, err := websocket.Dial(ctx, at.String(), &websocket.DialOptions{ //nolint:bodyclose // it says that there is nothing to close
		HTTPClient: client, Subprotocols: []string{hub.Protocol}, CompressionMode: websocket.CompressionDisabled,
		HTTPHeader: http.Header{
			"Authorization": {"Bearer " + strings.TrimSpace(token)}, hub.VersionHeader: {o.Version}, "User-Agent": {"gennaker-agent/" + o.Version},
		},
	})
	if err != nil {
		return nil, explain(answer, err)
	}
	if socket.Subprotocol() != hub.Protocol {
		return nil, errors.Join(fmt.Errorf("what answers at %s does not speak to agents", o.Server.Redacted()), socket.CloseNow())
	}
	return hub.Conn(socket), nil //nolint:contextcheck // it outlasts the dialing
}

// explain says what the server says against the agent.
func explain(answer *http.Response, err error) error {
	if answer == nil || answer.Body == nil {
		if link, ok := errors.AsType[*url.Error](err); ok {
			return link.Err // without the whole way to it
		}
		return err
	}
	const most = 4 << 10
	data, readErr := io.ReadAll(io.LimitReader(answer.Body, most))
	var said map[string]any
	if readErr == nil && model.Unmarshal(data, &said) == nil && model.String(said, "message") != "" {
		return fmt.Errorf("the server rejected the agent: %s (%s)", model.String(said, "message"), answer.Status)
	}
	return fmt.Errorf("the server answers %s: %w", answer.Status, err)
}
