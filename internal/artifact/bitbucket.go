package artifact

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
)

// bitbucketFile fetches bitbucket/file: the reference is the URL of a file in
// the API of Bitbucket Cloud or Server, version and all.
type bitbucketFile struct {
	identity
	*web
	config BitbucketAccount
}

func (b *builder) bitbucket(config BitbucketAccount) (account, error) {
	guard, err := b.guard("bitbucket", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	either := tokenOrBasicHeaders("Bearer", config.TokenAuth, config.BasicAuth, b.options.Secrets)
	credentials := func(ctx context.Context) (http.Header, error) {
		headers, err := either(ctx)
		if headers != nil && config.TokenAuth.set() {
			headers.Set("Accept", "application/json") // as Clouddriver does
		}
		return headers, err
	}
	reach := b.newReach("bitbucket", config.Name, hostsOf(config.Address, config.AllowedHosts), config.URLRestrictions, config.BasicAuth.set() || config.TokenAuth.set(), bitbucketHosts...)
	return &bitbucketFile{identity: identity{config.Name, []string{"bitbucket/file"}}, config: config, web: b.newWeb(guard, "", credentials).within(reach)}, nil
}

func (a *bitbucketFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	return a.web.getReference(ctx, artifact.Reference, nil)
}
