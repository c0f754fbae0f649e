package artifact

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/secret"
)

// The media types of a chart's package in a registry: Helm's, and the one of
// its early versions.
const (
	chartMediaType    = types.MediaType("application/vnd.cncf.helm.chart.content.v1.tar+gzip")
	oldChartMediaType = types.MediaType("application/tar+gzip")
)

// registry is a container registry, read with one account's credentials.
type registry struct {
	host      string // as [name] writes it
	auth      BasicAuth
	ecr       *ecrTokens // nil: auth
	secrets   *secret.Resolver
	transport http.RoundTripper
	options   []name.Option
	limit     int64
}

// newRegistry returns the registry at an address without its scheme. Requests
// to it pass the guard, which checks what it redirects to.
func (b *builder) newRegistry(guard *httpguard.Guard, address string, auth BasicAuth, plainHTTP, unchecked bool) (*registry, error) {
	r := &registry{auth: auth, secrets: b.options.Secrets, limit: b.options.Config.MaxBytes}
	if plainHTTP {
		r.options = append(r.options, name.Insecure)
	}
	host, _, _ := strings.Cut(address, "/")
	parsed, err := name.NewRegistry(host, r.options...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is not a registry address: %w", address, err)
	}
	r.host = parsed.RegistryStr()
	trusted := b.plain()
	if unchecked {
		base := plainTransport().(*http.Transport)
		base.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} //nolint:gosec // the setting says so
		trusted = base
	}
	others := guard.Client(httpguard.ClientOptions{ConnectTimeout: connectTimeout, ReadTimeout: readTimeout, Wrap: b.options.Wrap})
	if b.stored {
		trusted = others.Transport
	}
	r.transport = &dispatch{host: r.host, trusted: trusted, others: others.Transport}
	return r, nil
}

// login is what proves who asks.
func (r *registry) login(ctx context.Context) (authn.Authenticator, error) {
	if r.ecr != nil {
		user, password, err := r.ecr.lookup(ctx)
		return &authn.Basic{Username: user, Password: password}, err
	}
	user, password, ok, err := r.auth.lookup(ctx, r.secrets)
	if err != nil || !ok {
		return authn.Anonymous, err
	}
	return &authn.Basic{Username: user, Password: password}, nil
}

// remoteOptions are the options of each request.
func (r *registry) remoteOptions(ctx context.Context) ([]remote.Option, error) {
	auth, err := r.login(ctx)
	if err != nil {
		return nil, err
	}
	return []remote.Option{remote.WithContext(ctx), remote.WithAuth(auth), remote.WithTransport(r.transport), remote.WithUserAgent(userAgent)}, nil
}

// reference reads a reference to something in this registry.
func (r *registry) reference(text string) (name.Reference, error) {
	ref, err := name.ParseReference(strings.TrimPrefix(text, "oci://"), r.options...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the reference is not an image reference, such as registry.example.com/path/name:tag")
	}
	if ref.Context().RegistryStr() != r.host {
		return nil, fault.New(fault.Invalid, "the reference is to %s, and the account is for %s", ref.Context().RegistryStr(), r.host)
	}
	return ref, nil
}

// digest gives the digest that a tag stands for now.
func (r *registry) digest(ctx context.Context, reference string) (string, error) {
	ref, err := r.reference(reference)
	if err != nil {
		return "", err
	}
	options, err := r.remoteOptions(ctx)
	if err != nil {
		return "", err
	}
	described, err := remote.Head(ref, options...)
	if err != nil {
		// Not every registry answers HEAD.
		got, getErr := remote.Get(ref, options...)
		if getErr != nil {
			return "", r.fault(getErr)
		}
		return got.Digest.String(), nil
	}
	return described.Digest.String(), nil
}

// tags lists a repository's tags.
func (r *registry) tags(ctx context.Context, repository string) ([]string, error) {
	repo, err := name.NewRepository(r.host+"/"+strings.TrimPrefix(repository, r.host+"/"), r.options...)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is not a repository name", repository)
	}
	options, err := r.remoteOptions(ctx)
	if err != nil {
		return nil, err
	}
	tags, err := remote.List(repo, options...)
	return tags, r.fault(err)
}

// catalog lists the repositories.
func (r *registry) catalog(ctx context.Context) ([]string, error) {
	host, err := name.NewRegistry(r.host, r.options...)
	if err != nil {
		return nil, err
	}
	options, err := r.remoteOptions(ctx)
	if err != nil {
		return nil, err
	}
	repositories, err := remote.Catalog(ctx, host, options...)
	return repositories, r.fault(err)
}

// chart gives the package of a chart that is kept as an image.
func (r *registry) chart(ctx context.Context, reference string) ([]byte, error) {
	ref, err := r.reference(reference)
	if err != nil {
		return nil, err
	}
	options, err := r.remoteOptions(ctx)
	if err != nil {
		return nil, err
	}
	image, err := remote.Image(ref, options...)
	if err != nil {
		return nil, r.fault(err)
	}
	layers, err := image.Layers()
	if err != nil {
		return nil, r.fault(err)
	}
	for _, layer := range layers {
		if kind, err := layer.MediaType(); err == nil && (kind == chartMediaType || kind == oldChartMediaType) {
			return r.content(layer)
		}
	}
	return nil, fault.New(fault.Invalid, "the reference is to an image that is no Helm chart")
}

func (r *registry) content(layer v1.Layer) ([]byte, error) {
	size, err := layer.Size()
	if err != nil {
		return nil, r.fault(err)
	}
	if size > r.limit {
		return nil, tooLarge(r.limit)
	}
	reader, err := layer.Compressed()
	if err != nil {
		return nil, r.fault(err)
	}
	defer reader.Close()
	data, err := readAll(reader, r.limit)
	return data, r.fault(err)
}

// fault turns a registry's errors into faults.
func (r *registry) fault(err error) error {
	if answer := (*transport.Error)(nil); errors.As(err, &answer) {
		code := answer.StatusCode
		for _, one := range answer.Errors {
			if one.Code == transport.UnauthorizedErrorCode || one.Code == transport.DeniedErrorCode {
				code = http.StatusUnauthorized
			}
		}
		return statusFault(code, r.host, r.auth.set() || r.ecr != nil)
	}
	return err
}
