package artifact

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/transport"
	githttp "github.com/go-git/go-git/v5/plumbing/transport/http"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"

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
}

func (b *builder) gitRepo(config GitRepoAccount) (account, error) {
	guard, err := b.guard("gitrepo", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	return &gitRepo{
		identity: identity{config.Name, []string{"git/repo"}}, config: config, builder: b, guard: guard,
		http: guard.Client(httpguard.ClientOptions{ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, Wrap: b.options.Wrap}),
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
	endpoint, err := a.endpoint(ctx, artifact.Reference)
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
	auth, err := a.auth(ctx, endpoint)
	if err != nil {
		return err
	}
	client := gitssh.NewClient(nil)
	if endpoint.Protocol != "ssh" {
		client = githttp.NewClient(a.http)
	}
	dir, err := os.MkdirTemp(a.builder.options.Config.TempDir, "gennaker-git-")
	if err != nil {
		return fault.New(fault.Internal, "make a directory for the repository: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	remote := &gitRemote{client: client, endpoint: endpoint, auth: auth, dir: dir, limit: limit}
	tree, err := remote.fetch(ctx, versionOf(artifact))
	if err != nil {
		return gitFault(err, endpoint, auth != nil)
	}
	return use(tree)
}

// endpoint reads the reference, and checks that the account may be used for
// it.
func (a *gitRepo) endpoint(ctx context.Context, reference string) (*transport.Endpoint, error) {
	if reference == "" {
		return nil, fault.New(fault.Invalid, "the reference is missing; give the repository's URL")
	}
	if a.config.Repository != "" && trimGit(reference) != trimGit(a.config.Repository) {
		return nil, fault.New(fault.Forbidden, "the account is for the repository %s alone", withoutSecrets(a.config.Repository))
	}
	endpoint, err := transport.NewEndpoint(reference)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference is no URL of a Git repository, such as https://example.com/team/repo.git")
	}
	if len(a.config.AllowedHosts) > 0 && !slices.ContainsFunc(a.config.AllowedHosts, func(h string) bool { return strings.EqualFold(h, endpoint.Host) }) {
		return nil, fault.New(fault.Forbidden, "the host %s is none of the account's allowedHosts", endpoint.Host)
	}
	schemes := []string{"http", "https", "ssh"}
	if r := a.config.URLRestrictions; r != nil && r.AllowedSchemes != nil {
		schemes = r.AllowedSchemes
	}
	if !slices.Contains(schemes, endpoint.Protocol) {
		return nil, fault.New(fault.Forbidden, "%s references are not allowed; an administrator can allow them in urlRestrictions.allowedSchemes of the account", endpoint.Protocol)
	}
	switch endpoint.Protocol {
	case "http", "https", "file":
		return endpoint, nil
	case "ssh":
		// The rules are about URLs with hosts; the scheme was checked above.
		return endpoint, a.checkHost(ctx, endpoint.Host)
	}
	return nil, fault.New(fault.Invalid, "there is no way to speak %s; use https or ssh", endpoint.Protocol)
}

func (a *gitRepo) checkHost(ctx context.Context, host string) error {
	var err error
	for _, scheme := range []string{"https", "ssh", "http"} {
		if _, err = a.guard.Check(ctx, scheme+"://"+host); err == nil {
			return nil
		}
		if refused := (*httpguard.RefusedError)(nil); !errors.As(err, &refused) || refused.Rule != "allowedSchemes" {
			return err
		}
	}
	return err
}

func trimGit(reference string) string {
	return strings.TrimSuffix(strings.TrimSuffix(reference, "/"), ".git")
}

// auth gives what the account proves itself with to an endpoint: over HTTP a
// user with a password or a token, or a token alone; over SSH a key.
func (a *gitRepo) auth(ctx context.Context, endpoint *transport.Endpoint) (transport.AuthMethod, error) {
	secrets := a.builder.options.Secrets
	if endpoint.Protocol == "ssh" {
		return a.sshAuth(ctx, endpoint)
	}
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

func (a *gitRepo) sshAuth(ctx context.Context, endpoint *transport.Endpoint) (transport.AuthMethod, error) {
	if a.config.SSHPrivateKeyFilePath == "" {
		return nil, fault.New(fault.Invalid, "the account has no SSH key (sshPrivateKeyFilePath); use an https reference, or another account")
	}
	secrets := a.builder.options.Secrets
	key, err := secrets.File(ctx, a.config.SSHPrivateKeyFilePath)
	if err != nil {
		return nil, err
	}
	passphrase, err := secrets.Resolve(ctx, a.config.SSHPrivateKeyPassphrase)
	if err != nil {
		return nil, err
	}
	user := endpoint.User
	if user == "" {
		user = "git"
	}
	auth, err := gitssh.NewPublicKeys(user, []byte(key.Reveal()+"\n"), passphrase.Reveal())
	if err != nil {
		return nil, fault.New(fault.Invalid, "sshPrivateKeyFilePath doesn't hold a key that can be read, or the passphrase is wrong")
	}
	if a.config.SSHTrustUnknownHosts {
		auth.HostKeyCallback = ssh.InsecureIgnoreHostKey() //nolint:gosec // the setting says so
		return auth, nil
	}
	known := a.config.SSHKnownHostsFilePath
	if known == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fault.New(fault.Invalid, "sshKnownHostsFilePath is not set, and there is no home directory")
		}
		known = filepath.Join(home, ".ssh", "known_hosts")
	}
	if auth.HostKeyCallback, err = gitssh.NewKnownHostsCallback(known); err != nil {
		return nil, fault.New(fault.Invalid, "the file of known hosts %s can't be read; set sshKnownHostsFilePath", known)
	}
	return auth, nil
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
		return fault.New(fault.Forbidden, "%s refuses the account's SSH key; check it, and that it may read this", endpoint.Host)
	case strings.Contains(err.Error(), "knownhosts:"):
		return fault.New(fault.Forbidden, "the SSH key of %s is not the one that is known; add it to sshKnownHostsFilePath of the account", endpoint.Host)
	}
	return err
}
