package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// Options are what a [Service] is made of.
type Options struct {
	Config Config
	// Guard checks URLs for accounts without rules of their own.
	Guard *httpguard.Guard
	// Secrets looks up credentials; nil knows environment variables and files.
	Secrets *secret.Resolver
	// Contents reads what references to stored contents name; nil if none are stored.
	Contents Contents
	// Templates are the stored pipeline templates; nil: none.
	Templates Templates
	// Missing is called where a pipeline names an account that isn't there, and
	// may have [Service.Use] called: another process may just have been told of
	// it. It may be nil.
	Missing func(account string)
	// Wrap puts a transport around those that go out, such as OpenTelemetry's.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Service fetches artifacts with the configured accounts. It may be used by
// any number of goroutines.
type Service struct {
	config  Config
	builder *builder
	// configured and builtIn stay as they are; accounts are all of them and those
	// that are stored, and are never changed in place.
	configured, builtIn []account
	accounts            atomic.Pointer[[]account]
}

// Credentials describe an account, as GET /artifacts/credentials does.
type Credentials struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
}

// builder makes accounts.
type builder struct {
	options        Options
	plainTransport http.RoundTripper
	// stored says that the accounts are a user's of the API: even their own
	// servers must pass the guard.
	stored bool
}

// forStored is a builder for accounts of the API.
func (b *builder) forStored() *builder { return &builder{options: b.options, stored: true} }

// NewService returns a service for a configuration that was validated. The
// error names the account whose rules about URLs can't be used.
func NewService(options Options) (*Service, error) {
	if options.Guard == nil {
		guard, err := httpguard.New(httpguard.DefaultConfig())
		if err != nil {
			return nil, err
		}
		options.Guard = guard
	}
	b := &builder{options: options}
	configured, err := b.accounts()
	if err != nil {
		return nil, err
	}
	s := &Service{config: options.Config, builder: b, configured: configured, builtIn: b.builtIn()}
	if err := s.Use(nil); err != nil {
		return nil, err
	}
	return s, nil
}

// accounts makes the accounts of the configuration.
func (b *builder) accounts() ([]account, error) {
	var (
		out   []account
		first error
		c     = b.options.Config
	)
	add := func(a account, err error) {
		if err != nil && first == nil {
			first = err
		}
		out = append(out, a)
	}
	each(add, c.GitHub.Enabled, c.GitHub.Accounts, b.gitHub)
	each(add, c.GitLab.Enabled, c.GitLab.Accounts, b.gitLab)
	each(add, c.Bitbucket.Enabled, c.Bitbucket.Accounts, b.bitbucket)
	each(add, c.Gitea.Enabled, c.Gitea.Accounts, b.gitea)
	each(add, c.GitRepo.Enabled, c.GitRepo.Accounts, b.gitRepo)
	if c.GitRepo.Enabled && len(c.GitRepo.Accounts) == 0 {
		add(b.gitRepo(GitRepoAccount{Name: noAuthGitAccount}))
	}
	each(add, c.HTTP.Enabled, c.HTTP.Accounts, b.http)
	if c.HTTP.Enabled && !slices.ContainsFunc(c.HTTP.Accounts, func(a HTTPAccount) bool { return !a.usesAuth() }) {
		add(b.http(HTTPAccount{Name: noAuthHTTPAccount}))
	}
	each(add, c.Helm.Enabled, c.Helm.Accounts, b.helm)
	each(add, c.Docker.Enabled, c.Docker.Accounts, b.docker)
	each(add, c.GCS.Enabled, c.GCS.Accounts, b.gcs)
	each(add, c.S3.Enabled, c.S3.Accounts, b.s3)
	each(add, c.Maven.Enabled, c.Maven.Accounts, b.maven)
	each(add, c.Oracle.Enabled, c.Oracle.Accounts, b.oracle)
	each(add, c.Azure.Enabled, c.Azure.Accounts, b.azure)
	each(add, c.Ivy.Enabled, c.Ivy.Accounts, b.ivy)
	each(add, c.Jenkins.Enabled, c.Jenkins.Accounts, b.jenkins)
	return out, first
}

