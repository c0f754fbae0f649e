package infrastructure

import (
	"bufio"
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// The processes of an installation share the accounts: each watches some, and
// the others ask it over HTTP what it sees. A secret that only they know keeps
// everybody else out.

const (
	viewsPath   = "/internal/views/"
	changesPath = "/internal/changes"
	watchesPath = "/internal/watches"
	// peerTimeout is how long another process may take to answer.
	peerTimeout = 10 * time.Second
	// mostQuestion and mostAnswer bound what is read of another process.
	mostQuestion = 1 << 20
	mostAnswer   = 256 << 20
	// stillThere is how often a stream of changes shows that it lives, and
	// peerSilent how long it may not.
	stillThere = 5 * time.Second
	peerSilent = 3 * stillThere
)

// Local is what this process tells others.
type Local struct {
	// View is the view of an account that is watched here.
	View func(account string) (view.Viewer, bool)
	// Watches are the states of what is watched here, as JSON has them.
	Watches func() any
	// Changes are those seen here.
	Changes *Changes
	// Done is closed when the process ends, and with it streams.
	Done <-chan struct{}
}

// Serve answers the questions of other processes, which know the secret.
func Serve(mux *http.ServeMux, secret string, local Local) {
	guarded := func(serve http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+secret)) != 1 {
				http.Error(w, "this is for the installation's own processes", http.StatusForbidden)
				return
			}
			serve(w, r)
		}
	}
	mux.HandleFunc("POST "+viewsPath+"{account}", guarded(func(w http.ResponseWriter, r *http.Request) {
		var q view.Question
		if err := json.NewDecoder(io.LimitReader(r.Body, mostQuestion)).Decode(&q); err != nil {
			http.Error(w, "the question can't be read: "+err.Error(), http.StatusBadRequest)
			return
		}
		viewer, ok := local.View(r.PathValue("account"))
		if !ok {
			http.Error(w, "the account is not watched here", http.StatusNotFound)
			return
		}
		answer, err := viewer.Ask(r.Context(), q)
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer) // the other process may have gone
	}))
	mux.HandleFunc("GET "+watchesPath, guarded(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(local.Watches()) // the other process may have gone
	}))
	mux.HandleFunc("GET "+changesPath, guarded(func(w http.ResponseWriter, r *http.Request) { serveChanges(w, r, local.Changes, local.Done) }))
}

// serveChanges writes a line of JSON for each handful of changes, and an empty
// one now and then.
func serveChanges(w http.ResponseWriter, r *http.Request, changes *Changes, closing <-chan struct{}) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	control := http.NewResponseController(w)
	lines := make(chan []byte)
	done := make(chan struct{})
	go func() {
		defer close(done)
		send := func(line []byte) error {
			select {
			case lines <- line:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		_ = changes.Follow(ctx, "", func() error { return send(nil) }, func(list []any) error { // the other process may have gone
			line, err := json.Marshal(list)
			if err != nil {
				return err
			}
			return send(line)
		})
	}()
	ticker := time.NewTicker(stillThere)
	defer ticker.Stop()
	defer func() { cancel(); <-done }()
	for {
		var line []byte
		select {
		case <-ctx.Done():
			return
		case <-closing:
			return
		case <-done:
			return
		case line = <-lines:
		case <-ticker.C:
		}
		_ = control.SetWriteDeadline(time.Now().Add(peerTimeout))
		if _, err := w.Write(append(line, '\n')); err != nil || control.Flush() != nil {
			return
		}
	}
}

// Peer is another process of the installation.
type Peer struct {
	// Address is the base of its URLs.
	Address string
	Secret  string
	Client  *http.Client
}

// viewOf is an account's view in one of other processes: they are asked in
// turn, as what is known of who watches an account may be a moment old.
func viewOf(account string, peers []Peer) view.Viewer { return peersView{account, peers} }

type peersView struct {
	account string
	peers   []Peer
}

// Ask implements [view.Viewer].
func (v peersView) Ask(ctx context.Context, q view.Question) (view.Answer, error) {
	var first error
	for _, peer := range v.peers {
		answer, err := peerView{peer, v.account}.Ask(ctx, q)
		if err == nil {
			return answer, nil
		}
		if first == nil {
			first = err
		}
	}
	return view.Answer{}, first
}

type peerView struct {
	peer    Peer
	account string
}

// Ask implements [view.Viewer].
func (v peerView) Ask(ctx context.Context, q view.Question) (view.Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, peerTimeout)
	defer cancel()
	var answer view.Answer
	body, err := json.Marshal(q)
	if err != nil {
		return answer, err
	}
	response, err := v.peer.do(ctx, http.MethodPost, viewsPath+url.PathEscape(v.account), bytes.NewReader(body))
	if err != nil {
		return answer, fault.New(fault.Unavailable, "account %s: the process that watches it can't be asked: %w", v.account, err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(io.LimitReader(response.Body, mostAnswer)).Decode(&answer); err != nil {
		return answer, fault.New(fault.Unavailable, "account %s: the answer of the process that watches it can't be read: %w", v.account, err)
	}
	return answer, nil
}

// Watches reads the states of what the other process watches into a value.
func (p Peer) Watches(ctx context.Context, into any) error {
	response, err := p.do(ctx, http.MethodGet, watchesPath, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return json.NewDecoder(io.LimitReader(response.Body, mostAnswer)).Decode(into)
}

// Follow publishes the other process's changes until the connection breaks or
// the context ends.
func (p Peer) Follow(ctx context.Context, publish func(view.Change)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	response, err := p.do(ctx, http.MethodGet, changesPath, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	silence := time.AfterFunc(peerSilent, cancel)
	defer silence.Stop()
	lines := bufio.NewReader(response.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("read the changes: %w", err)
		}
		silence.Reset(peerSilent)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		var list []view.Change
		if err := json.Unmarshal(line, &list); err != nil {
			return fmt.Errorf("read the changes: %w", err)
		}
		for _, change := range list {
			publish(change)
		}
	}
}

func (p Peer) do(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.Address+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+p.Secret)
	response, err := p.Client.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		defer response.Body.Close()
		text, _ := io.ReadAll(io.LimitReader(response.Body, 300)) // for the message only
		return nil, fmt.Errorf("%s answered %s: %s", p.Address, response.Status, bytes.TrimSpace(text))
	}
	return response, nil
}
