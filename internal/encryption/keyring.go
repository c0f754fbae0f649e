package encryption

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// version begins what is encrypted: version, key's id, wrapped key, secret.
const version = "gk1"

// Keyring holds an installation's keys. It is safe for use by many goroutines.
// A nil one has no keys and says so.
type Keyring struct {
	mu   sync.RWMutex
	keys []key  // the first one encrypts
	why  string // there are no keys
	file string // where the first key is to be made when one is needed
}

// Open makes the keyring of these keys; the first one encrypts, all decrypt.
func Open(ctx context.Context, refs []Ref, resolver *secret.Resolver) (*Keyring, error) {
	k := &Keyring{}
	for i, ref := range refs {
		one, err := ref.load(ctx, resolver)
		if err != nil {
			return nil, errors.Join(fault.New(fault.KindOf(err), "keys[%d]: %w", i, err), k.Close())
		}
		k.keys = append(k.keys, one)
	}
	return k, nil
}

// Without is a keyring that has no keys, and answers why, a sentence that says
// what to do.
func Without(why string) *Keyring { return &Keyring{why: why} }

// Local is the keyring of the one key in a file, which is made when something
// is to be encrypted and it isn't there. Nobody but its owner may read it.
func Local(ctx context.Context, path string) (*Keyring, error) {
	k := &Keyring{file: path}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return k, nil
	}
	if err := k.makeLocal(ctx); err != nil {
		return nil, err
	}
	return k, nil
}

func (k *Keyring) makeLocal(ctx context.Context) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.keys) > 0 {
		return nil
	}
	ref, err := ensureFile(k.file)
	if err != nil {
		return err
	}
	one, err := ref.load(ctx, nil)
	if err != nil {
		return err
	}
	k.keys = []key{one}
	return nil
}

// all are the keys; none of a nil keyring.
func (k *Keyring) all() []key {
	if k == nil {
		return nil
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys
}

// Close gives back what the keys hold.
func (k *Keyring) Close() error {
	var errs []error
	for _, one := range k.all() {
		errs = append(errs, one.close())
	}
	return errors.Join(errs...)
}

// Seal encrypts a secret for its place, which Open must be told again.
func (k *Keyring) Seal(ctx context.Context, place string, plain []byte) (string, error) {
	if k != nil && k.file != "" {
		if err := k.makeLocal(ctx); err != nil {
			return "", err
		}
	}
	keys := k.all()
	if len(keys) == 0 {
		return "", fault.New(fault.Invalid, "there is no key to encrypt secrets with: %s", k.reason())
	}
	dataKey := make([]byte, keySize)
	_, _ = rand.Read(dataKey) // never fails
	wrapped, err := keys[0].wrap(ctx, dataKey)
	if err != nil {
		return "", err
	}
	gcm, err := newGCM(dataKey)
	if err != nil {
		return "", err
	}
	body := gcm.Seal(nil, nil, plain, []byte(place)) //nolint:gosec // it makes its own nonce
	text := base64.RawURLEncoding.EncodeToString
	return strings.Join([]string{version, keys[0].id(), text(wrapped), text(body)}, "."), nil
}

func (k *Keyring) reason() string {
	switch {
	case k != nil && k.file != "":
		return "put back the file " + k.file
	case k == nil || k.why == "":
		return "set secrets.encryption.keys"
	}
	return k.why
}

// Open decrypts what Seal has made for the same place. Without the key that it
// was encrypted with the fault is Invalid, and Unavailable where the key can't
// be asked at the time.
func (k *Keyring) Open(ctx context.Context, place, sealed string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 4 || parts[0] != version {
		return nil, fault.New(fault.Internal, "this was not encrypted by Gennaker")
	}
	wrapped, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, fmt.Errorf("read the encrypted key: %w", err)
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[3])
	if err != nil {
		return nil, fmt.Errorf("read the encrypted secret: %w", err)
	}
	dataKey, err := k.unwrap(ctx, parts[1], wrapped)
	if err != nil {
		return nil, err
	}
	gcm, err := newGCM(dataKey)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, nil, body, []byte(place))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the encrypted secret was changed, or belongs elsewhere: store it again")
	}
	return plain, nil
}

// unwrap finds the key that has encrypted another. A key management service's
// key may go by another URL than it did, so that those are tried last.
func (k *Keyring) unwrap(ctx context.Context, id string, wrapped []byte) ([]byte, error) {
	keys := k.all()
	for _, one := range keys {
		if one.id() == id {
			dataKey, err := one.unwrap(ctx, wrapped)
			if err != nil && fault.KindOf(err) == fault.Internal {
				return nil, fault.New(fault.Invalid, "the encrypted key was changed: store the secret again")
			}
			return dataKey, err
		}
	}
	for _, one := range keys {
		if _, ok := one.(*kmsKey); !ok {
			continue
		}
		if dataKey, err := one.unwrap(ctx, wrapped); err == nil {
			return dataKey, nil
		}
	}
	why := "put it back into secrets.encryption.keys"
	if len(keys) == 0 {
		why = k.reason()
	}
	return nil, fault.New(fault.Invalid, "the key %s, which the secret is encrypted with, is missing: %s", id, why)
}

// Current tells whether a secret is encrypted with the key that encrypts now.
func (k *Keyring) Current(sealed string) bool {
	keys := k.all()
	return len(keys) > 0 && strings.HasPrefix(sealed, version+"."+keys[0].id()+".")
}
