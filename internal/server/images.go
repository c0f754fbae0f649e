package server

import (
	"path/filepath"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/packer"
)

// buildImages makes what bakes machine images. Processes that run stages build them, if
// the configuration has base images.
func (p *process) buildImages() {
	c := p.config.Images
	p.images = imagebakery.New(imagebakery.Options{
		Store: p.platform.store, Config: c, Secrets: p.secrets, Now: p.clock.Now, Logger: p.log,
		Builder: packer.New(packer.Options{Dir: filepath.Join(p.config.DataDir, "bakes"), ConfigDir: c.Rosco.ConfigDir, Packer: c.Packer, Timeout: c.Timeout()}),
	})
	if p.has(config.RoleEngine) && c.Enabled() {
		p.runs("images", p.images)
	}
}
