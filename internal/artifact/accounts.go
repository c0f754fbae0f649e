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
	UsernamePasswordFile string     `json:"usernamePasswordFile,omitempty" yaml:"usernamePasswordFile" doc:"A file that contains user:password. Replaces username and password."`
}

// TokenAuth is a token, of which a file that holds it comes first.
type TokenAuth struct {
	Token     secret.Ref `json:"token,omitzero" yaml:"token" secret:"true" doc:"The token, or its place: env:, file:, encrypted:."`
	TokenFile string     `json:"tokenFile,omitempty" yaml:"tokenFile" doc:"A file that contains the token. It is read each time."`
}

// GitHubAccount is an account of type github/file.
type GitHubAccount struct {
	Name             string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	BasicAuth        `yaml:",inline"`
	TokenAuth        `yaml:",inline"`
	Address          string           `json:"address,omitempty" yaml:"address" doc:"URL of your own GitHub server, such as https://github.example.com, for webhooks and lists of repositories. Default: the first of allowedHosts, otherwise github.com."`
	GitHubAPIVersion string           `json:"githubAPIVersion,omitempty" yaml:"githubAPIVersion" doc:"The API's version, for useContentAPI. Default: v3."`
	AllowedHosts     []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, for example your own GitHub server. Default with credentials: GitHub's own hosts over https. Default without credentials: any host."`
	UseContentAPI    bool             `json:"useContentAPI,omitempty" yaml:"useContentAPI" doc:"If true, reads content from the API instead of the download URL."`
	URLRestrictions  *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions."`
}

