package artifact

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/gennaker/gennaker/internal/fault"
)

// The sections whose accounts are [Source]s, which are also the first part of the address
// that registries send their notifications to.
const (
	DockerSource = "docker"
	HelmSource   = "helm"
)

// Source is an account of a place that images or charts are pushed to, for those who look
// for what is new there.
type Source struct {
	// Section is [DockerSource] or [HelmSource], and Account the account's name.
	Section, Account string
	// Host is the registry's or the repository's.
	Host string
	// Repositories are those that the account lists. Base is what stands before the names
	// of charts in a registry: "charts" for oci://example.com/charts.
	Repositories []string
	Base         string

	registry *registry
	charts   *helmRepository
	secret   func(ctx context.Context) (string, error)
}

// Sources lists the accounts of registries and chart repositories.
func (s *Service) Sources() []Source {
	var out []Source
	for _, one := range *s.accounts.Load() {
		if w, ok := one.(interface{ source() Source }); ok {
			out = append(out, w.source())
		}
	}
	return out
}

func (a *dockerRegistry) source() Source {
	return Source{
		Section: DockerSource, Account: a.name(), Host: a.registry.host, Repositories: a.repositories,
		registry: a.registry, secret: a.webhookSecret,
	}
}

func (a *helmOCI) source() Source {
	return Source{
		Section: HelmSource, Account: a.name(), Host: a.registry.host, Base: a.path(""),
		registry: a.registry, secret: a.webhookSecret,
	}
}

func (a *helmRepository) source() Source {
	u, err := parseURL(a.base)
	host := a.base
	if err == nil {
		host = u.Host
	}
	return Source{Section: HelmSource, Account: a.name(), Host: host, charts: a, secret: a.webhookSecret}
}

// HasIndex tells whether the source is a chart repository with an index, rather than a
// registry.
func (s Source) HasIndex() bool { return s.charts != nil }

// WebhookSecret is what notifications of the source must prove to know; "" if nothing.
func (s Source) WebhookSecret(ctx context.Context) (string, error) { return s.secret(ctx) }

// Bounds of a registry's lists.
const (
	// MostTags is how many tags a repository may have: 50,000 are common, and each takes
	// some hundred bytes of memory while it is compared.
	MostTags = 500_000
	// tagsPerPage is how many are asked for at a time; registries may give fewer.
	tagsPerPage = 1000
	// mostIdlePages is how many pages in a row may bring no new tag before the list is
	// taken for one that doesn't end.
	mostIdlePages = 3
	// longestPage bounds an answer of the registry's API in bytes.
	longestPage = 32 << 20
)

// Look is a number of requests to one registry, with one log-in.
type Look struct {
	registry *registry
	puller   *remote.Puller
}

// Look begins to ask the registry.
func (s Source) Look(ctx context.Context) (*Look, error) {
	if s.registry == nil {
		return nil, fault.New(fault.Invalid, "the account %s is for a repository with an index, not for a registry", s.Account)
	}
	options, err := s.registry.remoteOptions(ctx)
	if err != nil {
		return nil, err
	}
	options = append(options, remote.WithTransport(bounded{s.registry.transport}), remote.WithPageSize(tagsPerPage))
	puller, err := remote.NewPuller(options...)
	if err != nil {
		return nil, s.registry.fault(err)
	}
	return &Look{s.registry, puller}, nil
}

func (l *Look) repository(repository string) (name.Repository, error) {
	repo, err := name.NewRepository(l.registry.host+"/"+repository, l.registry.options...)
	if err != nil {
		return repo, fault.New(fault.Invalid, "%s is not a repository name", fault.Short(repository))
	}
	return repo, nil
}

// Tags lists a repository's tags, each once, without what can't be one. A fault of kind
// NotFound says that the registry has no such repository, or hides it.
func (l *Look) Tags(ctx context.Context, repository string) ([]string, error) {
	repo, err := l.repository(repository)
	if err != nil {
		return nil, err
	}
	lister, err := l.puller.Lister(ctx, repo)
	if err != nil {
		return nil, l.fault(err)
	}
	var out []string
	seen := map[string]bool{}
	for idle := 0; lister.HasNext(); {
		page, err := lister.Next(ctx)
		if err != nil {
			return nil, l.fault(err)
		}
		before := len(out)
		for _, tag := range page.Tags {
			if isTag(tag) && !seen[tag] {
				seen[tag] = true
				out = append(out, tag)
			}
		}
		idle++
		if len(out) > before {
			idle = 0
		}
		switch {
		case idle >= mostIdlePages && page.Next != "":
			return nil, fault.New(fault.Unavailable, "%s gives the same tags of %s again and again, so that the list never ends", l.registry.host, repository)
		case len(out) > MostTags:
			return nil, fault.New(fault.TooLarge, "%s has more than %d tags in %s, which is the limit: delete old ones", l.registry.host, MostTags, repository)
		}
	}
	return out, nil
}

// longestTag is how many bytes a tag has at most, by OCI's specification.
const longestTag = 128

