package artifact

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
)

// noAuthGitAccount is the account for public repositories that is there where
// none is configured. Spinnaker has none.
const noAuthGitAccount = "no-auth-git-account"

// gitRepo fetches git/repo: the reference is the repository's URL, the version
// a branch, a tag or a commit, the location or metadata.subPath a directory in
// it. The content is a tar.gz as `git archive` makes it.
type gitRepo struct {
	identity
	config  GitRepoAccount
	builder *builder
	guard   *httpguard.Guard
	http    *http.Client
	reach   reach
}

func (b *builder) gitRepo(config GitRepoAccount) (account, error) {
	guard, err := b.guard("gitrepo", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	// The only repository that an account is for is named by its setting.
	sends := config.sendsSecrets() && config.Repository == ""
	return &gitRepo{
		identity: identity{config.Name, []string{"git/repo"}}, config: config, builder: b, guard: guard,
		reach: b.newReach("gitrepo", config.Name, config.AllowedHosts, config.URLRestrictions, sends),
		http: guard.Client(httpguard.ClientOptions{
			ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, MaxResponseBytes: b.options.Config.MaxBytes*packFactor + maxReferences, Wrap: b.options.Wrap,
		}),
	}, nil
}

func (a *gitRepo) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	var out []byte
	err := a.checkout(ctx, artifact, func(tree *gitTree) (err error) {
		out, err = tree.archive(ctx, subPath(artifact))
		return err
	})
	return out, err
}

func (a *gitRepo) file(ctx context.Context, artifact model.Artifact, path string) ([]byte, error) {
	var out []byte
	err := a.checkout(ctx, artifact, func(tree *gitTree) (err error) {
		out, err = tree.file(subPath(artifact), path)
		return err
	})
	return out, err
}

// subPath is the directory that an artifact is about, as in Clouddriver.
func subPath(artifact model.Artifact) string {
	if artifact.Location != "" {
		return artifact.Location
	}
	path, _ := artifact.Metadata["subPath"].(string)
	return path
}

