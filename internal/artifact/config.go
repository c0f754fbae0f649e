package artifact

import (
	"fmt"
	"time"
)

// Config is Spinnaker's section artifacts, and the limits of fetching.
type Config struct {
	MaxBytes       int64          `json:"maxBytes" yaml:"maxBytes" doc:"Maximum size of an artifact, in bytes."`
	Timeout        time.Duration  `json:"timeout" yaml:"timeout" doc:"Time limit for fetching one artifact."`
	TempDir        string         `json:"tempDir" yaml:"tempDir" doc:"Directory for Git repositories during a fetch. Default: the system's."`
	StoredAccounts StoredAccounts `json:"storedAccounts" yaml:"storedAccounts" doc:"Artifact accounts that are added while Gennaker runs, through the API or \"gennaker account add\"."`
	GitHub         GitHub         `json:"github" yaml:"github" doc:"Files in GitHub, and in servers with a GitHub-compatible API."`
	GitLab         GitLab         `json:"gitlab" yaml:"gitlab" doc:"Files in GitLab."`
	Bitbucket      Bitbucket      `json:"bitbucket" yaml:"bitbucket" doc:"Files in Bitbucket."`
	Gitea          Gitea          `json:"gitea" yaml:"gitea" doc:"Files in Gitea and Forgejo."`
	GitRepo        GitRepo        `json:"gitrepo" yaml:"gitrepo" doc:"Whole Git repositories, from any server. If no account is configured, no-auth-git-account reads public ones."`
	HTTP           HTTP           `json:"http" yaml:"http" doc:"Files over HTTP. The account no-auth-http-account always exists, as in Spinnaker."`
	Helm           Helm           `json:"helm" yaml:"helm" doc:"Helm charts."`
	Docker         Docker         `json:"docker" yaml:"docker" doc:"Container registries. Pipelines pass images on as references and never fetch them. With an account, Gennaker can look up image names, tags, and digests, and fetch charts that are stored as images."`
	GCS            GCS            `json:"gcs" yaml:"gcs" doc:"Objects in Google Cloud Storage."`
	S3             S3             `json:"s3" yaml:"s3" doc:"Objects in Amazon S3, and in servers with an S3-compatible API."`
	Maven          Maven          `json:"maven" yaml:"maven" doc:"Files in Maven repositories."`
	Oracle         Oracle         `json:"oracle" yaml:"oracle" doc:"Objects in Oracle Cloud."`
	Azure          Azure          `json:"azure" yaml:"azure" doc:"Blobs in Azure Storage. Spinnaker has no such accounts."`
	Ivy            Ivy            `json:"ivy" yaml:"ivy" doc:"Files in Ivy repositories."`
	Jenkins        Jenkins        `json:"jenkins" yaml:"jenkins" doc:"Files that Jenkins builds have archived. The accounts are those of Spinnaker's jenkins.masters."`
}

// StoredAccounts says what accounts may do that somebody adds through the API.
type StoredAccounts struct {
	Enabled bool `json:"enabled" yaml:"enabled" doc:"If true, accounts can be added, changed, and removed through the API. They can't read files of the server, and all their addresses must pass user-configured-url-restrictions."`
}