// isTag tells whether a registry can be asked for a tag: what isn't one can't be pulled
// either, whatever lists it.
func isTag(text string) bool {
	if text == "" || len(text) > longestTag {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', c == '.', c == '-':
		default:
			return false
		}
	}
	return true
}

// mostRepositories is how many repositories of a registry are listed.
const mostRepositories = 10_000

// Catalog lists the registry's repositories, up to some thousand. Public registries don't
// tell.
func (l *Look) Catalog(ctx context.Context) ([]string, error) {
	host, err := name.NewRegistry(l.registry.host, l.registry.options...)
	if err != nil {
		return nil, err
	}
	lister, err := l.puller.Catalogger(ctx, host)
	if err != nil {
		return nil, l.fault(err)
	}
	var out []string
	for pages := 0; lister.HasNext() && len(out) < mostRepositories && pages < mostRepositories/100; pages++ {
		page, err := lister.Next(ctx)
		if err != nil {
			return out, l.fault(err)
		}
		out = append(out, page.Repos...)
	}
	return out, nil
}

// Digest gives the digest that a tag stands for now. A fault of kind NotFound says that
// there is no such tag.
func (l *Look) Digest(ctx context.Context, repository, tag string) (string, error) {
	repo, err := l.repository(repository)
	if err != nil {
		return "", err
	}
	ref, err := name.NewTag(repo.Name()+":"+tag, l.registry.options...)
	if err != nil {
		return "", fault.New(fault.Invalid, "%s is not a tag", fault.Short(tag))
	}
	described, err := l.puller.Head(ctx, ref)
	if err == nil {
		return described.Digest.String(), nil
	}
	if ctx.Err() != nil || fault.KindOf(l.fault(err)) == fault.NotFound {
		return "", l.fault(err)
	}
	// Not every registry answers HEAD.
	got, err := l.puller.Get(ctx, ref)
	if err != nil {
		return "", l.fault(err)
	}
	return got.Digest.String(), nil
}

// fault says what went wrong in words that help.
func (l *Look) fault(err error) error {
	if err == nil {
		return nil
	}
	if errors.As(err, new(*fault.Error)) {
		return err
	}
	if errors.As(err, new(*json.SyntaxError)) || errors.As(err, new(*json.UnmarshalTypeError)) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.New(fault.Unavailable, "%s doesn't answer as a registry does, but with something else, such as a web page; check the account's address", l.registry.host)
	}
	if answered := l.registry.fault(err); errors.As(answered, new(*fault.Error)) {
		return answered
	}
	about := subject{account: "", reference: ""}
	return fault.New(fault.KindOf(about.wrap(err)), "%s: %s", l.registry.host, about.reason(err))
}

// bounded bounds the answers of a registry's API: this isn't for layers.
type bounded struct{ base http.RoundTripper }

// RoundTrip sends the request.
func (b bounded) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := b.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > longestPage && req.Method != http.MethodHead {
		_ = resp.Body.Close()
		return nil, fault.New(fault.Unavailable, "%s answers with %d bytes, and %d is the limit", req.URL.Host, resp.ContentLength, longestPage)
	}
	resp.Body = &short{resp.Body, longestPage, req.URL.Host}
	return resp, nil
}

type short struct {
	io.ReadCloser
	left int64
	host string
}

// Read reads up to the bound.
func (s *short) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, fault.New(fault.Unavailable, "%s answers with more than %d bytes, which is the limit", s.host, longestPage)
	}
	n, err := s.ReadCloser.Read(p[:min(int64(len(p)), s.left)])
	s.left -= int64(n)
	return n, err
}

// Chart is a version of a chart in a repository's index.
type Chart struct{ Name, Version, Digest string }

// Charts reads a chart repository's index. With the validator that it gave last time, it
// answers unchanged if nothing has changed since.
func (s Source) Charts(ctx context.Context, validator string) (charts []Chart, next string, unchanged bool, err error) {
	if s.charts == nil {
		return nil, "", false, fault.New(fault.Invalid, "the account %s is for a registry, which has no index", s.Account)
	}
	index, next, unchanged, err := s.charts.indexSince(ctx, validator)
	if err != nil || unchanged {
		return nil, next, unchanged, err
	}
	for chart, versions := range index.Entries {
		for _, one := range versions {
			if chart != "" && one.Version != "" {
				charts = append(charts, Chart{chart, one.Version, one.Digest})
			}
		}
	}
	return charts, next, false, nil
}

// validatorOf is what tells whether an answer has changed; "" if nothing does.
func validatorOf(h http.Header) string {
	if tag := h.Get("Etag"); tag != "" {
		return "If-None-Match: " + tag
	}
	if at := h.Get("Last-Modified"); at != "" {
		return "If-Modified-Since: " + at
	}
	return ""
}

// asHeader is a validator as a request's header.
func asHeader(validator string) http.Header {
	name, value, ok := strings.Cut(validator, ": ")
	if !ok {
		return nil
	}
	return http.Header{http.CanonicalHeaderKey(name): {value}}
}

// String names the source as people know it.
func (s Source) String() string { return fmt.Sprintf("%s account %s", s.Section, s.Account) }
