package artifact

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/secret"
)

// BasicAuth is a user and a password, of which a file that holds both comes
// first, as in Clouddriver.
type BasicAuth struct {
	Username             string     `json:"username,omitempty" yaml:"username" doc:"The user."`
	Password             secret.Ref `json:"password,omitzero" yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	UsernamePasswordFile string     `json:"usernamePasswordFile,omitempty" yaml:"usernamePasswordFile" doc:"A file with user:password, in place of both."`
}

// TokenAuth is a token, of which a file that holds it comes first.
type TokenAuth struct {
	Token     secret.Ref `json:"token,omitzero" yaml:"token" secret:"true" doc:"The token, or its place: env:, file:, encrypted:."`
	TokenFile string     `json:"tokenFile,omitempty" yaml:"tokenFile" doc:"A file with the token, read each time."`
}

// GitHubAccount is an account of type github/file.
type GitHubAccount struct {
	Name             string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	BasicAuth        `yaml:",inline"`
	TokenAuth        `yaml:",inline"`
	GitHubAPIVersion string           `json:"githubAPIVersion,omitempty" yaml:"githubAPIVersion" doc:"The API's version, for useContentAPI. Default: v3."`
	AllowedHosts     []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, such as your own GitHub. Default: with credentials, GitHub's own hosts over https; without, any host."`
	UseContentAPI    bool             `json:"useContentAPI,omitempty" yaml:"useContentAPI" doc:"Whether to take content from the API itself, in place of the download URL that it names."`
	URLRestrictions  *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs the account may be used for, in place of user-configured-url-restrictions."`
}

