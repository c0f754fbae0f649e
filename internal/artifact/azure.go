package artifact

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// azureVersion is the version of Azure's Blob API.
const azureVersion = "2023-11-03"

// AzureAccount is an account of type azure/blob, which Spinnaker has not.
type AzureAccount struct {
	Name           string     `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	StorageAccount string     `json:"storageAccount" yaml:"storageAccount" required:"true" doc:"The name of the storage account."`
	AccountKey     secret.Ref `json:"accountKey,omitzero" yaml:"accountKey" secret:"true" doc:"The storage account's access key, or its place: env:, file:, encrypted:."`
	SASToken       secret.Ref `json:"sasToken,omitzero" yaml:"sasToken" secret:"true" doc:"A shared access signature with permission to read, instead of accountKey, or its place: env:, file:, encrypted:."`
	APIEndpoint    string     `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"The URL of the Blob API. Default: https://<storageAccount>.blob.core.windows.net."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a AzureAccount) Validate() []error {
	var errs []error
	if !regionPattern.MatchString(a.StorageAccount) {
		errs = append(errs, errors.New("storageAccount: must be the name of a storage account"))
	}
	if !a.AccountKey.IsZero() && !a.SASToken.IsZero() {
		errs = append(errs, errors.New("sasToken: accountKey and sasToken exclude each other"))
	}
	if a.APIEndpoint != "" {
		errs = append(errs, checkURL("apiEndpoint", a.APIEndpoint, "http", "https")...)
	}
	return checks(a.Name, errs, checkSecret("accountKey", a.AccountKey), checkSecret("sasToken", a.SASToken))
}

func (a AzureAccount) endpoint() string {
	if a.APIEndpoint != "" {
		return strings.TrimSuffix(a.APIEndpoint, "/")
	}
	return "https://" + a.StorageAccount + ".blob.core.windows.net"
}

// azureBlob fetches azure/blob: the reference is azblob://container/path or the blob's URL,
// and #version after it where it is not the newest.
type azureBlob struct {
	identity
	web     *web
	config  AzureAccount
	secrets *secret.Resolver
	now     func() time.Time
}

func (b *builder) azure(config AzureAccount) (account, error) {
	at, err := url.Parse(config.endpoint())
	if err != nil {
		return nil, fault.New(fault.Invalid, "the apiEndpoint of the artifact account %s is no URL", config.Name)
	}
	return &azureBlob{
		identity: identity{config.Name, []string{"azure/blob"}}, config: config, secrets: b.options.Secrets,
		web: b.newWeb(b.options.Guard, at.Host, nil), now: time.Now,
	}, nil
}

func (a *azureBlob) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	reference := artifact.Reference
	if below, ok := strings.CutPrefix(reference, a.config.endpoint()+"/"); ok {
		reference = below
	} else if strings.Contains(reference, "://") && !strings.HasPrefix(reference, "azblob://") {
		return nil, fault.New(fault.Invalid, "the reference is not of the storage account %s; use azblob://container/path", a.config.StorageAccount)
	}
	container, path, err := splitObject("azblob", reference)
	if err != nil {
		return nil, err
	}
	path, version, _ := strings.Cut(path, "#")
	path, err = escapedPath(container + "/" + path)
	if err != nil {
		return nil, err
	}
	query := url.Values{}
	if version != "" {
		query.Set("versionid", version)
	}
	return a.ask(ctx, path, query)
}

// ask asks for a path of the API, with what proves who asks.
func (a *azureBlob) ask(ctx context.Context, path string, query url.Values) ([]byte, error) {
	sas, err := a.secrets.Resolve(ctx, a.config.SASToken)
	if err != nil {
		return nil, err
	}
	at := a.config.endpoint() + "/" + path
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	one := *a.web
	one.credentials = func(ctx context.Context) (http.Header, error) { return a.sign(ctx, at) }
	if token := strings.TrimPrefix(strings.TrimSpace(sas.Reveal()), "?"); token != "" {
		// Where a request for this URL is redirected to, or fails, is told without its query.
		one.credentials = nil
		separator := "?"
		if len(query) > 0 {
			separator = "&"
		}
		return one.get(ctx, at+separator+token, http.Header{"X-Ms-Version": {azureVersion}}, false)
	}
	return one.get(ctx, at, http.Header{"X-Ms-Version": {azureVersion}}, true)
}

func (a *azureBlob) checkCredentials(ctx context.Context) (string, error) {
	for _, ref := range []secret.Ref{a.config.AccountKey, a.config.SASToken} {
		if _, err := a.secrets.Resolve(ctx, ref); err != nil {
			return "", err
		}
	}
	return saysCredentials(!a.config.AccountKey.IsZero() || !a.config.SASToken.IsZero(), nil)
}

// sign proves who asks for a URL, as Azure's "Authorize with Shared Key" describes.
func (a *azureBlob) sign(ctx context.Context, at string) (http.Header, error) {
	if a.config.AccountKey.IsZero() {
		return nil, nil
	}
	text, err := a.secrets.Resolve(ctx, a.config.AccountKey)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text.Reveal()))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the account's accountKey is no base64; copy it from the storage account's access keys")
	}
	u, err := url.Parse(at)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference makes no URL: %w", unURL(err))
	}
	date := a.now().UTC().Format(http.TimeFormat)
	resource := []string{"/" + a.config.StorageAccount + u.EscapedPath()}
	for _, name := range slices.Sorted(maps.Keys(u.Query())) {
		resource = append(resource, name+":"+strings.Join(u.Query()[name], ","))
	}
	// The verb, and eleven headers that a GET hasn't.
	signed := "GET" + strings.Repeat("\n", 12) + "x-ms-date:" + date + "\nx-ms-version:" + azureVersion + "\n" + strings.Join(resource, "\n")
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(signed)) // a hash takes everything
	header := http.Header{}
	header.Set("X-Ms-Date", date)
	header.Set("Authorization", "SharedKey "+a.config.StorageAccount+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return header, nil
}
