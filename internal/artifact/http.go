package artifact

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/model"
)

// noAuthHTTPAccount is the account for http/file that Clouddriver adds where
// every other has credentials.
const noAuthHTTPAccount = "no-auth-http-account"

// httpFile fetches http/file: the reference is the URL.
type httpFile struct {
	identity
	*web
}

func (b *builder) http(config HTTPAccount) (account, error) {
	guard, err := b.guard("http", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	basic := basicHeaders(config.BasicAuth, b.options.Secrets)
	credentials := func(ctx context.Context) (http.Header, error) {
		headers, err := basic(ctx)
		if err != nil {
			return nil, err
		}
		if headers == nil {
			headers = http.Header{}
		}
		for name, ref := range config.Headers {
			value, err := b.options.Secrets.Resolve(ctx, ref)
			if err != nil {
				return nil, err
			}
			headers.Set(name, value.Reveal())
		}
		return headers, nil
	}
	reach := b.newReach("http", config.Name, config.AllowedHosts, config.URLRestrictions, config.usesAuth())
	return &httpFile{identity: identity{config.Name, []string{"http/file"}}, web: b.newWeb(guard, "", credentials).within(reach)}, nil
}

func (a *httpFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	return a.web.getReference(ctx, artifact.Reference, nil)
}

// usesAuth tells whether the account proves who asks.
func (a HTTPAccount) usesAuth() bool { return a.BasicAuth.set() || len(a.Headers) > 0 }
