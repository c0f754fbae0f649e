package artifact

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
)

// defaultBranch is the version where an artifact of a Git host names none, as
// in Clouddriver.
const defaultBranch = "master"

// gitHubFile fetches github/file: the reference is the URL of the contents API
// (https://api.github.com/repos/owner/name/contents/path), the version a
// branch, a tag or a commit.
type gitHubFile struct {
	identity
	*web
	config GitHubAccount
}

func (b *builder) gitHub(config GitHubAccount) (account, error) {
	guard, err := b.guard("github", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	if config.GitHubAPIVersion == "" {
		config.GitHubAPIVersion = "v3"
	}
	credentials := tokenOrBasicHeaders("token", config.TokenAuth, config.BasicAuth, b.options.Secrets)
	reach := b.newReach("github", config.Name, hostsOf(config.Address, config.AllowedHosts), config.URLRestrictions, config.BasicAuth.set() || config.TokenAuth.set(), gitHubHosts...)
	return &gitHubFile{
		identity: identity{config.Name, []string{"github/file"}}, config: config,
		web: b.newWeb(guard, "", credentials).within(reach),
	}, nil
}

func (a *gitHubFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	at, err := withRef(artifact)
	if err != nil {
		return nil, err
	}
	if a.config.UseContentAPI {
		accept := "application/vnd.github." + a.config.GitHubAPIVersion + ".raw"
		return a.web.getReference(ctx, at.String(), http.Header{"Accept": {accept}})
	}
	answer, err := a.web.getReference(ctx, at.String(), nil)
	if err != nil {
		return nil, err
	}
	var metadata struct {
		DownloadURL string `json:"download_url"`
	}
	if err := json.Unmarshal(answer, &metadata); err != nil || metadata.DownloadURL == "" {
		return nil, fault.New(fault.Invalid,
			"%s names no download URL; the reference must be a file's in the contents API, such as https://api.github.com/repos/owner/name/contents/path", at.Host)
	}
	download, err := parseURL(metadata.DownloadURL)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "%s names a download URL that can't be read", at.Host)
	}
	return a.web.get(ctx, download.String(), nil, gitHubOwns(at, download))
}

// gitHubOwns tells whether the host of a download URL is GitHub's own, which
// may see the credentials: the API's host, that host without api., or
// github.com's host for content.
func gitHubOwns(api, download *url.URL) bool {
	host := strings.ToLower(download.Host)
	switch apiHost := strings.ToLower(api.Host); {
	case httpguard.SameOrigin(api, download):
		return true
	case download.Scheme != "https":
		return false
	case apiHost == "api.github.com":
		return host == "raw.githubusercontent.com" || host == "github.com"
	default:
		rest, isAPI := strings.CutPrefix(apiHost, "api.")
		return isAPI && (host == rest || strings.HasSuffix(host, "."+rest))
	}
}

// withRef gives the artifact's URL with its version as the parameter ref.
func withRef(artifact model.Artifact) (*url.URL, error) {
	u, err := parseURL(artifact.Reference)
	if err != nil {
		return nil, err
	}
	query := u.Query()
	query.Set("ref", versionOf(artifact))
	u.RawQuery = query.Encode()
	return u, nil
}

func versionOf(artifact model.Artifact) string {
	if artifact.Version == "" {
		return defaultBranch
	}
	return artifact.Version
}
