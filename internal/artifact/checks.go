package artifact

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/google/go-containerregistry/pkg/name"
	registrytransport "github.com/google/go-containerregistry/pkg/v1/remote/transport"
	"github.com/minio/minio-go/v7"

	"github.com/gennaker/gennaker/internal/fault"
)

// What a check says of credentials.
const (
	noCredentials    = "there are none, so that only what is public can be fetched"
	foundCredentials = "they can be read"
)

func saysCredentials(found bool, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case found:
		return foundCredentials, nil
	}
	return noCredentials, nil
}

// checkCredentials is that of all accounts that fetch by HTTP: they embed a web.
func (w *web) checkCredentials(ctx context.Context) (string, error) {
	if w.credentials == nil {
		return noCredentials, nil
	}
	header, err := w.credentials(ctx)
	return saysCredentials(len(header) > 0, err)
}

func (a *gitRepo) checkCredentials(ctx context.Context) (string, error) {
	secrets := a.builder.options.Secrets
	token, err := a.config.TokenAuth.lookup(ctx, secrets)
	if err != nil || token != "" {
		return saysCredentials(true, err)
	}
	_, _, ok, err := a.config.BasicAuth.lookup(ctx, secrets)
	return saysCredentials(ok || a.config.SSHPrivateKeyFilePath != "", err)
}

// checkConnection reads the repository's index.
func (a *helmRepository) checkConnection(ctx context.Context) (string, error) {
	charts, err := a.names(ctx)
	return fmt.Sprintf("the repository has %d charts", len(charts)), err
}

// checkConnection asks for the repository itself, of which many servers show
// nothing.
func (a *mavenFile) checkConnection(ctx context.Context) (string, error) {
	_, err := a.web.get(ctx, a.base+"/", nil, true)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return "the repository answers", err
}

func (r *registry) checkCredentials(ctx context.Context) (string, error) {
	if r.ecr != nil {
		_, _, err := r.ecr.lookup(ctx)
		return saysCredentials(true, err)
	}
	_, _, ok, err := r.auth.lookup(ctx, r.secrets)
	return saysCredentials(ok, err)
}

// checkConnection logs in to the registry.
func (r *registry) checkConnection(ctx context.Context) (string, error) {
	host, err := name.NewRegistry(r.host, r.options...)
	if err != nil {
		return "", fault.New(fault.Invalid, "%s is not a registry address: %w", r.host, err)
	}
	auth, err := r.login(ctx)
	if err != nil {
		return "", err
	}
	transport, err := registrytransport.NewWithContext(ctx, host, auth, r.transport, nil)
	if err != nil {
		return "", r.fault(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, host.Scheme()+"://"+host.RegistryStr()+"/v2/", http.NoBody)
	if err != nil {
		return "", err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return "", err
	}
	_ = response.Body.Close() // only its status is of interest
	if response.StatusCode == http.StatusUnauthorized || response.StatusCode == http.StatusForbidden {
		return "", fault.New(fault.Forbidden, "the registry rejected the credentials (%s)", response.Status)
	}
	return "the registry answers", nil
}

func (a *s3Object) checkCredentials(ctx context.Context) (string, error) {
	_, err := a.client(ctx)
	return foundCredentials, err
}

// checkConnection lists the buckets. A key that may not is a good key all the
// same.
func (a *s3Object) checkConnection(ctx context.Context) (string, error) {
	client, err := a.client(ctx)
	if err != nil {
		return "", err
	}
	buckets, err := client.ListBuckets(ctx)
	if err == nil {
		return fmt.Sprintf("the key sees %d buckets", len(buckets)), nil
	}
	if answer := (minio.ErrorResponse{}); errors.As(err, &answer) && answer.Code == "AccessDenied" {
		return "the server accepts the key, but the key has no permission to list buckets", nil
	}
	return "", s3Fault(err, "")
}