// Validate tells everything that is wrong, each error beginning with the
// field's name.
func (a GitHubAccount) Validate() []error {
	return checks(a.Name, a.BasicAuth.validate(), a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// GitLabAccount is an account of type gitlab/file.
type GitLabAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	TokenAuth       `yaml:",inline"`
	AllowedHosts    []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, such as your own GitLab. Default: with credentials, gitlab.com over https; without, any host."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs the account may be used for, in place of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a GitLabAccount) Validate() []error {
	return checks(a.Name, a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// BitbucketAccount is an account of type bitbucket/file.
type BitbucketAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	BasicAuth       `yaml:",inline"`
	TokenAuth       `yaml:",inline"`
	AllowedHosts    []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, such as your own Bitbucket. Default: with credentials, api.bitbucket.org and bitbucket.org over https; without, any host."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs the account may be used for, in place of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a BitbucketAccount) Validate() []error {
	return checks(a.Name, a.BasicAuth.validate(), a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// HTTPAccount is an account of type http/file.
type HTTPAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	BasicAuth       `yaml:",inline"`
	Headers         map[string]secret.Ref `json:"headers,omitempty" yaml:"headers" secret:"true" doc:"Further headers to send, or the places of their values."`
	AllowedHosts    []string              `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port. An account with credentials refuses all references unless this or urlRestrictions.allowedDomains is set. Default without credentials: any host."`
	URLRestrictions *URLRestrictions      `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs the account may be used for, in place of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a HTTPAccount) Validate() []error {
	var headers []error
	for name, ref := range a.Headers {
		if err := ref.Validate(); err != nil {
			headers = append(headers, fmt.Errorf("headers.%s: %w", name, err))
		}
	}
	return checks(a.Name, a.BasicAuth.validate(), headers, checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// GitRepoAccount is an account of type git/repo.
type GitRepoAccount struct {
	Name                       string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	BasicAuth                  `yaml:",inline"`
	TokenAuth                  `yaml:",inline"`
	SSHPrivateKeyFilePath      string           `json:"sshPrivateKeyFilePath,omitempty" yaml:"sshPrivateKeyFilePath" doc:"A file with the private key, for ssh:// and git@ references."`
	SSHPrivateKeyPassphrase    secret.Ref       `json:"sshPrivateKeyPassphrase,omitzero" yaml:"sshPrivateKeyPassphrase" secret:"true" doc:"The key's passphrase, or its place: env:, file:, encrypted:."`
	SSHPrivateKeyPassphraseCmd string           `json:"sshPrivateKeyPassphraseCmd,omitempty" yaml:"sshPrivateKeyPassphraseCmd" doc:"Known, not available: no commands are run. Use sshPrivateKeyPassphrase."`
	SSHKnownHostsFilePath      string           `json:"sshKnownHostsFilePath,omitempty" yaml:"sshKnownHostsFilePath" doc:"The hosts' keys, as in ~/.ssh/known_hosts, which is the default."`
	SSHTrustUnknownHosts       bool             `json:"sshTrustUnknownHosts,omitempty" yaml:"sshTrustUnknownHosts" doc:"Whether to connect to hosts whose keys are not known. Not safe."`
	Repository                 string           `json:"repository,omitempty" yaml:"repository" doc:"The only repository that the account is for. Empty: any."`
	AllowedHosts               []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port. An account with a password or a token refuses all http and https references unless this, repository, or urlRestrictions.allowedDomains is set. Default without these: any host; over SSH, the known hosts."`
	URLRestrictions            *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs the account may be used for, in place of user-configured-url-restrictions. Repositories on this machine need the scheme file in allowedSchemes."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a GitRepoAccount) Validate() []error {
	var ssh []error
	if err := a.SSHPrivateKeyPassphrase.Validate(); err != nil {
		ssh = append(ssh, fmt.Errorf("sshPrivateKeyPassphrase: %w", err))
	}
	if a.SSHPrivateKeyPassphraseCmd != "" {
		ssh = append(ssh, fmt.Errorf("sshPrivateKeyPassphraseCmd: is not available here; use sshPrivateKeyPassphrase, which may be a file: or encrypted: place"))
	}
	return checks(a.Name, a.BasicAuth.validate(), a.TokenAuth.validate(), checkRepository(a.Repository), ssh, checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// HelmAccount is an account of types helm/chart and helm/index, and with a
// repository in a registry (oci://) helm/image.
type HelmAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	Repository      string `json:"repository" yaml:"repository" required:"true" doc:"The repository's URL, the one below which index.yaml is, or oci://host/path."`
	BasicAuth       `yaml:",inline"`
	Insecure        bool             `json:"insecureRegistry,omitempty" yaml:"insecureRegistry" doc:"Whether an oci:// registry is spoken to without TLS."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Which URLs charts may be at, beside the repository's host, in place of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a HelmAccount) Validate() []error {
	return checks(a.Name, checkURL("repository", a.Repository, "http", "https", "oci"), a.BasicAuth.validate(), a.URLRestrictions.validate())
}

// DockerAccount is a registry; the fields are those of Spinnaker's
// dockerRegistry accounts.
type DockerAccount struct {
	Name         string     `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	Address      string     `json:"address" yaml:"address" required:"true" doc:"The registry's address, such as https://index.docker.io or gcr.io."`
	Username     string     `json:"username,omitempty" yaml:"username" doc:"The user."`
	Password     secret.Ref `json:"password,omitzero" yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	PasswordFile string     `json:"passwordFile,omitempty" yaml:"passwordFile" doc:"A file with the password."`
	Repositories []string   `json:"repositories,omitempty" yaml:"repositories" doc:"The repositories to list. Empty: what the registry's catalogue says."`
	Insecure     bool       `json:"insecureRegistry,omitempty" yaml:"insecureRegistry" doc:"Whether certificates are left unchecked; with an http:// address there are none."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a DockerAccount) Validate() []error {
	var address []error
	switch host, _, _ := strings.Cut(a.registry(), "/"); {
	case host == "":
		address = []error{errors.New("address: must name a registry, such as https://index.docker.io")}
	case strings.Contains(host, "@"):
		address = []error{errors.New("address: must not name a user; username and password are for that")}
	}
	return checks(a.Name, address, BasicAuth{Username: a.Username, Password: a.Password}.validate())
}

// registry is the address without its scheme.
func (a DockerAccount) registry() string {
	address := strings.TrimPrefix(strings.TrimPrefix(a.Address, "https://"), "http://")
	return strings.Trim(address, "/")
}

// GCSAccount is an account of type gcs/object.
type GCSAccount struct {
	Name        string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	JSONPath    string `json:"jsonPath,omitempty" yaml:"jsonPath" doc:"A file with the key of a service account. Default: Google's application default credentials."`
	APIEndpoint string `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"Where the JSON API is. Default: https://storage.googleapis.com."`
	Anonymous   bool   `json:"anonymous,omitempty" yaml:"anonymous" doc:"Whether to read without credentials, for public buckets."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a GCSAccount) Validate() []error {
	var endpoint []error
	if a.APIEndpoint != "" {
		endpoint = checkURL("apiEndpoint", a.APIEndpoint, "http", "https")
	}
	return checks(a.Name, endpoint)
}

// S3Account is an account of type s3/object.
type S3Account struct {
	Name               string     `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	APIEndpoint        string     `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"Where the API is, for what is not Amazon's, such as https://minio.example.com."`
	APIRegion          string     `json:"apiRegion,omitempty" yaml:"apiRegion" doc:"The region that apiEndpoint is in."`
	Region             string     `json:"region,omitempty" yaml:"region" doc:"Amazon's region."`
	AWSAccessKeyID     string     `json:"awsAccessKeyId,omitempty" yaml:"awsAccessKeyId" doc:"The access key. Default: the environment, ~/.aws/credentials, or the role of the pod or machine."`
	AWSSecretAccessKey secret.Ref `json:"awsSecretAccessKey,omitzero" yaml:"awsSecretAccessKey" secret:"true" doc:"The secret key, or its place: env:, file:, encrypted:."`
	SignerOverride     string     `json:"signerOverride,omitempty" yaml:"signerOverride" enum:"AWSS3V4SignerType,S3SignerType" doc:"S3SignerType for signatures of version 2, which old servers want. Default: version 4."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a S3Account) Validate() []error {
	var errs []error
	if a.APIEndpoint != "" {
		errs = checkURL("apiEndpoint", a.APIEndpoint, "http", "https")
	}
	if (a.AWSAccessKeyID == "") != a.AWSSecretAccessKey.IsZero() {
		errs = append(errs, fmt.Errorf("awsSecretAccessKey: awsAccessKeyId and awsSecretAccessKey belong together"))
	}
	if err := a.AWSSecretAccessKey.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("awsSecretAccessKey: %w", err))
	}
	switch a.SignerOverride {
	case "", "AWSS3V4SignerType", "S3SignerType":
	default:
		errs = append(errs, fmt.Errorf("signerOverride: %q is neither AWSS3V4SignerType nor S3SignerType", a.SignerOverride))
	}
	return checks(a.Name, errs)
}

// MavenAccount is an account of type maven/file.
type MavenAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name, by which pipelines choose it."`
	RepositoryURL   string `json:"repositoryUrl" yaml:"repositoryUrl" required:"true" doc:"The repository's URL."`
	BasicAuth       `yaml:",inline"`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"Where the repository may redirect to, in place of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a MavenAccount) Validate() []error {
	return checks(a.Name, checkURL("repositoryUrl", a.RepositoryURL, "http", "https"), a.BasicAuth.validate(), a.URLRestrictions.validate())
}

// UnavailableAccount is an account of a kind that is known and does nothing
// yet; its other settings are Spinnaker's, and not read.
type UnavailableAccount struct {
	Name string `json:"name" yaml:"name" doc:"The account's name."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a UnavailableAccount) Validate() []error { return checks(a.Name) }

func checks(name string, groups ...[]error) []error {
	var errs []error
	if strings.TrimSpace(name) == "" {
		errs = append(errs, fmt.Errorf("name: is missing"))
	}
	for _, group := range groups {
		errs = append(errs, group...)
	}
	return errs
}

func checkURL(field, text string, schemes ...string) []error {
	u, err := url.Parse(text)
	if err == nil && u.Host != "" && u.User == nil && slices.Contains(schemes, u.Scheme) {
		return nil
	}
	return []error{fmt.Errorf("%s: must be a URL that begins with %s://, and without a user", field, strings.Join(schemes, ":// or "))}
}

// checkRepository refuses a password in the address of a Git repository, which
// is shown to everybody. The user of ssh is no secret.
func checkRepository(repository string) []error {
	before, _, ok := strings.Cut(repository, "://")
	if !ok {
		return nil // a path, or user@host:path
	}
	u, err := url.Parse(strings.TrimSpace(repository))
	if err != nil {
		return []error{errors.New("repository: is no URL")}
	}
	_, password := u.User.Password()
	if password || u.User != nil && !strings.HasSuffix(strings.ToLower(before), "ssh") {
		return []error{errors.New("repository: must not hold a user and password; username, password and token are for that")}
	}
	return nil
}

func (a BasicAuth) validate() []error {
	var errs []error
	if !a.Password.IsZero() && a.Username == "" {
		errs = append(errs, fmt.Errorf("username: is missing, which password needs"))
	}
	if err := a.Password.Validate(); err != nil {
		errs = append(errs, fmt.Errorf("password: %w", err))
	}
	return errs
}

func (a TokenAuth) validate() []error {
	if err := a.Token.Validate(); err != nil {
		return []error{fmt.Errorf("token: %w", err)}
	}
	return nil
}
