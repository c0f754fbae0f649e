package images

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// Registry is an image registry in memory, over plain HTTP.
type Registry struct {
	handler http.Handler
	address string // of its first listener
}

// NewRegistry serves a registry with the built-in images, on a free port of
// host, in the background until ctx ends.
func NewRegistry(ctx context.Context, host string) (*Registry, error) {
	layer, err := programLayer()
	if err != nil {
		return nil, err
	}
	r := &Registry{handler: registry.New(registry.Logger(slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)))}
	if r.address, err = r.Serve(ctx, net.JoinHostPort(host, "0")); err != nil {
		return nil, err
	}
	for _, i := range builtIn {
		img, err := i.build(layer)
		if err != nil {
			return nil, err
		}
		ref, err := name.NewTag(fmt.Sprintf("%s/%s:%s", r.address, i.repository, i.tag), name.Insecure)
		if err != nil {
			return nil, fmt.Errorf("images: %w", err)
		}
		if err := remote.Write(ref, img, remote.WithContext(ctx)); err != nil {
			return nil, fmt.Errorf("images: %s: %w", ref, err)
		}
	}
	return r, nil
}

// Address is host and port of the registry on this machine, for pushing.
func (r *Registry) Address() string { return r.address }

// Serve makes the registry answer at one more address, and returns that with
// the port that it has.
func (r *Registry) Serve(ctx context.Context, address string) (string, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "", fmt.Errorf("images: registry: %w", err)
	}
	server := &http.Server{Handler: r.handler, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	context.AfterFunc(ctx, func() { server.Close() })
	go server.Serve(listener) //nolint:errcheck // ends with ctx
	return listener.Addr().String(), nil
}
