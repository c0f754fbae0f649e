package kubernetes

import (
	"io"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
)

// mostAnswer is how many bytes an API server may answer a request with. A list of
// 100,000 ordinary pods has less; what names a server that never stops must not
// fill the memory.
const mostAnswer = 512 << 20

// boundAnswers bounds the answers of a cluster, save watches and logs, which are
// read piece by piece.
type boundAnswers struct {
	next http.RoundTripper
	most int64
}

// WrappedRoundTripper lets the Kubernetes client find the transport, which it
// asks to end requests.
func (b boundAnswers) WrappedRoundTripper() http.RoundTripper { return b.next }

// RoundTrip makes a request.
func (b boundAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil || answer.StatusCode == http.StatusSwitchingProtocols || endless(r) {
		return answer, err
	}
	body := answer.Body
	answer.Body = struct {
		io.Reader
		io.Closer
	}{limit.Bounded(body, b.most, "the cluster's answer"), body}
	return answer, nil
}

// endless tells whether an answer may go on for as long as it likes.
func endless(r *http.Request) bool {
	return r.URL.Query().Has("watch") || strings.HasSuffix(r.URL.Path, "/log")
}
