package secret

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"

	"golang.org/x/oauth2"
	googleauth "golang.org/x/oauth2/google"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	googleScope          = "https://www.googleapis.com/auth/cloud-platform"
	googleStorage        = "https://storage.googleapis.com"
	googleSecretsManager = "https://secretmanager.googleapis.com" //nolint:gosec // an address, no secret
)

// google reads secrets in Google's storage and secret manager, with the
// application default credentials.
type google struct {
	storage, secretManager string
	http                   *http.Client

	mu     sync.Mutex
	tokens oauth2.TokenSource
}

func newGoogle(storage, secretManager string, tokens oauth2.TokenSource) *google {
	if storage == "" {
		storage = googleStorage
	}
	if secretManager == "" {
		secretManager = googleSecretsManager
	}
	return &google{storage: storage, secretManager: secretManager, tokens: tokens, http: &http.Client{Timeout: cloudTimeout}}
}

// object reads a file in Google's storage: b is the bucket, f the object's
// name, and k the key of a value in it.
func (g *google) object(ctx context.Context, at place) ([]byte, error) {
	file, err := g.get(ctx, g.storage+"/storage/v1/b/"+url.PathEscape(at.params["b"])+"/o/"+url.PathEscape(at.params["f"])+"?alt=media")
	if err != nil {
		return nil, err
	}
	return inYAML(file, at.params["k"])
}

// managed reads a secret of Google's secret manager: p is the number of the
// project, s the secret, v its version, which is the latest one without it, and
// k a key of the JSON object that it holds.
func (g *google) managed(ctx context.Context, at place) ([]byte, error) {
	version := at.params["v"]
	if version == "" {
		version = "latest"
	}
	text, err := g.get(ctx, g.secretManager+"/v1/projects/"+url.PathEscape(at.params["p"])+"/secrets/"+
		url.PathEscape(at.params["s"])+"/versions/"+url.PathEscape(version)+":access")
	if err != nil {
		return nil, err
	}
	var answer struct{ Payload struct{ Data string } }
	if err := json.Unmarshal(text, &answer); err != nil {
		return nil, fault.New(fault.Unavailable, "the answer of Google's secret manager can't be read")
	}
	value, err := fromBase64(answer.Payload.Data)
	if err != nil {
		return nil, err
	}
	return inJSON(value, at.params["k"])
}

func (g *google) get(ctx context.Context, at string) ([]byte, error) {
	token, err := g.token(ctx)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference makes no URL")
	}
	token.SetAuthHeader(request)
	response, err := g.http.Do(request)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "Google can't be reached: %w", err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound:
		return nil, fault.New(fault.NotFound, "Google has no such secret; check the reference")
	case response.StatusCode == http.StatusForbidden, response.StatusCode == http.StatusUnauthorized:
		return nil, fault.New(fault.Forbidden, "Google denied access (status %d); check the permissions of the application default credentials", response.StatusCode)
	case response.StatusCode >= http.StatusInternalServerError:
		return nil, fault.New(fault.Unavailable, "Google answers with status %d", response.StatusCode)
	case response.StatusCode != http.StatusOK:
		return nil, fault.New(fault.Invalid, "Google rejected the reference (status %d)", response.StatusCode)
	}
	return readSecret(response.Body)
}

// token gives a token, which is kept until it ends.
func (g *google) token(ctx context.Context) (*oauth2.Token, error) {
	source, err := g.source(ctx)
	if err != nil {
		return nil, err
	}
	token, err := source.Token()
	if err != nil {
		if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) && refused.Response != nil {
			return nil, fault.New(fault.Forbidden, "Google issued no token for the application default credentials (status %d)", refused.Response.StatusCode)
		}
		return nil, fault.New(fault.Unavailable, "get a token from Google: %w", err)
	}
	return token, nil
}

func (g *google) source(ctx context.Context) (oauth2.TokenSource, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tokens == nil {
		// Tokens outlive the request that asked for the first.
		ctx = context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, g.http)
		found, err := googleauth.FindDefaultCredentials(ctx, googleScope)
		if err != nil {
			return nil, fault.New(fault.Invalid, "there are no Google application default credentials to read it with")
		}
		g.tokens = oauth2.ReuseTokenSource(nil, found.TokenSource)
	}
	return g.tokens, nil
}

func fromBase64(text string) ([]byte, error) {
	out, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "its content is not base64")
	}
	return out, nil
}