// checkout has the tree of the artifact's version used.
func (a *gitRepo) checkout(ctx context.Context, artifact model.Artifact, use func(*gitTree) error) error {
	endpoint, err := a.endpoint(artifact.Reference)
	if err != nil {
		return err
	}
	limit := a.builder.options.Config.MaxBytes
	if endpoint.Protocol == "file" {
		tree, err := openLocal(endpoint.Path, versionOf(artifact), limit)
		if err != nil {
			return err
		}
		return use(tree)
	}
	connect, has, err := a.connector(ctx, endpoint)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(a.builder.options.Config.TempDir, "gennaker-git-")
	if err != nil {
		return fault.New(fault.Internal, "make a directory for the repository: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	remote := &gitRemote{connect: connect, dir: dir, limit: limit}
	tree, err := remote.fetch(ctx, versionOf(artifact))
	if err != nil {
		return gitFault(err, endpoint, has)
	}
	return use(tree)
}

// endpoint reads the reference, and checks that the account may be used for
// it.
func (a *gitRepo) endpoint(reference string) (*transport.Endpoint, error) {
	if reference == "" {
		return nil, fault.New(fault.Invalid, "the reference is missing; set the repository's URL")
	}
	if a.config.Repository != "" && trimGit(reference) != trimGit(a.config.Repository) {
		return nil, fault.New(fault.Forbidden, "the account is for the repository %s alone", withoutSecrets(a.config.Repository))
	}
	endpoint, err := transport.NewEndpoint(reference)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference is no URL of a Git repository, such as https://example.com/team/repo.git")
	}
	schemes := []string{"http", "https", "ssh"}
	if r := a.config.URLRestrictions; r != nil && r.AllowedSchemes != nil {
		schemes = r.AllowedSchemes
	}
	if !slices.Contains(schemes, endpoint.Protocol) {
		return nil, fault.New(fault.Forbidden, "%s references are not allowed; an administrator can allow them in urlRestrictions.allowedSchemes of the account", endpoint.Protocol)
	}
	switch endpoint.Protocol {
	case "http", "https", "ssh", "file":
		return endpoint, a.checkReach(endpoint)
	}
	return nil, fault.New(fault.Invalid, "unsupported protocol %s; use https or ssh", endpoint.Protocol)
}

// checkReach refuses hosts that the account is not for. A key isn't sent
// anywhere, so that over SSH the known hosts may be all there are.
func (a *gitRepo) checkReach(endpoint *transport.Endpoint) error {
	reach := a.reach
	if endpoint.Protocol == "ssh" || endpoint.Protocol == "file" {
		reach.secret = false
	}
	at := &url.URL{Scheme: endpoint.Protocol, Host: endpoint.Host}
	if strings.Contains(endpoint.Host, ":") && !strings.HasPrefix(endpoint.Host, "[") {
		at.Host = "[" + endpoint.Host + "]"
	}
	if endpoint.Port > 0 {
		at.Host += ":" + strconv.Itoa(endpoint.Port)
	}
	return reach.check(at)
}

// sendsSecrets tells whether the account has what it sends over HTTP.
func (a GitRepoAccount) sendsSecrets() bool { return a.BasicAuth.secret() || a.TokenAuth.set() }

// connector gives what opens conversations with a repository, and tells
// whether the account proves itself there.
func (a *gitRepo) connector(ctx context.Context, endpoint *transport.Endpoint) (connect func(context.Context) (gitSession, error), has bool, err error) {
	if endpoint.Protocol == "ssh" {
		login, err := a.sshLogin(ctx, endpoint)
		if err != nil {
			return nil, false, err
		}
		return a.connectSSH(endpoint, login), true, nil
	}
	auth, err := a.auth(ctx, endpoint)
	if err != nil {
		return nil, false, err
	}
	client := githttp.NewClient(a.http)
	return func(context.Context) (gitSession, error) { return client.NewUploadPackSession(endpoint, auth) }, auth != nil, nil
}

func trimGit(reference string) string {
	return strings.TrimSuffix(strings.TrimSuffix(reference, "/"), ".git")
}

// auth gives what the account proves itself with over HTTP: a user with a
// password or a token, or a token alone.
func (a *gitRepo) auth(ctx context.Context, endpoint *transport.Endpoint) (transport.AuthMethod, error) {
	secrets := a.builder.options.Secrets
	user, password, ok, err := a.config.BasicAuth.lookup(ctx, secrets)
	if err != nil {
		return nil, err
	}
	if ok {
		return &githttp.BasicAuth{Username: user, Password: password}, nil
	}
	token, err := a.config.TokenAuth.lookup(ctx, secrets)
	if err != nil {
		return nil, err
	}
	if token != "" {
		user := a.config.Username
		if user == "" {
			user = "token"
		}
		return &githttp.BasicAuth{Username: user, Password: token}, nil
	}
	if a.config.SSHPrivateKeyFilePath != "" {
		return nil, fault.New(fault.Invalid, "the account has an SSH key alone, which needs a reference such as ssh://git@%s/path", endpoint.Host)
	}
	return nil, nil
}

// gitFault turns go-git's errors into faults.
func gitFault(err error, endpoint *transport.Endpoint, has bool) error {
	switch {
	case errors.As(err, new(*fault.Error)):
		return err
	case errors.Is(err, transport.ErrAuthenticationRequired):
		return statusFault(http.StatusUnauthorized, endpoint.Host, has)
	case errors.Is(err, transport.ErrAuthorizationFailed), errors.Is(err, transport.ErrInvalidAuthMethod):
		return statusFault(http.StatusForbidden, endpoint.Host, has)
	case errors.Is(err, transport.ErrRepositoryNotFound):
		return statusFault(http.StatusNotFound, endpoint.Host, has)
	case errors.Is(err, transport.ErrEmptyRemoteRepository):
		return fault.New(fault.NotFound, "the repository is empty")
	case strings.Contains(err.Error(), "unable to authenticate"):
		return fault.New(fault.Forbidden, "%s rejected the account's SSH key; check it, and its read permission", endpoint.Host)
	case strings.Contains(err.Error(), "knownhosts:"):
		return fault.New(fault.Forbidden, "the SSH key of %s is not the one that is known; add it to sshKnownHostsFilePath of the account", endpoint.Host)
	}
	return err
}
