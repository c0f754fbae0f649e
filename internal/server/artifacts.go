package server

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/template/library"
)

// buildArtifacts makes what keeps and fetches artifacts, and the rules about the URLs that
// users give.
func (p *process) buildArtifacts(ctx context.Context) error {
	var err error
	if p.guard, err = httpguard.New(p.config.URLRestrictions); err != nil {
		return fmt.Errorf("user-configured-url-restrictions: %w", err)
	}
	p.contents, err = artifactstore.New(ctx, artifactstore.Options{Config: p.config.ArtifactStore, Store: p.platform.store, Secrets: p.secrets, Now: p.clock.Now, Logger: p.log})
	if err != nil {
		return err
	}
	p.artifacts, err = artifact.NewService(artifact.Options{
		Config: p.config.Artifacts, Guard: p.guard, Secrets: p.secrets, Contents: p.contents, Templates: library.New(p.platform.store), Missing: p.missingAccount,
	})
	if err != nil {
		return fmt.Errorf("artifacts: %w", err)
	}
	return nil
}
