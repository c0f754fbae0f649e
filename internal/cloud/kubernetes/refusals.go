package kubernetes

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strings"
)

// hideRefused wraps a transport: what refuses a request, such as a proxy on the way, may
// repeat its credentials, and errors are shown to more people than know those.
func hideRefused(next http.RoundTripper) http.RoundTripper { return refusals{next} }

type refusals struct{ next http.RoundTripper }

// WrappedRoundTripper lets the Kubernetes client find the transport, which it asks to
// end requests.
func (r refusals) WrappedRoundTripper() http.RoundTripper { return r.next }

// RoundTrip makes a request, and takes its credentials out of an answer that is an error.
func (r refusals) RoundTrip(req *http.Request) (*http.Response, error) {
	response, err := r.next.RoundTrip(req)
	if err != nil || response.StatusCode < http.StatusBadRequest {
		return response, err
	}
	if secrets := credentialsOf(req); len(secrets) > 0 {
		response.Body = &hiding{body: response.Body, secrets: secrets}
		response.ContentLength = -1
	}
	return response, nil
}

// shortestCredential is how long a secret must be to be taken out of texts: shorter ones
// are in many words.
const shortestCredential = 6

// credentialsOf are the secret texts that a request is sent with, the longest first.
func credentialsOf(req *http.Request) (out [][]byte) {
	_, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	_, password, _ := req.BasicAuth()
	for _, secret := range []string{credential, strings.TrimRight(credential, "="), password} {
		if len(secret) >= shortestCredential {
			out = append(out, []byte(secret))
		}
	}
	return out
}

// hidden stands where a secret was.
const hidden = "[hidden]"

// hiding is a body without secrets.
type hiding struct {
	body    io.ReadCloser
	secrets [][]byte
	// ready is what can be read, and rest what may be the beginning of a secret.
	ready, rest []byte
	err         error
}

// Read reads on.
func (h *hiding) Read(p []byte) (int, error) {
	for len(h.ready) == 0 && h.err == nil {
		var chunk [4 << 10]byte
		var n int
		n, h.err = h.body.Read(chunk[:])
		text := slices.Concat(h.rest, chunk[:n])
		keep := 0
		for _, secret := range h.secrets {
			text = bytes.ReplaceAll(text, secret, []byte(hidden))
			keep = max(keep, len(secret)-1)
		}
		if h.err != nil {
			keep = 0
		}
		at := max(len(text)-keep, 0)
		h.ready, h.rest = text[:at:at], bytes.Clone(text[at:])
	}
	n := copy(p, h.ready)
	h.ready = h.ready[n:]
	if len(h.ready) > 0 {
		return n, nil
	}
	return n, h.err
}

// Close ends reading.
func (h *hiding) Close() error { return h.body.Close() }
