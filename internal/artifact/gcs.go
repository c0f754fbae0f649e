package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/google"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	gcsEndpoint = "https://storage.googleapis.com"
	gcsScope    = "https://www.googleapis.com/auth/devstorage.read_only"
)

// gcsObject fetches gcs/object: the reference is gs://bucket/path, and
// #generation after it where it is not the newest.
type gcsObject struct {
	identity
	*web
	config  GCSAccount
	builder *builder

	mu     sync.Mutex
	key    string // the credentials that tokens are for
	tokens oauth2.TokenSource
}

func (b *builder) gcs(config GCSAccount) (account, error) {
	if config.APIEndpoint == "" {
		config.APIEndpoint = gcsEndpoint
	}
	endpoint, err := url.Parse(config.APIEndpoint)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the apiEndpoint of the artifact account %s is no URL", config.Name)
	}
	a := &gcsObject{identity: identity{config.Name, []string{"gcs/object"}}, config: config, builder: b}
	var credentials func(context.Context) (http.Header, error)
	if !config.Anonymous {
		credentials = a.credentials
	}
	a.web = b.newWeb(b.options.Guard, endpoint.Host, credentials)
	return a, nil
}

func (a *gcsObject) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	bucket, path, err := splitObject("gs", artifact.Reference)
	if err != nil {
		return nil, err
	}
	query := url.Values{"alt": {"media"}}
	if at := strings.LastIndex(path, "#"); at >= 0 {
		generation := path[at+1:]
		if _, err := strconv.ParseInt(generation, 10, 64); err != nil {
			return nil, fault.New(fault.Invalid, "what follows the # in the reference must be a generation, which is a number")
		}
		query.Set("generation", generation)
		path = path[:at]
	}
	at := strings.TrimSuffix(a.config.APIEndpoint, "/") + "/storage/v1/b/" + url.PathEscape(bucket) + "/o/" + url.PathEscape(path)
	return a.web.get(ctx, at+"?"+query.Encode(), nil, true)
}

// credentials gives a token, which is kept until it ends or the key changes.
func (a *gcsObject) credentials(ctx context.Context) (http.Header, error) {
	source, err := a.source(ctx)
	if err != nil {
		return nil, err
	}
	token, err := source.Token()
	if err != nil {
		if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) && refused.Response != nil {
			return nil, fault.New(fault.Forbidden, "Google issued no token for the account's key (status %d); check jsonPath", refused.Response.StatusCode)
		}
		return nil, fault.New(fault.Unavailable, "get a token from Google: %w", unURL(err))
	}
	return authorization(token.Type() + " " + token.AccessToken), nil
}

func (a *gcsObject) source(ctx context.Context) (oauth2.TokenSource, error) {
	var key string
	if a.config.JSONPath != "" {
		value, err := a.builder.options.Secrets.File(ctx, a.config.JSONPath)
		if err != nil {
			return nil, err
		}
		key = value.Reveal()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.tokens != nil && a.key == key {
		return a.tokens, nil
	}
	// Tokens outlive the request that asked for the first.
	ctx = context.WithValue(context.WithoutCancel(ctx), oauth2.HTTPClient, &http.Client{Transport: a.builder.plain(), Timeout: readTimeout})
	found, err := googleCredentials(ctx, key)
	if err != nil {
		return nil, err
	}
	a.key, a.tokens = key, oauth2.ReuseTokenSource(nil, found.TokenSource)
	return a.tokens, nil
}

func googleCredentials(ctx context.Context, key string) (*google.Credentials, error) {
	if key == "" {
		found, err := google.FindDefaultCredentials(ctx, gcsScope)
		if err != nil {
			return nil, fault.New(fault.Invalid, "there are no application default credentials; set jsonPath, or anonymous for public buckets")
		}
		return found, nil
	}
	var kind struct {
		Type google.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal([]byte(key), &kind); err != nil {
		return nil, fault.New(fault.Invalid, "the file in jsonPath is not JSON")
	}
	found, err := google.CredentialsFromJSONWithType(ctx, []byte(key), kind.Type, gcsScope)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file in jsonPath contains no readable service account key")
	}
	return found, nil
}
