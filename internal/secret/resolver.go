package secret

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"
	"golang.org/x/oauth2"

	"github.com/gennaker/gennaker/internal/fault"
)

// maxFileBytes bounds a file that holds a secret.
const maxFileBytes = 1 << 20

// KubernetesReader reads Kubernetes Secrets in the namespace that Gennaker
// runs in. It must be safe for use by many goroutines.
type KubernetesReader interface {
	// SecretKey gives the (decoded) value of a Secret's key.
	SecretKey(ctx context.Context, name, key string) ([]byte, error)
}

// KubernetesConfig is where references of the form encrypted:k8s!... are read.
type KubernetesConfig struct {
	Account   string `json:"account" yaml:"account" doc:"The Kubernetes account whose cluster holds the Secrets. Default: the cluster that Gennaker runs in."`
	Namespace string `json:"namespace" yaml:"namespace" doc:"The namespace of the Secrets. Default: the one that Gennaker runs in."`
}

// Resolver looks secrets up. It may be used by any number of goroutines. The
// zero value and a nil one know environment variables and files alone.
type Resolver struct{ engines map[string]engine }

// Options are the engines of a resolver; those that are missing answer with a
// fault that says what to configure.
type Options struct {
	Vault      VaultConfig
	S3         S3Config
	Kubernetes KubernetesReader
	// AWS and Google are what secrets in the clouds are read with; where nil,
	// the credentials that the clouds' own programs would find.
	AWS    *credentials.Credentials
	Google oauth2.TokenSource
	// Endpoints are used in place of the clouds' public ones.
	Endpoints Endpoints
}

// Endpoints are addresses of the clouds' APIs.
type Endpoints struct{ SecretsManager, GoogleStorage, GoogleSecretManager string }

// NewResolver returns a resolver with these engines. It asks nobody anything.
func NewResolver(options Options) *Resolver {
	aws := newAmazon(options.S3, options.Endpoints.SecretsManager, options.AWS)
	google := newGoogle(options.Endpoints.GoogleStorage, options.Endpoints.GoogleSecretManager, options.Google)
	r := &Resolver{engines: map[string]engine{
		"s3": aws.object, "secrets-manager": aws.managed,
		"gcs": google.object, "google-secrets-manager": google.managed,
		"noop": noop,
	}}
	if options.Vault.Enabled {
		r.engines["vault"] = newVault(options.Vault).secret
	}
	if reader := options.Kubernetes; reader != nil {
		r.engines["k8s"] = func(ctx context.Context, at place) ([]byte, error) {
			return reader.SecretKey(ctx, at.params["n"], at.params["k"])
		}
	}
	return r
}

// Resolve looks a secret up. An empty reference gives an empty secret. Errors
// name the place, never the secret.
func (r *Resolver) Resolve(ctx context.Context, ref Ref) (Secret, error) {
	at, err := parse(ref.text)
	if err != nil {
		return Secret{}, err
	}
	switch at.engine {
	case "":
		return Secret{value: at.value}, nil
	case "env":
		value, ok := os.LookupEnv(at.value)
		if !ok {
			return Secret{}, fault.New(fault.Invalid, "the environment variable %s, which should contain a secret, is not set", at.value)
		}
		return Secret{value: value}, nil
	case "file":
		return readFile(at.value)
	}
	var read engine
	if r != nil {
		read = r.engines[at.engine]
	}
	switch {
	case read != nil:
	case at.engine == "vault":
		return Secret{}, fault.New(fault.Invalid, "the secret %s is in Vault, and secrets.vault is not configured", ref)
	case at.engine == "k8s":
		return Secret{}, fault.New(fault.Invalid, "the secret %s is in Kubernetes, and no cluster to read secrets from is configured", ref)
	default:
		return Secret{}, fault.New(fault.Invalid, "the secret %s can't be read here; use env: or file:, which need no other service", ref)
	}
	value, err := read(ctx, at)
	if err != nil {
		return Secret{}, fault.New(fault.KindOf(err), "read the secret %s: %w", ref, err)
	}
	return Secret{value: string(value)}, nil
}

// File gives the content of the file that a setting names: a path, or a
// reference to a secret that is the content (encryptedFile:, encrypted:, env:,
// file:). Line ends around the content are taken off.
func (r *Resolver) File(ctx context.Context, path string) (Secret, error) {
	if !isReference(path) {
		return readFile(path)
	}
	return r.Resolve(ctx, Ref{text: path})
}

func readFile(path string) (Secret, error) {
	file, err := os.Open(path)
	if err != nil {
		reason := err
		if pathErr := new(fs.PathError); errors.As(err, &pathErr) {
			reason = pathErr.Err
		}
		return Secret{}, fault.New(fault.Invalid, "the file %s, which should contain a secret, can't be read: %w", path, reason)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return Secret{}, fault.New(fault.Invalid, "read the secret in the file %s: %w", path, err)
	}
	if len(data) > maxFileBytes {
		return Secret{}, fault.New(fault.TooLarge, "the file %s, which should contain a secret, is larger than 1 MiB", path)
	}
	return Secret{value: strings.Trim(string(data), "\r\n")}, nil
}