// builtIn makes the accounts that are always there.
func (b *builder) builtIn() []account {
	return []account{newEmbedded(b.options.Config.MaxBytes, b.options.Contents), newCustom(), newDockerReference(), newKubernetes(), newPipelineTemplate(b.options.Templates)}
}

func each[T any](add func(account, error), enabled bool, configs []T, build func(T) (account, error)) {
	if !enabled {
		return
	}
	for _, config := range configs {
		add(build(config))
	}
}

// guard gives the rules about URLs for an account.
func (b *builder) guard(section, name string, restrictions *URLRestrictions) (*httpguard.Guard, error) {
	if restrictions == nil {
		return b.options.Guard, nil
	}
	guard, err := httpguard.New(restrictions.config(fmt.Sprintf("artifacts.%s.accounts[%s].urlRestrictions", section, name)))
	if err != nil {
		return nil, fmt.Errorf("make the artifact account %s: %w", name, err)
	}
	return guard, nil
}

// Accounts lists the accounts: those of the configuration in their order, then
// those that are stored, then the ones that are always there.
func (s *Service) Accounts() []Credentials {
	accounts := *s.accounts.Load()
	out := make([]Credentials, len(accounts))
	for i, a := range accounts {
		out[i] = Credentials{Name: a.name(), Types: a.types()}
	}
	return out
}

// Fetch gives the content of an artifact in its JSON form, with the account it
// names, or the only one there is for its type. A git/repo is given as a
// tar.gz, a helm/chart as the chart's package. Errors are faults.
func (s *Service) Fetch(ctx context.Context, artifact map[string]any) ([]byte, error) {
	decoded, err := decode(artifact)
	if err != nil {
		return nil, err
	}
	return s.FetchArtifact(ctx, decoded)
}

// FetchArtifact does what [Service.Fetch] does.
func (s *Service) FetchArtifact(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	a, err := s.choose(artifact)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	data, err := a.fetch(ctx, artifact)
	return data, subjectOf(a, artifact).wrap(err)
}

