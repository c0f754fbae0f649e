package artifact

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// lookup gives the user and the password; ok is false where none are
// configured.
func (a BasicAuth) lookup(ctx context.Context, secrets *secret.Resolver) (user, password string, ok bool, err error) {
	if a.UsernamePasswordFile != "" {
		both, err := secrets.File(ctx, a.UsernamePasswordFile)
		if err != nil {
			return "", "", false, err
		}
		user, password, found := strings.Cut(strings.ReplaceAll(both.Reveal(), "\n", ""), ":")
		if !found {
			return "", "", false, fault.New(fault.Invalid, "the file in usernamePasswordFile doesn't contain user:password")
		}
		return user, password, true, nil
	}
	if a.Username == "" || a.Password.IsZero() {
		return "", "", false, nil
	}
	value, err := secrets.Resolve(ctx, a.Password)
	if err != nil {
		return "", "", false, err
	}
	return a.Username, value.Reveal(), true, nil
}

// header gives the Authorization header's value; empty where none.
func (a BasicAuth) header(ctx context.Context, secrets *secret.Resolver) (string, error) {
	user, password, ok, err := a.lookup(ctx, secrets)
	if err != nil || !ok {
		return "", err
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)), nil
}

// set tells whether anything is configured.
func (a BasicAuth) set() bool {
	return a.Username != "" || !a.Password.IsZero() || a.UsernamePasswordFile != ""
}

// set tells whether anything is configured.
func (a TokenAuth) set() bool { return !a.Token.IsZero() || a.TokenFile != "" }

// secret tells whether there is a password; a user alone is none.
func (a BasicAuth) secret() bool { return !a.Password.IsZero() || a.UsernamePasswordFile != "" }

// lookup gives the token; empty where none is configured.
func (a TokenAuth) lookup(ctx context.Context, secrets *secret.Resolver) (string, error) {
	var (
		value secret.Secret
		err   error
	)
	if a.TokenFile != "" {
		value, err = secrets.File(ctx, a.TokenFile)
	} else {
		value, err = secrets.Resolve(ctx, a.Token)
	}
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(value.Reveal()), nil
}

// basicHeaders gives the headers of an account with a user and a password.
func basicHeaders(auth BasicAuth, secrets *secret.Resolver) func(ctx context.Context) (http.Header, error) {
	return func(ctx context.Context) (http.Header, error) {
		value, err := auth.header(ctx, secrets)
		return authorization(value), err
	}
}

// tokenOrBasicHeaders gives the headers of an account with a token, or else a
// user and a password. The scheme is what stands before the token.
func tokenOrBasicHeaders(scheme string, token TokenAuth, auth BasicAuth, secrets *secret.Resolver) func(ctx context.Context) (http.Header, error) {
	basic := basicHeaders(auth, secrets)
	return func(ctx context.Context) (http.Header, error) {
		value, err := token.lookup(ctx, secrets)
		if err != nil {
			return nil, err
		}
		if value == "" {
			return basic(ctx)
		}
		return authorization(scheme + " " + value), nil
	}
}

func authorization(value string) http.Header {
	if value == "" {
		return nil
	}
	return http.Header{"Authorization": {value}}
}

// asFile gives a setting that names a file as a reference to a secret.
func asFile(path string) string {
	if strings.HasPrefix(path, "encrypted") {
		return path
	}
	return "file:" + path
}

// announced is what the server behind an account sends notifications of pushes with.
type announced struct {
	ref     secret.Ref
	secrets *secret.Resolver
}

// webhookSecret is what a notification must prove to know; "" if nothing.
func (a announced) webhookSecret(ctx context.Context) (string, error) {
	value, err := a.secrets.Resolve(ctx, a.ref)
	if err != nil {
		return "", fault.New(fault.Unavailable, "read webhookSecret: %w", err)
	}
	return value.Reveal(), nil
}
