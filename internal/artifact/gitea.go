package artifact

import (
	"context"

	"github.com/gennaker/gennaker/internal/model"
)

// giteaFile fetches gitea/file: the reference is the URL of a raw file of a server of
// Gitea or Forgejo, commit and all, as the artifacts of its webhooks have it.
type giteaFile struct {
	identity
	*web
	config GiteaAccount
}

func (b *builder) gitea(config GiteaAccount) (account, error) {
	guard, err := b.guard("gitea", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	credentials := tokenOrBasicHeaders("token", config.TokenAuth, config.BasicAuth, b.options.Secrets)
	reach := b.newReach("gitea", config.Name, hostsOf(config.Address, nil), config.URLRestrictions, config.BasicAuth.set() || config.TokenAuth.set())
	return &giteaFile{
		identity: identity{config.Name, []string{"gitea/file"}}, config: config, web: b.newWeb(guard, "", credentials).within(reach),
	}, nil
}

func (a *giteaFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	return a.web.getReference(ctx, artifact.Reference, nil)
}
