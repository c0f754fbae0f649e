package server

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/version"
	"github.com/gennaker/gennaker/internal/webui"
	"github.com/gennaker/gennaker/web"
)

// buildAPI makes the HTTP API and puts it in the place of everything that has
// no handler of its own.
func (p *process) buildAPI() error {
	c := p.config.Server
	cors := api.CORS{AllowedOrigins: ownOrigins(c), AllowedOriginsPattern: c.CORS.AllowedOriginsPattern}
	shared, err := p.shared(cors)
	if err != nil {
		return err
	}
	areas, err := p.areas(shared)
	if err != nil {
		return err
	}
	handler, err := api.New(api.Options{
		Areas: areas, Executions: shared.reader, Pipelines: p.platform.store, AllowedAccounts: shared.directory.Allowed,
		Config: api.Config{
			BodyLimit: int64(c.BodyLimit), Memory: p.memory.share(4), CORS: cors,
			// Nobody logs in, so that the header gives no rights: it only says
			// whose name an execution carries.
			TrustUserHeader: true,
		},
		Metrics: p.metrics, Version: version.Get().Version, Logger: p.log,
	})
	if err != nil {
		return err
	}
	p.mux.Handle("/", handler)
	return p.buildPages(handler)
}

// ownOrigins are the configured origins and the server's own: behind a proxy
// that changes the Host header, a page of its own would look like another's.
func ownOrigins(c config.Server) []string {
	if u, err := url.Parse(c.BaseURL); err == nil && u.Host != "" {
		return append(slices.Clone(c.CORS.AllowedOrigins), u.Scheme+"://"+u.Host)
	}
	return c.CORS.AllowedOrigins
}

// buildPages puts the web interface beside the API. A program that was built
// without one sends browsers where it sends everybody.
func (p *process) buildPages(root http.Handler) error {
	files, err := web.Files()
	if err != nil {
		return fmt.Errorf("open the web interface: %w", err)
	}
	ui, err := webui.New(files)
	if err != nil {
		return err
	}
	if files == nil {
		p.mux.Handle("GET "+webui.Prefix, ui)
		return nil
	}
	webui.Register(p.mux, ui, root)
	return nil
}
