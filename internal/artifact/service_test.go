package artifact_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestAccountsAreListed(t *testing.T) {
	t.Parallel()
	service := newService(t, func(c *artifact.Config) {
		c.GitHub.Accounts = []artifact.GitHubAccount{{Name: "hub"}}
		c.Jenkins.Accounts = []artifact.JenkinsAccount{{Name: "ci", Address: "https://ci.example.com"}}
		c.Helm.Accounts = []artifact.HelmAccount{{Name: "off", Repository: "https://charts.example.com"}}
		c.Helm.Enabled = false
	})
	text, err := json.Marshal(service.Accounts())
	require.NoError(t, err)
	require.JSONEq(t, `[
		{"name":"hub","types":["github/file"]},
		{"name":"no-auth-git-account","types":["git/repo"]},
		{"name":"no-auth-http-account","types":["http/file"]},
		{"name":"ci","types":["jenkins/file"]},
		{"name":"embedded-artifact","types":["embedded/base64","remote/base64"]},
		{"name":"custom-artifact","types":["custom/object"]},
		{"name":"docker-registry","types":["docker/image"]},
		{"name":"kubernetes","types":["kubernetes/configMap","kubernetes/deployment","kubernetes/replicaSet","kubernetes/secret"]},
		{"name":"front50ArtifactCredentials","types":["front50/pipelineTemplate"]}
	]`, string(text))
}

func TestChoosingAnAccount(t *testing.T) {
	t.Parallel()
	service := newService(t, func(c *artifact.Config) {
		c.GitHub.Accounts = []artifact.GitHubAccount{{Name: "one"}, {Name: "two"}}
	})
	for _, c := range []struct {
		artifact map[string]any
		kind     fault.Kind
		says     string
	}{
		{map[string]any{}, fault.Invalid, "no type"},
		{map[string]any{"type": "github/file"}, fault.Invalid, "one, two"},
		{map[string]any{"type": "github/file", "artifactAccount": "three"}, fault.NotFound, "there is one, two"},
		{map[string]any{"type": "github/file", "artifactAccount": "no-auth-http-account"}, fault.NotFound, "there is one, two"},
		{map[string]any{"type": "gitlab/file"}, fault.NotFound, "an administrator can add one"},
		{map[string]any{"type": 7}, fault.Invalid, "can't be read"},
	} {
		_, err := service.Fetch(t.Context(), c.artifact)
		require.ErrorContains(t, err, c.says)
		require.Equal(t, c.kind, fault.KindOf(err))
	}
}

func TestEmbedded(t *testing.T) {
	t.Parallel()
	service := newService(t, func(c *artifact.Config) { c.MaxBytes = 100 })
	for _, kind := range []string{"embedded/base64", "remote/base64", "embedded/map/base64"} {
		for _, text := range []string{base64.StdEncoding.EncodeToString([]byte("héllo")), base64.RawStdEncoding.EncodeToString([]byte("héllo"))} {
			require.Equal(t, "héllo", fetch(t, service, map[string]any{"type": kind, "reference": text}))
		}
	}
	for reference, want := range map[string]fault.Kind{
		"not base64!": fault.Invalid, "ref://app/sha": fault.Invalid, strings.Repeat("AAAA", 100): fault.TooLarge,
	} {
		_, err := service.Fetch(t.Context(), map[string]any{"type": "embedded/base64", "reference": reference})
		requireFault(t, err, want, "embedded-artifact")
	}
}

