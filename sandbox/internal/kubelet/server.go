// Package kubelet answers the API server's questions to the kubelets of
// simulated nodes. The only one it has a good answer to is for logs.
package kubelet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"k8s.io/client-go/kubernetes"
)

// Config says how to serve.
type Config struct {
	Client   kubernetes.Interface // to look up pods
	Host     string               // to listen on
	CertFile string
	KeyFile  string
	CA       []byte // PEM: who signs the certificates of callers
	Caller   string // the one user who may call
}

// Start serves the kubelet API of all simulated nodes in the background until
// ctx ends, and returns the port.
func Start(ctx context.Context, config Config) (int, error) {
	cert, err := tls.LoadX509KeyPair(config.CertFile, config.KeyFile)
	if err != nil {
		return 0, fmt.Errorf("kubelet: %w", err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(config.CA)
	listener, err := net.Listen("tcp", net.JoinHostPort(config.Host, "0"))
	if err != nil {
		return 0, fmt.Errorf("kubelet: %w", err)
	}
	server := &http.Server{
		Handler:           onlyFor(config.Caller, newHandler(config.Client)),
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{cert},
			ClientCAs:    roots,
			ClientAuth:   tls.RequireAndVerifyClientCert,
			MinVersion:   tls.VersionTLS12,
		},
	}
	context.AfterFunc(ctx, func() { server.Close() })
	go server.ServeTLS(listener, "", "") //nolint:errcheck // ends with ctx
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func newHandler(client kubernetes.Interface) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /containerLogs/{namespace}/{pod}/{container}", logHandler{client})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		http.Error(w, "a simulated node has no processes: "+r.URL.Path+" is not to be had", http.StatusNotImplemented)
	})
	return mux
}

func onlyFor(user string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 || r.TLS.PeerCertificates[0].Subject.CommonName != user {
			http.Error(w, "only the API server may call", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
