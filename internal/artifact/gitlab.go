package artifact

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
)

// gitLabFile fetches gitlab/file: the reference is the URL of a raw file in
// GitLab's API, the version a branch, a tag or a commit.
type gitLabFile struct {
	identity
	*web
	config GitLabAccount
}

func (b *builder) gitLab(config GitLabAccount) (account, error) {
	guard, err := b.guard("gitlab", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	credentials := func(ctx context.Context) (http.Header, error) {
		token, err := config.TokenAuth.lookup(ctx, b.options.Secrets)
		if err != nil || token == "" {
			return nil, err
		}
		return http.Header{"Private-Token": {token}}, nil
	}
	reach := b.newReach("gitlab", config.Name, hostsOf(config.Address, config.AllowedHosts), config.URLRestrictions, config.TokenAuth.set(), gitLabHosts...)
	return &gitLabFile{identity: identity{config.Name, []string{"gitlab/file"}}, config: config, web: b.newWeb(guard, "", credentials).within(reach)}, nil
}

func (a *gitLabFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	at, err := withRef(artifact)
	if err != nil {
		return nil, err
	}
	return a.web.getReference(ctx, at.String(), nil)
}