func TestWhatIsNotFetched(t *testing.T) {
	t.Parallel()
	service := newService(t, func(*artifact.Config) {})
	for kind, account := range map[string]string{
		"custom/object": "custom-artifact", "kubernetes/configMap": "kubernetes", "kubernetes/statefulSet": "kubernetes",
		"docker/image": "docker-registry",
	} {
		_, err := service.Fetch(t.Context(), map[string]any{"type": kind, "reference": "nginx:1.27"})
		requireFault(t, err, fault.Invalid, account, "can't be fetched", "nginx:1.27")
		_, err = service.Names(t.Context(), account, kind)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	_, err := service.File(t.Context(), map[string]any{"type": "http/file", "reference": "http://example.com"}, "a.yml")
	requireFault(t, err, fault.Invalid, "no-auth-http-account", "not a directory")
	_, err = service.Versions(t.Context(), "docker-registry", "docker/image", "")
	require.ErrorContains(t, err, "artifactName")
}

type templates map[string]any

func (s templates) PipelineTemplate(_ context.Context, id, tag, digest string) (any, error) {
	if template, ok := s[id+"|"+tag+"|"+digest]; ok {
		return template, nil
	}
	return nil, fault.New(fault.NotFound, "there is no pipeline template %s", id)
}

func (s templates) PipelineTemplateIDs(context.Context) ([]string, error) {
	return []string{"one"}, nil
}

func TestPipelineTemplates(t *testing.T) {
	t.Parallel()
	service, err := artifact.NewService(artifact.Options{Config: artifact.DefaultConfig(), Templates: templates{
		"one||": map[string]any{"id": "one"}, "one|stable|": map[string]any{"tag": "stable"}, "one||abc": map[string]any{"digest": "abc"},
	}})
	require.NoError(t, err)
	of := func(reference string) map[string]any {
		return map[string]any{"type": "front50/pipelineTemplate", "artifactAccount": "front50ArtifactCredentials", "reference": reference}
	}
	require.JSONEq(t, `{"id":"one"}`, fetch(t, service, of("spinnaker://one")))
	require.JSONEq(t, `{"tag":"stable"}`, fetch(t, service, of("spinnaker://one:stable")))
	require.JSONEq(t, `{"digest":"abc"}`, fetch(t, service, of("spinnaker://one@sha256:abc")))
	names, err := service.Names(t.Context(), "front50ArtifactCredentials", "front50/pipelineTemplate")
	require.NoError(t, err)
	require.Equal(t, []string{"one"}, names)
	for reference, kind := range map[string]fault.Kind{"one": fault.Invalid, "spinnaker://": fault.Invalid, "spinnaker://two": fault.NotFound} {
		_, err := service.Fetch(t.Context(), of(reference))
		requireFault(t, err, kind, "front50ArtifactCredentials")
	}
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	require.Empty(t, artifact.DefaultConfig().Validate())
	bad := "["
	config := artifact.Config{
		GitHub:  artifact.GitHub{Accounts: []artifact.GitHubAccount{{Name: "a"}, {Name: "a"}, {}}},
		HTTP:    artifact.HTTP{Accounts: []artifact.HTTPAccount{{Name: "a", URLRestrictions: &artifact.URLRestrictions{AllowedHostnamesRegex: &bad}}}},
		GitRepo: artifact.GitRepo{Accounts: []artifact.GitRepoAccount{{Name: "a", SSHPrivateKeyPassphraseCmd: "x"}}},
		GitLab:  artifact.GitLab{Accounts: []artifact.GitLabAccount{{Name: "a", TokenAuth: artifact.TokenAuth{Token: secret.NewRef("encrypted:nope!")}}}},
		Helm:    artifact.Helm{Accounts: []artifact.HelmAccount{{Name: "a", Repository: "charts"}}},
		Docker:  artifact.Docker{Accounts: []artifact.DockerAccount{{Name: "a"}}},
		S3:      artifact.S3{Accounts: []artifact.S3Account{{Name: "a", AWSAccessKeyID: "k", SignerOverride: "x"}}},
		Maven:   artifact.Maven{Accounts: []artifact.MavenAccount{{Name: "a", RepositoryURL: "https://u:p@repo"}}},
		GCS:     artifact.GCS{Accounts: []artifact.GCSAccount{{Name: "a", APIEndpoint: "x"}}},
	}
	all := errors.Join(config.Validate()...).Error()
	for _, want := range []string{
		"maxBytes:", "timeout:",
		"github.accounts[1].name: \"a\" is the name of github.accounts[0]", "github.accounts[2].name: is missing",
		"http.accounts[0].urlRestrictions.allowedHostnamesRegex", "gitrepo.accounts[0].sshPrivateKeyPassphraseCmd:",
		"gitlab.accounts[0].token:", "helm.accounts[0].repository:", "docker.accounts[0].address:",
		"s3.accounts[0].awsSecretAccessKey:", "s3.accounts[0].signerOverride:", "maven.accounts[0].repositoryUrl:",
		"gcs.accounts[0].apiEndpoint:",
	} {
		require.Contains(t, all, want)
	}
}

func TestConfigShowsNoSecrets(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(artifact.GitHubAccount{
		Name: "hub", TokenAuth: artifact.TokenAuth{Token: secret.NewRef("hunter2")},
		BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("env:PASSWORD")},
	})
	require.NoError(t, err)
	require.JSONEq(t, `{"name":"hub","username":"ci","password":"env:PASSWORD","token":"[hidden]"}`, string(text))
}

// contents has one content.
type contents struct{}

func (contents) Content(_ context.Context, reference string) ([]byte, error) {
	if reference != "ref://shop/1" {
		return nil, fault.New(fault.NotFound, "it is not kept")
	}
	return []byte("the content"), nil
}

// TestStoredContents: a reference to a stored content is fetched like what is embedded.
func TestStoredContents(t *testing.T) {
	t.Parallel()
	for most, words := range map[int64]string{100: "", 5: "larger than"} {
		config := artifact.DefaultConfig()
		config.MaxBytes = most
		service, err := artifact.NewService(artifact.Options{Config: config, Contents: contents{}})
		require.NoError(t, err)
		data, err := service.Fetch(t.Context(), map[string]any{"type": "remote/base64", "reference": "ref://shop/1"})
		if words == "" {
			require.NoError(t, err)
			require.Equal(t, "the content", string(data))
		} else {
			require.ErrorContains(t, err, words)
		}
		_, err = service.Fetch(t.Context(), map[string]any{"type": "remote/base64", "reference": "ref://shop/2"})
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	}
}
