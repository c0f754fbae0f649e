package agent

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/gennaker/gennaker/internal/model"
)

// NewProxy returns a handler that passes requests on to a cluster's API server,
// as far as the limits let them, with the credentials of the config in place of
// any that they bring.
func NewProxy(config *rest.Config, limits Limits, log *slog.Logger) (http.Handler, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	target, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, fmt.Errorf("find the API server: %w", err)
	}
	plain, err := rest.TransportFor(config)
	if err != nil {
		return nil, fmt.Errorf("make a client of the API server: %w", err)
	}
	// HTTP/2 has no way to turn a request into a connection, as exec does.
	old := rest.CopyConfig(config)
	old.TLSClientConfig.NextProtos = []string{"http/1.1"}
	upgrading, err := rest.TransportFor(old)
	if err != nil {
		return nil, fmt.Errorf("make a client of the API server: %w", err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { rewrite(r, target) },
		Transport:     transports{plain: plain, upgrading: upgrading},
		FlushInterval: -1, // watches and logs are sent as they come
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil {
				log.WarnContext(r.Context(), "the API server can't be reached", "error", err)
			}
			writeStatus(w, http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable,
				"the agent can't reach the cluster's API server: "+err.Error())
		},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if why := limits.refuse(r); why != "" {
			log.WarnContext(r.Context(), "rejected a request", "method", r.Method, "path", r.URL.Path, "reason", why)
			writeStatus(w, http.StatusForbidden, metav1.StatusReasonForbidden, "the agent of this cluster "+why)
			return
		}
		proxy.ServeHTTP(w, r)
	}), nil
}

// rewrite makes a request the agent's own: to the API server, with no
// credentials but those that the transport adds, and on behalf of nobody else.
func rewrite(r *httputil.ProxyRequest, target *url.URL) {
	r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = target.Scheme, target.Host, target.Host
	if base := strings.TrimSuffix(target.Path, "/"); base != "" {
		r.Out.URL.Path = base + r.Out.URL.Path
		if r.Out.URL.RawPath != "" {
			r.Out.URL.RawPath = base + r.Out.URL.RawPath
		}
	}
	for name := range r.Out.Header {
		if strings.HasPrefix(name, "Impersonate-") || strings.HasPrefix(name, "X-Remote-") || strings.HasPrefix(name, "X-Forwarded-") {
			r.Out.Header.Del(name)
		}
	}
	for _, name := range []string{"Authorization", "Cookie", "Forwarded"} {
		r.Out.Header.Del(name)
	}
}

// transports picks the transport by what a request asks for.
type transports struct{ plain, upgrading http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (t transports) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Upgrade") != "" {
		return t.upgrading.RoundTrip(r)
	}
	return t.plain.RoundTrip(r)
}

// writeStatus answers as an API server does.
func writeStatus(w http.ResponseWriter, code int, reason metav1.StatusReason, message string) {
	body, err := model.Marshal(metav1.Status{
		TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"},
		Status:   metav1.StatusFailure, Message: message, Reason: reason, Code: int32(code),
	})
	if err != nil {
		body = []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(body)
}
