package hub

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/coder/websocket"

	"github.com/gennaker/gennaker/internal/agent/tunnel"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Protocol is what agents speak on their WebSocket.
const Protocol = "gennaker-agent-1"

// VersionHeader is where an agent says which version it has.
const VersionHeader = "X-Gennaker-Version"

// Register has a multiplexer answer agents, and other processes that want
// theirs.
func (h *Hub) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /agents/{account}/connect", h.serveAgent)
	mux.HandleFunc("GET /agents/{account}/relay", h.serveProcess)
}

// serveAgent takes an agent in, until one of both ends it.
func (h *Hub) serveAgent(w http.ResponseWriter, r *http.Request) {
	s, err := h.welcome(r)
	if err != nil {
		h.o.Logger.WarnContext(r.Context(), "rejected an agent", "account", r.PathValue("account"), "remote", r.RemoteAddr, "error", err)
		refuse(w, err)
		return
	}
	conn, err := accept(w, r) //nolint:contextcheck // it outlasts the request
	if err != nil {
		return // it has been answered
	}
	// The request's context may end once its connection has been taken over.
	ctx := context.WithoutCancel(r.Context())
	opening, cancel := context.WithTimeout(ctx, dialTimeout)
	s.Session, err = tunnel.NewSession(opening, conn)
	cancel()
	if err != nil {
		h.o.Logger.WarnContext(ctx, "an agent does not speak as it should", "account", s.account, "remote", s.remote, "error", err)
		return
	}
	h.hold(ctx, s)
}

// hold keeps an agent until it goes.
func (h *Hub) hold(ctx context.Context, s *session) {
	if !h.add(s) {
		_ = s.Close()
		return
	}
	defer h.running.Done()
	noting, cancel := context.WithTimeout(ctx, storeTimeout)
	if err := h.see(noting, true, s); err != nil { // the next beat makes up for it
		h.o.Logger.WarnContext(ctx, "can't note that an agent is connected", "account", s.account, "error", err)
	}
	cancel()
	h.o.Logger.InfoContext(ctx, "agent connected", "account", s.account, "remote", s.remote, "version", s.version)
	<-s.Done()
	last := h.remove(s)
	_ = s.Close()
	h.o.Logger.InfoContext(ctx, "agent gone", "account", s.account, "remote", s.remote)
	if !last {
		return
	}
	noting, cancel = context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	err := h.o.Store.Write(noting, func(ctx context.Context, tx *store.Tx) error {
		return tx.CloseAgent(ctx, s.account, h.o.ProcessID)
	})
	if err != nil { // the others notice by its age
		h.o.Logger.WarnContext(ctx, "can't note that an agent has gone", "account", s.account, "error", err)
	}
}

// welcome tells whether an agent may connect.
func (h *Hub) welcome(r *http.Request) (*session, error) {
	account := r.PathValue("account")
	shown, err := h.find(r.Context(), bearer(r))
	if err != nil {
		return nil, err
	}
	if shown.Account != account {
		return nil, fault.New(fault.Forbidden, "the token is for the agent of account %s, not %s", shown.Account, account)
	}
	switch exists, served := h.o.IsAgent(account); {
	case !exists:
		return nil, fault.New(fault.NotFound, "there is no account %s: add it with agent: true", account)
	case !served:
		return nil, fault.New(fault.Conflict, "account %s has its own credentials: set agent: true instead", account)
	}
	err = h.o.Store.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.UseAgentToken(ctx, shown.ID) })
	if err != nil {
		return nil, err
	}
	return &session{account: account, token: shown.ID, version: r.Header.Get(VersionHeader), remote: r.RemoteAddr}, nil
}

// errUnknownToken answers all tokens that are not known alike.
var errUnknownToken = errors.New(`the token is not known here, or was revoked: make one with "gennaker agent token"`)

func bearer(r *http.Request) string {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return strings.TrimSpace(token)
}

func accept(w http.ResponseWriter, r *http.Request) (net.Conn, error) {
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		Subprotocols: []string{Protocol}, CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		return nil, err
	}
	return Conn(socket), nil
}

// Conn is a WebSocket as a connection.
func Conn(socket *websocket.Conn) net.Conn {
	socket.SetReadLimit(-1) // what is read is passed on, not gathered
	return websocket.NetConn(context.Background(), socket, websocket.MessageBinary)
}

// serveProcess opens a connection through an agent for another process.
func (h *Hub) serveProcess(w http.ResponseWriter, r *http.Request) {
	if h.o.Secret == "" || subtle.ConstantTimeCompare([]byte(bearer(r)), []byte(h.o.Secret)) != 1 {
		refuse(w, errUnknownToken)
		return
	}
	through, err := h.dialHere(r.Context(), r.PathValue("account"))
	if err != nil {
		refuse(w, fault.New(fault.Unavailable, "%w", err))
		return
	}
	conn, err := accept(w, r) //nolint:contextcheck // it outlasts the request
	if err != nil {
		_ = through.Close()
		return
	}
	tunnel.Join(through, conn)
}

// dialThere opens a connection by way of the process that an agent is
// connected to.
func (h *Hub) dialThere(ctx context.Context, c store.AgentConnection) (net.Conn, error) {
	socket, answer, err := websocket.Dial(ctx, c.Address+"/agents/"+c.Account+"/relay", &websocket.DialOptions{ //nolint:bodyclose // it says that there is nothing to close
		HTTPClient: h.relay, Subprotocols: []string{Protocol}, CompressionMode: websocket.CompressionDisabled,
		HTTPHeader: http.Header{"Authorization": {"Bearer " + h.o.Secret}},
	})
	if err != nil {
		if answer != nil && answer.StatusCode == http.StatusServiceUnavailable {
			return nil, errNoAgent
		}
		return nil, fault.New(fault.Unavailable, "by way of the process at %s: %w", c.Address, err)
	}
	return Conn(socket), nil //nolint:contextcheck // it outlasts the dialing
}

// refuse answers with an error, as the API does.
func refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	switch fault.KindOf(err) {
	case fault.Forbidden:
		status = http.StatusForbidden
	case fault.NotFound:
		status = http.StatusNotFound
	case fault.Conflict:
		status = http.StatusConflict
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
	}
	if errors.Is(err, errUnknownToken) {
		status = http.StatusUnauthorized
	}
	body, marshalErr := model.Marshal(map[string]any{"status": status, "error": http.StatusText(status), "message": err.Error()})
	if marshalErr != nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
