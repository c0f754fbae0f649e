package secret

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

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

// Resolver looks secrets up. It may be used by any number of goroutines. The
// zero value and a nil one know environment variables and files alone.
type Resolver struct {
	vault      *vault
	kubernetes KubernetesReader
}

// Options are the engines of a resolver; those that are missing answer with a
// fault that says what to configure.
type Options struct {
	Vault      VaultConfig
	Kubernetes KubernetesReader
}

// NewResolver returns a resolver with these engines.
func NewResolver(options Options) *Resolver {
	r := &Resolver{kubernetes: options.Kubernetes}
	if options.Vault.Enabled {
		r.vault = newVault(options.Vault)
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
			return Secret{}, fault.New(fault.Invalid, "the environment variable %s, which should hold a secret, is not set", at.value)
		}
		return Secret{value: value}, nil
	case "file":
		return readFile(at.value)
	case "k8s":
		if r == nil || r.kubernetes == nil {
			return Secret{}, fault.New(fault.Invalid, "the secret %s is in Kubernetes, and no cluster to read secrets from is configured", ref)
		}
		value, err := r.kubernetes.SecretKey(ctx, at.params["n"], at.params["k"])
		if err != nil {
			return Secret{}, fault.New(fault.KindOf(err), "read the secret %s: %w", ref, err)
		}
		return Secret{value: string(value)}, nil
	case "vault":
		if r == nil || r.vault == nil {
			return Secret{}, fault.New(fault.Invalid, "the secret %s is in Vault, and secrets.vault is not configured", ref)
		}
		return r.fromVault(ctx, ref, at)
	}
	return Secret{}, fault.New(fault.Internal, "there is no way to read secrets of %s", at.engine)
}

func (r *Resolver) fromVault(ctx context.Context, ref Ref, at place) (Secret, error) {
	value, err := r.vault.read(ctx, at.params["e"], at.params["p"], at.params["k"])
	if err != nil {
		return Secret{}, fault.New(fault.KindOf(err), "read the secret %s: %w", ref, err)
	}
	if at.params["b"] == "true" {
		decoded, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			return Secret{}, fault.New(fault.Invalid, "the secret %s is not base64, which its b:true says", ref)
		}
		value = string(decoded)
	}
	return Secret{value: value}, nil
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
		return Secret{}, fault.New(fault.Invalid, "the file %s, which should hold a secret, can't be read: %w", path, reason)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return Secret{}, fault.New(fault.Invalid, "read the secret in the file %s: %w", path, err)
	}
	if len(data) > maxFileBytes {
		return Secret{}, fault.New(fault.TooLarge, "the file %s, which should hold a secret, is larger than 1 MiB", path)
	}
	return Secret{value: strings.Trim(string(data), "\r\n")}, nil
}