// The sections of Config: Spinnaker has a switch and a list of accounts each.
type (
	// GitHub is artifacts.github.
	GitHub struct {
		Enabled  bool            `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []GitHubAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// GitLab is artifacts.gitlab.
	GitLab struct {
		Enabled  bool            `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []GitLabAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Bitbucket is artifacts.bitbucket.
	Bitbucket struct {
		Enabled  bool               `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []BitbucketAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Gitea is artifacts.gitea.
	Gitea struct {
		Enabled  bool           `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []GiteaAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// GitRepo is artifacts.gitrepo.
	GitRepo struct {
		Enabled  bool             `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []GitRepoAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// HTTP is artifacts.http.
	HTTP struct {
		Enabled  bool          `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []HTTPAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Helm is artifacts.helm.
	Helm struct {
		Enabled  bool          `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []HelmAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Docker is artifacts.docker.
	Docker struct {
		Enabled  bool            `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []DockerAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// GCS is artifacts.gcs.
	GCS struct {
		Enabled  bool         `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []GCSAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// S3 is artifacts.s3.
	S3 struct {
		Enabled  bool        `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []S3Account `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Maven is artifacts.maven.
	Maven struct {
		Enabled  bool           `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []MavenAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Oracle is artifacts.oracle.
	Oracle struct {
		Enabled  bool            `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []OracleAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Azure is artifacts.azure.
	Azure struct {
		Enabled  bool           `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []AzureAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Ivy is artifacts.ivy.
	Ivy struct {
		Enabled  bool         `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []IvyAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
	// Jenkins is artifacts.jenkins.
	Jenkins struct {
		Enabled  bool             `json:"enabled" yaml:"enabled" doc:"If true, the accounts are used."`
		Accounts []JenkinsAccount `json:"accounts" yaml:"accounts" doc:"The accounts."`
	}
)

// DefaultConfig fetches up to 64 MiB in two minutes, and uses every account
// that is configured.
func DefaultConfig() Config {
	c := Config{MaxBytes: 64 << 20, Timeout: 2 * time.Minute, StoredAccounts: StoredAccounts{Enabled: true}}
	for _, enabled := range []*bool{
		&c.GitHub.Enabled, &c.GitLab.Enabled, &c.Bitbucket.Enabled, &c.Gitea.Enabled, &c.GitRepo.Enabled, &c.HTTP.Enabled, &c.Helm.Enabled,
		&c.Docker.Enabled, &c.GCS.Enabled, &c.S3.Enabled, &c.Maven.Enabled,
		&c.Oracle.Enabled, &c.Azure.Enabled, &c.Ivy.Enabled, &c.Jenkins.Enabled,
	} {
		*enabled = true
	}
	return c
}

// Validate tells everything that is wrong, each error beginning with the path
// of the field below artifacts.
func (c Config) Validate() []error {
	var errs []error
	if c.MaxBytes <= 0 {
		errs = append(errs, fmt.Errorf("maxBytes: must be more than 0"))
	}
	if c.Timeout <= 0 {
		errs = append(errs, fmt.Errorf("timeout: must be more than 0"))
	}
	seen := map[string]string{}
	for _, one := range c.all() {
		path := fmt.Sprintf("%s.accounts[%d]", one.section, one.index)
		for _, err := range one.account.Validate() {
			errs = append(errs, fmt.Errorf("%s.%w", path, err))
		}
		// Spinnaker finds an account by its name and the type together.
		key := one.section + "\x00" + one.name
		if before, ok := seen[key]; ok && one.name != "" {
			errs = append(errs, fmt.Errorf("%s.name: %q is the name of %s already", path, one.name, before))
		}
		seen[key] = path
	}
	return errs
}

// configured is one account of the configuration.
type configured struct {
	section, name string
	index         int
	account       interface{ Validate() []error }
}

// all lists every account of the configuration.
func (c Config) all() []configured {
	var out []configured
	out = collect(out, "github", c.GitHub.Accounts, func(a GitHubAccount) string { return a.Name })
	out = collect(out, "gitlab", c.GitLab.Accounts, func(a GitLabAccount) string { return a.Name })
	out = collect(out, "bitbucket", c.Bitbucket.Accounts, func(a BitbucketAccount) string { return a.Name })
	out = collect(out, "gitea", c.Gitea.Accounts, func(a GiteaAccount) string { return a.Name })
	out = collect(out, "gitrepo", c.GitRepo.Accounts, func(a GitRepoAccount) string { return a.Name })
	out = collect(out, "http", c.HTTP.Accounts, func(a HTTPAccount) string { return a.Name })
	out = collect(out, "helm", c.Helm.Accounts, func(a HelmAccount) string { return a.Name })
	out = collect(out, "docker", c.Docker.Accounts, func(a DockerAccount) string { return a.Name })
	out = collect(out, "gcs", c.GCS.Accounts, func(a GCSAccount) string { return a.Name })
	out = collect(out, "s3", c.S3.Accounts, func(a S3Account) string { return a.Name })
	out = collect(out, "maven", c.Maven.Accounts, func(a MavenAccount) string { return a.Name })
	out = collect(out, "oracle", c.Oracle.Accounts, func(a OracleAccount) string { return a.Name })
	out = collect(out, "azure", c.Azure.Accounts, func(a AzureAccount) string { return a.Name })
	out = collect(out, "ivy", c.Ivy.Accounts, func(a IvyAccount) string { return a.Name })
	return collect(out, "jenkins", c.Jenkins.Accounts, func(a JenkinsAccount) string { return a.Name })
}

func collect[T interface{ Validate() []error }](out []configured, section string, accounts []T, name func(T) string) []configured {
	for i, a := range accounts {
		out = append(out, configured{section: section, name: name(a), index: i, account: a})
	}
	return out
}
