package encryption

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"

	"gocloud.dev/secrets"
	_ "gocloud.dev/secrets/awskms"        // awskms://
	_ "gocloud.dev/secrets/azurekeyvault" // azurekeyvault://
	_ "gocloud.dev/secrets/gcpkms"        // gcpkms://

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// keySize is a key's length in bytes, for AES-256.
const keySize = 32

// Ref says where a key is: a reference to a secret (file:, env:, encrypted:)
// that holds 32 bytes in base64 or hex, or the URL of a key in a key management
// service (awskms://, gcpkms://, azurekeyvault://). It never shows a key that
// was written in its place.
type Ref struct{ text string }

// NewRef returns the reference that a configuration writes as this text.
func NewRef(text string) Ref { return Ref{text: text} }

// String gives the place of the key.
func (r Ref) String() string {
	if r.isKMS() {
		return r.text
	}
	return secret.NewRef(r.text).String()
}

// MarshalText gives what String does: a configuration that is shown holds no
// key.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText takes the text of a configuration.
func (r *Ref) UnmarshalText(text []byte) error {
	r.text = string(text)
	return nil
}

// Validate tells what is wrong with the way the reference is written. It looks
// nothing up.
func (r Ref) Validate() error {
	scheme, _, found := strings.Cut(r.text, "://")
	switch {
	case r.text == "":
		return fault.New(fault.Invalid, "is empty; name a key, as in file:/etc/gennaker/key")
	case r.isKMS():
		if _, err := url.Parse(r.text); err != nil {
			return fault.New(fault.Invalid, "is no URL of a key: %w", err)
		}
		return nil
	case found && scheme != "file" && !strings.Contains(scheme, ":"):
		return fault.New(fault.Invalid, "there is no key management service %s://; there are %s", scheme, strings.Join(schemes(), ", "))
	}
	return secret.NewRef(r.text).Validate()
}

func (r Ref) isKMS() bool {
	scheme, _, found := strings.Cut(r.text, "://")
	return found && secrets.DefaultURLMux().ValidKeeperScheme(scheme)
}

func schemes() []string {
	out := secrets.DefaultURLMux().KeeperSchemes()
	slices.Sort(out)
	for i := range out {
		out[i] += "://"
	}
	return out
}

// load makes the key that the reference names.
func (r Ref) load(ctx context.Context, resolver *secret.Resolver) (key, error) {
	if r.isKMS() {
		return openKMS(ctx, r.text)
	}
	found, err := resolver.Resolve(ctx, secret.NewRef(r.text))
	if err != nil {
		return nil, err
	}
	raw, err := parseKey(found.Reveal())
	if err != nil {
		return nil, fault.New(fault.Invalid, "the key %s: %w", r, err)
	}
	return newLocalKey(raw)
}

// NewKey makes a key, written as a Ref's secret holds it.
func NewKey() string {
	raw := make([]byte, keySize)
	_, _ = rand.Read(raw) // never fails
	return base64.StdEncoding.EncodeToString(raw)
}

// parseKey reads a key in base64, of either alphabet, or hex.
func parseKey(text string) ([]byte, error) {
	text = strings.TrimRight(strings.TrimSpace(text), "=")
	for _, decode := range []func(string) ([]byte, error){
		hex.DecodeString, base64.RawStdEncoding.DecodeString, base64.RawURLEncoding.DecodeString,
	} {
		if raw, err := decode(text); err == nil && len(raw) == keySize {
			return raw, nil
		}
	}
	return nil, fault.New(fault.Invalid, "it must be %d bytes in base64 or hex: make one with \"gennaker account new-key\"", keySize)
}

// fingerprint names a key without telling anything of it.
func fingerprint(parts ...string) string {
	sum := sha256.Sum256([]byte("gennaker key\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}