// Validate tells everything that is wrong, each error beginning with the
// field's name.
func (a GitHubAccount) Validate() []error {
	return checks(a.Name, checkAddress(a.Address, a.AllowedHosts), a.BasicAuth.validate(), a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// GitLabAccount is an account of type gitlab/file.
type GitLabAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	TokenAuth       `yaml:",inline"`
	Address         string           `json:"address,omitempty" yaml:"address" doc:"URL of your own GitLab server, such as https://gitlab.example.com, for webhooks and lists of repositories. Default: the first of allowedHosts, otherwise gitlab.com."`
	AllowedHosts    []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, for example your own GitLab server. Default with credentials: gitlab.com over https. Default without credentials: any host."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a GitLabAccount) Validate() []error {
	return checks(a.Name, checkAddress(a.Address, a.AllowedHosts), a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// BitbucketAccount is an account of type bitbucket/file.
type BitbucketAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	BasicAuth       `yaml:",inline"`
	TokenAuth       `yaml:",inline"`
	Address         string           `json:"address,omitempty" yaml:"address" doc:"URL of your own Bitbucket server, such as https://bitbucket.example.com, for webhooks and lists of repositories. Default: the first of allowedHosts, otherwise bitbucket.org."`
	AllowedHosts    []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port, for example your own Bitbucket server. Default with credentials: api.bitbucket.org and bitbucket.org over https. Default without credentials: any host."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a BitbucketAccount) Validate() []error {
	return checks(a.Name, checkAddress(a.Address, a.AllowedHosts), a.BasicAuth.validate(), a.TokenAuth.validate(), checkHosts(a.AllowedHosts), a.URLRestrictions.validate())
}

// GiteaAccount is an account of type gitea/file, for a server of Gitea or Forgejo.
type GiteaAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Address         string `json:"address" yaml:"address" required:"true" doc:"The server's URL, such as https://gitea.example.com. The account is only used for this server."`
	BasicAuth       `yaml:",inline"`
	TokenAuth       `yaml:",inline"`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a GiteaAccount) Validate() []error {
	return checks(a.Name, checkURL("address", a.Address, "http", "https"), a.BasicAuth.validate(), a.TokenAuth.validate(), a.URLRestrictions.validate())
}

// HTTPAccount is an account of type http/file.
type HTTPAccount struct {
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	BasicAuth       `yaml:",inline"`
	Headers         map[string]secret.Ref `json:"headers,omitempty" yaml:"headers" secret:"true" doc:"Additional headers to send, or the places of their values."`
	AllowedHosts    []string              `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port. An account with credentials rejects all references unless this or urlRestrictions.allowedDomains is set. Default without credentials: any host."`
	URLRestrictions *URLRestrictions      `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions."`
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
	Name                       string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	BasicAuth                  `yaml:",inline"`
	TokenAuth                  `yaml:",inline"`
	SSHPrivateKeyFilePath      string           `json:"sshPrivateKeyFilePath,omitempty" yaml:"sshPrivateKeyFilePath" doc:"A file that contains the private key, for ssh:// and git@ references."`
	SSHPrivateKeyPassphrase    secret.Ref       `json:"sshPrivateKeyPassphrase,omitzero" yaml:"sshPrivateKeyPassphrase" secret:"true" doc:"The key's passphrase, or its place: env:, file:, encrypted:."`
	SSHPrivateKeyPassphraseCmd string           `json:"sshPrivateKeyPassphraseCmd,omitempty" yaml:"sshPrivateKeyPassphraseCmd" doc:"Recognized, not supported: Gennaker runs no commands. Use sshPrivateKeyPassphrase."`
	SSHKnownHostsFilePath      string           `json:"sshKnownHostsFilePath,omitempty" yaml:"sshKnownHostsFilePath" doc:"A file of trusted host keys. Default: ~/.ssh/known_hosts."`
	SSHTrustUnknownHosts       bool             `json:"sshTrustUnknownHosts,omitempty" yaml:"sshTrustUnknownHosts" doc:"If true, connects to hosts with unknown keys. Insecure."`
	Repository                 string           `json:"repository,omitempty" yaml:"repository" doc:"The only repository that this account can be used for. If empty, any."`
	AllowedHosts               []string         `json:"allowedHosts,omitempty" yaml:"allowedHosts" doc:"The only hosts that this account can be used for, as host or host:port. An account with a password or a token rejects all http and https references unless this, repository, or urlRestrictions.allowedDomains is set. Default without a password or token: any host; over SSH, the known hosts."`
	URLRestrictions            *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the account can be used for. Replaces user-configured-url-restrictions. Repositories on this machine need the scheme file in allowedSchemes."`
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
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Repository      string `json:"repository" yaml:"repository" required:"true" doc:"The repository's URL, without index.yaml, or oci://host/path."`
	BasicAuth       `yaml:",inline"`
	Insecure        bool             `json:"insecureRegistry,omitempty" yaml:"insecureRegistry" doc:"If true, connects to an oci:// registry without TLS. Insecure."`
	ECR             ECRLogin         `json:"ecr,omitzero" yaml:"ecr" doc:"Log-in to Amazon ECR, for oci:// repositories there."`
	WebhookSecret   secret.Ref       `json:"webhookSecret,omitzero" yaml:"webhookSecret" secret:"true" doc:"The secret that the repository's notifications of new charts must contain, or its place: env:, file:, encrypted:. Without it, a notification only makes Gennaker look at the repository at once."`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that charts can be fetched from, in addition to the repository's host. Replaces user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a HelmAccount) Validate() []error {
	return checks(a.Name, checkURL("repository", a.Repository, "http", "https", "oci"), a.BasicAuth.validate(), a.ECR.validate(a.BasicAuth, hostIn(strings.TrimPrefix(a.Repository, "oci://"))), checkSecret("webhookSecret", a.WebhookSecret), a.URLRestrictions.validate())
}

// hostIn is the host of an address without its scheme.
func hostIn(address string) string {
	host, _, _ := strings.Cut(address, "/")
	return host
}

// DockerAccount is a registry; the fields are those of Spinnaker's
// dockerRegistry accounts.
type DockerAccount struct {
	Name         string     `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	Address      string     `json:"address" yaml:"address" required:"true" doc:"The registry's address, for example https://index.docker.io or gcr.io."`
	Username     string     `json:"username,omitempty" yaml:"username" doc:"The user."`
	Password     secret.Ref `json:"password,omitzero" yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	PasswordFile string     `json:"passwordFile,omitempty" yaml:"passwordFile" doc:"A file that contains the password."`
	Repositories []string   `json:"repositories,omitempty" yaml:"repositories" doc:"The repositories to list. If empty, those in the registry's catalog."`
	Insecure     bool       `json:"insecureRegistry,omitempty" yaml:"insecureRegistry" doc:"If true, doesn't verify TLS certificates. Insecure."`
	ECR          ECRLogin   `json:"ecr,omitzero" yaml:"ecr" doc:"Log-in to Amazon ECR. Spinnaker has passwordCommand for that."`

	WebhookSecret secret.Ref `json:"webhookSecret,omitzero" yaml:"webhookSecret" secret:"true" doc:"The secret that the registry's notifications of pushes must contain, or its place: env:, file:, encrypted:. Without it, a notification only makes Gennaker look at the repository at once."`
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
	auth := BasicAuth{Username: a.Username, Password: a.Password, UsernamePasswordFile: a.PasswordFile}
	return checks(a.Name, address, BasicAuth{Username: a.Username, Password: a.Password}.validate(), a.ECR.validate(auth, hostIn(a.registry())), checkSecret("webhookSecret", a.WebhookSecret))
}

// registry is the address without its scheme.
func (a DockerAccount) registry() string {
	address := strings.TrimPrefix(strings.TrimPrefix(a.Address, "https://"), "http://")
	return strings.Trim(address, "/")
}

// GCSAccount is an account of type gcs/object.
type GCSAccount struct {
	Name        string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	JSONPath    string `json:"jsonPath,omitempty" yaml:"jsonPath" doc:"A file with the key of a service account. Default: Google's application default credentials."`
	APIEndpoint string `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"The URL of the JSON API. Default: https://storage.googleapis.com."`
	Anonymous   bool   `json:"anonymous,omitempty" yaml:"anonymous" doc:"If true, reads without credentials, for public buckets."`
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
	Name               string     `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	APIEndpoint        string     `json:"apiEndpoint,omitempty" yaml:"apiEndpoint" doc:"The URL of an S3-compatible API, for example https://minio.example.com. Not needed for Amazon."`
	APIRegion          string     `json:"apiRegion,omitempty" yaml:"apiRegion" doc:"The region of apiEndpoint."`
	Region             string     `json:"region,omitempty" yaml:"region" doc:"The AWS region."`
	AWSAccessKeyID     string     `json:"awsAccessKeyId,omitempty" yaml:"awsAccessKeyId" doc:"The access key. Default: the environment, ~/.aws/credentials, or the role of the pod or machine."`
	AWSSecretAccessKey secret.Ref `json:"awsSecretAccessKey,omitzero" yaml:"awsSecretAccessKey" secret:"true" doc:"The secret key, or its place: env:, file:, encrypted:."`
	SignerOverride     string     `json:"signerOverride,omitempty" yaml:"signerOverride" enum:"AWSS3V4SignerType,S3SignerType" doc:"S3SignerType uses version 2 signatures, for old servers. Default: version 4."`
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
	Name            string `json:"name" yaml:"name" doc:"The account's name. Pipelines refer to it."`
	RepositoryURL   string `json:"repositoryUrl" yaml:"repositoryUrl" required:"true" doc:"The repository's URL."`
	BasicAuth       `yaml:",inline"`
	URLRestrictions *URLRestrictions `json:"urlRestrictions,omitempty" yaml:"urlRestrictions" doc:"URLs that the repository can redirect to, instead of user-configured-url-restrictions."`
}

// Validate does what [GitHubAccount.Validate] does.
func (a MavenAccount) Validate() []error {
	return checks(a.Name, checkURL("repositoryUrl", a.RepositoryURL, "http", "https"), a.BasicAuth.validate(), a.URLRestrictions.validate())
}

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

// checkAddress checks the optional address of a Git host. With allowedHosts, it must be
// on one of them: the account's credentials are sent there.
func checkAddress(address string, hosts []string) []error {
	if address == "" {
		return nil
	}
	if errs := checkURL("address", address, "http", "https"); errs != nil {
		return errs
	}
	u, err := url.Parse(address)
	if err == nil && len(hosts) > 0 && !slices.ContainsFunc(hosts, func(entry string) bool {
		return matchesHost(entry, strings.ToLower(u.Hostname()), portOf(u))
	}) {
		return []error{fmt.Errorf("address: the host %s is not one of allowedHosts: add it there", u.Host)}
	}
	return nil
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
		return []error{errors.New("repository: must not contain a user and password; use username and password, or token")}
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

func checkSecret(field string, ref secret.Ref) []error {
	if err := ref.Validate(); err != nil {
		return []error{fmt.Errorf("%s: %w", field, err)}
	}
	return nil
}