// File gives one file of an artifact that is a directory, such as a git/repo.
// The path is relative to it (below its subPath, if any).
func (s *Service) File(ctx context.Context, artifact map[string]any, path string) ([]byte, error) {
	decoded, err := decode(artifact)
	if err != nil {
		return nil, err
	}
	a, err := s.choose(decoded)
	if err != nil {
		return nil, err
	}
	about := subjectOf(a, decoded)
	reader, ok := a.(fileReader)
	if !ok {
		return nil, about.wrap(fault.New(fault.Invalid, "an artifact of type %s is not a directory, so it can't contain %s", decoded.Type, path))
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	data, err := reader.file(ctx, decoded, path)
	return data, about.wrap(err)
}

// Names lists what there is to fetch with an account: charts of a repository,
// repositories of a registry.
func (s *Service) Names(ctx context.Context, accountName, artifactType string) ([]string, error) {
	return s.list(ctx, accountName, artifactType, "names", func(ctx context.Context, a account) ([]string, error) {
		if l, ok := a.(nameLister); ok {
			return l.names(ctx)
		}
		return nil, errNotListed
	})
}

// Versions lists the versions of one of the names, newest first where the
// source has an order.
func (s *Service) Versions(ctx context.Context, accountName, artifactType, name string) ([]string, error) {
	if name == "" {
		return nil, fault.New(fault.Invalid, "the artifact's name is missing; give it as artifactName")
	}
	return s.list(ctx, accountName, artifactType, "versions", func(ctx context.Context, a account) ([]string, error) {
		if l, ok := a.(versionLister); ok {
			return l.versions(ctx, name)
		}
		return nil, errNotListed
	})
}

// errNotListed says that a kind of source has no lists.
var errNotListed = errors.New("artifact: not listed")

func (s *Service) list(
	ctx context.Context, accountName, artifactType, what string, ask func(context.Context, account) ([]string, error),
) ([]string, error) {
	a, err := s.choose(model.Artifact{ArtifactAccount: accountName, Type: artifactType})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	out, err := ask(ctx, a)
	if errors.Is(err, errNotListed) {
		return nil, fault.New(fault.Invalid, "the artifact account %s can't list %s: its kind of source has no list of them", a.name(), what)
	}
	if err != nil {
		return nil, subject{account: a.name(), reference: "the " + what + " of " + artifactType}.wrap(err)
	}
	if out == nil {
		out = []string{}
	}
	return out, nil
}

// choose finds the account for an artifact.
func (s *Service) choose(artifact model.Artifact) (account, error) {
	if artifact.Type == "" {
		return nil, fault.New(fault.Invalid, "the artifact has no type, such as http/file")
	}
	fits := s.fitting(artifact)
	if missing := s.builder.options.Missing; missing != nil && len(fits) == 0 && artifact.ArtifactAccount != "" {
		missing(artifact.ArtifactAccount)
		fits = s.fitting(artifact)
	}
	switch {
	case len(fits) == 1, len(fits) > 1 && artifact.ArtifactAccount != "":
		return fits[0], nil
	case len(fits) > 1:
		return nil, fault.New(fault.Invalid, "there are several artifact accounts for %s: %s; name one as artifactAccount",
			artifact.Type, strings.Join(namesOf(fits), ", "))
	}
	others := slices.DeleteFunc(slices.Clone(*s.accounts.Load()), func(a account) bool { return !a.handles(artifact.Type) })
	hint := "an administrator can add one under artifacts"
	if len(others) > 0 {
		hint = "there is " + strings.Join(namesOf(others), ", ")
	}
	if artifact.ArtifactAccount == "" {
		return nil, fault.New(fault.NotFound, "there is no artifact account for %s; %s", artifact.Type, hint)
	}
	return nil, fault.New(fault.NotFound, "there is no artifact account %s for %s; %s", artifact.ArtifactAccount, artifact.Type, hint)
}

// fitting are the accounts that an artifact can be fetched with.
func (s *Service) fitting(artifact model.Artifact) []account {
	var out []account
	for _, a := range *s.accounts.Load() {
		if a.handles(artifact.Type) && (artifact.ArtifactAccount == "" || a.name() == artifact.ArtifactAccount) {
			out = append(out, a)
		}
	}
	return out
}

func namesOf(accounts []account) []string {
	out := make([]string, len(accounts))
	for i, a := range accounts {
		out[i] = a.name()
	}
	return out
}

// decode reads an artifact in its JSON form.
func decode(artifact map[string]any) (model.Artifact, error) {
	var out model.Artifact
	text, err := json.Marshal(artifact)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		return model.Artifact{}, fault.New(fault.Invalid, "the artifact can't be read: %w", err)
	}
	return out, nil
}

// maxShownReference bounds a reference in a message: embedded content is one.
const maxShownReference = 200

// subjectOf is what faults about an artifact begin with.
func subjectOf(a account, artifact model.Artifact) subject {
	shown := withoutSecrets(artifact.Reference)
	if shown == "" || strings.HasSuffix(artifact.Type, "/base64") {
		shown = artifact.Name
	}
	if len(shown) > maxShownReference {
		shown = shown[:maxShownReference] + "..."
	}
	if shown == "" {
		shown = "an artifact of type " + artifact.Type
	}
	if artifact.Version != "" {
		shown += " (version " + artifact.Version + ")"
	}
	return subject{account: a.name(), reference: shown}
}

// withoutSecrets takes the user and the query out of a URL: both may hold
// secrets.
func withoutSecrets(text string) string {
	u, err := parseURL(text)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && (u.User != nil || u.RawQuery != "") {
		u.User, u.RawQuery = nil, ""
		return u.String()
	}
	return text
}
